"""The memory of a witness: refused rather than doubted."""

import random
import stat
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from registry.errors import Conflict, RegistryError
from registry.tlog.merkle import EMPTY_ROOT
from registry.witness.heads import Heads, SeenHead, StoreError
from tests.witness.parties import AT, LOG, ORIGIN, History, new_memory


def grow(seen: SeenHead) -> SeenHead:
    history = History.of(seen.tree_size + 1)
    note = history.checkpoint()
    return replace(
        seen,
        tree_size=history.size,
        root_hash=history.root,
        note=note,
        cosigned_at=AT + timedelta(seconds=history.size),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "witness.db"


@pytest.fixture
def heads(path: Path) -> Heads:
    return new_memory(path)


def test_a_new_log_has_an_empty_tree(heads: Heads) -> None:
    (head,) = heads.all()
    assert (head.origin, head.tree_size, head.root_hash) == (ORIGIN, 0, EMPTY_ROOT)


def test_only_its_owner_reads_it(heads: Heads, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_stored_is_read_by_the_next_process(heads: Heads, path: Path) -> None:
    stored = heads.advance(ORIGIN, grow)
    assert Heads(path).all() == (stored,)


def test_what_raises_stores_nothing(heads: Heads) -> None:
    before = heads.all()

    def refuse(_: SeenHead) -> SeenHead:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        heads.advance(ORIGIN, refuse)
    assert heads.all() == before


def test_following_again_forgets_nothing(heads: Heads) -> None:
    stored = heads.advance(ORIGIN, grow)
    heads.follow(LOG.verifier)
    assert heads.all() == (stored,)
    assert heads.keys(ORIGIN) == (LOG.verifier,)


def test_every_step_sees_the_one_before(heads: Heads) -> None:
    def work() -> None:
        for _ in range(5):
            heads.advance(ORIGIN, grow)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heads.all()[0].tree_size == 20


def test_a_memory_is_not_made_twice(heads: Heads) -> None:
    with pytest.raises(Conflict, match="exists"):
        heads.create()


def test_a_missing_memory_is_refused_and_not_made_anew(path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        Heads(path).check()
    assert not path.exists()


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE head SET tree_size = tree_size - 1", "missing or damaged"),
        ("UPDATE head SET cosigned_at = 0", "missing or damaged"),
        ("UPDATE head SET note = x''", "missing or damaged"),
        ("UPDATE head SET origin = 'other.example/log'", "missing or damaged"),
        ("DELETE FROM head", "missing or damaged"),
        ("DELETE FROM log_key", "keys of trace.example/log are missing"),
        ("DROP TABLE head", "no such table"),
    ],
)
def test_a_damaged_memory_is_refused(
    heads: Heads, path: Path, sql: str, reason: str
) -> None:
    heads.advance(ORIGIN, grow)
    connection = apsw.Connection(str(path))
    connection.execute(sql)
    connection.close()
    with pytest.raises(StoreError, match=reason):
        heads.check()


def test_another_key_in_its_place_is_refused(heads: Heads, path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute("UPDATE log_key SET vkey = replace(vkey, '+', '-')")
    connection.close()
    with pytest.raises(RegistryError, match="not a verifier key"):
        heads.check()


def test_a_flipped_bit_is_refused_or_changes_nothing(heads: Heads, path: Path) -> None:
    stored = heads.advance(ORIGIN, grow)
    content = path.read_bytes()
    noticed = 0
    # All places that are not empty space, as far as time allows.
    places = [place for place, byte in enumerate(content) if byte]
    for place in random.Random(2026).sample(places, 150):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        try:
            heads.check()
            assert heads.all() == (stored,)
        except RegistryError:
            noticed += 1
    assert noticed > 75


def test_a_full_disk_signs_nothing(heads: Heads, path: Path) -> None:
    connection = apsw.Connection(str(path))
    connection.execute(
        "CREATE TRIGGER full BEFORE INSERT ON head "
        "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    connection.close()
    with pytest.raises(StoreError, match="disk full"):
        heads.advance(ORIGIN, grow)
