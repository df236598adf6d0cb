"""Records by id, by place in the log, by what they name."""

import json
from collections.abc import Iterable, Iterator, Sequence

from registry.domain.records import RecordType, SignedRecord
from registry.store.tables.log import Record
from registry.store.tables.projected import RecordBatch


def signed_record(row: Record) -> SignedRecord:
    """Return a row as projections and rules read it.

    The bytes were canonical when they were appended; whether they still are what was
    signed is for `verify` to find, so they are parsed here without a second check.
    """
    secured = bytes(row.secured)
    return SignedRecord(
        record_id=row.record_id,
        leaf_index=row.leaf_index,
        record_type=RecordType(row.record_type),
        issuer=row.issuer,
        verification_method=row.verification_method,
        digest=row.digest,
        batches=tuple(json.loads(bytes(row.leaf))["batches"]),
        logged_at=row.logged_at,
        secured=secured,
        document=json.loads(secured),
    )


def record_by_id(record_id: str) -> SignedRecord | None:
    """Return the record, or None."""
    row = Record.get_or_none(Record.record_id == record_id)
    return signed_record(row) if row else None


def record_at(leaf_index: int) -> SignedRecord | None:
    """Return the record at a place in the log, or None past the end."""
    row = Record.get_or_none(Record.leaf_index == leaf_index)
    return signed_record(row) if row else None


def leaf_at(leaf_index: int) -> bytes | None:
    """Return the exact leaf bytes at a place, or None past the end."""
    row = Record.select(Record.leaf).where(Record.leaf_index == leaf_index).first()
    return bytes(row.leaf) if row else None


def leaves(start: int, count: int) -> list[bytes]:
    """Return the leaves `start` to `start + count - 1`."""
    rows = (
        Record.select(Record.leaf)
        .where(Record.leaf_index.between(start, start + count - 1))
        .order_by(Record.leaf_index)
    )
    return [bytes(row.leaf) for row in rows]


def secured_records(start: int, count: int) -> list[bytes]:
    """Return the exact bytes of the records `start` to `start + count - 1`."""
    rows = (
        Record.select(Record.secured)
        .where(Record.leaf_index.between(start, start + count - 1))
        .order_by(Record.leaf_index)
    )
    return [bytes(row.secured) for row in rows]


def records_naming(paths: Sequence[str]) -> list[SignedRecord]:
    """Return the records that directly name any of `paths`, in log order."""
    named = RecordBatch.select(RecordBatch.leaf_index).where(
        RecordBatch.path.in_(list(paths))
    )
    rows = (
        Record.select().where(Record.leaf_index.in_(named)).order_by(Record.leaf_index)
    )
    return [signed_record(row) for row in rows]


def newest(count: int, before: int | None = None) -> list[SignedRecord]:
    """Return the newest records, newest first, below leaf index `before`."""
    rows = Record.select().order_by(Record.leaf_index.desc()).limit(count)
    if before is not None:
        rows = rows.where(Record.leaf_index < before)
    return [signed_record(row) for row in rows]


def all_records(chunk: int = 500) -> Iterator[SignedRecord]:
    """Yield every record in log order, reading `chunk` at a time."""
    start = 0
    while True:
        rows: Iterable[Record] = (
            Record.select()
            .where(Record.leaf_index >= start)
            .order_by(Record.leaf_index)
            .limit(chunk)
        )
        found = [signed_record(row) for row in rows]
        yield from found
        if len(found) < chunk:
            return
        start = found[-1].leaf_index + 1
