import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadCheckpoint, VerificationError
from registry.tlog.batch_index import (
    BatchIndex,
    IncompleteBundle,
    check_batch_index,
    open_batch_index,
    recompute_batch_index,
    sign_batch_index,
)
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.note import NoteSigner
from tests.support.keys import seed

ORIGIN = "trace.example/log"
LOG = NoteSigner(ORIGIN, seed("log"))
PRODUCT = "/01/06901234567892"
BATCH = f"{PRODUCT}/10/A"
PARENT = "/01/06901234567893/10/P"


def head(tree_size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, tree_size, bytes(32))


def leaves(*batches: list[str]) -> list[bytes]:
    return [json.dumps({"v": 1, "batches": names}).encode() for names in batches]


LEAVES = leaves([], [BATCH], [f"{BATCH}1"], [PRODUCT], [PARENT], [PARENT, BATCH])


def test_a_leaf_counts_for_its_batch_and_for_its_product() -> None:
    assert recompute_batch_index(LEAVES, BATCH, head(6)).leaf_indexes == (1, 3, 5)


def test_a_leaf_counts_for_what_was_made_of_its_batch() -> None:
    index = recompute_batch_index(LEAVES, BATCH, head(6), [PARENT])
    assert index.leaf_indexes == (1, 3, 4, 5)


def test_a_leaf_beyond_the_tree_does_not_count() -> None:
    assert recompute_batch_index(LEAVES, BATCH, head(3)).leaf_indexes == (1,)


def test_an_empty_log_has_an_empty_index() -> None:
    index = recompute_batch_index([], BATCH, head(0))
    assert open_batch_index(sign_batch_index(index, LOG), ORIGIN, LOG.verifier) == index


def test_a_log_that_ends_too_early_is_not_recomputed() -> None:
    with pytest.raises(ValueError, match="6 leaves given of 7"):
        recompute_batch_index(LEAVES, BATCH, head(7))


@pytest.mark.parametrize("leaf", [b"[]", b'{"v":1}', b'{"batches":"x"}'])
def test_an_entry_that_is_no_leaf_is_not_recomputed(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="is no leaf"):
        recompute_batch_index([leaf], BATCH, head(1))


@settings(max_examples=60, deadline=None)
@given(st.frozensets(st.integers(0, 10**6)), st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_read(indexes: frozenset[int], root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, 10**6 + 1, root)
    index = BatchIndex(BATCH, checkpoint, tuple(sorted(indexes)))
    assert open_batch_index(sign_batch_index(index, LOG), ORIGIN, LOG.verifier) == index


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_is_refused(data: st.DataObject) -> None:
    index = recompute_batch_index(LEAVES, BATCH, head(6))
    note = bytearray(sign_batch_index(index, LOG))
    position = data.draw(st.integers(0, len(note) - 1))
    note[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VerificationError):
        open_batch_index(bytes(note), ORIGIN, LOG.verifier)


def test_an_index_is_never_taken_for_a_checkpoint() -> None:
    note = sign_batch_index(BatchIndex(BATCH, head(1), ()), LOG)
    with pytest.raises(BadCheckpoint):
        open_checkpoint(note, f"{ORIGIN}/batch-index", LOG.verifier)


@settings(max_examples=60, deadline=None)
@given(st.frozensets(st.integers(0, 5)))
def test_a_bundle_holds_exactly_what_the_index_names(held: frozenset[int]) -> None:
    batches = {n: json.loads(leaf)["batches"] for n, leaf in enumerate(LEAVES)}
    note = sign_batch_index(recompute_batch_index(LEAVES, BATCH, head(6)), LOG)
    records = {n: batches[n] for n in held}
    if held - {0} == {1, 3, 5}:
        check_batch_index(note, BATCH, head(6), records, LOG.verifier)
        return
    with pytest.raises(IncompleteBundle):
        check_batch_index(note, BATCH, head(6), records, LOG.verifier)


@pytest.mark.parametrize("indexes", [(1, 1), (2, 1), (-1,), (6,)])
def test_indexes_that_no_tree_has_are_not_signed(indexes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="ascending"):
        BatchIndex(BATCH, head(6), indexes)


def test_an_index_of_no_batch_is_not_signed() -> None:
    with pytest.raises(ValueError, match="not the path"):
        BatchIndex("/02/1", head(6), ())
