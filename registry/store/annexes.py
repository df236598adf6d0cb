"""Annexes: data that a record names by salted hash and that the law can have erased."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from registry.clock import to_millis
from registry.store.tables.operational import Annex


@dataclass(frozen=True, slots=True)
class AnnexContent:
    """An annex that has not been erased."""

    digest: str
    owner: str
    audience: str
    media_type: str
    content: bytes


def annex_digest(salt: bytes, content: bytes) -> str:
    """Return what the record says: hex SHA-256 of a 128-bit salt and the bytes.

    Without the salt, a short annex (a phone number) could be guessed from its hash.
    """
    return hashlib.sha256(salt + content).hexdigest()


def keep_annex(
    salt: bytes, content: bytes, *, owner: str, audience: str, media_type: str
) -> str:
    """Store an annex, in the transaction of the record that names it.

    Returns:
        Its digest.
    """
    digest = annex_digest(salt, content)
    Annex.create(
        digest=digest,
        owner=owner,
        audience=audience,
        media_type=media_type,
        salt=salt,
        content=content,
        erased_at=None,
    )
    return digest


def annex_by_digest(digest: str) -> AnnexContent | None:
    """Return an annex; None if there is none or it was erased."""
    row = Annex.get_or_none(Annex.digest == digest)
    if row is None or row.content is None:
        return None
    return AnnexContent(
        digest, row.owner, row.audience, row.media_type, bytes(row.content)
    )


def erase_annex(digest: str, now: datetime) -> None:
    """Erase content and salt; records and verdict stay as they are."""
    Annex.update(salt=None, content=None, erased_at=to_millis(now)).where(
        Annex.digest == digest
    ).execute()
