"""Results that laboratories logged on an organisation's batches."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from registry.store.tables.projected import Batch, Inspection


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A standing report on one's own batch."""

    number: str
    verdict: str
    sampled_on: date
    path: str
    lot: str
    product_name: str
    product_name_en: str


def results_of(owner: str, limit: int = 5) -> list[ResultRow]:
    """Return the newest reports on an organisation's batches, newest first.

    A report that another one replaced is left out.
    """
    found = cast(
        "Iterable[dict[str, str]]",
        Inspection.select(
            Inspection.number,
            Inspection.verdict,
            Inspection.sampled_on,
            Batch.path,
            Batch.lot,
            Batch.product_name,
            Batch.product_name_en,
        )
        .join(Batch, on=(Inspection.batch == Batch.path))
        .where((Batch.owner == owner) & (Inspection.superseded_by == ""))
        .order_by(Inspection.leaf_index.desc())
        .limit(limit)
        .dicts(),
    )
    return [
        ResultRow(sampled_on=date.fromisoformat(row.pop("sampled_on")), **row)
        for row in found
    ]
