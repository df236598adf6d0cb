"""Keys of an organisation on pages, and statements signed with one's own."""

import re
from datetime import datetime
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from registry.signing.canonical import parse_object
from registry.signing.credential import prepare
from registry.signing.keys import Ed25519Signer, encode_multibase
from registry.store.queries.certificates import certificates_of
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.organisations import key_by_method, keys_of
from registry.store.queries.records import newest
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.own_keys import ends_key, enrolment, enrols_own
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

BATCH = {
    "gtin": GTIN,
    "plots": "P1",
    "planted_on": "2026-03-01",
    "harvested_on": "2026-11-01",
    "quantity": "100",
    "unit": "公斤",
    "lot": "OWN-1",
    "intent": "register",
}
REPORT = {
    "number": "LP-OWN",
    "sample_number": "S-OWN",
    "sampled_on": "2026-11-02",
    "tested_on": "2026-11-04",
    "verdict": "pass",
    "results-0-analyte": "噻虫嗪",
    "results-0-not_detected": "y",
    "results-0-value": "",
    "results-0-loq": "0.01",
    "results-0-unit": "mg/kg",
    "results-0-method": "GB 23200.121-2026",
}
CERTIFICATE = {
    "paths-0-code": PATH,
    "scheme": "green_food",
    "standard": "NY/T 1193",
    "number": "GF-OWN",
    "valid_from": "2026-11-05",
    "valid_until": "2029-11-04",
}


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """The story, so that everything can be said once more."""
    embedded_cast.tells_the_story()
    return embedded_cast


def at_desk(cast: Cast, name: str, language: str = "en") -> FlaskClient:
    client = client_for(cast.registry, language)
    sign_in(client, cast, name)
    return client


def method_of(cast: Cast, name: str) -> str:
    """Return the key of a person's organisation that is in custody."""
    return keys_of(cast.people[name].organisation.did)[0].verification_method


def name_of(method: str) -> str:
    return method.partition("#")[2]


def signed(page: TestResponse, signer: Ed25519Signer) -> dict[str, str]:
    """Return what the page that signs sends, signed as its script does."""
    found = re.search(r'data-document data-created="([^"]+)"[^>]*>([^<]+)<', page.text)
    assert found, said(page)
    created, text = found.groups()
    document = parse_object(unescape(text).encode())
    hash_data = prepare(
        document, signer.verification_method, datetime.fromisoformat(created)
    ).hash_data
    return hidden_inputs(page.text) | {
        "signature": encode_multibase(signer.sign(hash_data))
    }


def prepared(
    client: FlaskClient,
    path: str,
    values: dict[str, str],
    method: str,
    query: dict[str, str] | None = None,
) -> TestResponse:
    return post(client, path, values | {"sign_with": method}, query=query)


# the list


def test_a_manager_sees_the_keys_and_who_holds_them(told: Cast) -> None:
    enrols_own(told, told.amina)

    text = said(at_desk(told, "amina").get("/keys"))

    assert "Kept by the registry on behalf of Luoping Ginger" in text
    assert "Held by Luoping Ginger itself." in text
    assert "Last used Never" in text


def test_the_uses_of_a_key_name_the_person_who_acted(told: Cast) -> None:
    text = said(at_desk(told, "amina").get("/keys"))

    assert "Label run" in text
    assert "Amina" in text


def test_today_counts_the_uses_until_they_are_looked_at(told: Cast) -> None:
    client = at_desk(told, "amina")

    before = said(client.get("/today"))
    client.get("/keys")
    seen = said(client.get("/today"))
    told.registers_plot(told.amina, "P9")
    again = said(client.get("/today"))

    assert re.search(r"keys signed \d+ records since you last looked", before)
    assert "since you last looked" not in seen
    assert "keys signed one record since you last looked" in again


def test_the_page_speaks_chinese(told: Cast) -> None:
    assert at_desk(told, "amina", "zh").get("/keys").status_code == 200


def test_nobody_sees_keys_without_signing_in(told: Cast) -> None:
    assert client_for(told.registry).get("/keys").status_code == 303


# enrol, make, end


def test_a_key_made_in_a_terminal_is_enrolled(told: Cast) -> None:
    given = enrolment(told.amina)

    done = post(
        at_desk(told, "amina"),
        "/keys",
        {"public_key": given.public_key, "possession": given.possession},
    )

    assert done.status_code == 303, said(done)
    key = keys_of(told.amina.organisation.did)[-1]
    assert (key.public_key, key.custody) == (given.public_key, "organisation")


