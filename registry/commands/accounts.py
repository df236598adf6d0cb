"""People: accounts, memberships, signing in, sessions.

* Passwords are argon2id. A wrong login costs as much as a wrong password, so neither
  tells which accounts exist.
* Failures are counted by login and network address *together*: whoever guesses at
  another's password slows down only themselves.
* A session is a row; the cookie holds a random token of which the row has the hash. A
  new one is made at each sign-in, and a role taken away is gone with the next request.
"""

import hashlib
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from registry.clock import to_millis
from registry.domain.parties import Actor, Role, parse_name
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.service import Registry
from registry.store.database import database
from registry.store.queries.organisations import organisation_by_did, organisations
from registry.store.tables.operational import (
    Account,
    LoginFailure,
    Membership,
    Session,
)

SESSION_LENGTH = timedelta(hours=12)
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)
SHORTEST_PASSWORD = 10

# 64 MiB is argon2's recommendation for a server; a small box serves eight at once.
_hasher = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and for which organisation they act.

    Attributes:
        memberships: role by organisation DID.
    """

    account_id: str
    login: str
    name: str
    person: str
    language: str
    organisation: str
    memberships: dict[str, Role]


def normalise_login(text: str) -> str:
    """Return a login as it is compared: NFKC, folded, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def create_account(
    registry: Registry, login: str, name: str, password: str, now: datetime
) -> str:
    """Create an account; return its id.

    Raises:
        InvalidInput: unusable login, name or password.
        Conflict: the login is taken.
    """
    folded = normalise_login(login)
    if not re.fullmatch(r"[\w.@+-]{2,60}", folded):
        raise InvalidInput.at(
            "login",
            "{given} cannot be a login. Use 2 to 60 letters, digits, or . @ + - _",
            given=login,
        )
    _require_strong(password, folded)
    account_id = str(uuid.UUID(bytes=registry.entropy(16), version=4))
    pseudonym = str(uuid.UUID(bytes=registry.entropy(16), version=4))
    with database.atomic():
        if Account.get_or_none(Account.login == folded):
            raise Conflict.at(
                "login", "{login} is taken. Choose another login.", login=folded
            )
        Account.create(
            account_id=account_id,
            login=folded,
            name=parse_name(name, "name", 40),
            person=f"urn:uuid:{pseudonym}",
            password_hash=_hasher.hash(password),
            language="",
            created_at=to_millis(now),
            disabled_at=None,
        )
    return account_id


def _require_strong(password: str, login: str) -> None:
    if len(password) < SHORTEST_PASSWORD or login in password.casefold():
        raise InvalidInput.at(
            "password",
            "A password has at least {least} characters and does not hold the login. "
            "Three or four words are easy to remember.",
            least=SHORTEST_PASSWORD,
        )


def join(account_id: str, organisation: str, role: Role) -> None:
    """Give a person a role in an organisation, or change it."""
    Membership.insert(
        account_id=account_id, organisation=organisation, role=str(role)
    ).on_conflict(
        conflict_target=(Membership.account_id, Membership.organisation),
        update={Membership.role: str(role)},
    ).execute()


def leave(account_id: str, organisation: str) -> None:
    """Take a person's role away; their open sessions lose it at once.

    Raises:
        Conflict: nobody would be left to manage the organisation.
    """
    with database.atomic():
        managers = Membership.select().where(
            (Membership.organisation == organisation)
            & (Membership.role == str(Role.MANAGER))
            & (Membership.account_id != account_id)
        )
        if not managers.exists():
            raise Conflict.at(
                "",
                "The last manager cannot leave. Make somebody else a manager first.",
            )
        Membership.delete().where(
            (Membership.account_id == account_id)
            & (Membership.organisation == organisation)
        ).execute()
        Session.delete().where(
            (Session.account_id == account_id) & (Session.organisation == organisation)
        ).execute()


def sign_in(
    registry: Registry, login: str, password: str, address: str, now: datetime
) -> str:
    """Check a password and open a session; return the token for the cookie.

    Raises:
        NotAllowed: wrong login or password (one answer for both), disabled account, or
            too many failures from this address.
    """
    folded = normalise_login(login)
    login_hash = hashlib.sha256(folded.encode()).hexdigest()
    _require_patience(login_hash, address, now)
    account = Account.get_or_none(Account.login == folded)
    if not _password_is_right(account, password) or account is None:
        _count_failure(login_hash, address, now)
        raise NotAllowed.at(
            "password", "Login or password is wrong. Check both and try again."
        )
    LoginFailure.delete().where(
        (LoginFailure.login_hash == login_hash) & (LoginFailure.address == address)
    ).execute()
    first = (
        Membership.select()
        .where(Membership.account_id == account.account_id)
        .order_by(Membership.organisation)
        .first()
    )
    token = registry.entropy(32).hex()
    Session.create(
        token_hash=_token_hash(token),
        account_id=account.account_id,
        organisation=first.organisation if first else "",
        created_at=to_millis(now),
        seen_at=to_millis(now),
        expires_at=to_millis(now + SESSION_LENGTH),
    )
    return token


