"""Reference data: limits, bans, intervals, methods, texts and places, read once.

The only I/O beneath `registry.domain`: the CSV files beside this module become the
domain's own rows, and the rules take those as arguments. What the columns mean, where
each row comes from and how far it can be trusted is told in `README.md` here.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from registry.domain.commodities import (
    CommitmentStatement,
    ExampleProduct,
    ProductClass,
)
from registry.domain.divisions import LEVELS, Division, Divisions, Level
from registry.domain.intervals import PreHarvestInterval
from registry.domain.limits import PublishedFailure, ResidueLimit, split_exceptions
from registry.domain.methods import InspectionMethod
from registry.domain.substances import RestrictedSubstance

Row = Mapping[str, str]

_LEVELS: dict[str, Level] = {level: level for level in LEVELS}
_ALL_EXCEPT = "all_except:"


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """Everything the rules look up, as of the collection date in `README.md`."""

    divisions: Divisions
    limits: tuple[ResidueLimit, ...]
    restricted: tuple[RestrictedSubstance, ...]
    intervals: tuple[PreHarvestInterval, ...]
    methods: tuple[InspectionMethod, ...]
    product_classes: Mapping[str, ProductClass]
    commitment_statements: tuple[CommitmentStatement, ...]
    example_products: tuple[ExampleProduct, ...]
    public_samples: tuple[PublishedFailure, ...]


@cache
def reference_data() -> ReferenceData:
    """Return the reference data shipped with this version, read at the first call.

    Raises:
        KeyError, ValueError: a file was edited into another shape; the service must
            not start on it.
    """
    return ReferenceData(
        divisions=Divisions(map(_division, _rows("divisions"))),
        limits=tuple(map(_limit, _rows("residue_limits"))),
        restricted=tuple(map(_restricted, _rows("restricted_substances"))),
        intervals=tuple(map(_interval, _rows("pre_harvest_intervals"))),
        methods=tuple(map(_method, _rows("test_methods"))),
        product_classes=MappingProxyType(
            {row["code"]: _product_class(row) for row in _rows("product_classes")}
        ),
        commitment_statements=tuple(map(_statement, _rows("commitment_statements"))),
        example_products=tuple(map(_example, _rows("example_products"))),
        public_samples=tuple(map(_failure, _rows("public_samples"))),
    )


def _rows(name: str) -> Iterator[Row]:
    """Yield the rows of a file by column name."""
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines(keepends=True), strict=True)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _division(row: Row) -> Division:
    return Division(row["code"], row["name"], _LEVELS[row["level"]], row["parent_code"])


def _limit(row: Row) -> ResidueLimit:
    commodity, except_for = split_exceptions(row["commodity"])
    return ResidueLimit(
        commodity,
        except_for,
        row["commodity_group"],
        row["analyte"],
        Decimal(row["limit_mg_per_kg"]),
        row["edition"],
        date.fromisoformat(row["valid_from"]),
        _day(row["valid_to"]),
        row["status"],
        row["source"],
    )


def _restricted(row: Row) -> RestrictedSubstance:
    scope = row["scope"]
    uses = scope.removeprefix(_ALL_EXCEPT) if scope.startswith(_ALL_EXCEPT) else ""
    crops = "" if uses or scope == "all" else scope
    return RestrictedSubstance(
        row["substance"],
        frozenset(filter(None, crops.split(";"))),
        frozenset(filter(None, uses.split(";"))),
        _day(row["effective_from"]),
        row["legal_basis"],
        row["status"],
        row["source"],
    )


def _interval(row: Row) -> PreHarvestInterval:
    most = row["max_applications_per_season"]
    return PreHarvestInterval(
        row["active_ingredient"],
        row["formulation"],
        row["crop"],
        int(row["interval_days"]),
        int(most) if most else None,
        row["source"],
    )


def _method(row: Row) -> InspectionMethod:
    return InspectionMethod(
        row["code"],
        row["title"],
        "rapid" if row["kind"] == "rapid" else "quantitative",
        _day(row["valid_from"]),
        row["status"],
        row["note"],
        row["source"],
    )


def _product_class(row: Row) -> ProductClass:
    return ProductClass(
        row["code"],
        row["name_zh"],
        row["name_en"],
        row["certificate_mandatory"] == "yes",
        _day(row["valid_from"]),
        row["source"],
    )


def _statement(row: Row) -> CommitmentStatement:
    return CommitmentStatement(
        row["issuer_type"],
        row["field"],
        row["code"],
        row["text"],
        date.fromisoformat(row["valid_from"]),
        _day(row["valid_to"]),
        row["status"],
        row["source"],
    )


def _example(row: Row) -> ExampleProduct:
    return ExampleProduct(
        row["name_zh"],
        row["name_en"],
        row["region_division_code"],
        row["class"],
        row["regional_brand"],
        row["note"],
    )


def _failure(row: Row) -> PublishedFailure:
    return PublishedFailure(
        row["place"],
        row["notice"],
        row["commodity"],
        row["analyte"],
        Decimal(row["measured_mg_per_kg"]),
        Decimal(row["limit_mg_per_kg"]),
        int(row["sampled_year"]),
        _day(row["sampled_on"]),
        row["source"],
    )
