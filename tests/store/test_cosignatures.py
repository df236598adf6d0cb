"""Cosignatures beside their checkpoints, on both databases."""

from datetime import timedelta

import peewee
import pytest

from registry.service import Registry
from registry.store.cosignatures import (
    KeptCosignature,
    checkpoint_note,
    cosignatures_at,
    cosigned_sizes,
    keep,
    newest_of,
)
from registry.store.tables.log import Cosignature
from tests.support.cast import Cast
from tests.support.registry import NOW


def cosignature(
    witness: str = "union", tree_size: int = 5, minutes: int = 0
) -> KeptCosignature:
    at = NOW + timedelta(minutes=minutes)
    return KeptCosignature(witness, tree_size, at, f"— {witness} {minutes}\n")


def test_what_was_kept_is_given_back(registry: Registry) -> None:
    keep(cosignature())
    assert newest_of("union") == cosignature()
    assert newest_of("university") is None


def test_the_newest_is_of_the_largest_tree_and_there_the_latest(
    registry: Registry,
) -> None:
    for tree_size, minutes in [(7, 1), (5, 9), (7, 3), (7, 2)]:
        keep(cosignature(tree_size=tree_size, minutes=minutes))
    assert newest_of("union") == cosignature(tree_size=7, minutes=3)


def test_keeping_twice_is_keeping_once(registry: Registry) -> None:
    keep(cosignature())
    keep(cosignature())
    assert Cosignature.select().count() == 1


def test_sizes_come_largest_first_and_once(registry: Registry) -> None:
    assert list(cosigned_sizes()) == []
    for witness, tree_size in [("a", 3), ("b", 3), ("a", 11), ("b", 1)]:
        keep(cosignature(witness, tree_size))
    assert list(cosigned_sizes()) == [11, 3, 1]


def test_each_witness_has_its_newest_line_at_a_size(registry: Registry) -> None:
    for witness, minutes in [("a", 1), ("b", 5), ("a", 4), ("a", 2)]:
        keep(cosignature(witness, minutes=minutes))
    assert cosignatures_at(5) == {
        "a": cosignature("a", minutes=4),
        "b": cosignature("b", minutes=5),
    }
    assert cosignatures_at(6) == {}


def test_a_checkpoint_is_found_by_its_size(cast: Cast) -> None:
    head = cast.registry.ledger.head()
    cast.registers_product(cast.amina)
    assert checkpoint_note(head.tree_size) == head.note


@pytest.mark.parametrize(
    "change",
    [Cosignature.update(line="— nobody\n"), Cosignature.delete()],
    ids=["update", "delete"],
)
def test_the_database_refuses_a_slip_with_a_cosignature(
    registry: Registry, change: peewee.Query
) -> None:
    keep(cosignature())
    with pytest.raises(peewee.DatabaseError, match="append-only"):
        change.execute()
