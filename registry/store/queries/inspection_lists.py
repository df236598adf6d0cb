"""Inspections as lists show them: from rows alone, with the batch beside each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from peewee import Expression

from registry.domain.gs1 import DigitalLink
from registry.store.tables.projected import Batch, Inspection


@dataclass(frozen=True, slots=True)
class InspectionListRow:
    """A report and the batch it is about.

    Attributes:
        superseded_by: id of the record that corrects it, or empty.
    """

    record_id: str
    number: str
    verdict: str
    sampled_on: date
    superseded_by: str
    issuer: str
    path: str
    lot: str
    owner: str
    product_name: str
    product_name_en: str


def inspections_matching(
    issuer: str, text: str = "", *, offset: int = 0, limit: int = 50
) -> list[InspectionListRow]:
    """Return a body's reports whose number, lot or product holds `text`, newest first.

    `text` may be a whole Digital Link path of a batch.
    """
    where = Inspection.issuer == issuer
    if text:
        where &= (
            Inspection.number.contains(text)
            | Batch.lot.contains(text)
            | Batch.product_name.contains(text)
            | Batch.product_name_en.contains(text)
            | (Batch.path == text)
        )
    return _rows(where, offset, limit)


def failures_within(
    division: str, *, offset: int = 0, limit: int = 50
) -> list[InspectionListRow]:
    """Return the standing failures of batches grown in a division, newest first."""
    where = (
        (Inspection.verdict == "fail")
        & (Inspection.superseded_by == "")
        & Batch.division.startswith(division)
    )
    return _rows(where, offset, limit)


def _rows(where: Expression, offset: int, limit: int) -> list[InspectionListRow]:
    found = cast(
        "Iterable[dict[str, str]]",
        Inspection.select(
            Inspection.record_id,
            Inspection.number,
            Inspection.verdict,
            Inspection.sampled_on,
            Inspection.superseded_by,
            Inspection.issuer,
            Batch.gtin,
            Batch.lot,
            Batch.owner,
            Batch.product_name,
            Batch.product_name_en,
        )
        .join(Batch, on=(Inspection.batch == Batch.path))
        .where(where)
        .order_by(Inspection.leaf_index.desc())
        .offset(offset)
        .limit(limit)
        .dicts(),
    )
    return [
        InspectionListRow(
            path=DigitalLink(row.pop("gtin"), row["lot"]).path,
            sampled_on=date.fromisoformat(row.pop("sampled_on")),
            **row,
        )
        for row in found
    ]
