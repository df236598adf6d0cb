"""A certifier's pages: find, issue, look at, suspend, reinstate, revoke."""

from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.domain.parties import Role
from registry.store.accounts import account_by_login, keep_membership
from registry.store.queries.certificates import CertificateRow, certificates_of
from registry.web.context import COOKIE
from tests.support.cast import GTIN, LOT, PATH, Cast, organisations, uscc
from tests.support.refusals import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

NEW = "/certifications/new"
NUMBER = "GF-53-2026-0001"
DANS_GTIN = "06901234567908"

Values = dict[str, str]


def typed(*codes: str, **changes: str) -> Values:
    """Return a certificate as typed; of Amina's batch unless codes are given."""
    given = {
        "number": NUMBER,
        "scheme": "green_food",
        "standard": "NY/T 1193",
        "valid_from": "2026-11-05",
        "valid_until": "2029-11-04",
        "yearly_quantity": "",
        "yearly_unit": "公斤",
    } | changes
    paths = {f"paths-{n}-code": code for n, code in enumerate(codes or (PATH,))}
    return paths | given


def issued(cast: Cast) -> list[CertificateRow]:
    return certificates_of(cast.chloe.organisation.did)


def page_of(cast: Cast, number: str = NUMBER) -> str:
    """Return where Chloe's certificate stands."""
    [row] = [row for row in issued(cast) if row.certificate.number == number]
    return f"/certifications/{row.record_id}"


@pytest.fixture
def ready(embedded_cast: Cast) -> Cast:
    """Amina has a batch that Ben has passed."""
    cast = embedded_cast
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    cast.logs_inspection(cast.ben)
    return cast


@pytest.fixture
def erin_client(ready: Cast) -> FlaskClient:
    """Erin of another certification body, signed in."""
    _, _, body = organisations()[-1]
    ready.admits(ready.grace, replace(body, slug="second", uscc=uscc(21)))
    ready.joins("erin", "second")
    client = client_for(ready.registry)
    sign_in(client, ready, "erin")
    return client


# Issuing


def test_a_batch_is_found_and_certified(ready: Cast, chloe_client: FlaskClient) -> None:
    waiting = chloe_client.get("/certifications/find").text
    assert f'href="{NEW}?path={PATH}"' in waiting
    form = chloe_client.get(NEW, query_string={"path": PATH})
    assert f'value="{PATH}"' in form.text
    assert "Luoping small yellow ginger · batch 261101-001" in said(form)

    done = post(chloe_client, NEW, typed(yearly_quantity="5", yearly_unit="吨"))

    assert done.status_code == 303
    assert done.location == page_of(ready)
    page = said(chloe_client.get(done.location))
    assert f"Certificate {NUMBER} is signed and logged." in page
    assert "Certificate valid" in page
    assert "5,000 kg" in page
    assert (
        f'href="{NEW}?path={PATH}"' not in chloe_client.get("/certifications/find").text
    )


@pytest.mark.parametrize(
    "code", [LOT, f"{GTIN} {LOT}", f"(01){GTIN}(10){LOT}", f"https://old.example{PATH}"]
)
def test_what_is_certified_may_be_typed_as_it_stands_on_the_label(
    ready: Cast, chloe_client: FlaskClient, code: str
) -> None:
    assert post(chloe_client, NEW, typed(code)).status_code == 303

    assert issued(ready)[0].certificate.paths == (PATH,)


