"""An operator who rewrites, forks or rolls back: what witnesses find, and what not.

The only judge is what was signed in all: of any two trees that the witness cosigned,
one must be the beginning of the other.
"""

import os
import random
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from registry.errors import BadConsistency
from registry.tlog.checkpoint import open_checkpoint
from registry.tlog.merkle import verify_consistency
from registry.witness.heads import Heads
from tests.unit.tlog import naive
from tests.witness.parties import (
    LOG,
    ORIGIN,
    History,
    Reply,
    cosigned_at,
    new_memory,
    send,
    served,
    together,
    union,
)

Crime = Callable[[str, History, random.Random], list[Reply]]


def rewrites_history(url: str, told: History, chance: random.Random) -> list[Reply]:
    """Replaces everything from some leaf on, and shows it as a grown log."""
    kept = told.first(chance.randrange(told.size))
    forged = kept.then(told.size - kept.size + chance.randint(1, 9), "forged")
    return [send(url, forged.request(told.size))]


def shows_another_root(url: str, told: History, chance: random.Random) -> list[Reply]:
    """Replaces leaves and keeps the size."""
    kept = told.first(chance.randrange(told.size))
    return [send(url, kept.then(told.size - kept.size, "forged").request(told.size))]


def rolls_back(url: str, told: History, chance: random.Random) -> list[Reply]:
    """Shows an earlier tree, asking from every size it could be shown from."""
    earlier = told.first(chance.randrange(told.size))
    return [send(url, earlier.request(old)) for old in {0, earlier.size}]


def forgets_the_witness(url: str, told: History, chance: random.Random) -> list[Reply]:
    """Shows a forged log as if it had never asked before."""
    forged = History.of(chance.randint(1, 2 * told.size), "forged")
    return [send(url, forged.request(0))]


def refused(crime: Crime) -> Crime:
    """Return `crime` with the outcome that it must have."""

    def run(url: str, told: History, chance: random.Random) -> list[Reply]:
        replies = crime(url, told, chance)
        assert {reply.status for reply in replies} <= {409, 422}
        return replies

    return run


CRIMES = [
    refused(crime)
    for crime in (
        rewrites_history,
        shows_another_root,
        rolls_back,
        forgets_the_witness,
    )
]


def forks(url: str, told: History, chance: random.Random) -> History:
    """Let two submitters race with two extensions; return what was cosigned."""
    sides = [told.then(chance.randint(1, 9), side) for side in ("left", "right")]
    replies = together([partial(send, url, side.request(told.size)) for side in sides])
    assert sorted(reply.status for reply in replies) == [200, 409]
    winner = [reply.status for reply in replies].index(200)
    cosigned_at(sides[winner], replies[winner].body)
    return sides[winner]


def honest_then_crooked(url: str, seed: int) -> list[History]:
    """Run one trial; return every history that was cosigned."""
    chance = random.Random(seed)
    told = History.of(chance.randint(1, 30), f"true {seed}")
    cosigned = [told]
    assert send(url, told.request(0)).status == 200
    for _ in range(3):
        chance.choice(CRIMES)(url, told, chance)
        if chance.random() < 0.5:
            told = forks(url, told, chance)
            cosigned.append(told)
    grown = told.then(chance.randint(1, 5), "honest")
    assert send(url, grown.request(told.size)).status == 200
    return [*cosigned, grown]


def check_one_history(cosigned: list[History]) -> None:
    """Require that of any two cosigned trees one begins the other."""
    for old in cosigned:
        for new in cosigned:
            if old.size <= new.size:
                assert new.first(old.size) == old


def run_trials(folder: Path, count: int) -> None:
    for seed in range(count):
        memory = folder / f"{seed}.db"
        new_memory(memory)
        with served(union(Heads(memory))) as url:
            check_one_history(honest_then_crooked(url, seed))


def test_every_crooked_operator_is_found(tmp_path: Path) -> None:
    run_trials(tmp_path, 100)


@pytest.mark.campaign
def test_every_crooked_operator_is_found_in_full(tmp_path: Path) -> None:
    run_trials(tmp_path, int(os.environ.get("CAMPAIGN", "300")))


def test_a_witness_that_forgot_would_sign_a_second_history(tmp_path: Path) -> None:
    """Shows that the trials above can fail: here is the mutant they are for."""
    told, forged = History.of(9, "true"), History.of(12, "forged")
    for number, history in enumerate((told, forged)):
        new_memory(tmp_path / f"{number}.db")
        with served(union(Heads(tmp_path / f"{number}.db"))) as url:
            assert send(url, history.request(0)).status == 200
    with pytest.raises(AssertionError):
        check_one_history([told, forged])


def test_without_a_witness_or_an_older_checkpoint_a_rewrite_is_not_found() -> None:
    """Not a promise: who sees one checkpoint only cannot know that it replaced one."""
    forged = History.of(12, "forged")

    checkpoint = open_checkpoint(forged.checkpoint(), ORIGIN, LOG.verifier)

    assert checkpoint.root_hash == forged.root


def test_whoever_kept_an_older_checkpoint_finds_a_rewrite() -> None:
    told, forged = History.of(9, "true"), History.of(12, "forged")
    kept = open_checkpoint(told.checkpoint(), ORIGIN, LOG.verifier)
    shown = open_checkpoint(forged.checkpoint(), ORIGIN, LOG.verifier)
    with pytest.raises(BadConsistency, match="does not extend"):
        verify_consistency(
            kept.tree_size,
            kept.root_hash,
            shown.tree_size,
            shown.root_hash,
            naive.consistency(kept.tree_size, forged.leaves),
        )
