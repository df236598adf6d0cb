"""Wrong passwords, counted by login *and* network address together.

Whoever guesses at another's password slows down only their own address.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import Expression

from registry.clock import from_millis, to_millis
from registry.store.tables.operational import LoginFailure

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """How often in a row, and when last."""

    count: int
    last_at: datetime


def failures(login: str, address: str) -> Failures:
    """Return the failures since the last success; none is a count of 0."""
    row = LoginFailure.get_or_none(_is(login, address))
    if row is None:
        return Failures(0, from_millis(0))
    return Failures(row.failures, from_millis(row.last_at))


def count_failure(login: str, address: str, now: datetime) -> None:
    """Count one more, and forget those of long ago."""
    oldest = to_millis(now - FORGOTTEN_AFTER)
    LoginFailure.delete().where(LoginFailure.last_at < oldest).execute()
    LoginFailure.insert(
        login_hash=_hash(login), address=address, failures=1, last_at=to_millis(now)
    ).on_conflict(
        conflict_target=(LoginFailure.login_hash, LoginFailure.address),
        update={
            LoginFailure.failures: LoginFailure.failures + 1,
            LoginFailure.last_at: to_millis(now),
        },
    ).execute()


def forget_failures(login: str, address: str) -> None:
    """Start counting anew: the password was right."""
    LoginFailure.delete().where(_is(login, address)).execute()


def _is(login: str, address: str) -> Expression:
    return (LoginFailure.login_hash == _hash(login)) & (LoginFailure.address == address)


def _hash(login: str) -> str:
    # People type passwords into the field of the login: what they typed is not kept.
    return hashlib.sha256(login.encode()).hexdigest()
