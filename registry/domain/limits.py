"""Residue limits: the most of a substance that a food may hold, by edition.

GB 2763 (pesticides) and GB 31650 (veterinary drugs) change every few years. A sample is
judged by the edition in force **on the day of sampling**, never by today's. Rules:

* the narrowest limit counts: the commodity's own row, then its group, then the wider
  group (GB 2763-2021, 4.4 and Annex A);
* a group row names what it leaves out; a word for a whole group may mean a member left
  out, so such rows do not apply to it;
* some limits are for a sum. The names of the sum as a whole lead to it; one component
  leads to it marked, as being below the limit alone says nothing of the sum.

No row in force means "no limit known", never "no limit".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from registry.domain.commodities import (
    canonical_commodity,
    commodity_chain,
    is_group,
)
from registry.domain.substances import canonical_substance

_EXCEPT = re.compile(r"(.+)\((.+)除外\)")

# Residue definitions that take several names together (GB 2763-2021, chapter 4): any of
# them in a report means the whole.
_SUMS = {
    "氯氟氰菊酯": "氯氟氰菊酯和高效氯氟氰菊酯",
    "高效氯氟氰菊酯": "氯氟氰菊酯和高效氯氟氰菊酯",
    "咪鲜胺": "咪鲜胺和咪鲜胺锰盐",
    "咪鲜胺锰盐": "咪鲜胺和咪鲜胺锰盐",
    "多杀菌素": "多杀霉素",
    "恩诺沙星和环丙沙星": "恩诺沙星",
}
# One substance of a sum, measured by itself (GB 31650-2019: 恩诺沙星 + 环丙沙星).
_COMPONENTS = {"环丙沙星": "恩诺沙星", "多杀霉素A": "多杀霉素", "多杀霉素D": "多杀霉素"}


@dataclass(frozen=True, slots=True)
class ResidueLimit:
    """One row of an edition.

    Attributes:
        commodity: what it covers, a commodity or a group, without its exceptions.
        except_for: canonical names of members that the row leaves out.
        limit_mg_per_kg: exact, with the digits as published.
        valid_from, valid_to: days of the edition, both inclusive; None = open.
        status: how well the row is sourced, see the data's README.
    """

    commodity: str
    except_for: frozenset[str]
    commodity_group: str
    analyte: str
    limit_mg_per_kg: Decimal
    edition: str
    valid_from: date
    valid_to: date | None
    status: str
    source: str

    def in_force_on(self, day: date) -> bool:
        """Tell whether the row's edition was in force on `day`."""
        return self.valid_from <= day and (
            self.valid_to is None or day <= self.valid_to
        )

    def covers(self, name: str, asked: str) -> bool:
        """Tell whether the row is of `name`, a link in the chain of `asked`."""
        if canonical_commodity(self.commodity) != name:
            return False
        if not self.except_for:
            return True
        return not is_group(asked) and canonical_commodity(asked) not in self.except_for


@dataclass(frozen=True, slots=True)
class LimitFound:
    """The limit that a result is judged by.

    Attributes:
        limit: the row.
        commodity: the name it was found under, the commodity itself or a group.
        is_component: whether the analyte asked for is only a part of the row's sum.
    """

    limit: ResidueLimit
    commodity: str
    is_component: bool

    @property
    def limit_mg_per_kg(self) -> Decimal:
        """The limit in mg/kg."""
        return self.limit.limit_mg_per_kg

    @property
    def edition(self) -> str:
        """The standard with its year, such as `GB 2763-2021`."""
        return self.limit.edition


def split_exceptions(commodity: str) -> tuple[str, frozenset[str]]:
    """Return (name, exceptions) of a published `群组(甲、乙除外)`."""
    match = _EXCEPT.fullmatch(commodity)
    if not match:
        return commodity, frozenset()
    return match[1], frozenset(map(canonical_commodity, match[2].split("、")))


def find_limit(
    limits: Iterable[ResidueLimit], commodity: str, analyte: str, sampled_on: date
) -> LimitFound | None:
    """Return the narrowest limit in force on the day of sampling, or None.

    Args:
        limits: every row of every edition.
        commodity: any name `canonical_commodity` takes.
        analyte: as reported; names of a sum and of one substance are known.
        sampled_on: legal date.
    """
    name = canonical_substance(analyte)
    is_component = name in _COMPONENTS
    wanted = _COMPONENTS.get(name) or _SUMS.get(name, name)
    rows = [
        row for row in limits if row.analyte == wanted and row.in_force_on(sampled_on)
    ]
    for link in commodity_chain(commodity):
        for row in rows:
            if row.covers(link, commodity):
                return LimitFound(row, row.commodity, is_component)
    return None


@dataclass(frozen=True, slots=True)
class PublishedFailure:
    """A real sample that an authority found above the limit.

    Attributes:
        measured_mg_per_kg, limit_mg_per_kg: as published.
        sampled_on: None where the notice gives only the year.
    """

    place: str
    notice: str
    commodity: str
    analyte: str
    measured_mg_per_kg: Decimal
    limit_mg_per_kg: Decimal
    sampled_year: int
    sampled_on: date | None
    source: str
