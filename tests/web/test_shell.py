"""The web shell without a browser: language, safety, refusals, forms, format."""

import gzip
import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import translations
from registry.errors import (
    BadSignature,
    Conflict,
    InvalidInput,
    NotFound,
    ReadOnly,
    msg,
)
from registry.web.assets import STATIC, inline_css
from registry.web.format import (
    day,
    legal_date,
    limit_bar,
    moment,
    number,
    quantity,
    short_did,
    short_hash,
)
from registry.web.i18n import safe_path, say
from registry.web.seal import MARK_PATH, short_name
from tests.support.shell import MemoryDrafts, shell_app

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/problem+json"}
ENGLISH = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def drafts() -> MemoryDrafts:
    return MemoryDrafts()


@pytest.fixture
def app(drafts: MemoryDrafts) -> Flask:
    return shell_app(drafts)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def raising(app: Flask, error: Exception) -> FlaskClient:
    """Return a client of the app with a page `/raise` that raises `error`."""

    @app.route("/raise", methods=["GET", "POST"])
    def page() -> str:
        raise error

    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]+)"', page)
    assert found, f"no hidden input {name}"
    return found[1]


def typed(client: FlaskClient, **values: str) -> dict[str, str]:
    """Return what a browser would send of /form with `values` typed into it."""
    page = client.get("/form").text
    kept = {
        name: hidden(page, name) for name in ("csrf_token", "request_id", "kept_for")
    }
    given = {
        "lot": "L7",
        "quantity": "12",
        "harvested": "2026-11-22",
        "product": "c",
        "grade": "c",
        "results-0-substance": "lead",
        "results-0-value": "0.1",
    }
    return kept | given | values


# Language


def test_a_page_is_chinese_unless_something_says_otherwise(client: FlaskClient) -> None:
    page = client.get("/guide/shopper")
    assert '<html lang="zh-Hans"' in page.text
    assert page.headers["Content-Language"] == "zh-Hans"


def test_the_browsers_language_decides_when_nobody_chose(client: FlaskClient) -> None:
    page = client.get("/guide/shopper", headers={"Accept-Language": "de, en;q=0.8"})
    assert '<html lang="en"' in page.text


def test_the_persons_preference_comes_before_the_browsers(client: FlaskClient) -> None:
    client.get("/as/dan")
    page = client.get("/guide/shopper", headers={"Accept-Language": "zh"})
    assert '<html lang="en"' in page.text


def test_the_cookie_comes_before_the_persons_preference(client: FlaskClient) -> None:
    client.get("/as/dan")
    client.get("/language/zh")
    assert '<html lang="zh-Hans"' in client.get("/guide/shopper").text


def test_the_address_comes_before_the_cookie(client: FlaskClient) -> None:
    client.get("/language/zh")
    assert '<html lang="en"' in client.get("/guide/shopper?lang=en").text


def test_an_unknown_language_in_the_address_is_no_choice(client: FlaskClient) -> None:
    assert '<html lang="zh-Hans"' in client.get("/guide/shopper?lang=xx").text


def test_caches_learn_that_a_page_differs_by_language(client: FlaskClient) -> None:
    assert {"accept-language", "cookie"} <= {
        name.lower() for name in client.get("/guide/shopper").vary
    }


def test_the_switch_comes_back_to_the_same_page(client: FlaskClient) -> None:
    answer = client.get("/language/en?next=/form%3Fa%3D1")
    assert (answer.status_code, answer.location) == (303, "/form?a=1")


def test_the_switch_of_the_desk_drops_the_choice_in_the_address(
    client: FlaskClient,
) -> None:
    page = client.get("/form?lang=zh&a=1").text
    assert 'href="/language/en?next=/form%3Fa%3D1"' in page


def test_the_switch_of_a_shopper_stays_in_place(client: FlaskClient) -> None:
    assert 'href="/guide/shopper?a=1&amp;lang=en"' in (
        client.get("/guide/shopper?a=1").text
    )


def test_an_unknown_language_is_not_found(client: FlaskClient) -> None:
    assert client.get("/language/xx", headers=HTML).status_code == 404


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil", "", None],
)
def test_the_switch_leads_to_no_other_host(target: str | None) -> None:
    assert safe_path(target) == "/"


