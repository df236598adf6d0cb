"""Batches: one in full from its record, many as list rows with their state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from peewee import Expression, ModelSelect

from registry.domain.batch import Batch, State
from registry.domain.certification import Standing
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.domain.operations import Operation
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType
from registry.store.queries.certificates import CertificateRow, certificates_by_path
from registry.store.queries.records import record_by_id, records_naming
from registry.store.tables import projected


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch as lists show it."""

    path: str
    gtin: str
    lot: str
    owner: str
    product_name: str
    product_name_en: str
    division: str
    harvested_on: date
    quantity: Quantity
    state: State
    record_id: str


def batch_by_path(path: str) -> Batch | None:
    """Return the batch as its newest OriginRecord describes it, or None."""
    row = projected.Batch.get_or_none(projected.Batch.path == path)
    if row is None:
        return None
    record = record_by_id(row.record_id)
    return Batch.from_claims(record.subject, record.issuer) if record else None


def batch_paths(lot: str) -> list[str]:
    """Return the paths of every batch with this lot, for a number typed by hand."""
    rows = (
        projected.Batch.select(projected.Batch.path)
        .where(projected.Batch.lot == lot)
        .order_by(projected.Batch.leaf_index.desc())
        .limit(50)
    )
    return [row.path for row in rows]


def batches_of(
    owner: str, today: date, *, offset: int = 0, limit: int = 50
) -> list[BatchRow]:
    """Return an organisation's batches, newest first."""
    return _rows(projected.Batch.owner == owner, today, offset, limit)


def batches_within(
    division: str, today: date, *, offset: int = 0, limit: int = 50
) -> list[BatchRow]:
    """Return the batches grown in a division or below it, newest first."""
    return _rows(projected.Batch.division.startswith(division), today, offset, limit)


def batches_matching(text: str, today: date, limit: int = 50) -> list[BatchRow]:
    """Return batches whose lot, product or GTIN holds `text`, newest first."""
    row = projected.Batch
    where = (
        row.lot.contains(text) | row.product_name.contains(text) | (row.gtin == text)
    )
    return _rows(where, today, 0, limit)


def batch_count(owner: str) -> int:
    """Return how many batches an organisation has registered."""
    return int(projected.Batch.select().where(projected.Batch.owner == owner).count())


def operations_on(path: str) -> list[Operation]:
    """Return the inputs used on a batch, in log order, from the records."""
    return [
        Operation.from_claims(record.subject, path)
        for record in records_naming([path])
        if record.record_type is RecordType.OPERATION
    ]


def _rows(where: Expression, today: date, offset: int, limit: int) -> list[BatchRow]:
    found: ModelSelect[projected.Batch] = (
        projected.Batch.select()
        .where(where)
        .order_by(projected.Batch.leaf_index.desc())
        .offset(offset)
        .limit(limit)
    )
    rows = list(found)
    paths = {row.path for row in rows} | {DigitalLink(row.gtin).path for row in rows}
    certificates = certificates_by_path(sorted(paths))
    return [_batch_row(row, certificates, today) for row in rows]


def _batch_row(
    row: projected.Batch,
    certificates: dict[str, list[CertificateRow]],
    today: date,
) -> BatchRow:
    covering = [
        *certificates.get(row.path, []),
        *certificates.get(DigitalLink(row.gtin).path, []),
    ]
    return BatchRow(
        path=row.path,
        gtin=row.gtin,
        lot=row.lot,
        owner=row.owner,
        product_name=row.product_name,
        product_name_en=row.product_name_en,
        division=row.division,
        harvested_on=date.fromisoformat(row.harvested_on),
        quantity=Quantity(Decimal(row.quantity), row.unit),
        state=state_of(row.inspection, covering, today),
        record_id=row.record_id,
    )


def state_of(
    inspection: str, certificates: Sequence[CertificateRow], today: date
) -> State:
    """Return where a batch stands: a failure first, then certificates, then tests."""
    standings = {row.standing(today) for row in certificates}
    if inspection == "fail":
        return State.FAILED
    if Standing.VALID in standings:
        return State.CERTIFIED
    if standings & {Standing.SUSPENDED, Standing.REVOKED}:
        return State.SUSPENDED
    if Standing.EXPIRED in standings:
        return State.EXPIRED
    return State.TESTED if inspection == "pass" else State.REGISTERED


def paths_changed_since(leaf_index: int) -> list[str]:
    """Return the batches that records from `leaf_index` on say something of.

    A record that names a product says something of each of its batches.
    """
    named = {
        row.path
        for row in projected.RecordBatch.select(projected.RecordBatch.path)
        .where(projected.RecordBatch.leaf_index >= leaf_index)
        .distinct()
    }
    gtins = [parse_digital_link(path).gtin for path in named if "/10/" not in path]
    row = projected.Batch
    rows = row.select(row.path).where(row.path.in_(list(named)) | row.gtin.in_(gtins))
    return sorted(found.path for found in rows)
