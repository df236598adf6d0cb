"""Where the registry lives, and how a command opens it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from registry.config import load_settings
from registry.service import Registry, open_registry
from registry.store.database import close_database, database

home_argument = click.argument(
    "home",
    envvar="REGISTRY_HOME",
    type=click.Path(file_okay=False, path_type=Path),
)


@contextmanager
def opened(home: Path) -> Iterator[Registry]:
    """Yield the registry at `home`, connected, and close it afterwards.

    Raises:
        RegistryError: wrong settings, an old schema, or a database that could lose
            records.
    """
    registry = open_registry(load_settings(home))
    try:
        with database.connection_context():
            yield registry
    finally:
        close_database()
