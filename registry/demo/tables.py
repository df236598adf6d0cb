"""The tables of the demonstration, read from the CSV files beside this module."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from registry.domain.certification import Scheme
from registry.domain.gs1 import check_digit
from registry.domain.parties import Kind, RegisterOrganisation
from registry.domain.uscc import uscc_check_character

# The GS1 prefix set aside for demonstrations (GenSpecs 1.4.1): no company has it.
DEMONSTRATION_PREFIX = "952"

# GB 32100-2015, table 1: registration department and kind of organisation.
_USCC_BEGINS = {
    Kind.COOPERATIVE: "93",
    Kind.INSPECTION_BODY: "12",
    Kind.SERVICE_STATION: "12",
}
_COMPANY = "91"


@dataclass(frozen=True, slots=True)
class DemoParty:
    """An organisation and the slug of whoever admits it."""

    admitted_by: str
    given: RegisterOrganisation


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product and how it is grown.

    Attributes:
        owner: slug of the cooperative.
        gtin: of the demonstration prefix; empty asks for a number of the registry.
        care: names its rows of `inputs.csv`.
        first_month, last_month: of harvest, both inclusive.
        per_mu: yield of a 亩, in `unit` (KGM or H87).
        batches: how many in the two seasons.
        certificate: what becomes of its certification; empty for none.
    """

    owner: str
    name: str
    name_en: str
    commodity: str
    product_class: str
    division: str
    brand: str
    gtin: str
    care: str
    first_month: int
    last_month: int
    growth_days: int
    per_mu: int
    unit: str
    batches: int
    certificate: str
    standard: str

    @property
    def scheme(self) -> Scheme:
        """What its certificate is granted under."""
        if self.certificate == "gi":
            return Scheme.GEOGRAPHICAL_INDICATION
        organic = self.standard.startswith("GB/T 19630")
        return Scheme.ORGANIC if organic else Scheme.GREEN_FOOD


@dataclass(frozen=True, slots=True)
class DemoInput:
    """An input as a field book names it, and how long before harvest it is used."""

    kind: str
    substance: str
    formulation: str
    dose: str
    days_before: int
    purpose: str


def _rows(name: str) -> Iterator[Mapping[str, str]]:
    text = files("registry.demo").joinpath(f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(keepends=True), strict=True)


def demo_uscc(number: int, kind: Kind, division: str) -> str:
    """Return a well-formed 统一社会信用代码 of an organisation that does not exist."""
    body = f"{_USCC_BEGINS.get(kind, _COMPANY)}{division[:6]:0<6}MADE{number:05d}"
    return body + uscc_check_character(body)


@cache
def parties() -> tuple[DemoParty, ...]:
    """Return the organisations, each after the one that admits it."""
    return tuple(
        _party(number, row) for number, row in enumerate(_rows("organisations"), 1)
    )


def _party(number: int, row: Mapping[str, str]) -> DemoParty:
    kind = Kind(row["kind"])
    authority = kind is Kind.AUTHORITY
    given = RegisterOrganisation(
        slug=row["slug"],
        kind=kind,
        name=row["name"],
        name_en=row["name_en"],
        short_name=row["short_name"],
        division=row["division"],
        uscc="" if authority else demo_uscc(number, kind, row["division"]),
        accreditation=row["accreditation"],
        schemes=tuple(filter(None, row["schemes"].split(";"))),
        tier=row["tier"],
    )
    return DemoParty(row["admitted_by"], given)


@cache
def products() -> tuple[DemoProduct, ...]:
    """Return the products."""
    return tuple(_product(number, row) for number, row in enumerate(_rows("products")))


def _product(number: int, row: Mapping[str, str]) -> DemoProduct:
    body = f"{row['gtin']}0{number:08d}"
    return DemoProduct(
        owner=row["owner"],
        name=row["name"],
        name_en=row["name_en"],
        commodity=row["commodity"],
        product_class=row["product_class"],
        division=row["division"],
        brand=row["brand"],
        gtin=body + check_digit(body) if row["gtin"] == DEMONSTRATION_PREFIX else "",
        care=row["care"],
        first_month=int(row["first_month"]),
        last_month=int(row["last_month"]),
        growth_days=int(row["growth_days"]),
        per_mu=int(row["per_mu"]),
        unit=row["unit"],
        batches=int(row["batches"]),
        certificate=row["certificate"],
        standard=row["standard"],
    )


@cache
def inputs() -> Mapping[str, tuple[DemoInput, ...]]:
    """Return the inputs by the name of the care."""
    found: dict[str, list[DemoInput]] = {}
    for row in _rows("inputs"):
        found.setdefault(row["care"], []).append(
            DemoInput(
                row["kind"],
                row["substance"],
                row["formulation"],
                row["dose"],
                int(row["days_before"]),
                row["purpose"],
            )
        )
    return {care: tuple(rows) for care, rows in found.items()}