def test_a_message_is_said_in_the_readers_language(app: Flask) -> None:
    message = msg("{when} (China time, UTC+8)", when="09:05")
    with app.test_request_context("/?lang=zh"):
        assert say(message) == "09:05（北京时间）"
    with app.test_request_context("/?lang=en"):
        assert say(message) == "09:05 (China time, UTC+8)"


def test_a_filter_on_a_constant_still_follows_the_reader(app: Flask) -> None:
    template = app.jinja_env.from_string('{{ "2026-11-22"|day }}')
    with app.test_request_context("/?lang=zh"):
        assert "月" in template.render()
    with app.test_request_context("/?lang=en"):
        assert template.render() == "22 Nov"


# Catalogue


def test_the_catalogue_is_complete_and_compiled() -> None:
    assert translations.check() == []


def test_every_sentence_of_the_shell_is_in_the_catalogue() -> None:
    sources = ["web/problems.py", "web/format.py", "web/i18n.py"]
    texts = [
        (translations.ROOT / "registry" / name).read_text("utf-8") for name in sources
    ]
    texts += [
        path.read_text("utf-8")
        for path in (translations.ROOT / "templates").glob("*.html")
    ]
    texts += [
        p.read_text("utf-8")
        for p in (translations.ROOT / "templates" / "errors").glob("*.html")
    ]
    ours = [
        s for s in translations.missing() if any(f'"{s}"' in text for text in texts)
    ]
    assert ours == []


@pytest.fixture
def catalogue(tmp_path: Path) -> tuple[Path, Path]:
    po, mo = tmp_path / "messages.po", tmp_path / "messages.mo"
    shutil.copy(translations.PO, po)
    translations.compile(po, mo)
    return po, mo


def append(po: Path, entry: str) -> None:
    po.write_text(po.read_text("utf-8") + "\n" + entry, "utf-8")


def test_an_empty_translation_is_reported(catalogue: tuple[Path, Path]) -> None:
    append(catalogue[0], 'msgid "new"\nmsgstr ""\n')
    assert "empty: 'new'" in translations.check(*catalogue)


def test_a_fuzzy_translation_is_reported(catalogue: tuple[Path, Path]) -> None:
    append(catalogue[0], '#, fuzzy\nmsgid "new"\nmsgstr "新"\n')
    assert "fuzzy: 'new'" in translations.check(*catalogue)


def test_a_hole_without_a_value_is_reported(catalogue: tuple[Path, Path]) -> None:
    append(catalogue[0], 'msgid "new {a}"\nmsgstr "新 {b}"\n')
    assert any("hole" in wrong for wrong in translations.check(*catalogue))


def test_a_catalogue_that_is_not_compiled_is_reported(
    catalogue: tuple[Path, Path],
) -> None:
    append(catalogue[0], 'msgid "new"\nmsgstr "新"\n')
    assert any("run compile" in wrong for wrong in translations.check(*catalogue))


def test_an_update_keeps_translations_and_repeats_itself(
    catalogue: tuple[Path, Path],
) -> None:
    po, mo = catalogue
    template = translations.extract()
    translations.update(po, template)
    once = po.read_bytes()
    translations.update(po, template)
    assert po.read_bytes() == once
    assert 'msgstr "可放心核对"' in once.decode()
    translations.compile(po, mo)
    again = mo.read_bytes()
    translations.compile(po, mo)
    assert mo.read_bytes() == again


def test_extraction_knows_how_refusals_are_written() -> None:
    found = {message.id for message in translations.extract()}
    assert "There is no language {code}; choose zh or en." in found  # NotFound.at
    assert "{when} (China time, UTC+8)" in found  # msg
    assert "Skip to the content" in found  # a template


# Safety


def test_only_what_bears_the_nonce_of_this_request_runs(client: FlaskClient) -> None:
    first, second = client.get("/guide/shopper"), client.get("/guide/shopper")
    policy = first.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]+)'", policy)
    assert nonce
    assert f'<style nonce="{nonce[1]}">' in first.text
    assert policy != second.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_no_page_styles_an_element_by_attribute(client: FlaskClient) -> None:
    for path in ("/guide/shopper", "/guide/desk", "/form", "/forbidden"):
        assert not re.search(r"<[^>]+\sstyle=", client.get(path, headers=HTML).text)


