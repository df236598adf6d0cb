"""The page behind the label: what a shopper sees, and what nobody may learn from it."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from registry.commands.certifications import change
from registry.commands.labels import serials
from registry.domain.certification import ChangeCertificate
from registry.domain.gs1 import parse_digital_link
from registry.domain.inspection import AnalyteResult
from registry.service import Registry
from registry.store.queries.labels import label_runs
from registry.store.tables import ALL
from registry.verify import Trust, parse_bundle, verify_bundle
from tests.support.cast import GTIN, LOT, PATH, Cast, gather
from tests.support.registry import NOW, opened, settings_for
from tests.support.tampering import (
    damage_checkpoint,
    damage_leaf,
    damage_record,
    damage_tile,
)
from tests.support.web import app_for, client_for, post, said

PRODUCT = f"/01/{GTIN}"
XSS = "<script>alert(1)</script>"


@pytest.fixture
def story(embedded_cast: Cast) -> Cast:
    """A batch with everything that can be said of it."""
    embedded_cast.tells_the_story()
    return embedded_cast


@pytest.fixture
def open_registry(tmp_path: Path) -> Iterator[Registry]:
    """A registry whose log is not checked at the end: the test damages it."""
    with opened(settings_for(tmp_path)) as registry:
        gather(registry).tells_the_story()
        yield registry


def result(analyte: str, value: str | None) -> AnalyteResult:
    return AnalyteResult(
        analyte, Decimal(value) if value else None, Decimal("0.01"), "mg/kg", "GB 1"
    )


def colour(page: str) -> str:
    """Return the class of the verdict's block."""
    return page.partition('class="verdict ')[2].partition('"')[0]


def serial_path(cast: Cast) -> str:
    """Return the address of the first label."""
    run = label_runs(PATH)[0].run
    return next(iter(serials(cast.registry, parse_digital_link(PATH), run))).path


# What a shopper sees.


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["All clear", "Luoping small yellow ginger", "Luoping Inspection"]),
        ("zh", ["可放心核对", "罗平小黄姜", "罗平县农产品质检站"]),
    ],
)
def test_the_page_tells_the_whole_story_in_both_languages(
    story: Cast, language: str, words: list[str]
) -> None:
    answer = client_for(story.registry, language).get(PATH)

    assert answer.status_code == 200
    assert colour(answer.text) == "green"
    told = [*words, LOT, "云南省曲靖市罗平县", "2026-11-01", "LP-2026-0001"]
    told += ["GF-53-2026-0001", "噻虫嗪", "25% WG"]
    assert [word for word in told if word not in answer.text] == []


def test_a_result_stands_beside_its_limit_and_the_edition(
    story: Cast, client: FlaskClient
) -> None:
    story.registers_batch(
        story.amina,
        lot="OLD-1",
        harvested_on=date(2025, 11, 1),
        planted_on=date(2025, 3, 1),
    )
    story.logs_inspection(
        story.ben,
        batch_path=f"{PRODUCT}/10/OLD-1",
        number="LP-2025-7",
        sampled_on=date(2025, 11, 2),
        tested_on=date(2025, 11, 4),
        results=(result("噻虫嗪", "0.12"),),
    )

    text = said(client.get(f"{PRODUCT}/10/OLD-1"))

    assert "0.12 mg/kg" in text
    assert "Limit 0.3 mg/kg" in text
    assert "GB 2763-2021" in text
    assert "Within the limit" in text


def test_a_failed_test_is_red_whatever_is_certified(
    story: Cast, client: FlaskClient
) -> None:
    story.logs_inspection(
        story.ben, number="LP-2", verdict="fail", results=(result("噻虫嗪", "0.96"),)
    )

    page = client.get(PATH).text

    assert colour(page) == "red"
    assert "Do not eat" in page


def test_a_superseded_report_is_marked_and_stays_readable(
    story: Cast, client: FlaskClient
) -> None:
    first = story.logs_inspection(story.ben, number="LP-2")
    story.logs_inspection(
        story.ben,
        number="LP-2",
        supersedes=f"urn:uuid:{first.record_id}",
        reason="单位更正",
    )

    text = said(client.get(PATH))

    assert text.count("Superseded") == 1
    assert "Why it was corrected: 单位更正" in text
    assert text.count("Report LP-2 ") == 2


