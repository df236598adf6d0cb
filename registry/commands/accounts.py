"""Accounts: who may sign in, their sessions, and for whom they act.

* Passwords are argon2id. A wrong login costs as much as a wrong password, so neither
  tells which accounts exist.
* Failures are counted by login and network address *together*: whoever guesses at
  another's password slows down only themselves.
* A session is a row; the cookie holds a random token of which the row has the hash. A
  new one is made at each sign-in, and a role taken away is gone with the next request.
* There is no default password: the first administrator is made through a link that
  works once.
"""

import ipaddress
import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.commands.organisations import OPERATOR_SLUG
from registry.commands.passwords import (
    check_password,
    hash_password,
    is_outdated,
    matches,
)
from registry.domain.parties import Actor, Role, parse_name
from registry.errors import InvalidInput, NotAllowed, NotFound, Problems
from registry.service import Registry
from registry.signing.did import organisation_did
from registry.store.accounts import (
    StoredAccount,
    account_by_id,
    account_by_login,
    keep_account,
    keep_language,
    keep_membership,
    keep_password_hash,
    memberships_of,
)
from registry.store.database import database
from registry.store.login_failures import count_failure, failures, forget_failures
from registry.store.one_use import drop_links, keep_link, spend_link
from registry.store.queries.organisations import organisation_by_did, organisations
from registry.store.sessions import (
    StoredSession,
    end_other_sessions,
    end_session,
    open_session,
    session_of,
    switch_session,
)

SESSION_LENGTH = timedelta(hours=12)
SETUP_LENGTH = timedelta(minutes=30)
FREE_FAILURES = 5
LONGEST_WAIT = timedelta(minutes=15)

