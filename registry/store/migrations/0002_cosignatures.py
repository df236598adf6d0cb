"""Cosignatures: what witnesses answered, kept as the log's own rows are."""

from peewee import BigIntegerField, Database, Model, TextField
from playhouse.apsw_ext import APSWDatabase
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:  # noqa: ARG001
    """Create the table and its triggers."""

    class Cosignature(Model):
        witness = TextField()
        tree_size = BigIntegerField(index=True)
        signed_at = BigIntegerField()
        line = TextField()

        class Meta:
            database = db
            table_name = "cosignature"
            indexes = ((("witness", "tree_size", "signed_at"), True),)

    db.create_tables([Cosignature])
    if isinstance(db, APSWDatabase):
        for verb in ("UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER cosignature_no_{verb.lower()} BEFORE {verb} "
                "ON cosignature BEGIN SELECT RAISE(ABORT, 'the log is append-only'); "
                "END"
            )
    else:
        db.execute_sql(
            "CREATE TRIGGER cosignature_append_only BEFORE UPDATE OR DELETE "
            "ON cosignature FOR EACH ROW EXECUTE FUNCTION log_is_append_only()"
        )
