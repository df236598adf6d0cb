"""Signed-in browsers. The cookie holds a token, the row only its SHA-256."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from registry.clock import to_millis
from registry.store.tables import operational


@dataclass(frozen=True, slots=True)
class StoredSession:
    """Who is signed in, and the DID they act for, empty for none."""

    account_id: str
    organisation: str


def token_hash(token: str) -> str:
    """Return what is stored of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    token: str, session: StoredSession, now: datetime, expires_at: datetime
) -> None:
    """Store a session, and drop those that have expired."""
    row = operational.Session
    row.delete().where(row.expires_at <= to_millis(now)).execute()
    row.create(
        token_hash=token_hash(token),
        account_id=session.account_id,
        organisation=session.organisation,
        created_at=to_millis(now),
        seen_at=to_millis(now),
        expires_at=to_millis(expires_at),
    )


def session_of(token: str, now: datetime) -> StoredSession | None:
    """Return the session of a token, or None if it is unknown or has expired."""
    row = operational.Session.get_or_none(
        (operational.Session.token_hash == token_hash(token))
        & (operational.Session.expires_at > to_millis(now))
    )
    return StoredSession(row.account_id, row.organisation) if row else None


def switch_session(token: str, organisation: str) -> None:
    """Let a session act for another organisation."""
    row = operational.Session
    row.update(organisation=organisation).where(
        row.token_hash == token_hash(token)
    ).execute()


def end_session(token: str) -> None:
    """End a session; one that is gone already is no error."""
    row = operational.Session
    row.delete().where(row.token_hash == token_hash(token)).execute()


def end_sessions_for(account_id: str, organisation: str) -> None:
    """End the sessions in which a person acts for an organisation."""
    row = operational.Session
    row.delete().where(
        (row.account_id == account_id) & (row.organisation == organisation)
    ).execute()


def end_other_sessions(account_id: str, token: str) -> None:
    """End every session of a person but that of `token`."""
    row = operational.Session
    row.delete().where(
        (row.account_id == account_id) & (row.token_hash != token_hash(token))
    ).execute()
