"""Requests that wait for a signature made with a key that is not here."""

from peewee import BigIntegerField, BlobField, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:  # noqa: ARG001
    """Create the table."""

    class Prepared(Model):
        request_id = TextField(primary_key=True)
        organisation = TextField()
        command = TextField()
        given = BlobField()
        verification_method = TextField()
        entropy_seed = BlobField()
        prepared_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "prepared"

    db.create_tables([Prepared])
