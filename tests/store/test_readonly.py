"""Four accidents that start a second history, and the person who decides."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.errors import Conflict, InvalidInput, ReadOnly
from registry.interop.cosigner import Cosigner
from registry.interop.outbound import Answer
from registry.service import Registry, open_ledger
from registry.store.database import database
from registry.store.decision import Cause
from registry.store.ledger import Ledger
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import CosignatureSigner
from registry.tlog.policy import Policy, Witness
from tests.support.cast import Cast, gather
from tests.support.keys import seed
from tests.support.registry import NOW, opened, settings_for

LATER = 500  # request numbers that no earlier opening used


def back_up(target: Path) -> None:
    """Copy the database as a backup does: without the mark."""
    database.execute_sql("VACUUM INTO ?", (str(target),))


def restore(home: Path, backup: Path) -> None:
    for leftover in home.glob("registry.db*"):
        leftover.unlink()
    shutil.copyfile(backup, home / "registry.db")


@contextmanager
def reopened(home: Path, cast: Cast) -> Iterator[Cast]:
    with opened(settings_for(home)) as registry:
        yield Cast(registry, cast.people, requests=LATER)


def cause(registry: Registry) -> Cause | None:
    doubt = registry.ledger.doubt()
    return doubt.cause if doubt else None


@pytest.fixture
def backed_up(tmp_path: Path) -> Cast:
    """A registry whose backup lacks one acknowledged record; closed."""
    with opened(settings_for(tmp_path)) as registry:
        cast = gather(registry)
        back_up(tmp_path / "backup.db")
        cast.registers_product(cast.amina)
    return cast


@pytest.fixture
def behind(backed_up: Cast, tmp_path: Path) -> Iterator[Cast]:
    """The old backup, started over the newer mark."""
    restore(tmp_path, tmp_path / "backup.db")
    with reopened(tmp_path, backed_up) as cast:
        yield cast


def head(cast: Cast) -> Checkpoint:
    return cast.registry.ledger.head().checkpoint


def accept(cast: Cast, reason: str = "the newer disk burnt") -> None:
    now = head(cast)
    cast.registry.ledger.accept(now.tree_size, now.root_hash, reason, NOW)


def test_an_old_backup_is_read_only_and_says_both_sizes(behind: Cast) -> None:
    doubt = behind.registry.ledger.doubt()
    assert doubt
    assert doubt.mark
    assert doubt.cause is Cause.BEHIND
    assert doubt.head == head(behind)
    assert doubt.mark.tree_size == head(behind).tree_size + 1
    with pytest.raises(ReadOnly):
        behind.registers_plot(behind.amina)


def test_a_forked_copy_is_read_only(backed_up: Cast, tmp_path: Path) -> None:
    mark = tmp_path / "highwater"
    true_mark = mark.read_bytes()
    restore(tmp_path, tmp_path / "backup.db")
    mark.unlink()
    with reopened(tmp_path, backed_up) as fork:
        accept(fork)
        fork.registers_plot(fork.amina, "FORK")
        fork.registers_plot(fork.amina, "FORK2")
    mark.write_bytes(true_mark)

    with reopened(tmp_path, backed_up) as fork:
        doubt = fork.registry.ledger.doubt()
        assert doubt
        assert doubt.mark
        assert doubt.cause is Cause.FORKED
        assert doubt.root_then != doubt.mark.root_hash


def test_a_lost_mark_is_read_only(backed_up: Cast, tmp_path: Path) -> None:
    (tmp_path / "highwater").unlink()
    with reopened(tmp_path, backed_up) as cast:
        assert cause(cast.registry) is Cause.UNMARKED
        with pytest.raises(ReadOnly):
            cast.registers_plot(cast.amina)


def test_an_empty_log_is_marked_when_it_is_opened(embedded: Registry) -> None:
    assert embedded.settings.mark_path.read_text().startswith("0 ")
    assert cause(embedded) is None


def test_two_servers_on_copies_with_one_mark_are_found_before_the_second_signs(
    backed_up: Cast, tmp_path: Path
) -> None:
    with reopened(tmp_path, backed_up) as first:
        shutil.copytree(tmp_path, tmp_path / "copy")
        size = head(first).tree_size
        first.registers_plot(first.amina, "A")
    second = settings_for(tmp_path).model_copy(
        update={"database_url": f"sqlite:///{tmp_path / 'copy' / 'registry.db'}"}
    )
    with opened(second) as registry:
        copy = Cast(registry, backed_up.people, requests=LATER)
        with pytest.raises(ReadOnly):
            copy.registers_plot(copy.amina, "B")
        assert head(copy).tree_size == size


def test_a_mark_that_moves_under_a_running_server_stops_it(cast: Cast) -> None:
    """A second server with a copy has acknowledged what this one does not have."""
    cast.registers_product(cast.amina)
    size = head(cast).tree_size
    cast.registry.settings.mark_path.write_text(f"{size + 1} {'ab' * 32}\n")

    with pytest.raises(ReadOnly):
        cast.registers_plot(cast.amina)

    assert head(cast).tree_size == size
    accept(cast)


def test_two_processes_on_one_database_go_on(cast: Cast) -> None:
    ours = cast.registry.ledger
    theirs = open_again(cast.registry)
    cast.registers_product(cast.amina)
    with theirs.writing():
        pass
    cast.registers_plot(cast.amina)
    with theirs.writing():
        pass
    assert ours.doubt() is theirs.doubt() is None


def open_again(registry: Registry) -> Ledger:
    """Return the log as another process on the same database holds it."""
    return open_ledger(registry.settings)


def test_reading_goes_on(behind: Cast) -> None:
    size = head(behind).tree_size
    assert behind.registry.ledger.inclusion(0, size)


def test_a_witness_that_knows_more_stops_the_log_across_restarts(
    backed_up: Cast, tmp_path: Path
) -> None:
    with reopened(tmp_path, backed_up) as cast:
        cast.registry.ledger.decisions.raise_alarm("witness.example knows 99 entries")
        cast.registry.ledger.decisions.raise_alarm("a second alarm")
        with pytest.raises(ReadOnly):
            cast.registers_plot(cast.amina)
    with reopened(tmp_path, backed_up) as cast:
        assert cause(cast.registry) is Cause.ALARM
        assert "knows 99 entries" in cast.registry.ledger.read_only
        accept(cast, "the witness was restored from a backup by mistake")
        cast.registers_plot(cast.amina)
        (decision,) = cast.registry.ledger.decisions.decisions()
        assert decision.alarm == "witness.example knows 99 entries"


def test_a_cosigner_that_hears_of_another_history_raises_the_alarm(
    embedded_cast: Cast,
) -> None:
    union = CosignatureSigner("witness.example/union", seed("union")).verifier
    policy = Policy(witnesses=(Witness("union", union, "https://witness.example"),))
    ledger = embedded_cast.registry.ledger

    def refuse(_url: str, _body: bytes) -> Answer:
        return Answer(422, "text/plain", b"inconsistent")

    Cosigner(ledger, policy, refuse, lambda: NOW).ask_all()

    assert cause(embedded_cast.registry) is Cause.ALARM
    with pytest.raises(ReadOnly):
        embedded_cast.registers_plot(embedded_cast.amina)


def test_a_decision_lets_the_log_grow_and_keeps_the_old_mark(behind: Cast) -> None:
    doubt = behind.registry.ledger.doubt()
    assert doubt
    assert doubt.mark
    accept(behind)

    behind.registers_plot(behind.amina)
    (decision,) = behind.registry.ledger.decisions.decisions()
    assert decision.old_tree_size == doubt.mark.tree_size
    assert decision.old_root_hash == doubt.mark.root_hash.hex()
    assert decision.reason == "the newer disk burnt"
    assert decision.cause == "behind"


@pytest.mark.parametrize("wrong", ["size", "root"])
def test_nothing_but_the_exact_size_and_root_is_accepted(
    behind: Cast, wrong: str
) -> None:
    now = head(behind)
    size = now.tree_size + (wrong == "size")
    root = bytes(32) if wrong == "root" else now.root_hash

    with pytest.raises(InvalidInput, match="type exactly these"):
        behind.registry.ledger.accept(size, root, "guessing", NOW)

    assert cause(behind.registry) is Cause.BEHIND
    assert not behind.registry.ledger.decisions.decisions()


def test_a_decision_needs_a_reason(behind: Cast) -> None:
    with pytest.raises(InvalidInput, match="Say why"):
        accept(behind, "  ")


def test_without_doubt_there_is_nothing_to_decide(embedded_cast: Cast) -> None:
    with pytest.raises(Conflict, match="nothing to decide"):
        accept(embedded_cast)


def test_a_decision_that_was_cut_off_before_the_mark_moved_is_taken_again(
    behind: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as cut:
        cut.setattr("registry.store.highwater.replace_durably", power_cut)
        with pytest.raises(KeyboardInterrupt):
            accept(behind)
    assert cause(behind.registry) is Cause.BEHIND

    accept(behind)

    assert len(behind.registry.ledger.decisions.decisions()) == 2
    assert cause(behind.registry) is None


def test_opening_and_reading_never_move_the_mark(behind: Cast) -> None:
    mark = behind.registry.settings.mark_path.read_bytes()
    behind.registry.ledger.open()
    with pytest.raises(ReadOnly):
        behind.registers_plot(behind.amina)
    assert behind.registry.settings.mark_path.read_bytes() == mark