def test_a_whole_product_is_certified_by_its_gtin(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    done = post(chloe_client, NEW, typed(GTIN))

    assert issued(ready)[0].certificate.paths == (f"/01/{GTIN}",)
    assert f"every batch of {GTIN}" in said(chloe_client.get(done.location))


def test_rows_that_nobody_filled_are_left_out(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    assert post(chloe_client, NEW, typed("", PATH, " ")).status_code == 303

    assert issued(ready)[0].certificate.paths == (PATH,)


REFUSALS = [
    pytest.param(typed(number=""), "number", "This is empty", id="no number"),
    pytest.param(typed(standard=""), "standard", "This is empty", id="no standard"),
    pytest.param(
        typed(valid_until="2026-11-04"),
        "valid_until",
        "before it begins on 2026-11-05",
        id="ends first",
    ),
    pytest.param(typed(valid_until=""), "valid_until", "is missing", id="no end"),
    pytest.param(
        typed(valid_from="2026-02-30"), "valid_from", "no", id="no day of the calendar"
    ),
    pytest.param(
        typed(scheme="organic"), "scheme", "is not accredited for", id="not accredited"
    ),
    pytest.param(typed(""), "paths-0-code", "Type the code", id="nothing in scope"),
    pytest.param(
        typed("NO-SUCH-LOT"), "paths-0-code", "is not registered here", id="no such lot"
    ),
    pytest.param(
        typed(GTIN[:-1] + "9"), "paths-0-code", "is not registered here", id="no GTIN"
    ),
    pytest.param(
        typed(f"{PATH}9"), "paths", "is not registered here", id="no such batch"
    ),
    pytest.param(typed(PATH, LOT), "paths", "named twice", id="the same twice"),
    pytest.param(
        typed(PATH, GTIN), "paths", "either products or batches", id="mixed scope"
    ),
    pytest.param(
        typed(yearly_quantity="five"),
        "yearly_quantity",
        "is not a plain number",
        id="no number of kg",
    ),
    pytest.param(
        typed(yearly_quantity="0"), "yearly_quantity", "not above zero", id="zero"
    ),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("values", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    ready: Cast, values: Values, field: str, words: str, language: str
) -> None:
    client = client_for(ready.registry, language)
    sign_in(client, ready, "chloe")

    answer = post(client, NEW, values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for text in (values["number"], values["standard"], values["paths-0-code"]):
        assert f'value="{text}"' in answer.text
    assert issued(ready) == []


def test_products_of_two_owners_are_refused(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.registers_product(ready.dan, DANS_GTIN)

    answer = post(chloe_client, NEW, typed(GTIN, DANS_GTIN))

    assert "belong to different owners" in error_at(answer.text, "paths")
    assert issued(ready) == []


def test_a_lot_that_two_products_have_is_asked_about(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.registers_product(ready.amina, DANS_GTIN)
    ready.registers_batch(ready.amina, gtin=DANS_GTIN)

    answer = post(chloe_client, NEW, typed(LOT))

    assert "may mean 2 things" in error_at(answer.text, "paths-0-code")


def test_a_certifier_of_the_holder_is_refused(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    account = account_by_login("chloe")
    assert account is not None
    holder = ready.amina.organisation.did
    keep_membership(account.account_id, holder, Role.WORKER)

    answer = post(chloe_client, NEW, typed())

    assert "Another certifier must decide" in error_at(answer.text, "paths")
    assert issued(ready) == []


def test_a_certifier_who_inspected_the_batch_is_refused(ready: Cast) -> None:
    ready.people["chloe"] = replace(ready.chloe, person=ready.ben.person)
    client = client_for(ready.registry)
    sign_in(client, ready, "chloe")

    answer = post(client, NEW, typed())

    assert "You inspected this batch yourself" in error_at(answer.text, "paths")
    assert issued(ready) == []


def test_a_certificate_number_is_issued_once(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)

    answer = post(chloe_client, NEW, typed())

    assert "Use the next number" in error_at(answer.text, "number")
    assert len(issued(ready)) == 1


def test_a_session_that_ends_keeps_the_certificate(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    values = hidden_inputs(chloe_client.get(NEW).text) | typed(PATH, LOT)
    chloe_client.delete_cookie(COOKIE)
    assert chloe_client.post(NEW, data=values).status_code == 303

    sign_in(chloe_client, ready, "chloe")
    form = chloe_client.get(NEW).text

    for text in (NUMBER, PATH, LOT, "2029-11-04"):
        assert f'value="{text}"' in form


def test_a_form_sent_twice_issues_one_certificate(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    values = hidden_inputs(chloe_client.get(NEW).text) | typed()

    answers = [chloe_client.post(NEW, data=values) for _ in range(2)]

    assert {answer.location for answer in answers} == {page_of(ready)}


# Changing


def changes(
    client: FlaskClient, page: str, what: str, reason: str = "现场检查", **more: str
) -> TestResponse:
    return post(client, page, {"change": what, "reason": reason} | more)


def test_a_change_is_asked_about_and_then_signed(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)
    page = page_of(ready)

    asked = changes(chloe_client, page, "suspend")
    assert "Yes, sign and log this" in said(asked)
    assert 'value="现场检查"' in asked.text
    assert issued(ready)[0].change is None

    done = changes(chloe_client, page, "suspend", confirmed="suspend")
    assert done.status_code == 303
    shown = said(chloe_client.get(page))
    assert "Suspended 现场检查" in shown
    assert "Reinstate" in shown


def test_a_confirmation_is_of_the_change_that_was_asked_about(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)

    answer = changes(chloe_client, page_of(ready), "revoke", confirmed="suspend")

    assert "Revoking cannot be undone" in said(answer)
    assert issued(ready)[0].change is None


def test_a_confirmation_sent_twice_is_one_change(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)
    page = page_of(ready)
    size = ready.registry.ledger.head().tree_size
    values = hidden_inputs(chloe_client.get(page).text) | {
        "change": "suspend",
        "reason": "现场检查",
        "confirmed": "suspend",
    }

    answers = [chloe_client.post(page, data=values) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert ready.registry.ledger.head().tree_size == size + 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("what", "reason", "field", "words"),
    [
        pytest.param("suspend", " ", "reason", "This is empty", id="no reason"),
        pytest.param("", "现场检查", "change", "Unknown change", id="no change"),
        pytest.param(
            "reinstate", "现场检查", "change", "is already valid", id="not suspended"
        ),
    ],
)
def test_a_change_that_cannot_be_is_refused_before_it_is_confirmed(
    ready: Cast, what: str, reason: str, field: str, words: str, language: str
) -> None:
    ready.certifies(ready.chloe)
    client = client_for(ready.registry, language)
    sign_in(client, ready, "chloe")

    answer = changes(client, page_of(ready), what, reason)

    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    assert 'name="confirmed"' not in answer.text
    assert issued(ready)[0].change is None


def test_a_revoked_certificate_offers_no_change(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)
    changes(chloe_client, page_of(ready), "revoke", confirmed="revoke")

    assert "Change the certificate" not in said(chloe_client.get(page_of(ready)))


def test_another_bodys_certificate_offers_no_change(
    ready: Cast, erin_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)

    shown = said(erin_client.get(page_of(ready)))

    assert "Certificate valid" in shown
    assert "Change the certificate" not in shown


def test_another_bodys_certificate_is_not_changed_nor_ones_own_of_that_number(
    ready: Cast, erin_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)
    ready.certifies(ready.people["erin"])
    size = ready.registry.ledger.head().tree_size

    own = certificates_of(ready.people["erin"].organisation.did)[0].record_id
    form = hidden_inputs(erin_client.get(f"/certifications/{own}").text)
    values = form | {"change": "revoke", "reason": "!", "confirmed": "revoke"}
    answer = erin_client.post(page_of(ready), data=values)

    assert "Only its issuer can change it" in said(answer)
    assert ready.registry.ledger.head().tree_size == size


# Looking


def test_what_needs_a_decision_stands_first(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    assert "No certificates yet" in said(chloe_client.get("/certifications"))
    for number, until in (("A-LATE", 2029), ("B-SOON", 2027), ("C-OLD", 2026)):
        ready.certifies(ready.chloe, number=number, valid_until=date(until, 11, 10))
    ready.certifies(ready.chloe, number="D-HELD", valid_until=date(2030, 1, 1))
    changes(chloe_client, page_of(ready, "D-HELD"), "suspend", confirmed="suspend")

    page = said(chloe_client.get("/certifications"))

    numbers = ["D-HELD", "B-SOON", "A-LATE", "C-OLD"]
    assert sorted(numbers, key=page.index) == numbers
    assert "Expired" in page


def test_only_certifiers_see_these_pages(
    ready: Cast, amina_client: FlaskClient
) -> None:
    ready.certifies(ready.chloe)
    for path in ("/certifications", "/certifications/find", NEW, page_of(ready)):
        assert amina_client.get(path).status_code == 403


def test_a_record_of_another_kind_is_no_certificate(
    ready: Cast, chloe_client: FlaskClient
) -> None:
    other = ready.logs_inspection(ready.ben, number="LP-2").record_id

    answer = chloe_client.get(f"/certifications/{other}")

    assert answer.status_code == 404
    assert "There is no such certificate here" in said(answer)
