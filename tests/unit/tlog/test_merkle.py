import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadConsistency, NotInLog
from registry.tlog.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    leaf_hash,
    root_from_inclusion,
    tree_root,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.tlog import naive

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/published/rfc6962.json").read_text("utf-8")
)
LEAVES = naive.leaves(70)
READER = naive.Reader(LEAVES)
ROOTS = [naive.root(LEAVES[:size]) for size in range(len(LEAVES) + 1)]
SIZES = st.integers(1, len(LEAVES))


def _published_leaves() -> list[bytes]:
    return [leaf_hash(bytes.fromhex(entry)) for entry in PUBLISHED["entries"]]


def _path(name: str) -> tuple[bytes, ...]:
    return tuple(bytes.fromhex(node) for node in PUBLISHED[name]["path"])


def test_leaf_hashes_and_roots_are_those_of_certificate_transparency() -> None:
    hashes = _published_leaves()
    assert [leaf.hex() for leaf in hashes] == PUBLISHED["leaf_hashes"]
    roots = [tree_root(naive.Reader(hashes), size).hex() for size in range(9)]
    assert roots == PUBLISHED["root_hashes"]


def test_the_published_proofs_are_made_and_verify() -> None:
    hashes = _published_leaves()
    reader = naive.Reader(hashes)
    roots = [bytes.fromhex(root) for root in PUBLISHED["root_hashes"]]
    assert inclusion_path(reader, 0, 8) == _path("inclusion")
    verify_inclusion(hashes[0], 0, 8, _path("inclusion"), roots[8])
    assert consistency_path(reader, 6, 8) == _path("consistency")
    verify_consistency(6, roots[6], 8, roots[8], _path("consistency"))


@pytest.mark.parametrize("size", range(1, 71))
def test_every_inclusion_path_is_that_of_the_definition_and_verifies(
    size: int,
) -> None:
    assert tree_root(READER, size) == ROOTS[size]
    for index in range(size):
        path = inclusion_path(READER, index, size)
        assert path == naive.inclusion(index, LEAVES[:size])
        verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


@pytest.mark.parametrize("new_size", range(1, 71))
def test_every_consistency_path_is_that_of_the_definition_and_verifies(
    new_size: int,
) -> None:
    for old_size in range(1, new_size + 1):
        path = consistency_path(READER, old_size, new_size)
        assert path == naive.consistency(old_size, LEAVES[:new_size])
        verify_consistency(old_size, ROOTS[old_size], new_size, ROOTS[new_size], path)


def _mutations(path: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
    yield (*path, EMPTY_ROOT)
    yield (EMPTY_ROOT, *path)
    for position, node in enumerate(path):
        rest = (path[:position], path[position + 1 :])
        yield (*rest[0], *rest[1])
        yield (*rest[0], node[:-1] + bytes([node[-1] ^ 1]), *rest[1])
        yield (*rest[0], node[:-1], *rest[1])
    for position in range(len(path) - 1):
        left, right = path[position], path[position + 1]
        yield (*path[:position], right, left, *path[position + 2 :])


@pytest.mark.parametrize("size", range(1, 71))
def test_every_mutated_inclusion_path_is_refused(size: int) -> None:
    for index in range(size):
        for path in _mutations(inclusion_path(READER, index, size)):
            with pytest.raises(NotInLog):
                verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])


