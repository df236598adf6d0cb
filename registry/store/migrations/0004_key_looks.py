"""How far a person has looked at what their organisation's keys signed."""

from peewee import BigIntegerField, CompositeKey, Database, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:  # noqa: ARG001
    """Create the table."""

    class KeyLook(Model):
        account_id = TextField()
        organisation = TextField()
        tree_size = BigIntegerField()

        class Meta:
            database = db
            table_name = "key_look"
            primary_key = CompositeKey("account_id", "organisation")

    db.create_tables([KeyLook])