@pytest.mark.parametrize(
    ("done", "word"), [("suspend", "Suspended"), ("revoke", "Revoked")]
)
def test_a_certificate_that_does_not_hold_is_yellow(
    story: Cast, client: FlaskClient, done: str, word: str
) -> None:
    change(
        story.registry,
        story.chloe,
        ChangeCertificate("GF-53-2026-0001", done, "飞行检查"),
        request_id=story.next_request(),
        now=NOW,
    )

    page = client.get(PATH).text

    assert colour(page) == "yellow"
    assert word in page
    assert "飞行检查" in page


def test_an_expired_certificate_is_yellow(story: Cast) -> None:
    later = app_for(story.registry, lambda: NOW + timedelta(days=366 * 4))

    page = later.test_client().get(PATH, headers={"Accept-Language": "en"}).text

    assert colour(page) == "yellow"
    assert "has expired" in page


def test_an_input_too_close_to_harvest_is_a_finding(
    story: Cast, client: FlaskClient
) -> None:
    story.registers_product(story.amina, gtin="06901234567885", commodity="豇豆")
    path = "/01/06901234567885/10/BEAN-1"
    story.registers_batch(story.amina, gtin="06901234567885", lot="BEAN-1")
    story.records_operation(
        story.amina,
        batch_path=path,
        substance="阿维菌素",
        formulation="1.8%EC",
        applied_on=date(2026, 10, 30),
    )

    assert "2 days before the harvest" in said(client.get(path))


def test_what_happened_stands_beside_when_it_was_logged(
    story: Cast, client: FlaskClient
) -> None:
    text = said(client.get(PATH))

    assert text.index("Planted") < text.index("Plant protection: 噻虫嗪")
    assert "Logged 2026-11-20 10:00 (China time, UTC+8) by Luoping Ginger" in text
    assert "19 days after it happened" in text


def test_the_page_says_in_whose_hands_the_keys_are(
    story: Cast, client: FlaskClient
) -> None:
    assert "Kept by the registry on behalf of Luoping Ginger" in client.get(PATH).text


def test_a_label_shows_its_number_and_what_it_holds(
    story: Cast, client: FlaskClient
) -> None:
    text = said(client.get(serial_path(story)))

    assert "Number 1 of 40 in run 1" in text
    assert "2.5 kg" in text
    assert "can still be copied" in text


def test_a_product_page_names_no_batch(story: Cast, client: FlaskClient) -> None:
    answer = client.get(PRODUCT)

    assert answer.status_code == 200
    assert "This number names a product" in answer.text
    assert LOT not in answer.text


def test_markup_in_a_name_stays_text(story: Cast, client: FlaskClient) -> None:
    story.registers_product(
        story.amina, gtin="06901234567885", name=XSS, name_en=f'"><img src=x>{XSS[:9]}'
    )
    story.registers_batch(story.amina, gtin="06901234567885", lot="X-1")
    path = "/01/06901234567885/10/X-1"

    for address in (path, "/01/06901234567885", "/check"):
        for language in ("zh", "en"):
            query = {"lang": language, "code": XSS}
            page = client.get(address, query_string=query).text
            assert XSS not in page
            assert "<img" not in page
    assert "&lt;script&gt;" in client.get(path, query_string={"lang": "zh"}).text


# What was not issued here.


def guesses(cast: Cast) -> list[str]:
    """Return addresses of labels that nobody printed."""
    genuine = serial_path(cast)
    run, key = label_runs(PATH)[0].run, parse_digital_link(PATH)
    beyond = list(serials(cast.registry, key, run))[-1].path
    return [
        f"{PATH}/21/AAAA",
        f"{PATH}/21/0000000000000000",
        f"{PATH}/21/lower-case",
        genuine[:-1] + ("0" if genuine[-1] != "0" else "1"),
        genuine.replace(LOT, "261101-002"),
        beyond.replace(LOT, "OTHER"),
        f"{PRODUCT}/10/NOPE",
        "/01/06901234567885/10/NOPE",
        "/01/06901234567885",
        "/01/06901234567891",
        "/01/abc/10/x",
        f"{PRODUCT}/10/{'x' * 40}",
        f"{PRODUCT}/10/%3Cscript%3E",
    ]