@pytest.mark.parametrize("new_size", range(2, 71))
def test_every_mutated_consistency_path_is_refused(new_size: int) -> None:
    for old_size in range(1, new_size):
        for path in _mutations(consistency_path(READER, old_size, new_size)):
            with pytest.raises(BadConsistency):
                verify_consistency(
                    old_size, ROOTS[old_size], new_size, ROOTS[new_size], path
                )


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_path_holds_for_one_leaf_at_one_index_of_one_tree(
    data: st.DataObject,
) -> None:
    size = data.draw(SIZES)
    index, other = (data.draw(st.integers(0, size - 1)) for _ in range(2))
    path = inclusion_path(READER, index, size)
    for leaf, claimed, root in (
        (LEAVES[other], index, ROOTS[size]),
        (LEAVES[index], other, ROOTS[size]),
        (LEAVES[index], index, ROOTS[size - 1]),
    ):
        if (leaf, claimed, root) != (LEAVES[index], index, ROOTS[size]):
            with pytest.raises(NotInLog):
                verify_inclusion(leaf, claimed, size, path, root)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_log_that_rewrote_an_entry_cannot_prove_consistency(
    data: st.DataObject,
) -> None:
    new_size = data.draw(st.integers(2, 70))
    old_size = data.draw(st.integers(1, new_size - 1))
    rewritten = list(LEAVES[:new_size])
    rewritten[data.draw(st.integers(0, old_size - 1))] = leaf_hash(b"rewritten")
    path = consistency_path(naive.Reader(rewritten), old_size, new_size)
    with pytest.raises(BadConsistency):
        verify_consistency(
            old_size, ROOTS[old_size], new_size, naive.root(rewritten), path
        )


@pytest.mark.parametrize(("index", "size"), [(8, 8), (9, 8), (-1, 8), (0, 0)])
def test_a_leaf_outside_the_tree_has_no_path_and_no_proof(
    index: int, size: int
) -> None:
    with pytest.raises(ValueError, match="not in a tree"):
        inclusion_path(READER, index, size)
    with pytest.raises(NotInLog, match="not in a tree"):
        root_from_inclusion(LEAVES[0], index, size, ())


def test_the_message_says_how_many_hashes_were_expected() -> None:
    with pytest.raises(NotInLog, match="path has 1 hashes, expected 3"):
        root_from_inclusion(LEAVES[0], 0, 8, (EMPTY_ROOT,))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_what_is_not_a_hash_is_not_a_leaf(length: int) -> None:
    with pytest.raises(NotInLog, match=f"{length} bytes"):
        verify_inclusion(bytes(length), 0, 1, (), bytes(length))


def test_every_tree_extends_the_empty_tree_and_itself() -> None:
    assert consistency_path(READER, 0, 7) == consistency_path(READER, 7, 7) == ()
    verify_consistency(0, EMPTY_ROOT, 7, ROOTS[7], ())
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
    verify_consistency(7, ROOTS[7], 7, ROOTS[7], ())


@pytest.mark.parametrize(
    ("old_size", "old_root", "new_size", "new_root", "path", "reason"),
    [
        (7, ROOTS[7], 7, ROOTS[6], (), "two roots"),
        (0, ROOTS[1], 7, ROOTS[7], (), "two roots"),
        (0, EMPTY_ROOT, 0, ROOTS[1], (), "two roots"),
        (0, EMPTY_ROOT, 7, ROOTS[7], (ROOTS[7],), "expected 0"),
        (7, ROOTS[7], 7, ROOTS[7], (ROOTS[7],), "expected 0"),
        (8, ROOTS[8], 7, ROOTS[7], (), "shrank"),
        (-1, ROOTS[1], 7, ROOTS[7], (), "shrank"),
    ],
)
def test_a_log_that_shrank_or_has_two_roots_is_refused(
    old_size: int,
    old_root: bytes,
    new_size: int,
    new_root: bytes,
    path: tuple[bytes, ...],
    reason: str,
) -> None:
    with pytest.raises(BadConsistency, match=reason):
        verify_consistency(old_size, old_root, new_size, new_root, path)


@pytest.mark.parametrize(("old_size", "new_size"), [(8, 7), (-1, 7)])
def test_no_consistency_path_leads_back(old_size: int, new_size: int) -> None:
    with pytest.raises(ValueError, match="is not within"):
        consistency_path(READER, old_size, new_size)


class _Endless:
    """A log of any size, whose hashes say nothing."""

    def __init__(self) -> None:
        self.reads = 0

    def read(self, level: int, index: int) -> bytes:
        self.reads += 1
        return bytes(32)


@pytest.mark.parametrize("size", [2**40 - 1, 2**40, 2**40 + 12_345])
def test_a_proof_in_a_large_log_reads_a_few_hashes(size: int) -> None:
    reader = _Endless()
    inclusion_path(reader, size // 3, size)
    consistency_path(reader, size // 3, size)
    tree_root(reader, size)
    assert reader.reads <= 3 * 2 * 41