def test_a_key_without_its_possession_is_refused_in_place(told: Cast) -> None:
    given, other = enrolment(told.amina), enrolment(told.dan)

    refused = post(
        at_desk(told, "amina"),
        "/keys",
        {"public_key": given.public_key, "possession": other.possession},
    )

    assert "The proof that you hold this key does not fit" in refused.text
    assert given.public_key in refused.text
    assert len(keys_of(told.amina.organisation.did)) == 1


def test_a_new_key_in_custody_signs_from_then_on(told: Cast) -> None:
    done = post(at_desk(told, "amina"), "/keys/custodial", {}, form_at="/keys")

    assert done.status_code == 303, said(done)
    told.registers_plot(told.amina, "P9")
    assert newest(1)[0].verification_method != method_of(told, "amina")


def test_a_key_is_retired_with_a_reason(told: Cast) -> None:
    enrols_own(told, told.amina)
    method = method_of(told, "amina")

    done = post(
        at_desk(told, "amina"),
        f"/keys/{name_of(method)}/end",
        {"change": "retire", "reason": "换发"},
    )

    assert done.status_code == 303, said(done)
    key = key_by_method(method)
    assert key is not None
    assert key.status == "retired"


def test_the_last_key_is_not_retired_and_the_reason_stays(told: Cast) -> None:
    refused = post(
        at_desk(told, "amina"),
        f"/keys/{name_of(method_of(told, 'amina'))}/end",
        {"change": "retire", "reason": "an old reason"},
    )

    assert "This is the last active key" in refused.text
    assert "an old reason" in refused.text


def test_an_owner_is_not_asked_since_when_a_key_is_stolen(told: Cast) -> None:
    page = at_desk(told, "amina").get(f"/keys/{name_of(method_of(told, 'amina'))}/end")

    assert "compromised_from" not in page.text


def test_an_authority_disowns_what_a_thief_signed(told: Cast) -> None:
    method = method_of(told, "ben")

    done = post(
        at_desk(told, "grace"),
        f"/organisations/luoping-inspection/keys/{name_of(method)}/end",
        {"change": "revoke", "reason": "被盗", "compromised_from": "9"},
    )

    assert done.status_code == 303, said(done)
    key = key_by_method(method)
    assert key is not None
    assert (key.status, key.compromised_from) == ("revoked", 9)


def test_an_entry_that_is_no_number_is_refused(told: Cast) -> None:
    refused = post(
        at_desk(told, "grace"),
        f"/organisations/luoping-inspection/keys/{name_of(method_of(told, 'ben'))}/end",
        {"change": "revoke", "reason": "被盗", "compromised_from": "nine"},
    )

    assert "is no entry of the log" in refused.text


def test_an_authority_enrols_a_key_for_one_who_has_none_left(told: Cast) -> None:
    ends_key(told, told.amina, method_of(told, "amina"), "revoke")
    given = enrolment(told.amina)

    done = post(
        at_desk(told, "grace"),
        "/organisations/luoping-ginger/keys",
        {"public_key": given.public_key, "possession": given.possession},
    )

    assert done.status_code == 303, said(done)
    assert keys_of(told.amina.organisation.did)[-1].status == "active"


@pytest.mark.parametrize("name", ["dan", "olive", "ben"])
def test_keys_of_others_are_shown_to_their_authority_only(
    told: Cast, name: str
) -> None:
    answer = at_desk(told, name).get("/organisations/luoping-ginger/keys")

    assert answer.status_code == 404


def test_a_key_that_is_not_there_is_not_found(told: Cast) -> None:
    assert at_desk(told, "amina").get("/keys/z6MkNothing/end").status_code == 404


# signing with the key of a device


def test_the_device_is_offered_only_where_a_key_is_held(told: Cast) -> None:
    client = at_desk(told, "amina")
    before = client.get("/batches/new").text
    method = enrols_own(told, told.amina).verification_method

    after = client.get("/batches/new").text

    assert "data-device-key" not in before
    assert f'data-device-key="{method}" hidden' in after