def test_whatever_was_not_issued_gets_the_same_answer(
    story: Cast, client: FlaskClient
) -> None:
    answers = [client.get(path) for path in guesses(story)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert colour(answers[0].text) == "grey"
    assert "Not a code of this registry" in answers[0].text


@pytest.mark.parametrize("accept", ["application/json", "application/linkset+json"])
def test_a_program_gets_one_answer_too(
    story: Cast, client: FlaskClient, accept: str
) -> None:
    answers = [client.get(p, headers={"Accept": accept}) for p in guesses(story)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert answers[0].mimetype == "application/problem+json"


# Forms of the answer.


def test_a_program_gets_the_bundle_and_can_verify_it(
    story: Cast, client: FlaskClient
) -> None:
    ledger = story.registry.ledger
    by_accept = client.get(PATH, headers={"Accept": "application/json"})
    by_type = client.get(PATH, query_string={"linkType": "gs1:traceability"})

    assert by_accept.mimetype == by_type.mimetype == "application/json"
    assert by_accept.data == by_type.data
    trust = Trust(ledger.origin, ledger.verifier)
    assert verify_bundle(parse_bundle(by_accept.data), trust)


@pytest.mark.parametrize("path", [PATH, PRODUCT])
def test_a_resolver_gets_the_links(story: Cast, client: FlaskClient, path: str) -> None:
    accept = {"Accept": "application/linkset+json"}
    by_accept = client.get(path, headers=accept)
    by_type = client.get(path, query_string={"linkType": "linkset"})

    assert by_accept.mimetype == "application/linkset+json"
    assert by_accept.data == by_type.data
    [links] = json.loads(by_accept.data)["linkset"]
    assert links["anchor"] == f"https://trace.example{path}"
    [default] = links["https://ref.gs1.org/voc/defaultLink"]
    assert default["href"] == links["anchor"]
    for name, targets in links.items():
        for target in targets if name != "anchor" else []:
            assert target["title"]
            href = target["href"].removeprefix("https://trace.example")
            assert client.get(href).status_code == 200


def test_the_certificate_of_a_batch_is_among_its_links(
    story: Cast, client: FlaskClient
) -> None:
    answer = client.get(PATH, query_string={"linkType": "all"})

    [links] = json.loads(answer.data)["linkset"]
    assert len(links["https://ref.gs1.org/voc/certificationInfo"]) == 1


def test_a_link_type_that_is_not_served_is_not_found(
    story: Cast, client: FlaskClient
) -> None:
    answer = client.get(PATH, query_string={"linkType": "gs1:recipeInfo"})

    assert answer.status_code == 404
    assert "gs1:recipeInfo" in answer.text


@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8", "image/png", ""])
def test_everybody_else_gets_the_page(
    story: Cast, client: FlaskClient, accept: str
) -> None:
    assert client.get(PATH, headers={"Accept": accept}).mimetype == "text/html"


# Keeping and sending.


def test_the_page_is_small_and_complete_in_itself(
    story: Cast, client: FlaskClient
) -> None:
    answer = client.get(PATH, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) <= 14 * 1024
    page = gzip.decompress(answer.data).decode()
    assert "<script" not in page
    assert '<link rel="stylesheet"' not in page
    assert "<img" not in page


def test_a_page_that_did_not_change_is_not_sent_again(
    story: Cast, client: FlaskClient
) -> None:
    first = client.get(PATH)

    again = client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})

    assert first.headers["Cache-Control"] == "no-cache"
    assert again.status_code == 304
    assert again.data == b""
    kept = again.headers["Content-Security-Policy"]
    assert kept == first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("what", ["verdict", "language", "batch", "day"])
def test_a_page_that_changed_is_sent_again(
    story: Cast, client: FlaskClient, what: str
) -> None:
    tag = {"If-None-Match": client.get(PATH).headers["ETag"]}
    if what == "verdict":
        story.logs_inspection(story.ben, number="LP-2", verdict="fail")
    later = app_for(story.registry, lambda: NOW + timedelta(days=1)).test_client()
    asked = later if what == "day" else client
    path = f"{PATH}?lang=zh" if what == "language" else PATH
    if what == "batch":
        story.registers_batch(story.amina, lot="B-2")
        path = f"{PRODUCT}/10/B-2"

    headers = tag if what != "day" else tag | {"Accept-Language": "en"}
    assert asked.get(path, headers=headers).status_code == 200


