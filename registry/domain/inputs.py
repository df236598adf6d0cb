"""Inputs on a crop: which uses the law forbids, and which came too close to harvest.

A forbidden use is **refused** with its legal basis (`check_operation`). A use inside
the pre-harvest interval, or once too often, is a **finding** (`check_harvest`): it has
happened, and refusing to hear it would only teach people to leave it out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

from registry.domain.commodities import crop_scopes
from registry.domain.intervals import PreHarvestInterval, find_intervals
from registry.domain.substances import (
    RestrictedSubstance,
    bans_in_force,
    canonical_substance,
)
from registry.errors import Message, Problems, msg


class InputReference(Protocol):
    """The tables that uses are checked against."""

    @property
    def restricted(self) -> Sequence[RestrictedSubstance]:
        """Bans of every date."""

    @property
    def intervals(self) -> Sequence[PreHarvestInterval]:
        """Pre-harvest intervals."""


class InputUse(Protocol):
    """One use of an input, as `operations.Operation` records it."""

    @property
    def substance(self) -> str:
        """Active ingredient."""

    @property
    def formulation(self) -> str:
        """As on the label of the pack, or empty."""

    @property
    def applied_on(self) -> date:
        """Legal date."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the uses that a person should look at.

    Attributes:
        substance: canonical name of the input.
        source: of the interval.
        days_short: days that the harvest came too early; 0 for the other rule.
        uses_over: uses beyond the maximum; 0 for the other rule.
    """

    rule: Literal["pre_harvest_interval", "maximum_applications"]
    substance: str
    message: Message
    source: str
    days_short: int = 0
    uses_over: int = 0


_UseAndRow = tuple[InputUse, PreHarvestInterval]


def check_operation(
    substance: str,
    commodity: str,
    applied_on: date,
    reference: InputReference,
    product_class: str = "",
    field: str = "substance",
) -> None:
    """Refuse a use that was banned on this crop on its day.

    Args:
        substance: active ingredient, by any known name.
        commodity: any name that `commodities` takes.
        applied_on: legal date of the use; a ban that began later does not reach back.
        reference: bans.
        product_class: decides for a crop whose group is not known.
        field: the input's name.

    Raises:
        InvalidInput: one problem for each ban in force, with its legal basis.
    """
    scopes = crop_scopes(commodity, product_class)
    problems = Problems()
    for ban in bans_in_force(reference.restricted, substance, scopes, applied_on):
        problems.add(
            field,
            "{substance} was banned on this crop on {day} ({scope}; {basis}). Its use "
            "cannot be registered; speak to the township's agricultural station.",
            substance=substance,
            day=applied_on.isoformat(),
            scope="、".join(sorted(ban.scopes)) or msg("every crop"),
            basis=ban.legal_basis,
        )
    problems.raise_if_any()


def check_harvest(
    operations: Iterable[InputUse],
    harvested_on: date,
    crop: str,
    reference: InputReference,
) -> list[Finding]:
    """Return what the uses before a harvest leave to look at, by substance.

    The day of use counts as day 0: with an interval of 7 days, a crop sprayed on the
    1st may be harvested on the 8th. Uses after the harvest are of the next one. A
    substance without a row for the crop gives no finding, since no interval is known.

    Args:
        operations: uses on the batch, of one season, in any order.
        harvested_on: legal date.
        crop: any name that `commodities` takes.
        reference: intervals.
    """
    uses: dict[str, list[InputUse]] = {}
    for operation in operations:
        if operation.applied_on <= harvested_on:
            name = canonical_substance(operation.substance)
            uses.setdefault(name, []).append(operation)
    findings = []
    for substance, of_substance in sorted(uses.items()):
        rows = [
            (use, row)
            for use in of_substance
            for row in find_intervals(
                reference.intervals, substance, use.formulation or None, crop
            )
        ]
        findings += _interval_finding(substance, harvested_on, rows)
        findings += _count_finding(substance, len(of_substance), rows)
    return findings


def _interval_finding(
    substance: str, harvested_on: date, rows: Sequence[_UseAndRow]
) -> list[Finding]:
    """Return the finding of the use that came closest to its interval, if too close.

    Every use counts, not only the last: an earlier one of another formulation may have
    the longer interval.
    """

    def days_short(pair: _UseAndRow) -> int:
        use, row = pair
        return row.interval_days - (harvested_on - use.applied_on).days

    worst = max(rows, key=days_short, default=None)
    if worst is None or days_short(worst) <= 0:
        return []
    use, row = worst
    message = msg(
        "{substance} was used {waited} days before the harvest; the pre-harvest "
        "interval is {interval} days, {short} more. Check the label of the pack.",
        substance=substance,
        waited=(harvested_on - use.applied_on).days,
        interval=row.interval_days,
        short=days_short(worst),
    )
    return [
        Finding(
            "pre_harvest_interval",
            substance,
            message,
            row.source,
            days_short=days_short(worst),
        )
    ]


def _count_finding(
    substance: str, count: int, rows: Sequence[_UseAndRow]
) -> list[Finding]:
    """Return the finding of more uses than the strictest maximum, if there are."""
    allowed = [
        (row.max_applications_per_season, row.source)
        for _, row in rows
        if row.max_applications_per_season is not None
    ]
    most, source = min(allowed, default=(count, ""))
    if count <= most:
        return []
    message = msg(
        "{substance} was used {count} times in the season; at most {most} are allowed. "
        "Check the label of the pack.",
        substance=substance,
        count=count,
        most=most,
    )
    return [
        Finding(
            "maximum_applications", substance, message, source, uses_over=count - most
        )
    ]
