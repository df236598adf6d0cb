"""The start page, and the list of the day for each role."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from registry.commands.batch_drafts import save_batch_draft
from registry.domain.parties import Kind, RegisterOrganisation, Role
from registry.errors import msg
from registry.store.accounts import keep_membership
from registry.store.batch_drafts import BatchDraft
from registry.web.i18n import say
from tests.support.cast import GTIN, LOT, PATH, Cast, uscc
from tests.support.registry import NOW
from tests.support.web import app_for, client_for, enrol, post, said, sign_in

SECOND = f"/01/{GTIN}/10/261102-002"
LANGUAGES = ["zh", "en"]


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """One batch tested, certified and labelled; one that failed; one not tested."""
    embedded_cast.tells_the_story()
    embedded_cast.registers_batch(embedded_cast.amina, lot="261102-002")
    embedded_cast.logs_inspection(
        embedded_cast.ben, batch_path=SECOND, number="LP-2", verdict="fail"
    )
    embedded_cast.registers_batch(embedded_cast.amina, lot="261103-003")
    return embedded_cast


def opened_by(cast: Cast, name: str, language: str = "en") -> FlaskClient:
    client = client_for(cast.registry, language)
    sign_in(client, cast, name)
    return client


def sections(page: str) -> dict[str, str]:
    """Return what stands under each heading of the list."""
    found = re.findall(r'<h2 id="s\d+">(.*?)</h2>(.*?)</section>', page, re.DOTALL)
    return dict(found)


def links(page: str) -> set[str]:
    """Return where the page leads, inside its main part."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return set(re.findall(r'href="(/[^"#]*)"', main))


# For everybody


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_start_page_offers_to_check_a_code_and_to_sign_in(
    embedded_cast: Cast, language: str
) -> None:
    client = client_for(embedded_cast.registry, language)
    page = client.get("/").text
    with app_for(embedded_cast.registry).test_request_context(f"/?lang={language}"):
        assert say(msg("Check where food comes from")) in page
        assert say(msg("Demonstration data")) in page
    assert 'action="/check"' in page
    assert 'name="code"' in page
    assert {"/login", "/help", "/help/roles", "/log"} <= links(page)


def test_the_start_page_leads_who_is_signed_in_to_their_list(
    amina_client: FlaskClient,
) -> None:
    found = links(amina_client.get("/").text)
    assert "/today" in found
    assert "/login" not in found


def test_a_typed_code_leads_to_its_batch(told: Cast) -> None:
    client = client_for(told.registry)
    assert client.get(f"/check?code={LOT}").location == PATH


def test_the_list_of_the_day_asks_for_a_login(client: FlaskClient) -> None:
    assert client.get("/today").location.startswith("/login?next=/today")


def test_who_belongs_nowhere_reads_what_to_do(embedded_cast: Cast) -> None:
    page = opened_by(embedded_cast, "eve").get("/today")
    assert page.status_code == 200
    assert "Its manager can send you an invitation" in said(page)


# Cooperative


def test_a_cooperative_sees_failures_first(told: Cast) -> None:
    page = opened_by(told, "amina").get("/today").text
    found = sections(page)
    assert next(iter(found)) == "Did not pass: do not sell"
    assert "261102-002" in found["Did not pass: do not sell"]
    assert "261103-003" in found["Not tested yet"]
    assert LOT in found["Newest results"]
    assert "Drafts to go on with" not in found


def test_a_draft_waits_to_be_gone_on_with(told: Cast) -> None:
    draft_id = "5f0c8f4e-7a43-4ed4-8f0e-0d7f6f3a5c11"
    draft = BatchDraft(gtin=GTIN, plots=("P1",))
    save_batch_draft(told.amina, draft, draft_id=draft_id, now=NOW)
    found = sections(opened_by(told, "amina").get("/today").text)
    assert "Luoping small yellow ginger" in found["Drafts to go on with"]
    assert f"/batches/drafts/{draft_id}" in found["Drafts to go on with"]


def test_another_cooperatives_batches_are_not_ones_own(told: Cast) -> None:
    page = opened_by(told, "dan").get("/today").text
    assert sections(page) == {}
    assert LOT not in page


@pytest.mark.parametrize("days", [0, 60])
def test_a_certificate_that_ends_within_two_months_is_shown(
    told: Cast, days: int
) -> None:
    ends = date(2026, 11, 20) + timedelta(days=days)
    told.certifies(told.chloe, number="GF-SOON", valid_until=ends)
    found = sections(opened_by(told, "amina").get("/today").text)
    assert "GF-SOON" in found["Certificates to look after"]
    assert "Ends soon" in found["Certificates to look after"]
    found = sections(opened_by(told, "chloe").get("/today").text)
    assert "GF-SOON" in found["Certificates that end soon or are suspended"]


def test_a_certificate_that_holds_for_long_is_left_alone(told: Cast) -> None:
    assert "Certificates to look after" not in sections(
        opened_by(told, "amina").get("/today").text
    )
    assert sections(opened_by(told, "chloe").get("/today").text) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_cooperative_is_led_from_product_to_plot_to_batch(
    embedded_cast: Cast, language: str
) -> None:
    client, cast = opened_by(embedded_cast, "amina", language), embedded_cast
    assert "/products/new" in links(client.get("/today").text)
    cast.registers_product(cast.amina)
    assert "/plots/new" in links(client.get("/today").text)
    cast.registers_plot(cast.amina)
    assert "/batches/new" in links(client.get("/today").text)
    cast.registers_batch(cast.amina)
    assert f"/batches/{GTIN}/{LOT}" in links(client.get("/today").text)


# The others


def test_an_inspector_sees_what_waits_and_what_was_logged(told: Cast) -> None:
    page = opened_by(told, "ben").get("/today").text
    found = sections(page)
    assert "261103-003" in found["Batches that wait for a test"]
    assert LOT not in found["Batches that wait for a test"]
    assert LOT in found["Your newest reports"]
    assert "/inspections/find" in links(page)


def test_an_inspector_of_the_owner_does_not_see_the_owners_batch(told: Cast) -> None:
    keep_membership(enrol(told, "amina"), told.ben.organisation.did, Role.WORKER)
    client = opened_by(told, "amina")
    body = {"organisation": told.ben.organisation.did}
    post(client, "/account/organisation", body, form_at="/account")
    found = sections(client.get("/today").text)
    assert "Batches that wait for a test" not in found
    assert "Your newest reports" in found


def test_an_authority_sees_the_failures_of_its_division(told: Cast) -> None:
    page = opened_by(told, "grace").get("/today").text
    found = sections(page)
    assert "261102-002" in found["Failed tests in your division"]
    assert LOT not in found["Failed tests in your division"]
    assert "/organisations/luoping-ginger/first-manager" in page


def test_an_operator_sees_the_health_of_the_registry(told: Cast) -> None:
    found = sections(opened_by(told, "olive").get("/today").text)
    assert found["Health of the registry"].count("In order") == 3


def test_an_operator_sees_that_the_log_refuses(told: Cast) -> None:
    told.registry.settings.mark_path.write_text(f"999 {'0' * 64}\n")
    told.registry.ledger.open()
    found = sections(opened_by(told, "olive").get("/today").text)
    assert "Needs a person" in found["Health of the registry"]
    assert "accepts nothing until a person decides" in found["Health of the registry"]


PEOPLE = ["amina", "dan", "ben", "chloe", "grace", "olive", "root"]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_of_the_list_leads_somewhere(
    told: Cast, name: str, role: Role
) -> None:
    keep_membership(enrol(told, name), told.people[name].organisation.did, role)
    client = opened_by(told, name)
    page = client.get("/today")
    assert page.status_code == 200
    for link in links(page.text):
        answer = client.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200, f"{link}: {said(answer)}"


@pytest.mark.parametrize("kind", [Kind.MARKET, Kind.CARRIER, Kind.SERVICE_STATION])
def test_who_has_nothing_to_do_is_offered_to_check_a_code(
    told: Cast, kind: Kind
) -> None:
    slug = f"a-{kind}".replace("_", "-")
    given = RegisterOrganisation(
        slug, str(kind), "罗平", "Luoping", "罗平", "530324", uscc(9)
    )
    told.admits(told.grace, given)
    told.joins("hua", slug)
    page = opened_by(told, "hua").get("/today").text
    assert "Nothing waits for you" in page
    assert "/check" in links(page)
