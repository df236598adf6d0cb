"""Certificates and changes to them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.batch import Batch
from registry.domain.certification import (
    Certificate,
    Certify,
    CertifyContext,
    Change,
    ChangeCertificate,
    Scheme,
    Standing,
    certify,
    change_certificate,
)
from registry.domain.gs1 import DigitalLink
from registry.domain.parties import Actor
from registry.domain.products import Product
from registry.errors import Conflict, InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    BATCH,
    CERTIFIER,
    CHLOE,
    EVE,
    GINGER,
    GTIN,
    HONEY,
    LINK,
    PRODUCT,
    claims_of,
    kg,
    party,
    person,
    pieces,
    refused,
    square_metres,
)

FROM, UNTIL = date(2026, 11, 5), date(2029, 11, 4)
GIVEN = Certify("GF-53-2026-0001", "green_food", "NY/T 1193", (LINK.path,), FROM, UNTIL)
Found = tuple[tuple[str, Product | Batch | None], ...]
FOUND: Found = ((LINK.path, BATCH),)
CONTEXT = CertifyContext(FOUND, number_is_taken=False)


def certified(
    given: Certify = GIVEN,
    context: CertifyContext = CONTEXT,
    actor: Actor = CHLOE,
) -> Certificate:
    certificate, statement = certify(actor, given, context)
    read = Certificate.from_claims(claims_of(statement), actor.organisation.did)
    assert read == certificate
    assert statement.batches == certificate.paths
    return certificate


def scope(*found: tuple[str, Product | Batch | None]) -> tuple[Certify, CertifyContext]:
    paths = tuple(path for path, _ in found)
    return replace(GIVEN, paths=paths), replace(CONTEXT, found=found)


def test_a_batch_is_certified() -> None:
    certificate = certified()
    assert certificate.holder == GINGER.did
    assert certificate.scheme is Scheme.GREEN_FOOD
    assert certificate.paths == (LINK.path,)


def test_a_product_is_certified_with_a_yearly_quantity() -> None:
    given, context = scope((PRODUCT.path, PRODUCT))
    certificate = certified(replace(given, yearly_quantity=kg("50000")), context)
    assert certificate.yearly_quantity == kg("50000")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"number": ""}, "number", "empty"),
        ({"number": "GF  1"}, "number", "Retype it plainly"),
        ({"number": "GF\u200b1"}, "number", "invisible"),
        ({"standard": " "}, "standard", "empty"),
        ({"valid_until": date(2026, 11, 4)}, "valid_until", "before it begins"),
        ({"scheme": "tasty"}, "scheme", "Unknown scheme: tasty"),
        ({"yearly_quantity": kg("0")}, "yearly_quantity", "above zero"),
        ({"yearly_quantity": pieces("1.5")}, "yearly_quantity", "whole number"),
        ({"yearly_quantity": square_metres("5")}, "yearly_quantity", "not in MTK"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        certified(replace(GIVEN, **change))  # type: ignore[arg-type]


def test_every_wrong_field_is_named_at_once() -> None:
    given = replace(GIVEN, number="", standard="", scheme="", valid_until=date.min)
    with pytest.raises(InvalidInput) as caught:
        certified(given, replace(CONTEXT, found=()))
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"number", "standard", "scheme", "valid_until", "paths"}


def test_a_certificate_covers_something() -> None:
    with refused(InvalidInput, "paths", "this names 0"):
        certified(*scope())


def many(count: int) -> tuple[Certify, CertifyContext]:
    links = [DigitalLink(GTIN, f"L{n}") for n in range(count)]
    return scope(*((link.path, replace(BATCH, link=link)) for link in links))


def test_a_certificate_covers_64_batches_and_no_more() -> None:
    assert len(certified(*many(64)).paths) == 64
    with refused(InvalidInput, "paths", "1 to 64 products or batches; this names 65"):
        certified(*many(65))


def test_what_is_not_registered_is_not_certified() -> None:
    with refused(InvalidInput, "paths", "/01/1 is not registered here"):
        certified(*scope((LINK.path, BATCH), ("/01/1", None)))


@pytest.mark.parametrize(
    ("path", "subject"),
    [
        (f"https://trace.example{LINK.path}", BATCH),
        (f"(01){GTIN}(10)261101-001", BATCH),
        (LINK.path.lower() + "/", BATCH),
        (f"{PRODUCT.path}/21/1", PRODUCT),
        (f"/01/{GTIN[1:]}", PRODUCT),
    ],
)
def test_a_path_written_another_way_is_refused(
    path: str, subject: Product | Batch
) -> None:
    # An inspector of the batch is looked up by the path as written.
    with refused(InvalidInput, "paths", "is not how the registry writes this. Give /"):
        certified(*scope((path, subject)))


def test_a_batch_named_twice_is_refused() -> None:
    with refused(InvalidInput, "paths", "named twice"):
        certified(*scope((LINK.path, BATCH), (LINK.path, BATCH)))


def test_products_and_batches_are_not_mixed() -> None:
    with refused(InvalidInput, "paths", "either products or batches"):
        certified(*scope((LINK.path, BATCH), (PRODUCT.path, PRODUCT)))


def test_a_certificate_has_one_holder() -> None:
    link = DigitalLink("06901234567908", "A")
    theirs = replace(BATCH, link=link, owner=HONEY.did)
    with refused(InvalidInput, "paths", "belong to different owners"):
        certified(*scope((LINK.path, BATCH), (link.path, theirs)))


def test_nobody_certifies_what_their_own_organisation_grows() -> None:
    both = person("chloe", CERTIFIER, GINGER)
    with refused(NotAllowed, "paths", "You belong to the organisation that owns this"):
        certified(actor=both)


def test_nobody_certifies_what_they_inspected() -> None:
    context = replace(CONTEXT, inspectors=frozenset({CHLOE.person}))
    with refused(NotAllowed, "paths", "You inspected this batch yourself"):
        certified(context=context)


def test_a_body_certifies_only_the_schemes_of_its_accreditation() -> None:
    with refused(NotAllowed, "scheme", "is not accredited for regional_brand"):
        certified(replace(GIVEN, scheme="regional_brand"))


def test_a_number_in_use_is_refused() -> None:
    with refused(Conflict, "number", "already issued certificate GF-53-2026-0001"):
        certified(context=replace(CONTEXT, number_is_taken=True))


@pytest.mark.parametrize("actor", [AMINA, EVE], ids=["amina", "eve"])
def test_only_a_certification_body_certifies(actor: Actor) -> None:
    with refused(NotAllowed, "", "may not do this"):
        certified(actor=actor)


CERTIFICATE = certify(CHLOE, GIVEN, CONTEXT)[0]
DAYS = {
    "before": FROM - timedelta(days=1),
    "first": FROM,
    "last": UNTIL,
    "after": UNTIL + timedelta(days=1),
}
V, N, S, R, E = (
    Standing.VALID,
    Standing.NOT_YET_VALID,
    Standing.SUSPENDED,
    Standing.REVOKED,
    Standing.EXPIRED,
)


@pytest.mark.parametrize(
    ("change", "standings"),
    [
        (None, [N, V, V, E]),
        (Change.REINSTATE, [N, V, V, E]),
        (Change.SUSPEND, [S, S, S, E]),
        (Change.REVOKE, [R, R, R, R]),
    ],
)
def test_the_standing_by_day_and_change(
    change: Change | None, standings: list[Standing]
) -> None:
    assert [CERTIFICATE.standing(change, day) for day in DAYS.values()] == standings


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2026, 1, 1), date(2031, 1, 1)), st.sampled_from([None, *Change]))
def test_a_certificate_is_valid_inside_its_days_only(
    day: date, change: Change | None
) -> None:
    valid = CERTIFICATE.standing(change, day) is Standing.VALID
    unchanged = change in {None, Change.REINSTATE}
    assert valid is (unchanged and FROM <= day <= UNTIL)


ALLOWED = {
    None: {"suspend", "revoke"},
    Change.REINSTATE: {"suspend", "revoke"},
    Change.SUSPEND: {"reinstate", "revoke"},
    Change.REVOKE: set[str](),
}
WORD = {
    None: "valid",
    "reinstate": "valid",
    "suspend": "suspended",
    "revoke": "revoked",
}


@pytest.mark.parametrize("newest", ALLOWED)
@pytest.mark.parametrize("change", Change)
def test_a_change_follows_from_where_the_certificate_stands(
    newest: Change | None, change: Change
) -> None:
    asked = ChangeCertificate(CERTIFICATE.number, change, "residues above the limit")
    if change not in ALLOWED[newest]:
        with refused(Conflict, "change", f"is already {WORD[newest]}; this change"):
            change_certificate(CHLOE, asked, CERTIFICATE, newest)
        return
    done, statement = change_certificate(CHLOE, asked, CERTIFICATE, newest)
    assert done is change
    assert claims_of(statement).choice("change", Change) is change
    assert claims_of(statement).text("reason") == "residues above the limit"
    assert statement.batches == CERTIFICATE.paths


SUSPEND = ChangeCertificate(CERTIFICATE.number, "suspend", "audit failed")


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"change": "forget"}, "change", "Unknown change: forget"),
        ({"reason": ""}, "reason", "empty"),
        ({"reason": "\u2060"}, "reason", "invisible"),
        ({"reason": "x" * 201}, "reason", "at most 200"),
    ],
)
def test_a_wrong_change_is_refused(
    asked: dict[str, str], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        change_certificate(CHLOE, replace(SUSPEND, **asked), CERTIFICATE, None)


@pytest.mark.parametrize("certificate", [CERTIFICATE, None], ids=["another's", "none"])
def test_a_body_changes_its_own_certificates_only(
    certificate: Certificate | None,
) -> None:
    rival = person("rival", party("rival", CERTIFIER.kind))
    with refused(NotAllowed, "number", "has issued no certificate GF-53-2026-0001"):
        change_certificate(rival, SUSPEND, certificate, None)


def test_the_holder_cannot_change_the_certificate() -> None:
    with refused(NotAllowed, "", "may not do this"):
        change_certificate(AMINA, SUSPEND, CERTIFICATE, None)