_LOGIN = re.compile(r"[\w.@+-]{2,60}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, and for which organisation they act.

    Attributes:
        language: `zh`, `en`, or empty for no choice.
        organisation: its DID, empty for none.
        memberships: role by organisation DID.
    """

    account_id: str
    login: str
    name: str
    person: str
    language: str
    organisation: str
    memberships: dict[str, Role]


@dataclass(frozen=True, slots=True)
class Credentials:
    """Input: a new account."""

    login: str
    name: str
    password: str


def normalise_login(text: str) -> str:
    """Return a login as it is compared: NFKC, folded, without spaces around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def create_account(
    registry: Registry, login: str, name: str, password: str, now: datetime
) -> str:
    """Create an account; return its id.

    Raises:
        InvalidInput: unusable login, name or password, all of them at once.
        Conflict: the login is taken.
    """
    folded = normalise_login(login)
    problems = Problems()
    if not _LOGIN.fullmatch(folded):
        problems.add(
            "login",
            "{given} cannot be a login. Use 2 to 60 letters, digits, or . @ + - _",
            given=login[:60] or "(empty)",
        )
    for check in (
        lambda: parse_name(name, "name", 40),
        lambda: check_password(password, folded),
    ):
        try:
            check()
        except InvalidInput as error:
            problems.extend(error.problems)
    problems.raise_if_any()
    account = StoredAccount(
        account_id=_random_uuid(registry),
        login=folded,
        name=parse_name(name, "name", 40),
        person=f"urn:uuid:{_random_uuid(registry)}",
        password_hash=hash_password(password, registry.settings.mode),
    )
    keep_account(account, now)
    return account.account_id


def _random_uuid(registry: Registry) -> str:
    return str(uuid.UUID(bytes=registry.entropy(16), version=4))


def join(account_id: str, organisation: str, role: Role) -> None:
    """Give a person a role in an organisation, or change it."""
    keep_membership(account_id, organisation, role)


def sign_in(
    registry: Registry, login: str, password: str, address: str, now: datetime
) -> str:
    """Check a password and open a session; return the token for the cookie.

    Raises:
        NotAllowed: wrong login or password (one answer for both), disabled account, or
            too many failures from this address.
    """
    folded = normalise_login(login)
    _require_patience(folded, address, now)
    account = account_by_login(folded)
    mode = registry.settings.mode
    is_right = matches(password, account.password_hash if account else None, mode)
    if account is None or not is_right or account.is_disabled:
        count_failure(folded, address, now)
        raise NotAllowed.at(
            "password", "Login or password is wrong. Check both and try again."
        )
    forget_failures(folded, address)
    if is_outdated(account.password_hash, mode):
        keep_password_hash(account.account_id, hash_password(password, mode))
    return open_for(registry, account.account_id, now)


def open_for(
    registry: Registry, account_id: str, now: datetime, organisation: str = ""
) -> str:
    """Open a session for a person who has shown who they are; return its token.

    Args:
        registry: gives the token's randomness.
        account_id: the person.
        now: the session ends `SESSION_LENGTH` later.
        organisation: DID to act for; the first of theirs by default.
    """
    token = registry.entropy(32).hex()
    organisation = organisation or next(iter(memberships_of(account_id)), "")
    session = StoredSession(account_id, organisation)
    open_session(token, session, now, now + SESSION_LENGTH)
    return token


def _require_patience(login: str, address: str, now: datetime) -> None:
    """Refuse to look at a password while its sender has to wait.

    Raises:
        NotAllowed: after five failures they wait 32 s, doubled with each further one.
    """
    failed = failures(login, address)
    if failed.count < FREE_FAILURES:
        return
    doubled = timedelta(seconds=1 << min(failed.count, 12))
    wait = failed.last_at + min(doubled, LONGEST_WAIT) - now
    if wait > timedelta(0):
        raise NotAllowed.at(
            "password",
            "Too many wrong attempts from this device. Wait {seconds} seconds, then "
            "try again.",
            seconds=-(-wait // timedelta(seconds=1)),
        )


def person_of(token: str, now: datetime) -> Person | None:
    """Return who holds a session token, or None if it is unknown or has expired."""
    session = session_of(token, now)
    account = account_by_id(session.account_id) if session else None
    if session is None or account is None or account.is_disabled:
        return None
    return Person(
        account.account_id,
        account.login,
        account.name,
        account.person,
        account.language,
        session.organisation,
        memberships_of(account.account_id),
    )


def sign_out(token: str) -> None:
    """End a session; a token that is unknown already is no error."""
    end_session(token)


def act_for(token: str, organisation: str, now: datetime) -> None:
    """Let a session act for another of the person's organisations.

    Raises:
        NotAllowed: they do not belong to it.
    """
    person = person_of(token, now)
    if person is None or organisation not in person.memberships:
        raise NotAllowed.at("organisation", "You do not belong to this organisation.")
    switch_session(token, organisation)


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


def organisations_of(person: Person) -> dict[str, str]:
    """Return the names of the person's organisations by DID."""
    return {
        did: organisation.name
        for did, organisation in organisations(person.memberships).items()
    }


def change_password(
    registry: Registry, token: str, old: str, new: str, now: datetime
) -> None:
    """Replace one's own password; every other session of the person ends.

    Raises:
        NotAllowed: nobody is signed in, or the old password is wrong.
        InvalidInput: the new one is too easy to guess.
    """
    person = person_of(token, now)
    account = account_by_id(person.account_id) if person else None
    mode = registry.settings.mode
    if account is None or not matches(old, account.password_hash, mode):
        raise NotAllowed.at(
            "old_password", "This is not your password now. Type it once more."
        )
    check_password(new, account.login)
    with database.atomic():
        keep_password_hash(account.account_id, hash_password(new, mode))
        end_other_sessions(account.account_id, token)


def choose_language(person: Person, language: str) -> None:
    """Keep the language that a person reads.

    Raises:
        InvalidInput: it is none of ours.
    """
    if language not in {"zh", "en"}:
        raise InvalidInput.at(
            "language",
            "There is no language {code}; choose zh or en.",
            code=language,
        )
    keep_language(person.account_id, language)


def new_setup_link(registry: Registry, now: datetime) -> str:
    """Return the token of a link that makes one administrator; older ones end."""
    token = registry.entropy(32).hex()
    with database.atomic():
        drop_links("setup")
        keep_link("setup", token, {}, now + SETUP_LENGTH)
    return token


def become_administrator(
    registry: Registry, token: str, given: Credentials, address: str, now: datetime
) -> str:
    """Make an administrator of the operator through the set-up link; sign them in.

    Args:
        registry: founded already.
        token: from the link's fragment; spent if, and only if, this succeeds.
        given: the new account.
        address: network address that asks, empty if a proxy hides it.
        now: links end 30 minutes after they are made.

    Returns:
        The token for the session cookie.

    Raises:
        NotAllowed: see `require_local`, or the link is wrong, spent or too old.
        RegistryError: see `create_account`.
    """
    require_local(registry, address)
    operator = organisation_did(registry.identity_host, OPERATOR_SLUG)
    with database.atomic():
        if spend_link("setup", token.strip(), now) is None:
            raise NotAllowed.at(
                "token",
                "This set-up link is wrong, used or older than 30 minutes. Make a new "
                "one with: registry create-admin",
            )
        account_id = create_account(
            registry, given.login, given.name, given.password, now
        )
        join(account_id, operator, Role.MANAGER)
    return open_for(registry, account_id, now, operator)


def require_local(registry: Registry, address: str) -> None:
    """Refuse set-up from another machine, unless the settings allow it.

    Raises:
        NotAllowed: `address` is not this machine's, or unknown.
    """
    if not registry.settings.remote_setup and not _is_loopback(address):
        raise NotAllowed.at(
            "",
            "Set-up works only on the machine that runs the registry. Open the link "
            "there, or set remote_setup in registry.toml and start it again.",
        )


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
