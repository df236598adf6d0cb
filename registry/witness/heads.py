"""The largest tree that was seen of each log: one SQLite file, fsynced.

The contract that signing rests on:

* `advance` is a compare-and-swap: it shows the caller the stored head while nobody
  else, in this process or another, can change it, and stores what the caller makes
  of it, or nothing if the caller raises.
* When `advance` returns, the new head has reached the disk. A process that dies after
  that never goes back behind it.
* A store that is missing or damaged is refused, never begun anew: a witness that
  forgot what it saw would cosign a second history.

SQLite's own check does not see a flipped bit in a value, hence a digest in each row.
Only this module of the package knows apsw.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import apsw

from registry.errors import Conflict, RegistryError
from registry.tlog.merkle import EMPTY_ROOT
from registry.tlog.note import NoteVerifier

BUSY_TIMEOUT_MS = 5000

_NEVER = datetime.fromtimestamp(0, UTC)

_SCHEMA = """
CREATE TABLE log_key (
    vkey TEXT PRIMARY KEY,
    origin TEXT NOT NULL
) STRICT;
CREATE TABLE head (
    origin TEXT PRIMARY KEY,
    tree_size INTEGER NOT NULL,
    root_hash BLOB NOT NULL,
    note BLOB NOT NULL,
    cosigned_at INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
"""


class StoreError(RegistryError):
    """What was seen cannot be read or stored, so nothing is signed (503)."""

    status = 503


@dataclass(frozen=True, slots=True)
class SeenHead:
    """The largest tree that was seen of a log.

    Attributes:
        origin: of the log.
        tree_size: number of leaves; 0 before the first checkpoint.
        root_hash: 32 bytes.
        note: the checkpoint as the log signed it, without foreign lines; empty before
            the first.
        cosigned_at: aware UTC, whole seconds: the time that the cosignature states.
    """

    origin: str
    tree_size: int
    root_hash: bytes
    note: bytes
    cosigned_at: datetime


class Heads:
    """The store in the file at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def create(self) -> None:
        """Make the file, empty.

        Raises:
            Conflict: there is one already.
        """
        try:
            self._path.touch(mode=0o600, exist_ok=False)
        except FileExistsError as error:
            raise Conflict.at(
                "directory",
                "{path} exists. A witness is made once; follow more logs with: "
                "registry witness follow",
                path=self._path,
            ) from error
        with self._open() as connection:
            connection.execute(_SCHEMA)

    def follow(self, verifier: NoteVerifier) -> None:
        """Trust `verifier` to sign for the origin that it is named by."""
        empty = SeenHead(verifier.name, 0, EMPTY_ROOT, b"", _NEVER)
        with self._open() as connection, connection:
            connection.execute(
                "INSERT OR IGNORE INTO log_key (vkey, origin) VALUES (?, ?)",
                (verifier.vkey, verifier.name),
            )
            known = connection.execute(
                "SELECT 1 FROM head WHERE origin = ?", (verifier.name,)
            ).fetchone()
            if known is None:
                _store(connection, empty)

    def check(self) -> None:
        """Read everything once; call before serving.

        Raises:
            StoreError: the store is missing or damaged.
        """
        with self._open() as connection:
            verdict = connection.execute("PRAGMA integrity_check").fetchone()
            if verdict != ("ok",):
                raise _unavailable(self._path, "SQLite finds it damaged")
        for head in self.all():
            if not self.keys(head.origin):
                raise _unavailable(self._path, f"the keys of {head.origin} are missing")

    def keys(self, origin: str) -> tuple[NoteVerifier, ...]:
        """Return the keys trusted to sign for `origin`; none for an unknown log."""
        with self._open() as connection:
            rows = connection.execute(
                "SELECT vkey FROM log_key WHERE origin = ?", (origin,)
            ).fetchall()
        return tuple(NoteVerifier.parse(str(vkey)) for (vkey,) in rows)

    def all(self) -> tuple[SeenHead, ...]:
        """Return what was seen of every log that is followed, by origin."""
        with self._open() as connection:
            origins = connection.execute(
                "SELECT DISTINCT origin FROM log_key UNION SELECT origin FROM head "
                "ORDER BY origin"
            ).fetchall()
            return tuple(_read(connection, str(origin)) for (origin,) in origins)

    def advance(self, origin: str, step: Callable[[SeenHead], SeenHead]) -> SeenHead:
        """Replace the head of `origin` by what `step` makes of it; return that.

        `step` runs while the store is locked and must do no more than arithmetic.
        What it raises passes through, and nothing is stored.

        Raises:
            StoreError: damaged, full, or locked for more than 5 s.
        """
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            # Leaving the block without COMMIT closes the connection: a rollback.
            head = step(_read(connection, origin))
            _store(connection, head)
            connection.execute("COMMIT")
        return head

    @contextmanager
    def _open(self) -> Iterator[apsw.Connection]:
        """Yield a connection that creates nothing and syncs every commit."""
        try:
            connection = apsw.Connection(
                str(self._path), flags=apsw.SQLITE_OPEN_READWRITE
            )
            try:
                connection.set_busy_timeout(BUSY_TIMEOUT_MS)
                # A rollback journal, its directory synced too: slower than a write-
                # ahead log and no matter here, but the memory is one file at rest.
                connection.execute("PRAGMA synchronous = EXTRA")
                yield connection
            finally:
                connection.close()
        except (apsw.Error, UnicodeDecodeError) as error:
            raise _unavailable(self._path, str(error)) from error


def _read(connection: apsw.Connection, origin: str) -> SeenHead:
    row = connection.execute(
        "SELECT tree_size, root_hash, note, cosigned_at, digest FROM head "
        "WHERE origin = ?",
        (origin,),
    ).fetchone()
    head = _parse_row(origin, row or ())
    if head is None:
        raise _unavailable(origin, "the row of this log is missing or damaged")
    return head


def _parse_row(origin: str, row: Sequence[object]) -> SeenHead | None:
    match row:
        case [int(size), bytes(root), bytes(note), int(seconds), bytes(digest)]:
            if _digest(origin, size, root, note, seconds) != digest:
                return None
            cosigned_at = datetime.fromtimestamp(seconds, UTC)
            return SeenHead(origin, size, root, note, cosigned_at)
        case _:
            return None


def _store(connection: apsw.Connection, head: SeenHead) -> None:
    row = (
        head.origin,
        head.tree_size,
        head.root_hash,
        head.note,
        int(head.cosigned_at.timestamp()),
    )
    connection.execute(
        "INSERT OR REPLACE INTO head "
        "(origin, tree_size, root_hash, note, cosigned_at, digest) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (*row, _digest(*row)),
    )


def _digest(
    origin: str, tree_size: int, root_hash: bytes, note: bytes, seconds: int
) -> bytes:
    """Return the SHA-256 by which a damaged row is noticed."""
    parts = [origin.encode(), f"{tree_size} {seconds}".encode(), root_hash, note]
    framed = b"".join(len(part).to_bytes(8) + part for part in parts)
    return hashlib.sha256(framed).digest()


def _unavailable(what: object, reason: str) -> RegistryError:
    return StoreError.at(
        "store",
        "The witness's memory {what} cannot be used: {reason}. Nothing is signed; do "
        "not restore a backup, make a new witness.",
        what=what,
        reason=reason,
    )