def test_a_page_says_how_it_may_be_used(client: FlaskClient) -> None:
    headers = client.get("/guide/shopper").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=(self)" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_https_is_remembered(client: FlaskClient) -> None:
    headers = client.get("/guide/shopper", base_url="https://trace.example").headers
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_view_may_be_stricter_than_the_policy(app: Flask) -> None:
    @app.get("/upload")
    def upload() -> tuple[str, dict[str, str]]:
        return "x", {"Content-Security-Policy": "sandbox"}

    headers = app.test_client().get("/upload").headers
    assert headers["Content-Security-Policy"] == "sandbox"


def test_a_form_without_a_token_is_refused(client: FlaskClient) -> None:
    assert client.post("/form", data={"lot": "L1"}).status_code == 400


# Refusals


def test_a_refusal_says_why_and_offers_one_next_action(client: FlaskClient) -> None:
    page = client.get("/forbidden", headers=ENGLISH)
    assert page.status_code == 403
    assert "Only the owner of the batch may do this." in page.text
    assert page.text.count('class="button primary"') == 1


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [("/nowhere", "GET", 404), ("/guide/desk", "PUT", 405)],
)
def test_an_http_error_is_a_page_in_the_readers_language(
    app: Flask, path: str, method: str, status: int
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    answer = app.test_client().open(path, method=method, headers=HTML)
    assert answer.status_code == status
    assert '<html lang="zh-Hans"' in answer.text
    assert "data-problem" in answer.text
    assert ("Allow" in answer.headers) == (status == 405)


def test_a_program_gets_problem_details(client: FlaskClient) -> None:
    answer = client.get("/forbidden", headers=JSON | {"Accept-Language": "en"})
    assert answer.mimetype == "application/problem+json"
    assert json.loads(answer.text) == {
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
        "detail": "Only the owner of the batch may do this.",
        "errors": [{"field": "", "detail": "Only the owner of the batch may do this."}],
    }


def test_the_api_speaks_json_whatever_is_accepted(client: FlaskClient) -> None:
    answer = client.get("/api/v1/nothing", headers={"Accept": "*/*"})
    assert answer.mimetype == "application/problem+json"


def test_who_sends_json_is_answered_in_json(app: Flask) -> None:
    client = raising(app, InvalidInput.at("lot", "lot {lot} is taken", lot="A"))
    answer = client.post("/raise", json={})
    assert json.loads(answer.text)["errors"][0]["field"] == "lot"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInput.at("", "x"), 400),
        (NotFound.at("", "x"), 404),
        (Conflict.at("", "x"), 409),
        (ReadOnly.at("", "x"), 503),
    ],
)
def test_each_refusal_has_its_status(app: Flask, error: Exception, status: int) -> None:
    answer = raising(app, error).get("/raise", headers=HTML)
    assert answer.status_code == status
    assert ("Retry-After" in answer.headers) == (status == 503)


def test_a_bad_proof_that_was_sent_is_a_conflict(app: Flask) -> None:
    answer = raising(app, BadSignature("x")).post("/raise", headers=JSON)
    assert answer.status_code == 409
    assert json.loads(answer.text)["code"] == "bad_signature"


def test_a_bad_proof_of_our_own_is_our_error(app: Flask) -> None:
    answer = raising(app, BadSignature("internal detail")).get("/raise", headers=HTML)
    assert answer.status_code == 500
    assert "bad_signature" in answer.text
    assert "internal detail" not in answer.text


def test_a_bug_is_a_page_without_its_trace_in_both_languages(
    client: FlaskClient,
) -> None:
    page = client.get("/broken", headers=HTML)
    assert page.status_code == 500
    assert "系统出错" in page.text
    assert "Something broke" in page.text
    assert "ZeroDivision" not in page.text


def test_a_bug_in_what_every_page_needs_still_has_its_page(app: Flask) -> None:
    @app.context_processor
    def nothing_works() -> dict[str, object]:
        raise OSError("database is gone")

    answer = app.test_client().get("/guide/desk", headers=HTML)
    assert answer.status_code == 500
    assert "系统出错" in answer.text


