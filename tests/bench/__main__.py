"""`make bench`: commands, audit and a large log, each beside a raw baseline.

The counts are for a minute or two. Each has a variable for larger ones, for example
`BENCH_BATCHES=1000 BENCH_RECORDS=50000 make bench`.
"""

import tempfile
from pathlib import Path

import click

from registry.cli.bench import measure_in, show
from tests.bench.large_log import measure_log
from tests.bench.statements import measure_statements
from tests.support.postgres import fresh_database, server

AT_LEAST_ONE = click.IntRange(min=1)


@click.command(context_settings={"auto_envvar_prefix": "BENCH", "show_default": True})
@click.option("--batches", type=AT_LEAST_ONE, default=40, help="Told one by one.")
@click.option("--records", type=AT_LEAST_ONE, default=5000, help="Audited.")
@click.option("--leaves", type=AT_LEAST_ONE, default=1_000_000, help="Of a large log.")
def main(batches: int, records: int, leaves: int) -> None:
    """Measure the commands on both databases, then the log and its audit."""
    with tempfile.TemporaryDirectory(prefix="produce-registry-") as folder:
        show(measure_in(Path(folder) / "sqlite", batches, ""))
        with server() as url:
            show(measure_in(Path(folder) / "pg", batches, fresh_database(url)))
    click.echo(measure_statements(records))
    click.echo(measure_log(leaves))


main()
