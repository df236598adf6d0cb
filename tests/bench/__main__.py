"""`make bench`: the commands on SQLite and on PostgreSQL, beside raw baselines."""

import tempfile
from pathlib import Path

import click

from registry.cli.bench import measure_in, show
from tests.support.postgres import fresh_database, server


@click.command()
@click.option("--batches", type=click.IntRange(min=1), default=100, show_default=True)
def main(batches: int) -> None:
    """Measure on both databases."""
    with tempfile.TemporaryDirectory(prefix="produce-registry-") as folder:
        show(measure_in(Path(folder) / "sqlite", batches, ""))
        with server() as url:
            show(measure_in(Path(folder) / "pg", batches, fresh_database(url)))


main()