def test_a_bug_says_nothing_but_its_status_to_a_program(client: FlaskClient) -> None:
    answer = client.get("/broken", headers=JSON)
    assert json.loads(answer.text) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
    }


# Forms


def test_a_form_that_holds_is_carried_out(client: FlaskClient) -> None:
    assert client.post("/form", data=typed(client)).location == "/form"


def test_each_problem_stands_at_its_input(client: FlaskClient) -> None:
    page = client.post("/form?lang=en", data=typed(client, lot="BAD")).text
    for field_id, text in (
        ("lot", "lot BAD is taken"),
        ("quantity", "more than the batch has left"),
        ("results-0-value", "not a decimal"),
        ("results", "too few"),
    ):
        at = page.index(f'id="{field_id}-error"')
        assert text in page[at : at + 600]
        assert f'href="#{field_id}"' in page
    assert 'value="BAD"' in page


def test_a_problem_of_a_whole_row_stands_in_the_row(client: FlaskClient) -> None:
    page = client.post("/form?lang=en", data=typed(client, lot="BAD")).text
    assert "row without method" in page[page.index('data-row="0"') :]


@pytest.mark.parametrize("text", ["no such row", "seen before", "the batch is on hold"])
def test_a_problem_without_a_visible_input_is_of_the_form(
    client: FlaskClient, text: str
) -> None:
    page = client.post("/form?lang=en", data=typed(client, lot="BAD")).text
    summary = page[page.index('class="faults"') : page.index('for="lot"')]
    assert f"<li>{text}</li>" in summary


def test_a_wrong_input_is_marked_and_described(client: FlaskClient) -> None:
    page = client.post("/form", data=typed(client, lot="")).text
    lot = re.search(r'<input[^>]*id="lot"[^>]*>', page)
    assert lot
    assert 'aria-invalid="true"' in lot[0]
    assert 'aria-describedby="lot-error lot-help"' in lot[0]


def test_a_retry_bears_the_same_request_id(client: FlaskClient) -> None:
    sent = typed(client, lot="")
    assert (
        hidden(client.post("/form", data=sent).text, "request_id")
        == (sent["request_id"])
    )


def test_a_mangled_request_id_is_replaced(client: FlaskClient) -> None:
    page = client.post("/form", data=typed(client, lot="", request_id="x")).text
    assert len(hidden(page, "request_id")) == 36


def test_a_row_is_added_without_scripts_and_nothing_is_lost(
    client: FlaskClient,
) -> None:
    page = client.post("/form", data=typed(client, add_row="results", lot="L9")).text
    assert 'id="results-1-value"' in page
    assert 'value="L9"' in page
    assert 'class="faults"' not in page


def test_no_row_is_added_beyond_the_most(client: FlaskClient) -> None:
    three = {f"results-{i}-value": str(i) for i in range(3)}
    page = client.post("/form", data=typed(client, add_row="results", **three)).text
    assert 'id="results-3-value"' not in page


def test_a_row_is_removed_without_scripts(client: FlaskClient) -> None:
    rows = {"results-1-substance": "zinc", "results-1-value": "2"}
    page = client.post("/form", data=typed(client, remove_row="results-0", **rows)).text
    assert 'id="results-1-value"' not in page
    assert 'value="zinc"' in page


@pytest.mark.parametrize("row", ["results-9", "results-x", "lot-0", "", "nothing-0"])
def test_removing_a_row_that_is_not_there_changes_nothing(
    client: FlaskClient, row: str
) -> None:
    page = client.post("/form", data=typed(client, remove_row=row)).text
    assert 'value="lead"' in page


# A session that ends in the middle of a form


def expire(client: FlaskClient, **values: str) -> str:
    """Let Amina type, end her session, send; return the page that answers."""
    client.get("/as/amina")
    sent = typed(client, **values)
    client.get("/out")
    answer = client.post("/form", data=sent)
    assert answer.status_code == 400
    return answer.text


def test_what_was_typed_is_shown_and_kept_when_the_session_ended(
    client: FlaskClient,
) -> None:
    assert "L-kept" in expire(client, lot="L-kept")
    client.get("/as/amina")
    page = client.get("/form").text
    assert 'value="L-kept"' in page
    assert 'value="lead"' in page
    assert "这是您登录失效之前填的内容" in page


