"""Inspection reports."""

from dataclasses import dataclass

from registry.domain.inspection_report import Report
from registry.store.queries.records import record_by_id
from registry.store.tables import projected


@dataclass(frozen=True, slots=True)
class InspectionRow:
    """A report with where it stands, read from its record."""

    record_id: str
    report: Report
    person: str
    superseded_by: str
    logged_at: int


def _row(row: projected.Inspection) -> InspectionRow:
    record = record_by_id(row.record_id)
    if record is None:
        raise LookupError(f"inspection row without record {row.record_id}")
    return InspectionRow(
        row.record_id,
        Report.from_claims(record.subject, row.batch, record.issuer),
        row.person,
        row.superseded_by,
        record.logged_at,
    )


def inspection_by_id(record_id: str) -> InspectionRow | None:
    """Return a report by its record, or None."""
    row = projected.Inspection.get_or_none(projected.Inspection.record_id == record_id)
    return _row(row) if row else None


def inspections_of_batch(path: str) -> list[InspectionRow]:
    """Return every report on a batch, superseded ones too, in log order."""
    rows = (
        projected.Inspection.select()
        .where(projected.Inspection.batch == path)
        .order_by(projected.Inspection.leaf_index)
    )
    return [_row(row) for row in rows]


def inspections_by(issuer: str, limit: int = 50) -> list[InspectionRow]:
    """Return what an inspection body logged, newest first."""
    rows = (
        projected.Inspection.select()
        .where(projected.Inspection.issuer == issuer)
        .order_by(projected.Inspection.leaf_index.desc())
        .limit(limit)
    )
    return [_row(row) for row in rows]


def report_number_is_taken(issuer: str, number: str) -> bool:
    """Tell whether a body has logged this report number."""
    row = projected.Inspection
    return bool(
        row.select().where((row.issuer == issuer) & (row.number == number)).exists()
    )


def inspectors_of(paths: list[str]) -> frozenset[str]:
    """Return who inspected these batches, or any of these products: pseudonyms."""
    row = projected.Inspection
    where = row.batch.in_(paths)
    for path in paths:
        if "/10/" not in path:  # a product: whoever inspected any batch of it
            where |= row.batch.startswith(f"{path}/10/")
    return frozenset(found.person for found in row.select(row.person).where(where))
