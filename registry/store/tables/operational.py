"""What the service needs and no record promises: people, sessions, drafts, keys."""

from peewee import BigIntegerField, BlobField, CompositeKey, IntegerField, TextField

from registry.store.tables.base import Row


class SealedKey(Row):
    """A custodial seed, readable only with the key-encryption key outside."""

    verification_method = TextField(primary_key=True)
    organisation = TextField(index=True)
    kek_id = TextField()
    sealed = BlobField()


class Request(Row):
    """A request that was answered, so that its retry gets the same answer."""

    request_id = TextField(primary_key=True)
    organisation = TextField()
    fingerprint = TextField()
    receipts = TextField()
    answered_at = BigIntegerField()


class Prepared(Row):
    """A request that waits for a signature made elsewhere."""

    request_id = TextField(primary_key=True)
    organisation = TextField()
    command = TextField()
    given = BlobField()
    verification_method = TextField()
    entropy_seed = BlobField()
    prepared_at = BigIntegerField()


class Annex(Row):
    """Data that a record names by salted hash and that the law can have erased."""

    digest = TextField(primary_key=True)
    owner = TextField(index=True)
    audience = TextField()
    media_type = TextField()
    salt = BlobField(null=True)
    content = BlobField(null=True)
    erased_at = BigIntegerField(null=True)


class Account(Row):
    """A person who signs in. `person` is the pseudonym that records carry."""

    account_id = TextField(primary_key=True)
    login = TextField(unique=True)
    name = TextField()
    person = TextField(unique=True)
    password_hash = TextField()
    language = TextField()
    created_at = BigIntegerField()
    disabled_at = BigIntegerField(null=True)


class Membership(Row):
    """A person's role in an organisation."""

    account_id = TextField()
    organisation = TextField(index=True)
    role = TextField()

    class Meta:
        """One role in each organisation."""

        primary_key = CompositeKey("account_id", "organisation")


class Session(Row):
    """A signed-in browser. The cookie holds the token, the row only its hash."""

    token_hash = TextField(primary_key=True)
    account_id = TextField(index=True)
    organisation = TextField()
    created_at = BigIntegerField()
    seen_at = BigIntegerField()
    expires_at = BigIntegerField()


class LoginFailure(Row):
    """Wrong passwords, counted by login *and* network address together."""

    login_hash = TextField()
    address = TextField()
    failures = IntegerField()
    last_at = BigIntegerField()

    class Meta:
        """Counted by the pair, so that nobody can lock somebody else out."""

        primary_key = CompositeKey("login_hash", "address")


class Draft(Row):
    """What was typed into a form that could not be sent."""

    draft_id = TextField(primary_key=True)
    owner_key = TextField(index=True)
    form_name = TextField()
    content = TextField()
    saved_at = BigIntegerField()


class BatchDraft(Row):
    """A batch that is planned or growing and not yet registered."""

    draft_id = TextField(primary_key=True)
    organisation = TextField(index=True)
    content = TextField()
    saved_at = BigIntegerField()


class KeyLook(Row):
    """How far a person has looked at what their organisation's keys signed."""

    account_id = TextField()
    organisation = TextField()
    tree_size = BigIntegerField()

    class Meta:
        """A person looks for each of their organisations apart."""

        primary_key = CompositeKey("account_id", "organisation")


class Setting(Row):
    """A small fact about this installation, such as the hash of a set-up link."""

    name = TextField(primary_key=True)
    content = TextField()
