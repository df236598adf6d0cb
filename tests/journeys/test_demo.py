"""The demonstration: what `registry demo` fills a registry with."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from registry.cli.demo import fill
from registry.clock import from_millis, legal_date
from registry.commands.inspections import read_results
from registry.config import Settings, read_secret
from registry.demo import DemoHome
from registry.demo.home import make_demo_home
from registry.demo.showcase import best_batch
from registry.domain.batch import State
from registry.domain.inspection import overall
from registry.domain.inspection_report import LogInspection
from registry.domain.records import RecordType
from registry.errors import Conflict
from registry.interop.bundles import bundle_of
from registry.service import Registry, open_registry
from registry.store.batch_drafts import batch_drafts_of
from registry.store.database import close_database, database
from registry.store.queries.batches import BatchRow, batch_by_path, batches_of
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.labels import label_runs
from registry.store.queries.organisations import organisations
from registry.store.queries.records import all_records
from registry.verify import Trust, parse_bundle, verify_bundle
from tests.support.audit import check_log

TODAY = date(2026, 11, 22)


def where(home: Path) -> DemoHome:
    return DemoHome(home, "http://127.0.0.1:8000", "127.0.0.1", 8000)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demonstration of one day, filled once for this module."""
    return fill(where(tmp_path_factory.mktemp("demo")), "1", TODAY)[0]


@contextmanager
def opened(settings: Settings) -> Iterator[Registry]:
    registry = open_registry(settings)
    with database.connection_context():
        yield registry
    close_database()


@pytest.fixture
def demo(filled: Settings) -> Iterator[Registry]:
    """The demonstration, open."""
    with opened(filled) as registry:
        yield registry


def every_batch() -> list[BatchRow]:
    return [row for did in organisations() for row in batches_of(did, TODAY, limit=500)]


def test_every_leaf_signature_and_digest_of_it_holds(demo: Registry) -> None:
    assert check_log(demo) > 1000


def test_nothing_in_it_is_of_the_future(demo: Registry) -> None:
    newest = max(record.logged_at for record in all_records())
    assert legal_date(from_millis(newest)) < TODAY


def test_batches_are_in_every_state(demo: Registry) -> None:
    states = Counter(row.state for row in every_batch())
    assert set(states) == set(State) - {State.DRAFT}
    assert sum(states.values()) >= 200
    assert any(batch_drafts_of(did) for did in organisations())


def test_records_of_every_kind_are_told(demo: Registry) -> None:
    told = {record.record_type for record in all_records()}
    assert told >= {
        RecordType.GENESIS,
        RecordType.ORGANISATION,
        RecordType.KEY,
        RecordType.PRODUCT,
        RecordType.PLOT,
        RecordType.ORIGIN,
        RecordType.OPERATION,
        RecordType.INSPECTION,
        RecordType.CERTIFICATION,
        RecordType.CERTIFICATION_STATUS,
        RecordType.LABEL,
    }


def test_each_published_failure_fails_by_our_own_reading_too(demo: Registry) -> None:
    failed = []
    for row in every_batch():
        batch = batch_by_path(row.path)
        assert batch is not None
        for inspection in inspections_of_batch(row.path):
            report = inspection.report
            if report.verdict != "fail":
                continue
            given = LogInspection(
                report.batch_path,
                report.number,
                report.sample_number,
                report.sampled_on,
                report.tested_on,
                report.verdict,
                report.results,
            )
            assert overall(read_results(demo, given, batch)) == "fail"
            failed.append(report.results[0])
    published = demo.reference.public_samples
    assert sorted((one.analyte, one.value) for one in failed) == sorted(
        (sample.analyte, sample.measured_mg_per_kg) for sample in published
    )


def test_a_bundle_of_it_is_verified_without_the_database(demo: Registry) -> None:
    row = next(row for row in every_batch() if row.state is State.CERTIFIED)
    encoded = bundle_of(demo.ledger, row.path).encode()
    trust = Trust(demo.ledger.origin, demo.ledger.verifier)
    assert len(verify_bundle(parse_bundle(encoded), trust)) > 5


def test_the_same_seed_and_day_give_the_same_log_and_other_passwords(
    filled: Settings, tmp_path: Path
) -> None:
    with opened(filled) as registry:
        head = registry.ledger.head().checkpoint

    again, logins, _ = fill(where(tmp_path / "again"), "1", TODAY)

    with opened(again) as registry:
        assert registry.ledger.head().checkpoint == head
    for name in ("kek", "session"):
        assert read_secret(again, name) != read_secret(filled, name)
    assert len({login.password for login in logins}) == len(logins) >= 10


def test_a_demonstration_is_replaced_by_the_next(tmp_path: Path) -> None:
    make_demo_home(where(tmp_path / "demo"), "1")
    marker = tmp_path / "demo" / "left over"
    marker.touch()
    make_demo_home(where(tmp_path / "demo"), "2")
    assert not marker.exists()


def test_a_folder_with_anything_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(Conflict, match="not a demonstration"):
        make_demo_home(where(tmp_path), "1")
    assert (tmp_path / "thesis.txt").read_text() == "precious"


def test_a_production_registry_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "registry.toml").write_text('mode = "production"\n')
    with pytest.raises(Conflict, match="not a demonstration"):
        make_demo_home(where(tmp_path), "1")
    assert (tmp_path / "registry.toml").exists()


def test_the_batch_to_show_is_certified_tested_and_labelled(demo: Registry) -> None:
    path = best_batch(TODAY, demo.reference.limits)
    (row,) = [row for row in every_batch() if row.path == path]
    assert row.state is State.CERTIFIED
    assert inspections_of_batch(path)
    assert label_runs(path)
