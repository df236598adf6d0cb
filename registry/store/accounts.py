"""People and their roles: rows of accounts and memberships as frozen values."""

from dataclasses import dataclass
from datetime import datetime

from peewee import IntegrityError

from registry.clock import to_millis
from registry.domain.parties import Role
from registry.errors import Conflict
from registry.store.database import database
from registry.store.tables import operational


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """A person who signs in.

    Attributes:
        login: folded, as it is compared.
        person: pseudonym that records carry, `urn:uuid:...`.
        password_hash: argon2id in its PHC string form.
        language: `zh`, `en`, or empty for no choice.
        is_disabled: whether the account is closed.
    """

    account_id: str
    login: str
    name: str
    person: str
    password_hash: str
    language: str = ""
    is_disabled: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation, as its manager sees them."""

    account_id: str
    login: str
    name: str
    role: Role


def keep_account(account: StoredAccount, now: datetime) -> None:
    """Store a new account.

    Raises:
        Conflict: the login is taken.
    """
    try:
        with database.atomic():
            operational.Account.create(
                account_id=account.account_id,
                login=account.login,
                name=account.name,
                person=account.person,
                password_hash=account.password_hash,
                language=account.language,
                created_at=to_millis(now),
                disabled_at=to_millis(now) if account.is_disabled else None,
            )
    except IntegrityError as error:
        raise Conflict.at(
            "login", "{login} is taken. Choose another login.", login=account.login
        ) from error


def account_by_login(login: str) -> StoredAccount | None:
    """Return the account with this folded login, or None."""
    return _account(operational.Account.get_or_none(operational.Account.login == login))


def account_by_id(account_id: str) -> StoredAccount | None:
    """Return the account, or None."""
    row = operational.Account
    return _account(row.get_or_none(row.account_id == account_id))


def account_by_person(person: str) -> StoredAccount | None:
    """Return the account behind a pseudonym, or None."""
    row = operational.Account
    return _account(row.get_or_none(row.person == person))


def _account(row: operational.Account | None) -> StoredAccount | None:
    if row is None:
        return None
    return StoredAccount(
        row.account_id,
        row.login,
        row.name,
        row.person,
        row.password_hash,
        row.language,
        row.disabled_at is not None,
    )


def keep_password_hash(account_id: str, password_hash: str) -> None:
    """Replace an account's password."""
    _change(account_id, password_hash=password_hash)


def keep_language(account_id: str, language: str) -> None:
    """Replace an account's language."""
    _change(account_id, language=language)


def _change(account_id: str, **values: str) -> None:
    row = operational.Account
    row.update(**values).where(row.account_id == account_id).execute()


def keep_membership(account_id: str, organisation: str, role: Role) -> None:
    """Give a person a role in an organisation, or change it."""
    row = operational.Membership
    row.insert(
        account_id=account_id, organisation=organisation, role=str(role)
    ).on_conflict(
        conflict_target=(row.account_id, row.organisation),
        update={row.role: str(role)},
    ).execute()


def drop_membership(account_id: str, organisation: str) -> None:
    """Take a person's role away; one that is gone already is no error."""
    row = operational.Membership
    row.delete().where(
        (row.account_id == account_id) & (row.organisation == organisation)
    ).execute()


def memberships_of(account_id: str) -> dict[str, Role]:
    """Return a person's roles by organisation DID, in the order of the DIDs."""
    row = operational.Membership
    rows = row.select().where(row.account_id == account_id).order_by(row.organisation)
    return {found.organisation: Role(found.role) for found in rows}


def members_of(organisation: str) -> list[Member]:
    """Return an organisation's people by login."""
    membership, account = operational.Membership, operational.Account
    named = membership.select().where(membership.organisation == organisation)
    roles = {row.account_id: Role(row.role) for row in named}
    rows = account.select().where(account.account_id.in_(list(roles)))
    return [
        Member(row.account_id, row.login, row.name, roles[row.account_id])
        for row in rows.order_by(account.login)
    ]


def managed_organisations() -> frozenset[str]:
    """Return the DIDs of organisations that somebody manages."""
    row = operational.Membership
    rows = row.select(row.organisation).where(row.role == str(Role.MANAGER)).distinct()
    return frozenset(found.organisation for found in rows)
