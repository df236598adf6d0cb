"""Migrations from the first table on, and the refusal to run on an old schema."""

from pathlib import Path

from peewee import Database
from playhouse.migrations import Runner

from registry.errors import RegistryError

_FOLDER = Path(__file__).parent / "migrations"


def _runner(opened: Database) -> Runner:
    return Runner(opened, str(_FOLDER))


def pending(opened: Database) -> list[str]:
    """Return the names of migrations that have not run yet."""
    runner = _runner(opened)
    applied = runner.applied()
    return [
        migration.name
        for migration in runner.migrations()
        if migration.name not in applied
    ]


def migrate(opened: Database) -> list[str]:
    """Run what is pending, each in a transaction; return the names."""
    names = pending(opened)
    _runner(opened).up()
    return names


def require_current(opened: Database) -> None:
    """Refuse a database that an older release left.

    Raises:
        RegistryError: migrations are pending.
    """
    names = pending(opened)
    if names:
        raise RegistryError.at(
            "database_url",
            "The database needs {count} migrations ({names}). Make a backup, then "
            "run: registry migrate",
            count=len(names),
            names=", ".join(names),
        )
