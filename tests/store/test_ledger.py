"""The log's writer: all or nothing, in order, and never a second history."""

import threading
from datetime import timedelta
from pathlib import Path

import peewee
import pytest

from registry.errors import InvalidInput, ReadOnly
from registry.service import Registry
from registry.store.database import database
from registry.store.highwater import HighWaterMark
from registry.store.tables.log import Checkpoint, Record, Tile
from registry.tlog.merkle import verify_consistency
from tests.support.audit import check_log
from tests.support.cast import Cast, gather
from tests.support.registry import NOW, opened, settings_for


def rows() -> tuple[int, int, int]:
    """Return how many records, tiles and checkpoints there are."""
    return (
        Record.select().count(),
        Tile.select().count(),
        Checkpoint.select().count(),
    )


def test_a_refused_command_leaves_no_trace(cast: Cast) -> None:
    before = rows()

    with pytest.raises(InvalidInput):
        cast.registers_product(cast.amina, gtin="06901234567890")

    assert rows() == before


def test_a_failure_after_the_append_takes_everything_back(cast: Cast) -> None:
    before = rows()
    head = cast.registry.ledger.head()

    def register_and_fail() -> None:
        with cast.registry.ledger.writing():
            cast.registers_product(cast.amina)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        register_and_fail()

    assert rows() == before
    assert cast.registry.ledger.head() == head
    mark = HighWaterMark(cast.registry.settings.mark_path).read()
    assert mark is not None
    assert mark.tree_size == head.tree_size


def test_a_retry_gets_the_same_receipt_and_has_no_second_effect(cast: Cast) -> None:
    first = cast.registers_product(cast.amina)
    size = cast.registry.ledger.head().tree_size
    cast.requests -= 1

    second = cast.registers_product(cast.amina)

    assert second == first
    assert cast.registry.ledger.head().tree_size == size


def test_a_request_id_is_not_used_for_another_request(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    cast.requests -= 1

    with pytest.raises(Exception, match="sent before with other content"):
        cast.registers_product(cast.amina, name="罗平老姜")


def test_a_request_id_is_a_uuid(cast: Cast) -> None:
    cast.requests = -1
    cast.next_request = lambda: "1; drop table record"  # type: ignore[method-assign]

    with pytest.raises(InvalidInput, match="not a request number"):
        cast.registers_product(cast.amina)


@pytest.mark.parametrize(
    "change",
    [
        Record.update(issuer="did:web:trace.example:orgs:eve"),
        Record.delete(),
        Checkpoint.update(signed_at=0),
        Checkpoint.delete(),
    ],
    ids=["update record", "delete record", "update checkpoint", "delete checkpoint"],
)
def test_the_database_refuses_a_slip_with_the_log(
    cast: Cast, change: peewee.Query
) -> None:
    with pytest.raises(peewee.DatabaseError, match="append-only"):
        change.execute()


def test_every_checkpoint_extends_every_earlier_one(embedded_cast: Cast) -> None:
    ledger = embedded_cast.registry.ledger
    embedded_cast.tells_the_story()
    heads = [
        (row.tree_size, bytes(row.root_hash))
        for row in Checkpoint.select().order_by(Checkpoint.tree_size)
    ]
    for old_size, old_root in heads:
        for new_size, new_root in heads:
            if old_size <= new_size:
                verify_consistency(
                    old_size,
                    old_root,
                    new_size,
                    new_root,
                    ledger.consistency(old_size, new_size),
                )


def test_the_logs_time_never_runs_backwards(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    later = Record.select().order_by(Record.leaf_index.desc()).first().logged_at
    cast.now = NOW - timedelta(days=400)

    cast.registers_plot(cast.amina)

    newest = Record.select().order_by(Record.leaf_index.desc()).first()
    assert newest.logged_at == later


def test_many_writers_leave_a_dense_log(cast: Cast) -> None:
    cast.registers_product(cast.amina)
    failures: list[BaseException] = []

    def work(number: int) -> None:
        own = Cast(cast.registry, cast.people, cast.now, requests=1000 * number)
        try:
            with database.connection_context():
                for plot in range(5):
                    own.registers_plot(own.amina, f"W{number}-{plot}")
        except BaseException as error:  # noqa: BLE001 - told to the test below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert check_log(cast.registry) == cast.registry.ledger.head().tree_size


def test_a_log_behind_its_mark_is_read_only(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with opened(settings) as registry:
        cast = gather(registry)
        backup = tmp_path / "backup.db"
        database.execute_sql("VACUUM INTO ?", (str(backup),))
        cast.registers_product(cast.amina)
    for leftover in tmp_path.glob("registry.db*"):
        leftover.unlink()
    backup.rename(tmp_path / "registry.db")

    with opened(settings) as restored:
        assert "old backup" in restored.ledger.read_only
        again = Cast(restored, cast.people)
        with pytest.raises(ReadOnly, match="What you typed is kept"):
            again.registers_plot(cast.amina)


def test_another_history_is_read_only(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with opened(settings) as registry:
        cast = gather(registry)
        cast.registers_product(cast.amina)
        backup = tmp_path / "fork.db"
        early_mark = settings.mark_path.read_bytes()
        database.execute_sql("VACUUM INTO ?", (str(backup),))
        cast.registers_plot(cast.amina, "TRUE")
    for leftover in tmp_path.glob("registry.db*"):
        leftover.unlink()
    backup.rename(tmp_path / "registry.db")
    mark = settings.mark_path.read_bytes()
    settings.mark_path.write_bytes(early_mark)
    with opened(settings) as forked:
        Cast(forked, cast.people, requests=50).registers_plot(cast.amina, "FORK")
    settings.mark_path.write_bytes(mark)

    with opened(settings) as forked:
        assert "another history" in forked.ledger.read_only


def test_a_log_ahead_of_its_mark_goes_on(tmp_path: Path) -> None:
    """The crash between commit and answer: the record is in, nobody was told."""
    settings = settings_for(tmp_path)
    with opened(settings) as registry:
        cast = gather(registry)
        mark = settings.mark_path.read_bytes()
        cast.registers_product(cast.amina)
    settings.mark_path.write_bytes(mark)

    with opened(settings) as registry:
        assert not registry.ledger.read_only


def test_a_mark_never_sinks(embedded: Registry) -> None:
    cast = gather(embedded)
    mark = HighWaterMark(embedded.settings.mark_path)
    early = embedded.ledger.head().checkpoint
    cast.registers_product(cast.amina)
    high = mark.read()

    mark.advance(early)

    assert mark.read() == high


def test_a_damaged_mark_is_read_only(tmp_path: Path) -> None:
    settings = settings_for(tmp_path)
    with opened(settings) as registry:
        gather(registry)
    settings.mark_path.write_text("lots\n")

    with opened(settings) as registry:
        assert "not a high-water mark" in registry.ledger.read_only
