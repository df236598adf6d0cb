"""Certificates: what is refused, at which input, and that nothing is written then."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from registry.commands.certifications import change
from registry.commands.issuing import Receipt
from registry.domain.certification import ChangeCertificate, Standing
from registry.domain.parties import Actor, Kind
from registry.domain.quantity import Quantity
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.store.queries.certificates import certificate_by_number
from tests.support.cast import GTIN, PATH, Cast, organisations, uscc
from tests.support.refusals import refused

NUMBER = "GF-53-2026-0001"
TODAY = date(2026, 11, 20)
DANS_GTIN = "06901234567908"


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Amina has a batch that Ben has passed."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    cast.logs_inspection(cast.ben)
    return cast


def changes(cast: Cast, who: Actor, what: str, reason: str = "现场检查") -> Receipt:
    return change(
        cast.registry,
        who,
        ChangeCertificate(NUMBER, what, reason),
        request_id=cast.next_request(),
        now=cast.now,
    )


def standing(cast: Cast) -> Standing:
    row = certificate_by_number(cast.chloe.organisation.did, NUMBER)
    assert row is not None
    return row.standing(TODAY)


def another_certifier(cast: Cast) -> Actor:
    """Admit a second certification body, and let Erin act for it."""
    _, _, body = organisations()[-1]
    given = replace(body, slug="second", name="第二认证中心", uscc=uscc(21))
    cast.admits(cast.grace, given)
    return cast.joins("erin", "second")


def test_a_certificate_is_suspended_reinstated_and_revoked(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    seen = [standing(ready)]
    for what in ("suspend", "reinstate", "revoke"):
        changes(ready, ready.chloe, what)
        seen.append(standing(ready))

    assert seen == ["valid", "suspended", "valid", "revoked"]


def test_a_whole_product_is_certified(ready: Cast) -> None:
    ready.certifies(
        ready.chloe,
        paths=(f"/01/{GTIN}",),
        yearly_quantity=Quantity(Decimal(50_000), "KGM"),
    )

    assert standing(ready) is Standing.VALID


def test_the_holder_does_not_certify_itself(ready: Cast) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        ready.certifies(ready.amina)


def test_a_certifier_who_belongs_to_the_holder_is_refused(ready: Cast) -> None:
    partial = replace(
        ready.chloe,
        memberships=ready.chloe.memberships | {ready.amina.organisation.did},
    )
    with refused(ready, NotAllowed, "paths", "Another certifier must decide"):
        ready.certifies(partial)


def test_a_certifier_who_inspected_the_batch_is_refused(ready: Cast) -> None:
    same_person = replace(ready.chloe, person=ready.ben.person)
    with refused(ready, NotAllowed, "paths", "You inspected this batch yourself"):
        ready.certifies(same_person)


def test_a_scheme_without_accreditation_is_refused(ready: Cast) -> None:
    with refused(ready, NotAllowed, "scheme", "is not accredited for organic"):
        ready.certifies(ready.chloe, scheme="organic")


def test_products_of_two_owners_are_refused(ready: Cast) -> None:
    ready.registers_product(ready.dan, gtin=DANS_GTIN)

    with refused(ready, InvalidInput, "paths", "belong to different owners"):
        ready.certifies(ready.chloe, paths=(f"/01/{GTIN}", f"/01/{DANS_GTIN}"))


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        pytest.param({"number": ""}, "number", "This is empty", id="no number"),
        pytest.param({"standard": ""}, "standard", "This is empty", id="no standard"),
        pytest.param(
            {"valid_until": date(2026, 11, 4)},
            "valid_until",
            "Valid until 2026-11-04, before it begins on 2026-11-05",
            id="ends before it begins",
        ),
        pytest.param(
            {"scheme": "magic"}, "scheme", "Unknown scheme: magic", id="no such scheme"
        ),
        pytest.param({"paths": ()}, "paths", "1 to 64", id="nothing in scope"),
        pytest.param(
            {"paths": (f"{PATH}9",)}, "paths", "is not registered here", id="unknown"
        ),
        pytest.param(
            {"paths": (PATH, PATH)}, "paths", "named twice", id="the same twice"
        ),
        pytest.param(
            {"paths": (PATH, f"/01/{GTIN}")},
            "paths",
            "either products or batches",
            id="product and batch",
        ),
        pytest.param(
            {"yearly_quantity": Quantity(Decimal(0), "KGM")},
            "yearly_quantity",
            "",
            id="no quantity",
        ),
    ],
)
def test_a_certificate_that_cannot_be_is_refused(
    ready: Cast, given: dict[str, object], field: str, words: str
) -> None:
    with refused(ready, InvalidInput, field, words):
        ready.certifies(ready.chloe, **given)


def test_a_certificate_number_is_issued_once(ready: Cast) -> None:
    ready.certifies(ready.chloe)

    with refused(ready, Conflict, "number", "Use the next number"):
        ready.certifies(ready.chloe)


def test_two_bodies_may_issue_the_same_number(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    erin = another_certifier(ready)

    ready.certifies(erin)

    theirs = certificate_by_number(erin.organisation.did, NUMBER)
    assert theirs is not None
    assert erin.organisation.kind is Kind.CERTIFICATION_BODY


def test_another_bodys_certificate_is_not_changed(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    erin = another_certifier(ready)

    with refused(ready, NotAllowed, "number", "Only its issuer can change it"):
        changes(ready, erin, "revoke")
    assert standing(ready) is Standing.VALID


def test_a_change_says_why(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    with refused(ready, InvalidInput, "reason", "This is empty"):
        changes(ready, ready.chloe, "suspend", reason=" ")


def test_an_unknown_change_is_refused(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    with refused(ready, InvalidInput, "change", "Unknown change: upgrade"):
        changes(ready, ready.chloe, "upgrade")


def test_what_is_revoked_stays_revoked(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    changes(ready, ready.chloe, "revoke")

    with refused(ready, Conflict, "change", "is already revoked"):
        changes(ready, ready.chloe, "reinstate")


def test_what_is_valid_is_not_reinstated(ready: Cast) -> None:
    ready.certifies(ready.chloe)
    with refused(ready, Conflict, "change", "is already valid"):
        changes(ready, ready.chloe, "reinstate")
