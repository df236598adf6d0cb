"""Rows made from records. Whoever edits one can mislead a list, not a verification."""

from peewee import BigIntegerField, CompositeKey, IntegerField, TextField

from registry.store.tables.base import Row


class Organisation(Row):
    """A party as its newest record describes it."""

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


class OrganisationKey(Row):
    """A key of an organisation: where the log enrolled it, and where it ended it."""

    verification_method = TextField(primary_key=True)
    organisation = TextField(index=True)
    public_key = TextField()
    custody = TextField()
    status = TextField()
    compromised_from = BigIntegerField(null=True)
    leaf_index = BigIntegerField()
    ended_index = BigIntegerField(null=True)


class Product(Row):
    """A GTIN and its one owner."""

    gtin = TextField(primary_key=True)
    owner = TextField(index=True)
    name = TextField()
    name_en = TextField()
    commodity = TextField()
    product_class = TextField()
    division = TextField()
    brand = TextField()
    leaf_index = BigIntegerField()


class Plot(Row):
    """A plot of an organisation."""

    owner = TextField()
    code = TextField()
    name = TextField()
    division = TextField()
    area_m2 = TextField()
    outline_digest = TextField()
    leaf_index = BigIntegerField()

    class Meta:
        """A plot's code is unique inside its organisation."""

        primary_key = CompositeKey("owner", "code")


class Batch(Row):
    """A batch as its newest OriginRecord describes it; `inspection` is for lists."""

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


class RecordBatch(Row):
    """Which records name which batch or product; what a batch index is made of."""

    path = TextField()
    leaf_index = BigIntegerField()

    class Meta:
        """A record names a path once."""

        primary_key = CompositeKey("path", "leaf_index")


class Operation(Row):
    """An input used on a batch."""

    record_id = TextField(primary_key=True)
    batch = TextField(index=True)
    substance = TextField()
    applied_on = TextField()
    leaf_index = BigIntegerField()


class Inspection(Row):
    """A report; `superseded_by` names the record that corrects it, or is empty."""

    record_id = TextField(primary_key=True)
    batch = TextField(index=True)
    issuer = TextField(index=True)
    number = TextField()
    verdict = TextField()
    sampled_on = TextField()
    person = TextField()
    superseded_by = TextField()
    leaf_index = BigIntegerField()


class Certificate(Row):
    """A certificate and the newest change to it."""

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


class CertificateScope(Row):
    """A product or batch path that a certificate covers."""

    record_id = TextField()
    path = TextField(index=True)

    class Meta:
        """A certificate names a path once."""

        primary_key = CompositeKey("record_id", "path")


class LabelRun(Row):
    """A print run; its labels are not stored, they are computed."""

    record_id = TextField(primary_key=True)
    batch = TextField(index=True)
    run = IntegerField()
    count = BigIntegerField()
    leaf_index = BigIntegerField()
