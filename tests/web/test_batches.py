"""A cooperative's batches, through the pages."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from registry.domain.batch import Batch
from registry.store.batch_drafts import batch_drafts_of
from registry.store.queries.batches import batch_by_path, batches_of
from registry.store.queries.records import records_naming
from registry.web.context import COOKIE
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.pages import error_at
from tests.support.web import HTML, client_for, hidden_inputs, post, said, sign_in

TODAY = date(2026, 11, 20)
SHOW = f"/batches/{GTIN}/{LOT}"

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return what is typed into the form, and the button that signs."""
    return {
        "gtin": GTIN,
        "plots": "P1",
        "planted_on": "2026-03-01",
        "harvested_on": "2026-11-01",
        "quantity": "4,000",
        "unit": "斤",
        "lot": LOT,
        "intent": "register",
    } | changes


def registered(cast: Cast) -> list[Batch]:
    """Return Amina's batches, newest first."""
    rows = batches_of(cast.amina.organisation.did, TODAY)
    found = [batch_by_path(row.path) for row in rows]
    return [batch for batch in found if batch]


@pytest.fixture
def ready(embedded_cast: Cast) -> Cast:
    """Amina has a product and a plot of 10 mu."""
    embedded_cast.registers_product(embedded_cast.amina)
    embedded_cast.registers_plot(embedded_cast.amina)
    return embedded_cast


def test_an_empty_list_offers_the_first_step(amina_client: FlaskClient) -> None:
    page = amina_client.get("/batches").text

    assert "No batch yet" in page
    assert 'href="/batches/new"' in page


def test_without_a_product_the_form_leads_to_one(amina_client: FlaskClient) -> None:
    page = amina_client.get("/batches/new").text

    assert 'href="/products/new"' in page
    assert 'name="quantity"' not in page