def everything() -> dict[str, list[str]]:
    """Return every row of every table."""
    return {table.__name__: sorted(map(repr, table.select().tuples())) for table in ALL}


def test_looking_writes_nothing(story: Cast, client: FlaskClient) -> None:
    before = everything()
    paths = [PATH, serial_path(story), PRODUCT, f"{PRODUCT}/10/NOPE", "/check"]
    paths += [f"/check?code={LOT}", "/log", f"/log?q={LOT}", "/log/checkpoint"]

    for path in paths:
        client.get(path)
        client.head(path)

    assert everything() == before


def test_other_sites_may_fetch_the_evidence(story: Cast, client: FlaskClient) -> None:
    answer = client.get(PATH, query_string={"linkType": "gs1:traceability"})

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]


# A damaged database.

STEPS = {
    "record": ("inclusion", "signature"),
    "leaf": ("leaf", "inclusion"),
    "tile": ("inclusion",),
    "checkpoint": ("checkpoint",),
}
RECORDS = ["OriginRecord", "InspectionRecord", "CertificationRecord", "LabelRecord"]


def is_red(registry: Registry, steps: tuple[str, ...]) -> None:
    """Check that the page is red, says which step failed, and repeats no fact."""
    for path in (PATH, f"{PATH}/21/0000000000000000"):
        answer = client_for(registry).get(path)
        assert answer.status_code == 200
        assert colour(answer.text) == "red"
        assert "Do not rely on this" in answer.text
        assert any(f"({step}, " in answer.text for step in steps), said(answer)
    bundle = client_for(registry).get(PATH, headers={"Accept": "application/json"})
    assert bundle.status_code == 200


@pytest.mark.parametrize("position", [0, 1, 150, -2, -90])
@pytest.mark.parametrize("record_type", RECORDS)
def test_a_damaged_record_makes_the_page_red(
    open_registry: Registry, record_type: str, position: int
) -> None:
    damage_record(record_type, position)

    is_red(open_registry, STEPS["record"])


@pytest.mark.parametrize("position", [0, 15, 60, -3])
def test_a_damaged_leaf_makes_the_page_red(
    open_registry: Registry, position: int
) -> None:
    damage_leaf("InspectionRecord", position)

    is_red(open_registry, STEPS["leaf"])


@pytest.mark.parametrize("position", [0, 33, -1])
def test_a_damaged_tile_makes_the_page_red(
    open_registry: Registry, position: int
) -> None:
    damage_tile(position)

    is_red(open_registry, STEPS["tile"])


@pytest.mark.parametrize("position", [0, 15, 40, -5])
def test_a_damaged_checkpoint_makes_the_page_red(
    open_registry: Registry, position: int
) -> None:
    damage_checkpoint(position)

    is_red(open_registry, STEPS["checkpoint"])


@pytest.mark.parametrize("record_type", ["OrganisationRecord", "KeyRecord"])
def test_a_damaged_identity_makes_the_page_red(
    open_registry: Registry, record_type: str
) -> None:
    damage_record(record_type, 200)  # of the certifier, who came last

    is_red(open_registry, STEPS["record"])


def test_nothing_of_a_damaged_origin_is_repeated(open_registry: Registry) -> None:
    damage_record("OriginRecord", 300)

    page = client_for(open_registry, "zh").get(PATH).text

    assert "罗平小黄姜" not in page


def test_a_damaged_product_is_not_vouched_for(open_registry: Registry) -> None:
    damage_record("ProductRecord", 300)

    assert client_for(open_registry).get(PRODUCT).status_code == 404


# A code typed by hand or photographed.


@pytest.mark.parametrize(
    "code",
    [
        LOT,
        f" {LOT} ",
        "２６１１０１－００１",
        f"{GTIN} {LOT}",
        f"6901234567892 {LOT}",
        f"6 901234 567892 {LOT}",
        f"{GTIN}/{LOT}",
        f"(01){GTIN}(10){LOT}",
        f"（01）{GTIN}（10）{LOT}",
        f"(01) {GTIN} (10) {LOT}",
        PATH,
        f"https://trace.example{PATH}",
        f"trace.example{PATH}",
        f"HTTPS://TRACE.EXAMPLE{PATH}#ABCDEF",
    ],
)
def test_a_code_leads_to_its_page(story: Cast, client: FlaskClient, code: str) -> None:
    answer = client.get("/check", query_string={"code": code})

    assert answer.status_code == 303
    assert answer.headers["Location"] == PATH