# Checked when the login does not exist, so that the answer takes as long.
_DECOY = _hasher.hash("a password that nobody has")


def _password_is_right(account: Account | None, password: str) -> bool:
    usable = account is not None and account.disabled_at is None
    try:
        _hasher.verify(account.password_hash if account else _DECOY, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return usable


def _require_patience(login_hash: str, address: str, now: datetime) -> None:
    row = LoginFailure.get_or_none(
        (LoginFailure.login_hash == login_hash) & (LoginFailure.address == address)
    )
    if row is None or row.failures < FREE_FAILURES:
        return
    doubled = timedelta(seconds=2.0 ** min(row.failures, 12))
    ready = row.last_at + to_millis_span(min(doubled, LONGEST_WAIT))
    if to_millis(now) < ready:
        raise NotAllowed.at(
            "password",
            "Too many wrong attempts from this device. Wait {seconds} seconds, then "
            "try again.",
            seconds=(ready - to_millis(now)) // 1000 + 1,
        )


def to_millis_span(span: timedelta) -> int:
    """Return a length of time in milliseconds."""
    return round(span.total_seconds() * 1000)


def _count_failure(login_hash: str, address: str, now: datetime) -> None:
    LoginFailure.insert(
        login_hash=login_hash, address=address, failures=1, last_at=to_millis(now)
    ).on_conflict(
        conflict_target=(LoginFailure.login_hash, LoginFailure.address),
        update={
            LoginFailure.failures: LoginFailure.failures + 1,
            LoginFailure.last_at: to_millis(now),
        },
    ).execute()


def _token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def person_of(token: str, now: datetime) -> Person | None:
    """Return who holds a session token, or None if it is unknown or has expired."""
    row = Session.get_or_none(Session.token_hash == _token_hash(token))
    if row is None or row.expires_at <= to_millis(now):
        return None
    account = Account.get_or_none(Account.account_id == row.account_id)
    if account is None or account.disabled_at is not None:
        return None
    memberships = {
        membership.organisation: Role(membership.role)
        for membership in Membership.select().where(
            Membership.account_id == account.account_id
        )
    }
    return Person(
        account.account_id,
        account.login,
        account.name,
        account.person,
        account.language,
        row.organisation,
        memberships,
    )


def sign_out(token: str) -> None:
    """End a session; a token that is unknown already is no error."""
    Session.delete().where(Session.token_hash == _token_hash(token)).execute()


def act_for(token: str, organisation: str, now: datetime) -> None:
    """Let a session act for another of the person's organisations.

    Raises:
        NotAllowed: they do not belong to it.
    """
    person = person_of(token, now)
    if person is None or organisation not in person.memberships:
        raise NotAllowed.at("organisation", "You do not belong to this organisation.")
    Session.update(organisation=organisation).where(
        Session.token_hash == _token_hash(token)
    ).execute()


def actor_of(person: Person) -> Actor:
    """Return the person acting for the organisation their session names.

    Raises:
        NotFound: they belong to none, or no longer to this one.
    """
    organisation = organisation_by_did(person.organisation)
    role = person.memberships.get(person.organisation)
    if organisation is None or role is None:
        raise NotFound.at(
            "organisation",
            "You belong to no organisation yet. Its manager can add you.",
        )
    return Actor(person.person, organisation, role, frozenset(person.memberships))


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an organisation, as its manager sees them."""

    account_id: str
    login: str
    name: str
    role: Role


def members_of(organisation: str) -> list[Member]:
    """Return an organisation's people by login."""
    roles = {
        row.account_id: Role(row.role)
        for row in Membership.select().where(Membership.organisation == organisation)
    }
    rows = (
        Account.select()
        .where(Account.account_id.in_(list(roles)))
        .order_by(Account.login)
    )
    return [
        Member(row.account_id, row.login, row.name, roles[row.account_id])
        for row in rows
    ]


def organisations_of(person: Person) -> dict[str, str]:
    """Return the names of the person's organisations by DID."""
    return {
        did: organisation.name
        for did, organisation in organisations(person.memberships).items()
    }
