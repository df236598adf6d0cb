"""The log: records, tiles, checkpoints, cosignatures. Never changed (but tiles grow).

Triggers made by the first migration refuse anything else. They guard against slips,
not against the operator: that is what checkpoints and witnesses are for.
"""

from peewee import BigIntegerField, BlobField, CompositeKey, IntegerField, TextField

from registry.store.tables.base import Row


class Record(Row):
    """A secured record at its place in the log."""

    leaf_index = BigIntegerField(primary_key=True)
    record_id = TextField(unique=True)
    record_type = TextField(index=True)
    issuer = TextField(index=True)
    verification_method = TextField(index=True)
    digest = TextField()
    logged_at = BigIntegerField()
    leaf = BlobField()
    secured = BlobField()


class Tile(Row):
    """Up to 256 hashes of one level; a partial tile is a prefix of the full one."""

    level = IntegerField()
    position = BigIntegerField()
    hashes = BlobField()

    class Meta:
        """A tile is named by its level and position."""

        primary_key = CompositeKey("level", "position")


class Checkpoint(Row):
    """A signed tree head, one for each append."""

    tree_size = BigIntegerField(primary_key=True)
    root_hash = BlobField()
    note = BlobField()
    signed_at = BigIntegerField()


class Cosignature(Row):
    """What a witness answered: that it saw a tree at a time.

    The oldest one of a tree is evidence of when its records existed, the newest of how
    fresh the log is; so all are kept.
    """

    witness = TextField()
    tree_size = BigIntegerField(index=True)
    signed_at = BigIntegerField()
    line = TextField()

    class Meta:
        """A witness says a thing once a second."""

        indexes = ((("witness", "tree_size", "signed_at"), True),)
