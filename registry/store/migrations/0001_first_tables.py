"""The first tables, frozen as they were on the first day.

The models here are copies on purpose: a migration must not change when the code does.
The triggers keep the log's rows from being changed by a slip; who edits the database
with intent is found by checkpoints, not by triggers.
"""

from peewee import (
    BigIntegerField,
    BlobField,
    CompositeKey,
    Database,
    IntegerField,
    Model,
    TextField,
)
from playhouse.apsw_ext import APSWDatabase
from playhouse.migrate import SchemaMigrator

WRITTEN_ONCE = ("record", "checkpoint")


def up(migrator: SchemaMigrator, db: Database) -> None:  # noqa: ARG001, PLR0915
    """Create every table and the triggers of the log."""

    class Account(Model):
        account_id = TextField(primary_key=True)
        login = TextField(unique=True)
        name = TextField()
        person = TextField(unique=True)
        password_hash = TextField()
        language = TextField()
        created_at = BigIntegerField()
        disabled_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "account"

    db.create_tables([Account])

    class Annex(Model):
        digest = TextField(primary_key=True)
        owner = TextField(index=True)
        audience = TextField()
        media_type = TextField()
        salt = BlobField(null=True)
        content = BlobField(null=True)
        erased_at = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "annex"

    db.create_tables([Annex])

    class Batch(Model):
        path = TextField(primary_key=True)
        gtin = TextField(index=True)
        lot = TextField(index=True)
        owner = TextField(index=True)
        product_name = TextField()
        product_name_en = TextField()
        commodity = TextField()
        division = TextField(index=True)
        harvested_on = TextField()
        quantity = TextField()
        unit = TextField()
        inspection = TextField()
        record_id = TextField()
        leaf_index = BigIntegerField(index=True)

        class Meta:
            database = db
            table_name = "batch"

    db.create_tables([Batch])

    class BatchDraft(Model):
        draft_id = TextField(primary_key=True)
        organisation = TextField(index=True)
        content = TextField()
        saved_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "batch_draft"

    db.create_tables([BatchDraft])

    class Certificate(Model):
        record_id = TextField(primary_key=True)
        issuer = TextField(index=True)
        number = TextField(index=True)
        holder = TextField(index=True)
        scheme = TextField()
        valid_from = TextField()
        valid_until = TextField()
        change = TextField()
        change_reason = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "certificate"

    db.create_tables([Certificate])

    class CertificateScope(Model):
        record_id = TextField()
        path = TextField(index=True)

        class Meta:
            database = db
            table_name = "certificate_scope"
            primary_key = CompositeKey("record_id", "path")

    db.create_tables([CertificateScope])

    class Checkpoint(Model):
        tree_size = BigIntegerField(primary_key=True)
        root_hash = BlobField()
        note = BlobField()
        signed_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "checkpoint"

    db.create_tables([Checkpoint])

    class Draft(Model):
        draft_id = TextField(primary_key=True)
        owner_key = TextField(index=True)
        form_name = TextField()
        content = TextField()
        saved_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "draft"

    db.create_tables([Draft])

    class Inspection(Model):
        record_id = TextField(primary_key=True)
        batch = TextField(index=True)
        issuer = TextField(index=True)
        number = TextField()
        verdict = TextField()
        sampled_on = TextField()
        person = TextField()
        superseded_by = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "inspection"

    db.create_tables([Inspection])

    class LabelRun(Model):
        record_id = TextField(primary_key=True)
        batch = TextField(index=True)
        run = IntegerField()
        count = BigIntegerField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "label_run"

    db.create_tables([LabelRun])

    class LoginFailure(Model):
        login_hash = TextField()
        address = TextField()
        failures = IntegerField()
        last_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "login_failure"
            primary_key = CompositeKey("login_hash", "address")

    db.create_tables([LoginFailure])

    class Membership(Model):
        account_id = TextField()
        organisation = TextField(index=True)
        role = TextField()

        class Meta:
            database = db
            table_name = "membership"
            primary_key = CompositeKey("account_id", "organisation")

    db.create_tables([Membership])

    class Operation(Model):
        record_id = TextField(primary_key=True)
        batch = TextField(index=True)
        substance = TextField()
        applied_on = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "operation"

    db.create_tables([Operation])

    class Organisation(Model):
        did = TextField(primary_key=True)
        slug = TextField(unique=True)
        kind = TextField(index=True)
        name = TextField()
        name_en = TextField()
        short_name = TextField()
        division = TextField(index=True)
        uscc = TextField(index=True)
        accreditation = TextField()
        schemes = TextField()
        tier = TextField()
        vouched_by = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "organisation"

    db.create_tables([Organisation])

    class OrganisationKey(Model):
        verification_method = TextField(primary_key=True)
        organisation = TextField(index=True)
        public_key = TextField()
        custody = TextField()
        status = TextField()
        compromised_from = BigIntegerField(null=True)
        leaf_index = BigIntegerField()
        ended_index = BigIntegerField(null=True)

        class Meta:
            database = db
            table_name = "organisation_key"

    db.create_tables([OrganisationKey])

    class Plot(Model):
        owner = TextField()
        code = TextField()
        name = TextField()
        division = TextField()
        area_m2 = TextField()
        outline_digest = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "plot"
            primary_key = CompositeKey("owner", "code")

    db.create_tables([Plot])

    class Product(Model):
        gtin = TextField(primary_key=True)
        owner = TextField(index=True)
        name = TextField()
        name_en = TextField()
        commodity = TextField()
        product_class = TextField()
        division = TextField()
        brand = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "product"

    db.create_tables([Product])

    class Record(Model):
        leaf_index = BigIntegerField(primary_key=True)
        record_id = TextField(unique=True)
        record_type = TextField(index=True)
        issuer = TextField(index=True)
        verification_method = TextField(index=True)
        digest = TextField()
        logged_at = BigIntegerField()
        leaf = BlobField()
        secured = BlobField()

        class Meta:
            database = db
            table_name = "record"

    db.create_tables([Record])

    class RecordBatch(Model):
        path = TextField()
        leaf_index = BigIntegerField()

        class Meta:
            database = db
            table_name = "record_batch"
            primary_key = CompositeKey("path", "leaf_index")

    db.create_tables([RecordBatch])

    class Request(Model):
        request_id = TextField(primary_key=True)
        organisation = TextField()
        fingerprint = TextField()
        receipts = TextField()
        answered_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "request"

    db.create_tables([Request])

    class SealedKey(Model):
        verification_method = TextField(primary_key=True)
        organisation = TextField(index=True)
        kek_id = TextField()
        sealed = BlobField()

        class Meta:
            database = db
            table_name = "sealed_key"

    db.create_tables([SealedKey])

    class Session(Model):
        token_hash = TextField(primary_key=True)
        account_id = TextField(index=True)
        organisation = TextField()
        created_at = BigIntegerField()
        seen_at = BigIntegerField()
        expires_at = BigIntegerField()

        class Meta:
            database = db
            table_name = "session"

    db.create_tables([Session])

    class Setting(Model):
        name = TextField(primary_key=True)
        content = TextField()

        class Meta:
            database = db
            table_name = "setting"

    db.create_tables([Setting])

    class Tile(Model):
        level = IntegerField()
        position = BigIntegerField()
        hashes = BlobField()

        class Meta:
            database = db
            table_name = "tile"
            primary_key = CompositeKey("level", "position")

    db.create_tables([Tile])

    for table in WRITTEN_ONCE:
        if isinstance(db, APSWDatabase):
            _guard_sqlite(db, table)
        else:
            _guard_postgresql(db, table)


def _guard_sqlite(db: Database, table: str) -> None:
    for verb in ("UPDATE", "DELETE"):
        db.execute_sql(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
        )


def _guard_postgresql(db: Database, table: str) -> None:
    db.execute_sql(
        "CREATE OR REPLACE FUNCTION log_is_append_only() RETURNS trigger AS "
        "$$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$ LANGUAGE plpgsql"
    )
    db.execute_sql(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION log_is_append_only()"
    )
