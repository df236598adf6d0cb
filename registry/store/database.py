"""The database: SQLite in a file by default, PostgreSQL past one machine.

Whoever reads an acknowledgement relies on the settings made here, so each is asserted
when the database is opened, not assumed: see `check_durability`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw
from peewee import Database, DatabaseProxy, PeeweeException
from playhouse.apsw_ext import APSWDatabase
from playhouse.pool import PooledPostgresqlDatabase

from registry.errors import RegistryError

# Before 3.51.3 a race between two connections and a WAL reset can lose commits.
SQLITE_MINIMUM = (3, 51, 3)

# Shared by every process that appends to one PostgreSQL registry.
APPEND_LOCK = 0x50524F44554345  # "PRODUCE"

database: DatabaseProxy = DatabaseProxy()

# What a caller who knows no peewee catches when the database itself is away.
StoreError = PeeweeException


def _to_text(_cursor: object, _number: int, value: object) -> str:
    """Bind dates as text; apsw binds only what SQLite stores."""
    if not isinstance(value, date | time):
        raise TypeError(f"cannot bind {type(value).__name__}")
    return str(value)


class EmbeddedDatabase(APSWDatabase):  # type: ignore[misc]
    """SQLite with the durability that a registry owes."""

    def _connect(self) -> apsw.Connection:
        connection: apsw.Connection = super()._connect()
        connection.convert_binding = _to_text
        return connection


def embedded(path: Path) -> EmbeddedDatabase:
    """Return the SQLite database in the file at `path`.

    A writer takes the write lock when it begins (`BEGIN IMMEDIATE`): a deferred
    transaction that reads first fails at once under load, whatever the timeout.
    """
    return EmbeddedDatabase(
        str(path),
        pragmas={
            "journal_mode": "wal",
            "synchronous": "full",
            "foreign_keys": 1,
            "trusted_schema": 0,
            "wal_autocheckpoint": 1000,
            "journal_size_limit": 64 * 1024 * 1024,
        },
        timeout=5,
        lock_type="IMMEDIATE",
    )


def postgresql(url: str) -> PooledPostgresqlDatabase:
    """Return the PostgreSQL database at `url` (libpq URI)."""
    return PooledPostgresqlDatabase(
        url, prefer_psycopg3=True, max_connections=32, stale_timeout=300
    )


def open_database(url: str) -> Database:
    """Bind the tables to the database at `url` and check that it is durable.

    Args:
        url: `sqlite:///path/to/file` or `postgresql://...`.

    Raises:
        RegistryError: unknown scheme, or settings that could lose a commit.
    """
    scheme = urlsplit(url).scheme
    opened: Database
    if scheme == "sqlite":
        opened = embedded(Path(url.removeprefix("sqlite:///")))
    elif scheme in {"postgresql", "postgres"}:
        opened = postgresql(url)
    else:
        raise RegistryError.at(
            "database_url",
            "Unknown database {url}. Use sqlite:///FILE or postgresql://HOST/NAME.",
            url=url,
        )
    database.initialize(opened)
    with opened.connection_context():
        check_durability(opened)
    return opened


def close_database() -> None:
    """Close every connection of this process."""
    opened = database.obj
    if isinstance(opened, PooledPostgresqlDatabase):
        opened.close_all()
    elif opened is not None:
        opened.close()


def is_embedded(opened: Database | DatabaseProxy = database) -> bool:
    """Tell SQLite from PostgreSQL."""
    inner = opened.obj if isinstance(opened, DatabaseProxy) else opened
    return isinstance(inner, EmbeddedDatabase)


def scalar(opened: Database | DatabaseProxy, sql: str) -> object:
    """Return the one value that `sql` gives."""
    row: tuple[Any, ...] | None = opened.execute_sql(sql).fetchone()
    return row[0] if row else None


def check_durability(opened: Database) -> None:
    """Refuse a database whose commits may not survive a power cut.

    Raises:
        RegistryError: naming each setting, its value and what it must be.
    """
    wrong = [
        f"{name} is {value}, must be {wanted}"
        for name, value, wanted in durability(opened)
        if value != wanted
    ]
    if wrong:
        raise RegistryError.at(
            "database_url",
            "The database could lose acknowledged records: {settings}.",
            settings="; ".join(wrong),
        )


def durability(opened: Database) -> list[tuple[str, str, str]]:
    """Return (setting, value, wanted value) of all that durability hangs on."""
    if is_embedded(opened):
        version = apsw.sqlitelibversion()
        fixed = tuple(map(int, version.split("."))) >= SQLITE_MINIMUM
        wanted = version if fixed else ".".join(map(str, SQLITE_MINIMUM)) + " or later"
        return [
            ("SQLite", version, wanted),
            ("journal_mode", str(scalar(opened, "PRAGMA journal_mode")), "wal"),
            ("synchronous", str(scalar(opened, "PRAGMA synchronous")), "2"),
        ]
    return [
        (name, str(scalar(opened, f"SHOW {name}")), "on")
        for name in ("synchronous_commit", "fsync", "full_page_writes")
    ]


@contextmanager
def writing(opened: Database | DatabaseProxy = database) -> Iterator[None]:
    """Be the only writer of the log until the transaction ends.

    SQLite: `BEGIN IMMEDIATE`. PostgreSQL: an advisory lock that the transaction holds,
    in READ COMMITTED, so that what is read after it is what the last writer left.
    """
    with opened.atomic():
        if not is_embedded(opened):
            opened.execute_sql("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
        yield
