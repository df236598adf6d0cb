"""Substances that may not be used: on any crop, or on some, from a day.

Rules, from the announcements that each row cites:

* a ban holds from its first day on; a row without one holds on every date;
* `all` covers every crop; a list covers the crops it names (`commodities.crop_scopes`);
* `all_except` covers every use but those it lists (氟虫腈 as seed coating, 溴甲烷 in
  quarantine). A food crop is none of these uses.

汞制剂, 砷类 and 铅类 are classes of pesticides. A test for lead or arsenic measures
what soil and air left (GB 2762) and is not taken for a trace of them.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

# Other names of one substance, and metabolites that its residue definition in GB 2763
# counts in: finding one is finding the substance.
_SYNONYMS = {
    "呋喃丹": "克百威",
    "3-羟基克百威": "克百威",
    "甲拌磷砜": "甲拌磷",
    "甲拌磷亚砜": "甲拌磷",
    "涕灭威砜": "涕灭威",
    "涕灭威亚砜": "涕灭威",
    "乐斯本": "毒死蜱",
    "DDT": "滴滴涕",
    "甲维盐": "甲氨基阿维菌素苯甲酸盐",
    "砷酸铅": "铅类",
    "砷酸钙": "砷类",
    "氯化汞": "汞制剂",
}


def canonical_substance(name: str) -> str:
    """Return the name that the national lists use for the same substance."""
    bare = "".join(unicodedata.normalize("NFKC", name).split())
    return _SYNONYMS.get(bare, _SYNONYMS.get(bare.upper(), bare))


@dataclass(frozen=True, slots=True)
class RestrictedSubstance:
    """One ban.

    Attributes:
        scopes: crops it covers, in the announcement's words; empty = every crop.
        allowed_uses: the uses left open by an `all_except` row.
        effective_from: first day, None = in force on every date.
        legal_basis: the announcement.
        status: how well the row is sourced, see the data's README.
    """

    substance: str
    scopes: frozenset[str]
    allowed_uses: frozenset[str]
    effective_from: date | None
    legal_basis: str
    status: str
    source: str

    def covers(self, crop_scopes: Collection[str]) -> bool:
        """Tell whether a use on a crop of these scopes falls under the ban."""
        if not self.allowed_uses.isdisjoint(crop_scopes):
            return False
        return not self.scopes or not self.scopes.isdisjoint(crop_scopes)

    def in_force_on(self, day: date) -> bool:
        """Tell whether the ban had begun on `day`."""
        return self.effective_from is None or self.effective_from <= day


def bans_in_force(
    restricted: Iterable[RestrictedSubstance],
    substance: str,
    crop_scopes: Collection[str],
    on: date,
) -> tuple[RestrictedSubstance, ...]:
    """Return the bans that forbid using `substance` on such a crop on a day.

    Args:
        restricted: the list of bans.
        substance: any name `canonical_substance` takes.
        crop_scopes: of the crop, by `commodities.crop_scopes`; for a use that is not
            on a crop, the use in the announcement's words (`检疫熏蒸处理`).
        on: legal date of the use, or of the sample.
    """
    name = canonical_substance(substance)
    return tuple(
        ban
        for ban in restricted
        if ban.substance == name and ban.in_force_on(on) and ban.covers(crop_scopes)
    )
