"""`registry migrate` and `registry rebuild`."""

from pathlib import Path

import click

from registry.cli.language import tell
from registry.cli.opening import home_argument, opened
from registry.config import load_settings
from registry.errors import msg
from registry.store import migrate as migrations
from registry.store import rebuild as projections
from registry.store.database import close_database, open_database


@click.command()
@home_argument
def migrate(home: Path) -> None:
    """Bring the database to this release; make a backup first."""
    database = open_database(load_settings(home).database)
    try:
        with database.connection_context():
            names = migrations.migrate(database)
    finally:
        close_database()
    for name in names:
        click.echo(name)
    tell(msg("The database is up to date; {count} migrations ran.", count=len(names)))


@click.command()
@home_argument
def rebuild(home: Path) -> None:
    """Make every row that lists read again from the records alone."""
    with opened(home) as registry:
        size = registry.ledger.head().tree_size
        with click.progressbar(length=size) as bar:
            replayed = projections.rebuild(lambda done: bar.update(done - bar.pos))
            bar.update(replayed - bar.pos)
    tell(msg("{count} records were replayed.", count=replayed))