def test_a_kept_form_can_be_sent(client: FlaskClient) -> None:
    expire(client, lot="L-kept")
    client.get("/as/amina")
    answer = client.post("/form", data=typed(client, lot="L-kept"))
    assert answer.location == "/form"
    assert "L-kept" not in client.get("/form").text


def test_the_next_person_at_the_computer_does_not_see_it(client: FlaskClient) -> None:
    expire(client, lot="L-kept")
    client.get("/as/dan")
    assert "L-kept" not in client.get("/form").text


def test_another_form_does_not_take_it(client: FlaskClient) -> None:
    expire(client, lot="L-kept")
    client.get("/as/amina")
    assert "L-kept" not in client.get("/secret").text


def test_values_without_our_note_are_not_kept(
    client: FlaskClient, drafts: MemoryDrafts
) -> None:
    client.post("/form", data={"lot": "planted", "kept_for": "forged"})
    assert drafts.saved == {}


def test_values_from_another_site_are_not_kept(
    client: FlaskClient, drafts: MemoryDrafts
) -> None:
    client.get("/as/amina")
    sent = typed(client)
    client.get("/out")
    client.post("/form", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert drafts.saved == {}


def test_a_form_with_secrets_is_not_kept(client: FlaskClient) -> None:
    page = client.get("/secret").text
    assert "kept_for" not in page
    assert "data-autosave" not in page


def test_the_token_is_not_part_of_what_is_kept(
    client: FlaskClient, drafts: MemoryDrafts
) -> None:
    expire(client)
    (draft,) = drafts.saved.values()
    assert "csrf_token" not in draft.data
    assert draft.owner_key == "amina"


def test_autosave_names_differ_between_persons(client: FlaskClient) -> None:
    def name() -> str:
        return client.get("/form").text.split('data-autosave="')[1][:16]

    client.get("/as/amina")
    hers = name()
    client.get("/as/dan")
    assert name() != hers


# Format


@pytest.fixture
def chinese(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=zh"):
        yield


@pytest.fixture
def english(app: Flask) -> Iterator[None]:
    with app.test_request_context("/?lang=en"):
        yield


DAY = date(2026, 11, 22)


def test_a_legal_date_in_data_is_iso() -> None:
    assert legal_date(DAY) == legal_date("2026-11-22") == "2026-11-22"


@pytest.mark.usefixtures("chinese")
def test_a_date_in_a_chinese_sentence() -> None:
    assert day(DAY).replace("\u202f", " ") == "11 月 22 日"
    assert day(DAY, year=True).replace("\u202f", " ") == "2026 年 11 月 22 日"


@pytest.mark.usefixtures("english")
def test_a_date_in_an_english_sentence() -> None:
    assert (day(DAY), day(DAY, year=True)) == ("22 Nov", "22 Nov 2026")


def test_a_moment_is_no_legal_date() -> None:
    with pytest.raises(TypeError, match="legal_date"):
        legal_date(datetime(2026, 11, 22, tzinfo=UTC))


@pytest.mark.usefixtures("english")
def test_a_moment_is_said_in_china_time_with_its_zone() -> None:
    assert moment("2026-11-21T16:30:00Z") == "2026-11-22 00:30 (China time, UTC+8)"


@pytest.mark.usefixtures("english")
def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no UTC offset"):
        moment("2026-11-21T16:30:00")


def text(value: str, unit: str) -> str:
    shown = quantity(SimpleNamespace(value=Decimal(value), unit=unit))
    return shown.striptags().replace("\u202f", " ")


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        ("1250", "KGM", "1,250 kg （2,500 斤）"),
        ("0.5", "TNE", "0.5 t （1,000 斤）"),
        ("8000", "MTK", "8,000 m² （12 亩）"),
        ("2", "HAR", "2 ha （30 亩）"),
        ("0.02", "NA", "0.02 mg/kg"),
        ("3", "XYZ", "3 XYZ"),
    ],
)
def test_a_quantity_is_shown_as_the_record_and_as_people_say(
    value: str, unit: str, shown: str
) -> None:
    assert text(value, unit) == shown


