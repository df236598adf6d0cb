"""Pre-harvest intervals (安全间隔期): days from the last use of an input to harvest.

The label of the pack and GB/T 8321 prevail over this table; it serves to notice what a
person should look at. Where the formulation used has no row of its own, the rows of the
other formulations of the same substance on the crop stand in, and the strictest counts.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from registry.domain.commodities import canonical_commodity, commodity_chain
from registry.domain.substances import canonical_substance

# Words of the table for crops that the limits name otherwise; fresh leaves and made
# tea grow on one bush.
_CROPS = {"叶菜": "叶菜类蔬菜", "茶鲜叶": "茶叶"}

# GB/T 19378-2017, codes of formulations.
_FORMULATIONS = {"乳油": "EC", "可溶粉剂": "SP", "可湿性粉剂": "WP", "悬浮剂": "SC"}


@dataclass(frozen=True, slots=True)
class PreHarvestInterval:
    """How long before harvest, and how often in a season, an input may be used.

    Attributes:
        formulation: percent of active ingredient and code, `20% EC`.
        crop: a commodity or group, sometimes with a place: `番茄(大棚)`.
        max_applications_per_season: None where the source gives none.
    """

    active_ingredient: str
    formulation: str
    crop: str
    interval_days: int
    max_applications_per_season: int | None
    source: str


def canonical_formulation(text: str) -> str:
    """Return a formulation as the table spells it: `20%乳油` is `20% EC`."""
    bare = "".join(unicodedata.normalize("NFKC", text).upper().split())
    for word, code in _FORMULATIONS.items():
        bare = bare.replace(word, code)
    return bare.replace("%", "% ").strip()


def _canonical_crop(name: str) -> str:
    """Return the crop without the place it grows in: a greenhouse tomato is one."""
    crop = re.sub(r"\(.*\)$", "", canonical_commodity(name))
    return _CROPS.get(crop, crop)


def find_intervals(
    intervals: Iterable[PreHarvestInterval],
    active_ingredient: str,
    formulation: str | None,
    crop: str,
) -> tuple[PreHarvestInterval, ...]:
    """Return the rows for a use on a crop; several where the formulation is unclear.

    Args:
        intervals: the table.
        active_ingredient: any name `canonical_substance` takes.
        formulation: as on the label, or None if it was not recorded.
        crop: any name `canonical_commodity` takes.
    """
    substance = canonical_substance(active_ingredient)
    chain = commodity_chain(_canonical_crop(crop))
    rows = [
        row
        for row in intervals
        if canonical_substance(row.active_ingredient) == substance
        and _canonical_crop(row.crop) in chain
    ]
    wanted = canonical_formulation(formulation or "")
    exact = [row for row in rows if canonical_formulation(row.formulation) == wanted]
    return tuple(exact or rows)
