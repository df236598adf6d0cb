"""`registry bench`: what this machine does, beside what it could do at best."""

import tempfile
from pathlib import Path

import click

from registry.cli.language import tell
from registry.clock import utc_now
from registry.demo import DemoHome, make_demo_home
from registry.demo.dice import seeded_entropy
from registry.demo.measure import Measurement, measure
from registry.errors import msg
from registry.service import open_registry
from registry.store.database import close_database, database


def measure_in(folder: Path, batches: int, database_url: str) -> Measurement:
    """Return one measurement in a registry that lives in `folder` for it.

    Args:
        folder: empty or missing.
        batches: how many batches.
        database_url: of an empty database; a file in the folder if empty.
    """
    where = DemoHome(folder, "http://127.0.0.1", "127.0.0.1", 0, database_url)
    registry = open_registry(make_demo_home(where, "bench"), seeded_entropy("bench"))
    try:
        with database.connection_context():
            return measure(registry, batches, utc_now())
    finally:
        close_database()


@click.command()
@click.option("--batches", type=click.IntRange(min=1), default=100, show_default=True)
@click.option("--database-url", default="", help="Empty; SQLite unless given.")
def bench(batches: int, database_url: str) -> None:
    """Measure records a second through every rule, signature, log and projection."""
    with tempfile.TemporaryDirectory(prefix="produce-registry-") as folder:
        show(measure_in(Path(folder) / "bench", batches, database_url))


def show(found: Measurement) -> None:
    """Print a measurement."""
    tell(
        msg(
            "{database}: {records} records/s one by one ({batches} batches of 5). Raw "
            "Ed25519: {signatures}/s, ratio {of_signature}. Raw fsynced commit: "
            "{commits}/s, ratio {of_commit}.",
            database=found.database,
            records=found.records,
            batches=found.batches,
            signatures=found.signatures,
            of_signature=found.of_signature,
            commits=found.commits,
            of_commit=found.of_commit,
        )
    )
