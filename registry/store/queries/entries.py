"""The log's rows as they lie: exact bytes, nothing parsed and nothing believed.

For those who verify. A damaged or forged row must be read like any other, so that a
check can say what is wrong with it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from registry.domain.claims import Claims
from registry.errors import BadRecord
from registry.signing.canonical import parse_object
from registry.store.tables.log import Checkpoint, Record
from registry.store.tables.projected import (
    Organisation,
    OrganisationKey,
    RecordBatch,
)


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One place of the log.

    Attributes:
        record_id, issuer, digest: as the columns say, which may be wrong.
        logged_at: milliseconds UTC; not signed.
        leaf: exact bytes of the leaf that the log serves.
        secured: exact bytes of the record.
    """

    leaf_index: int
    record_id: str
    issuer: str
    digest: str
    logged_at: int
    leaf: bytes
    secured: bytes

    @property
    def batches(self) -> tuple[str, ...]:
        """What the leaf names; empty where it cannot be read."""
        try:
            return Claims(parse_object(self.leaf)).texts("batches")
        except BadRecord:
            return ()


def _entries(rows: Iterable[Record]) -> list[StoredEntry]:
    return [
        StoredEntry(
            row.leaf_index,
            row.record_id,
            row.issuer,
            row.digest,
            row.logged_at,
            bytes(row.leaf),
            bytes(row.secured),
        )
        for row in rows
    ]


def entries_naming(paths: Sequence[str]) -> list[StoredEntry]:
    """Return the entries that directly name any of `paths`, in log order."""
    named = RecordBatch.select(RecordBatch.leaf_index).where(
        RecordBatch.path.in_(list(paths))
    )
    rows = Record.select().where(Record.leaf_index.in_(named))
    return _entries(rows.order_by(Record.leaf_index))


def is_named(path: str) -> bool:
    """Tell whether any entry names `path` itself."""
    return bool(RecordBatch.select().where(RecordBatch.path == path).exists())


def entries_at(leaf_indexes: Collection[int]) -> list[StoredEntry]:
    """Return the entries at these places, in log order."""
    rows = Record.select().where(Record.leaf_index.in_(sorted(leaf_indexes)))
    return _entries(rows.order_by(Record.leaf_index))


def entry_by_id(record_id: str) -> StoredEntry | None:
    """Return the entry of a record, or None."""
    found = _entries(Record.select().where(Record.record_id == record_id))
    return found[0] if found else None


def identity_indexes(dids: Collection[str]) -> set[int]:
    """Return where the log says who `dids` are, enrols their keys and ends them."""
    parties = Organisation.select(Organisation.leaf_index).where(
        Organisation.did.in_(list(dids))
    )
    keys = OrganisationKey.select(
        OrganisationKey.leaf_index, OrganisationKey.ended_index
    ).where(OrganisationKey.organisation.in_(list(dids)))
    ends = {key.ended_index for key in keys if key.ended_index is not None}
    return {row.leaf_index for row in parties} | {key.leaf_index for key in keys} | ends


def newest_note() -> bytes:
    """Return the newest checkpoint's note, whatever it holds; empty for none."""
    row = Checkpoint.select().order_by(Checkpoint.tree_size.desc()).first()
    return bytes(row.note) if row else b""