@pytest.mark.parametrize(
    ("name", "path", "values", "query"),
    [
        ("amina", "/batches/new", BATCH, {}),
        ("ben", "/inspections/new", REPORT, {"batch": PATH}),
        ("chloe", "/certifications/new", CERTIFICATE, {"path": PATH}),
    ],
)
def test_a_statement_is_signed_with_ones_own_key(
    told: Cast, name: str, path: str, values: dict[str, str], query: dict[str, str]
) -> None:
    signer = enrols_own(told, told.people[name])
    client = at_desk(told, name)

    page = prepared(client, path, values, signer.verification_method, query)
    size = told.registry.ledger.head().tree_size
    done = client.post(path, data=signed(page, signer), query_string=query)

    assert done.status_code == 303, said(done)
    (record,) = newest(1)
    assert record.leaf_index == size
    assert record.verification_method == signer.verification_method


def test_what_the_rules_refuse_is_refused_before_signing(told: Cast) -> None:
    signer = enrols_own(told, told.amina)

    page = prepared(
        at_desk(told, "amina"),
        "/batches/new",
        BATCH | {"lot": LOT},
        signer.verification_method,
    )

    assert "data-sign=" not in page.text
    assert "exists already" in page.text
    assert LOT in page.text


def test_a_signature_over_something_else_keeps_the_form(told: Cast) -> None:
    signer = enrols_own(told, told.amina)
    client = at_desk(told, "amina")
    page = prepared(client, "/batches/new", BATCH, signer.verification_method)
    values = signed(page, signer)
    values["signature"] = encode_multibase(signer.sign(b"another document"))

    refused = client.post("/batches/new", data=values)

    assert "What was signed is not what would be registered" in refused.text
    assert "OWN-1" in refused.text


def test_a_signature_that_is_no_text_of_one_keeps_the_form(told: Cast) -> None:
    signer = enrols_own(told, told.amina)
    client = at_desk(told, "amina")
    page = prepared(client, "/batches/new", BATCH, signer.verification_method)
    values = signed(page, signer) | {"signature": "0OIl"}

    refused = client.post("/batches/new", data=values)

    assert "is not multibase" in refused.text
    assert "OWN-1" in refused.text


def test_the_key_of_a_stolen_device_signs_nothing_after_its_end(told: Cast) -> None:
    signer = enrols_own(told, told.amina)
    client = at_desk(told, "amina")
    page = prepared(client, "/batches/new", BATCH, signer.verification_method)
    values = signed(page, signer)
    ends_key(told, told.amina, signer.verification_method, "revoke")

    refused = client.post("/batches/new", data=values)
    unprepared = prepared(client, "/batches/new", BATCH, signer.verification_method)

    assert "is not an active key" in refused.text
    assert "is not an active key" in unprepared.text
    assert signer.verification_method not in client.get("/batches/new").text


def test_the_key_of_another_organisation_prepares_nothing(told: Cast) -> None:
    signer = enrols_own(told, told.dan)

    refused = prepared(
        at_desk(told, "amina"), "/batches/new", BATCH, signer.verification_method
    )

    assert "is not an active key" in refused.text
    assert "data-sign=" not in refused.text


def test_another_organisation_cannot_send_the_signatures(told: Cast) -> None:
    signer = enrols_own(told, told.amina)
    client = at_desk(told, "amina")
    page = prepared(client, "/batches/new", BATCH, signer.verification_method)
    values = signed(page, signer)
    dan = at_desk(told, "dan")
    values["csrf_token"] = hidden_inputs(dan.get("/keys").text)["csrf_token"]
    told.registers_product(told.dan, "06901234567908")
    told.registers_plot(told.dan)

    refused = dan.post("/batches/new", data=values | {"gtin": "06901234567908"})

    assert "This was prepared for another organisation" in refused.text


def test_shoppers_read_that_the_key_is_its_owners(told: Cast) -> None:
    signer = enrols_own(told, told.amina)
    client = at_desk(told, "amina")
    page = prepared(client, "/batches/new", BATCH, signer.verification_method)
    client.post("/batches/new", data=signed(page, signer))

    shown = client_for(told.registry).get(f"/01/{GTIN}/10/OWN-1")

    assert "Held by Luoping Ginger itself." in shown.text
    assert "could sign in its name" not in shown.text


def test_nothing_was_written_while_preparing(told: Cast) -> None:
    for name, path, values, query in (
        ("ben", "/inspections/new", REPORT, {"batch": PATH}),
        ("chloe", "/certifications/new", CERTIFICATE, {"path": PATH}),
    ):
        signer = enrols_own(told, told.people[name])
        method = signer.verification_method
        prepared(at_desk(told, name), path, values, method, query)

    assert len(inspections_of_batch(PATH)) == 1
    assert len(certificates_of(told.chloe.organisation.did)) == 1
