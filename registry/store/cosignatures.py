"""What witnesses answered, beside the checkpoints that they saw.

Rows hold lines that were verified when they came; who serves them to others lets those
verify again. A witness is known here by its vkey, since names may be given twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from peewee import fn

from registry.clock import from_millis, to_millis
from registry.store.database import database
from registry.store.tables.log import Checkpoint, Cosignature


@dataclass(frozen=True, slots=True)
class KeptCosignature:
    """A line of a witness.

    Attributes:
        witness: its vkey.
        tree_size: of the checkpoint that it saw.
        signed_at: aware UTC, the time that the line states.
        line: the signature line with its newline.
    """

    witness: str
    tree_size: int
    signed_at: datetime
    line: str


def keep(cosignature: KeptCosignature) -> None:
    """Store a verified cosignature; one that is there already stays."""
    with database.atomic():
        Cosignature.insert(
            witness=cosignature.witness,
            tree_size=cosignature.tree_size,
            signed_at=to_millis(cosignature.signed_at),
            line=cosignature.line,
        ).on_conflict_ignore().execute()


def newest_of(witness: str) -> KeptCosignature | None:
    """Return the newest cosignature of a witness on the largest tree it saw."""
    row = (
        Cosignature.select()
        .where(Cosignature.witness == witness)
        .order_by(Cosignature.tree_size.desc(), Cosignature.signed_at.desc())
        .first()
    )
    return _kept(row) if row else None


def cosigned_sizes() -> Iterator[int]:
    """Yield the tree sizes that any witness cosigned, largest first."""
    newest = fn.MAX(Cosignature.tree_size)
    size = Cosignature.select(newest).scalar()
    while size is not None:
        yield size
        below = Cosignature.tree_size < size
        size = Cosignature.select(newest).where(below).scalar()


def cosignatures_at(tree_size: int) -> Mapping[str, KeptCosignature]:
    """Return each witness's newest cosignature on the tree of one size, by vkey."""
    rows = (
        Cosignature.select()
        .where(Cosignature.tree_size == tree_size)
        .order_by(Cosignature.signed_at)
    )
    return {row.witness: _kept(row) for row in rows}


def checkpoint_note(tree_size: int) -> bytes:
    """Return the checkpoint that was signed at one size."""
    return bytes(Checkpoint.get_by_id(tree_size).note)


def _kept(row: Cosignature) -> KeptCosignature:
    return KeptCosignature(
        row.witness, row.tree_size, from_millis(row.signed_at), row.line
    )
