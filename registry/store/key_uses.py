"""What the keys of an organisation signed, told to whoever owns them.

The log is the list of uses; only how far each person has looked is stored.
"""

from collections.abc import Collection
from datetime import datetime

from peewee import fn

from registry.clock import from_millis
from registry.domain.records import SignedRecord
from registry.store.queries.records import signed_record
from registry.store.tables.log import Record
from registry.store.tables.operational import Account, KeyLook
from registry.store.tables.projected import OrganisationKey


def uses_of(methods: Collection[str], limit: int) -> list[SignedRecord]:
    """Return the newest records that any of these keys signed, newest first."""
    rows = (
        Record.select()
        .where(Record.verification_method.in_(list(methods)))
        .order_by(Record.leaf_index.desc())
        .limit(limit)
    )
    return [signed_record(row) for row in rows]


def last_uses(methods: Collection[str]) -> dict[str, datetime]:
    """Return when each key last signed what was logged; unused keys are left out."""
    method = Record.verification_method
    rows = (
        Record.select(method, fn.MAX(Record.logged_at).alias("logged_at"))
        .where(method.in_(list(methods)))
        .group_by(method)
    )
    return {row.verification_method: from_millis(row.logged_at) for row in rows}


def unseen_uses(account_id: str, organisation: str) -> int:
    """Return how many records the keys signed since the person last looked."""
    look = KeyLook.get_or_none(
        (KeyLook.account_id == account_id) & (KeyLook.organisation == organisation)
    )
    keys = OrganisationKey.select(OrganisationKey.verification_method).where(
        OrganisationKey.organisation == organisation
    )
    return int(
        Record.select()
        .where(
            Record.verification_method.in_(keys)
            & (Record.leaf_index >= (look.tree_size if look else 0))
        )
        .count()
    )


def keep_look(account_id: str, organisation: str, tree_size: int) -> None:
    """Remember that a person has seen every use below a tree size."""
    KeyLook.insert(
        account_id=account_id, organisation=organisation, tree_size=tree_size
    ).on_conflict(
        conflict_target=(KeyLook.account_id, KeyLook.organisation),
        update={KeyLook.tree_size: tree_size},
    ).execute()


def names_of_people(persons: Collection[str]) -> dict[str, str]:
    """Return names by pseudonym; for readers of the people's own organisation only."""
    rows = Account.select().where(Account.person.in_(list(persons)))
    return {row.person: row.name for row in rows}