def test_a_lower_case_lot_is_found(story: Cast, client: FlaskClient) -> None:
    story.registers_batch(story.amina, lot="AB-1")

    answer = client.get("/check", query_string={"code": "ab-1"})

    assert answer.headers["Location"] == f"{PRODUCT}/10/AB-1"


def test_a_bar_code_alone_leads_to_its_product(
    story: Cast, client: FlaskClient
) -> None:
    answer = client.get("/check", query_string={"code": "6901234567892"})

    assert answer.headers["Location"] == PRODUCT


def test_a_product_page_leads_to_one_of_its_lots(
    story: Cast, client: FlaskClient
) -> None:
    answer = client.get("/check", query_string={"gtin": GTIN, "code": LOT})

    assert answer.headers["Location"] == PATH


def test_a_lot_of_several_products_is_chosen_from(
    story: Cast, client: FlaskClient
) -> None:
    story.registers_product(story.dan, gtin="06901234567885", name="九龙白菜")
    story.registers_plot(story.dan)
    story.registers_batch(story.dan, gtin="06901234567885")

    answer = client.get("/check", query_string={"code": LOT, "lang": "zh"})

    assert answer.status_code == 200
    for path, owner in (
        (PATH, "罗平小黄姜合作社"),
        (f"/01/06901234567885/10/{LOT}", "九龙蔬菜合作社"),
    ):
        assert f'href="{path}"' in answer.text
        assert owner in answer.text


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("NOPE", "No batch with the number NOPE"),
        ("a_b!", "1 to 20 of the letters"),
        ("(01)06901234567891(10)A", "check digit"),
        ("x" * 500, "Type the code printed"),
        ("https://[/01/", "Scan the label"),
    ],
)
def test_a_code_that_leads_nowhere_is_explained_and_kept(
    story: Cast, client: FlaskClient, code: str, message: str
) -> None:
    answer = client.get("/check", query_string={"code": code})

    assert answer.status_code == 200
    assert message in answer.text
    assert f'value="{code}"' in answer.text


@pytest.mark.parametrize(
    "code",
    [
        f"https://evil.example{PATH}",
        f"https://trace.example@evil.example{PATH}",
        f"https://trace.example.evil.example{PATH}",
        "https://evil.example/anything",
    ],
)
def test_a_code_of_another_site_is_told_apart_and_not_followed(
    story: Cast, client: FlaskClient, code: str
) -> None:
    answer = client.get("/check", query_string={"code": code})

    assert answer.status_code == 200
    assert "evil.example, not to this registry" in said(answer)
    assert 'href="https://' not in answer.text


def photo_of(text: str, size: int = 400) -> BytesIO:
    """Return a PNG of a QR code."""
    import qrcode  # noqa: PLC0415

    file = BytesIO()
    image = qrcode.make(text).get_image().convert("L").resize((size, size))
    image.save(file, "PNG")
    file.seek(0)
    return file


def sends(client: FlaskClient, photo: BytesIO) -> TestResponse:
    values = {"photo": (photo, "label.png")}
    return post(client, "/check", values)  # type: ignore[arg-type]


def test_a_photo_of_a_label_leads_to_its_page(story: Cast, client: FlaskClient) -> None:
    answer = sends(client, photo_of(f"https://trace.example{PATH}"))

    assert answer.status_code == 303
    assert answer.headers["Location"] == PATH


def test_a_photo_without_a_code_is_explained(story: Cast, client: FlaskClient) -> None:
    blank = BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "JPEG")
    blank.seek(0)

    answer = sends(client, blank)

    assert answer.status_code == 200
    assert "No code was found in this photo" in answer.text


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_a_file_that_is_no_photo_is_refused(
    story: Cast, client: FlaskClient, content: bytes
) -> None:
    answer = sends(client, BytesIO(content))

    assert answer.status_code == 200
    assert "not a photo that can be read" in answer.text


def test_the_upload_needs_the_token_of_its_form(
    story: Cast, client: FlaskClient
) -> None:
    photo = photo_of(f"https://trace.example{PATH}")

    answer = client.post("/check", data={"photo": (photo, "label.png")})

    assert answer.status_code == 400