@pytest.mark.usefixtures("english")
def test_a_unit_of_somebody_else_is_only_text() -> None:
    shown = quantity(SimpleNamespace(value=Decimal(1), unit="<b>"))
    assert "<b>" not in shown


@given(st.decimals(-(10**12), 10**12, places=4))
@settings(max_examples=50, deadline=None)
def test_a_number_is_never_rounded(value: Decimal) -> None:
    assert Decimal(number(value).replace(",", "")) == value


@given(st.decimals(0, 10**6, places=3), st.decimals("0.001", 10**6, places=3))
@settings(max_examples=50, deadline=None)
def test_a_bar_passes_the_rule_only_above_the_limit(
    value: Decimal, limit: Decimal
) -> None:
    bar = limit_bar(value, limit)
    assert 0 <= bar.value <= 100
    assert (bar.value <= bar.limit) or value > limit


def test_a_banned_substance_fills_its_bar() -> None:
    assert limit_bar("0.001", "0").value == 100
    assert limit_bar(None, "0").value == 0


def test_short_forms_keep_what_tells_things_apart() -> None:
    assert short_hash(bytes(range(32))) == "000102…1d1e1f"
    assert short_did("did:web:trace.example:orgs:amina#key-1") == "amina"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("曲靖市沾益区白水蔬菜专业合作社", "白水"),
        ("云南省农产品质量安全检测中心", "农产"),
        ("上海市市场监督管理局", "市场"),
        ("县", "县"),
        ("Green Valley Farm", "GV"),
    ],
)
def test_a_seal_bears_two_characters_of_the_name(name: str, short: str) -> None:
    assert short_name(name) == short


# Colours and weight


def tokens(theme: str) -> dict[str, str]:
    css = (STATIC / "core.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    assert len(blocks) == 2
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[0]))
    dark = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", blocks[1]))
    assert light.keys() == dark.keys()
    return light if theme == "light" else dark


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definitions)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    )
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


TINTS = ["ok-bg", "warn-bg", "stop-bg", "none-bg"]
PAIRS = [
    *(("ink", ground, 12) for ground in ("ground", "surface", *TINTS)),
    *(("ink-2", ground, 4.5) for ground in ("ground", "surface", *TINTS)),
    *(
        (c, g, 4.5)
        for c in ("ok", "warn", "stop", "none")
        for g in ("ground", "surface")
    ),
    *((tint.removesuffix("-bg"), tint, 4.5) for tint in TINTS),
    *(("seal", ground, 4.5) for ground in ("ground", "surface")),
    ("on-seal", "seal", 4.5),
    # WCAG 1.4.11: what shows where an input is
    *(("edge", ground, 3) for ground in ("ground", "surface")),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_of_colours_can_be_read(
    theme: str, front: str, back: str, least: float
) -> None:
    colours = tokens(theme)
    assert contrast(colours[front], colours[back]) >= least


def test_contrast_is_computed_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_the_style_of_a_shoppers_page_is_light() -> None:
    assert len(gzip.compress(inline_css("core.css").encode())) <= 4 * 1024


def test_a_verdict_is_told_by_shape_and_word_and_colour(client: FlaskClient) -> None:
    page = client.get("/guide/shopper").text
    found = re.findall(
        r'class="verdict (\w+)".*?<(circle|path).*?<strong>(.*?)<', page, re.DOTALL
    )
    assert found == [
        ("green", "circle", "可放心核对"),
        ("yellow", "path", "请留意"),
        ("red", "path", "已召回"),
        ("grey", "path", "不是本登记的码"),
    ]
    assert "登记与签名一致" in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shoppers_page_is_one_small_request(
    client: FlaskClient, language: str
) -> None:
    page = client.get(f"/guide/shopper?lang={language}").text
    assert len(gzip.compress(page.encode())) <= 14 * 1024
    assert not re.search(r"<(script|img)|rel=.stylesheet", page)


def test_files_of_the_desk_are_named_by_their_bytes(client: FlaskClient) -> None:
    assert re.search(r"/static/desk\.css\?v=[0-9a-f]{12}", client.get("/form").text)


def test_the_mark_is_one_path_that_needs_no_font() -> None:
    assert re.fullmatch(r"[MLHVCAZ0-9 .\-]+", MARK_PATH)
    assert len(MARK_PATH) < 1024
