"""The cast without a registry: parties, a product, a plot and a batch that are fine.

Each test changes one thing about them with `dataclasses.replace`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest

from registry.data import reference_data
from registry.domain.batch import Batch, BatchContext, PlotShare, RegisterBatch
from registry.domain.claims import Claims
from registry.domain.gs1 import DigitalLink
from registry.domain.parties import Actor, Kind, Organisation, Role
from registry.domain.plots import Plot
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.domain.records import Statement
from registry.errors import RegistryError

HOST = "trace.example"
TODAY = date(2026, 11, 20)
REFERENCE = reference_data()
GTIN = "06901234567892"
LINK = DigitalLink(GTIN, "261101-001")
AUTHORITY_DID = f"did:web:{HOST}:orgs:luoping-agriculture"


def kg(value: str) -> Quantity:
    return Quantity(Decimal(value), "KGM")


def square_metres(value: str) -> Quantity:
    return Quantity(Decimal(value), "MTK")


def pieces(value: str) -> Quantity:
    return Quantity(Decimal(value), "H87")


def party(slug: str, kind: Kind, **more: object) -> Organisation:
    given: dict[str, object] = {
        "did": f"did:web:{HOST}:orgs:{slug}",
        "slug": slug,
        "kind": kind,
        "name": f"{slug}合作社",
        "name_en": slug.title(),
        "short_name": slug[:2],
        "division": "530324",
        "vouched_by": AUTHORITY_DID,
    } | more
    return Organisation(**given)  # type: ignore[arg-type]


def person(name: str, organisation: Organisation, *others: Organisation) -> Actor:
    memberships = frozenset(other.did for other in (organisation, *others))
    return Actor(f"urn:uuid:{name}", organisation, Role.MANAGER, memberships)


GINGER = party("ginger", Kind.COOPERATIVE)
HONEY = party("honey", Kind.COOPERATIVE)
LABORATORY = party("laboratory", Kind.INSPECTION_BODY, accreditation="CMA-530324")
CERTIFIER = party(
    "certifier",
    Kind.CERTIFICATION_BODY,
    accreditation="CNAS-C53",
    schemes=("green_food", "organic"),
)
AMINA = person("amina", GINGER)
DAN = person("dan", HONEY)
BEN = person("ben", LABORATORY)
CHLOE = person("chloe", CERTIFIER)
EVE = person("eve", party("nobody", Kind.CARRIER))

PRODUCT = Product(
    GTIN,
    GINGER.did,
    "罗平小黄姜",
    "Luoping small yellow ginger",
    "姜",
    "vegetable",
    "530324",
)
PLOT = Plot(GINGER.did, "P1", "河边地", "530324", square_metres("6666.67"))
BATCH = Batch(
    LINK,
    GINGER.did,
    PRODUCT.name,
    PRODUCT.name_en,
    PRODUCT.commodity,
    PRODUCT.product_class,
    "530324",
    (PlotShare("P1", PLOT.area),),
    date(2026, 3, 1),
    date(2026, 11, 1),
    kg("2000"),
)
REGISTER = RegisterBatch(
    GTIN, "261101-001", ("P1",), BATCH.planted_on, BATCH.harvested_on, BATCH.quantity
)
CONTEXT = BatchContext(
    PRODUCT, (PLOT,), lot_is_taken=False, today=TODAY, identity_host=HOST
)


def claims_of(statement: Statement) -> Claims:
    """Return what a statement says, as a reader of its record gets it."""
    return Claims(statement.subject)


@contextmanager
def refused(error: type[RegistryError], field: str, words: str) -> Iterator[None]:
    """Expect exactly one problem, at `field`, whose English holds `words`."""
    with pytest.raises(error) as caught:
        yield
    assert type(caught.value) is error
    found = [(problem.field, str(problem.message)) for problem in caught.value.problems]
    assert [at for at, _ in found] == [field], found
    assert words in found[0][1]
