"""The measurement measures what it says; how fast it came out is nobody's test."""

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.demo.measure import RECORDS_OF_A_BATCH, Measurement, measure
from registry.domain.records import RecordType
from registry.service import Registry
from registry.store.queries.records import all_records
from tests.bench.large_log import measure_log
from tests.bench.statements import measure_statements
from tests.support.registry import NOW


def test_each_batch_is_told_in_five_records(registry: Registry) -> None:
    found = measure(registry, 2, NOW)

    told = [record.record_type for record in all_records()][-2 * RECORDS_OF_A_BATCH :]
    assert told == 2 * [
        RecordType.ORIGIN,
        RecordType.OPERATION,
        RecordType.OPERATION,
        RecordType.INSPECTION,
        RecordType.CERTIFICATION,
    ]
    assert min(found.records, found.signatures, found.commits) > 0


def test_ratios_are_of_the_same_run() -> None:
    found = Measurement("sqlite", 1, Decimal(300), Decimal(30000), Decimal(1000))
    assert found.of_commit == Decimal("0.30")
    assert found.of_signature == Decimal("0.01")


def test_bench_prints_records_and_both_ratios(tmp_path: Path) -> None:
    printed = CliRunner().invoke(main, ["bench", "--batches", "1"]).output
    assert printed.startswith("sqlite: ")
    assert printed.count("ratio") == 2


def test_an_auditor_is_timed_on_records_that_hold() -> None:
    found = measure_statements(40, jobs=(1,))

    assert found.checked[1] > 0
    assert found.mean_bytes > 500


@pytest.mark.parametrize(
    ("tree_size", "hashes", "tiles"), [(2, 1, 1), (256, 8, 1), (1000, 10, 3)]
)
def test_a_proof_reads_few_tiles(tree_size: int, hashes: int, tiles: int) -> None:
    found = measure_log(tree_size)

    assert found.hashes == hashes
    assert found.tiles <= tiles