def test_without_a_plot_the_form_leads_to_one(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    embedded_cast.registers_product(embedded_cast.amina)

    assert 'href="/plots/new"' in amina_client.get("/batches/new").text


def test_a_batch_is_registered_in_jin_and_held_in_kilograms(
    amina_client: FlaskClient, ready: Cast
) -> None:
    answer = post(amina_client, "/batches/new", typed())

    assert (answer.status_code, answer.location) == (303, SHOW)
    (batch,) = registered(ready)
    assert (batch.link.path, batch.quantity.text) == (PATH, "2000")
    page = said(amina_client.get(SHOW))
    assert "2,000 kg" in page
    assert "4,000 jin" in page
    assert "is registered, signed and in the log" in page


def test_tonnes_and_pieces_are_taken(amina_client: FlaskClient, ready: Cast) -> None:
    post(amina_client, "/batches/new", typed(quantity="1.5", unit="吨", lot="T1"))
    post(amina_client, "/batches/new", typed(quantity="12", unit="个", lot="H1"))

    pieces, tonnes = (batch.quantity for batch in registered(ready))
    assert (tonnes.text, tonnes.unit) == ("1500", "KGM")
    assert (pieces.text, pieces.unit) == ("12", "H87")


def test_a_number_is_made_where_none_is_typed(
    amina_client: FlaskClient, ready: Cast
) -> None:
    post(amina_client, "/batches/new", typed(lot=""))

    assert registered(ready)[0].link.lot == "261101-001"


def test_a_double_click_registers_one_batch(
    amina_client: FlaskClient, ready: Cast
) -> None:
    values = hidden_inputs(amina_client.get("/batches/new").text) | typed(lot="")

    answers = [amina_client.post("/batches/new", data=values) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(registered(ready)) == 1


REFUSALS = [
    ({"gtin": "06901234567893"}, "gtin", "check digit 2"),
    ({"gtin": ""}, "gtin", "No product is chosen"),
    ({"plots": "P9"}, "plots", "You have no plot P9"),
    ({"plots": ""}, "plots", "You have no plot"),
    ({"planted_on": ""}, "planted_on", "This date is missing"),
    ({"planted_on": "2026-02-30"}, "planted_on", "is not a day of the calendar"),
    ({"harvested_on": "2026-02-28"}, "harvested_on", "before planting on 2026-03-01"),
    ({"harvested_on": "2026-11-21"}, "harvested_on", "is in the future"),
    ({"quantity": ""}, "quantity", "This is empty"),
    ({"quantity": "0"}, "quantity", "is not above zero"),
    ({"quantity": "-5"}, "quantity", "is not a plain number"),
    ({"quantity": "1e9"}, "quantity", "is not a plain number"),
    ({"quantity": "700", "unit": "吨"}, "quantity", "which no crop bears"),
    ({"unit": "亩"}, "quantity", "Goods are measured in kg"),
    ({"lot": "甲 1"}, "lot", "cannot be used here"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    ready: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(ready.registry, language)
    sign_in(client, ready, "amina")
    values = typed(quantity="4,000") | changes

    answer = post(client, "/batches/new", values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for kept in (values["lot"], values["quantity"], values["harvested_on"]):
        assert f'value="{kept}"' in answer.text
    assert registered(ready) == []


def test_a_lot_that_exists_is_refused_at_its_input(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)

    answer = post(amina_client, "/batches/new", typed())

    assert "exists already" in error_at(answer.text, "lot")
    assert len(registered(ready)) == 1


def test_the_product_of_another_is_refused_at_its_input(
    amina_client: FlaskClient, ready: Cast
) -> None:
    other = "06901234567908"
    ready.registers_product(ready.dan, other)

    answer = post(amina_client, "/batches/new", typed(gtin=other))

    assert "belongs to another organisation" in error_at(answer.text, "gtin")
    assert registered(ready) == []


def test_dates_are_taken_as_people_write_them(
    amina_client: FlaskClient, ready: Cast
) -> None:
    dates = {"planted_on": "2026年3月1日", "harvested_on": "２０２６/11/1"}

    post(amina_client, "/batches/new", typed(**dates))

    (batch,) = registered(ready)
    assert (batch.planted_on, batch.harvested_on) == (
        date(2026, 3, 1),
        date(2026, 11, 1),
    )


def test_what_was_typed_survives_a_session_that_ended(
    amina_client: FlaskClient, ready: Cast
) -> None:
    values = hidden_inputs(amina_client.get("/batches/new").text) | typed(
        quantity="1234", lot="KEEP-1"
    )
    amina_client.delete_cookie(COOKIE)

    answer = amina_client.post("/batches/new", data=values)

    assert answer.status_code == 303
    assert "/login" in answer.location
    assert registered(ready) == []
    sign_in(amina_client, ready, "amina", "/batches/new")
    page = amina_client.get("/batches/new").text
    for kept in ("1234", "KEEP-1", "2026-03-01"):
        assert f'value="{kept}"' in page
    assert re.search(r'<input checked[^>]*value="P1"', page)


def test_what_was_typed_is_not_shown_to_the_next_person(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_product(ready.dan, "06901234567908")
    ready.registers_plot(ready.dan)
    values = hidden_inputs(amina_client.get("/batches/new").text) | typed(lot="KEEP-1")
    amina_client.delete_cookie(COOKIE)
    amina_client.post("/batches/new", data=values)

    sign_in(amina_client, ready, "dan")

    assert "KEEP-1" not in amina_client.get("/batches/new").text


def test_a_draft_is_kept_first_in_the_list_and_opened_again(
    amina_client: FlaskClient, ready: Cast
) -> None:
    values = typed(harvested_on="", quantity="", lot="", intent="draft")

    answer = post(amina_client, "/batches/new", values)

    assert (answer.status_code, answer.location) == (303, "/batches")
    assert registered(ready) == []
    (kept,) = batch_drafts_of(ready.amina.organisation.did)
    address = f"/batches/drafts/{kept.draft_id}"
    assert f'href="{address}"' in amina_client.get("/batches").text
    page = amina_client.get(address).text
    assert 'value="2026-03-01"' in page
    assert f'<option selected value="{GTIN}">' in page


def test_the_enter_key_signs_nothing(amina_client: FlaskClient, ready: Cast) -> None:
    post(amina_client, "/batches/new", typed(intent=""))

    assert registered(ready) == []
    assert len(batch_drafts_of(ready.amina.organisation.did)) == 1


def test_saving_twice_keeps_one_draft(amina_client: FlaskClient, ready: Cast) -> None:
    page = amina_client.get("/batches/new").text
    values = hidden_inputs(page) | typed(intent="draft")

    for _ in range(2):
        amina_client.post("/batches/new", data=values)

    assert len(batch_drafts_of(ready.amina.organisation.did)) == 1


def test_a_draft_becomes_a_batch_and_is_gone_even_on_a_double_click(
    amina_client: FlaskClient, ready: Cast
) -> None:
    post(amina_client, "/batches/new", typed(intent="draft"))
    (kept,) = batch_drafts_of(ready.amina.organisation.did)
    address = f"/batches/drafts/{kept.draft_id}"
    values = hidden_inputs(amina_client.get(address).text) | typed()

    answers = [amina_client.post(address, data=values) for _ in range(2)]

    assert [answer.location for answer in answers] == [SHOW, SHOW]
    assert len(registered(ready)) == 1
    assert batch_drafts_of(ready.amina.organisation.did) == []


def test_a_draft_is_discarded(amina_client: FlaskClient, ready: Cast) -> None:
    post(amina_client, "/batches/new", typed(intent="draft"))
    (kept,) = batch_drafts_of(ready.amina.organisation.did)
    address = f"/batches/drafts/{kept.draft_id}"

    post(amina_client, f"{address}/discard", form_at=address)

    assert batch_drafts_of(ready.amina.organisation.did) == []
    assert amina_client.get(address).status_code == 404


def test_the_draft_of_another_is_not_found(
    amina_client: FlaskClient, ready: Cast
) -> None:
    post(amina_client, "/batches/new", typed(intent="draft"))
    (kept,) = batch_drafts_of(ready.amina.organisation.did)
    dan = client_for(ready.registry)
    sign_in(dan, ready, "dan")

    assert dan.get(f"/batches/drafts/{kept.draft_id}").status_code == 404


def test_a_new_batch_is_copied_from_the_last_one_but_for_its_facts(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)

    page = amina_client.get("/batches/new?copy=last").text

    assert f'<option selected value="{GTIN}">' in page
    assert re.search(r'<input checked[^>]*value="P1"', page)
    assert 'value="2026-03-01"' in page
    assert 'value="2026-11-20"' in page  # today, not the harvest of the last one
    assert re.search(r'name="quantity"[^>]* value=""', page)
    assert LOT not in page


def test_the_batch_of_another_is_not_copied(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)
    dan = client_for(ready.registry)
    sign_in(dan, ready, "dan")

    assert dan.get("/batches/new", query_string={"copy": PATH}).status_code == 403


def test_a_batch_shows_all_that_is_said_of_it(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    embedded_cast.tells_the_story()

    answer = amina_client.get(SHOW)

    page = said(answer)
    for fact in (
        "Certified",
        "噻虫嗪",
        "LP-2026-0001",
        "GF-53-2026-0001",
        "40 labels",
        "1,900 kg",
        "10 mu",
        "云南省曲靖市罗平县",
    ):
        assert fact in page
    assert f'href="{PATH}"' in answer.text
    assert answer.text.count("/records/") >= 5


@pytest.mark.parametrize(
    ("steps", "action"),
    [
        ([], "Record an input used"),
        (["records_operation"], "Show the code"),
    ],
)
def test_a_batch_says_what_to_do_next(
    amina_client: FlaskClient, ready: Cast, steps: list[str], action: str
) -> None:
    ready.registers_batch(ready.amina)
    for step in steps:
        getattr(ready, step)(ready.amina)

    page = amina_client.get(SHOW).text

    (primary,) = re.findall(r'class="button primary"[^>]*>(.*?)</a>', page)
    assert primary == action


def test_a_failed_batch_is_not_sent_to_the_printer(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)
    ready.logs_inspection(ready.ben, verdict="fail")

    page = amina_client.get(SHOW).text

    (primary,) = re.findall(r'class="button primary"[^>]*>(.*?)</a>', page)
    assert primary == "See the results"
    assert "Do not sell this batch" in page


@pytest.mark.parametrize(
    "path",
    [
        SHOW,
        f"{SHOW}/correct",
        f"{SHOW}/operations/new",
        f"{SHOW}/labels",
        f"{SHOW}/labels/0",
        f"{SHOW}/labels/0.pdf",
        f"{SHOW}/labels/0/1.png",
        f"{SHOW}/labels/batch.png",
        f"{SHOW}/labels/batch.pdf",
    ],
)
def test_every_page_of_the_batch_of_another_is_forbidden(
    embedded_cast: Cast, path: str
) -> None:
    embedded_cast.tells_the_story()
    dan = client_for(embedded_cast.registry)
    sign_in(dan, embedded_cast, "dan")

    answer = dan.get(path)

    assert answer.status_code == 403
    assert "噻虫嗪" not in answer.text


@pytest.mark.parametrize("path", ["/batches", "/batches/new", SHOW])
def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 303
    assert answer.location.startswith("/login")


def test_an_inspector_has_no_list_of_batches(ben_client: FlaskClient) -> None:
    assert ben_client.get("/batches").status_code == 403


def test_a_form_without_its_token_registers_nothing(
    amina_client: FlaskClient, ready: Cast
) -> None:
    answer = amina_client.post("/batches/new", data=typed(), headers=HTML)

    assert answer.status_code == 400
    assert registered(ready) == []


def test_a_search_finds_by_lot_product_and_gtin(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina, lot="AB-77")
    ready.registers_batch(ready.amina, lot="CD-88")

    for text in ("ab-7", "小黄姜", "yellow GINGER", GTIN):
        assert "AB-77" in amina_client.get("/batches", query_string={"q": text}).text
    page = amina_client.get("/batches?q=cd-88").text
    assert "CD-88" in page
    assert "AB-77" not in page
    assert "No batch matches" in amina_client.get("/batches?q=pumpkin").text


def test_a_long_list_has_pages(amina_client: FlaskClient, ready: Cast) -> None:
    for number in range(21):
        ready.registers_batch(ready.amina, lot=f"N-{number:02d}")

    first = amina_client.get("/batches").text
    second = amina_client.get("/batches?page=2").text

    assert "N-20" in first
    assert "N-00" not in first
    assert 'href="/batches?page=2"' in first
    assert "N-00" in second
    assert "N-20" not in second
    assert "N-00" in amina_client.get("/batches?page=99").text


def test_markup_in_a_name_stays_text(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    name = '<script>alert("姜")</script>'
    embedded_cast.registers_product(embedded_cast.amina, name=name, name_en=name)
    embedded_cast.registers_plot(embedded_cast.amina)
    embedded_cast.registers_batch(embedded_cast.amina)

    for path in ("/batches", "/batches/new", SHOW, f"{SHOW}/labels", "/products"):
        page = amina_client.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


def test_a_correction_is_registered_with_its_reason(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)

    values = typed(quantity="1900", unit="公斤", reason="weighed again")
    answer = post(amina_client, f"{SHOW}/correct", values)

    assert (answer.status_code, answer.location) == (303, SHOW)
    assert registered(ready)[0].quantity.text == "1900"
    assert b"weighed again" in records_naming([PATH])[-1].secured


def test_a_correction_without_a_reason_is_refused_at_its_input(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.registers_batch(ready.amina)

    answer = post(amina_client, f"{SHOW}/correct", typed(quantity="1900", unit="公斤"))

    assert "empty" in error_at(answer.text, "reason")
    assert registered(ready)[0].quantity.text == "2000"


def test_a_correction_on_a_page_that_was_overtaken_is_refused(
    amina_client: FlaskClient, ready: Cast
) -> None:
    first = ready.registers_batch(ready.amina)
    stale = hidden_inputs(amina_client.get(f"{SHOW}/correct").text)
    ready.registers_batch(ready.amina, supersedes=first.record_id, reason="typo")

    values = stale | typed(quantity="1900", unit="公斤", reason="weighed again")
    answer = amina_client.post(f"{SHOW}/correct", data=values)

    assert "it was corrected since" in said(answer)
    assert registered(ready)[0].quantity.text == "2000"
