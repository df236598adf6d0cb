"""Changes one byte of what the database holds, as whoever owns the disk can."""

from peewee import Model

from registry.store.database import database
from registry.store.tables.log import Checkpoint, Record, Tile


def _unlock() -> None:
    """Drop the triggers, which guard the log against slips and stop nobody else."""
    names = database.execute_sql("SELECT name FROM sqlite_master WHERE type='trigger'")
    for (name,) in names.fetchall():
        database.execute_sql(f"DROP TRIGGER {name}")


def flip(data: bytes, position: int) -> bytes:
    """Return `data` with one bit of one byte changed; still ASCII where it was."""
    position %= len(data)
    return data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]


def damage(table: type[Model], column: str, where: object, position: int) -> None:
    """Flip a byte of a blob in one row."""
    _unlock()
    row = table.select().where(where).get()
    changed = flip(bytes(getattr(row, column)), position)
    table.update({column: changed}).where(where).execute()


def damage_record(record_type: str, position: int) -> None:
    """Flip a byte of the stored bytes of the newest record of a type."""
    damage(Record, "secured", Record.leaf_index == _newest(record_type), position)


def damage_leaf(record_type: str, position: int) -> None:
    """Flip a byte of the stored leaf of the newest record of a type."""
    damage(Record, "leaf", Record.leaf_index == _newest(record_type), position)


def damage_tile(position: int) -> None:
    """Flip a byte of the first tile of leaf hashes."""
    damage(Tile, "hashes", (Tile.level == 0) & (Tile.position == 0), position)


def damage_checkpoint(position: int) -> None:
    """Flip a byte of the newest checkpoint's note."""
    size = Checkpoint.select().order_by(Checkpoint.tree_size.desc()).first().tree_size
    damage(Checkpoint, "note", Checkpoint.tree_size == size, position)


def _newest(record_type: str) -> int:
    found = Record.select().where(Record.record_type == record_type)
    return int(found.order_by(Record.leaf_index.desc()).first().leaf_index)
