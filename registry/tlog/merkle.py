"""Merkle tree hashes and proofs: RFC 6962, section 2.1; checking as RFC 9162, 2.1.

Proofs are made from a `HashReader`, which knows the roots of complete subtrees only;
everything on the ragged right edge is computed. Making a proof reads O(log n) of them.

Positions are zero-based. Every hash is 32 bytes of SHA-256.
"""

import hashlib
from collections.abc import Iterator, Sequence
from functools import reduce
from typing import Protocol

from registry.errors import BadConsistency, NotInLog, VerificationError

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


class HashReader(Protocol):
    """Answers the roots of complete subtrees, from tiles or from memory."""

    def read(self, level: int, index: int) -> bytes:
        """Return the root of leaves `index << level` up to `(index + 1) << level`."""
        ...


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf that holds `entry`."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def tree_root(reader: HashReader, tree_size: int) -> bytes:
    """Return the root of the first `tree_size` leaves."""
    return _range_hash(reader, 0, tree_size) if tree_size else EMPTY_ROOT


def inclusion_path(
    reader: HashReader, leaf_index: int, tree_size: int
) -> tuple[bytes, ...]:
    """Return the siblings of a leaf, from the leaf upwards (RFC 6962, 2.1.1).

    Raises:
        ValueError: the leaf is outside the tree.
    """
    if not 0 <= leaf_index < tree_size:
        raise ValueError(f"leaf {leaf_index} is not in a tree of {tree_size}")
    siblings = []
    start, end = 0, tree_size
    while end - start > 1:
        middle = start + _split(end - start)
        if leaf_index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return tuple(_range_hash(reader, *sibling) for sibling in reversed(siblings))


def consistency_path(
    reader: HashReader, old_size: int, new_size: int
) -> tuple[bytes, ...]:
    """Return the proof that the old tree is a prefix of the new (RFC 6962, 2.1.2).

    It is empty when the old tree is empty or the same.

    Raises:
        ValueError: the old tree is larger than the new one.
    """
    if not 0 <= old_size <= new_size:
        raise ValueError(f"a tree of {old_size} is not within one of {new_size}")
    if old_size == 0:
        return ()
    ranges = []
    start, end = 0, new_size
    while end != old_size:
        middle = start + _split(end - start)
        if old_size <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    # The verifier holds the old root; when that is a node of the new tree it is left
    # out of the proof.
    if start:
        ranges.append((start, end))
    return tuple(_range_hash(reader, *part) for part in reversed(ranges))


def root_from_inclusion(
    leaf_hash: bytes, leaf_index: int, tree_size: int, path: Sequence[bytes]
) -> bytes:
    """Return the root that `path` leads to from one leaf (RFC 9162, 2.1.3.2).

    Raises:
        NotInLog: the leaf is outside the tree, `path` has the wrong length for its
            position, or a hash has not 32 bytes.
    """
    if not 0 <= leaf_index < tree_size:
        raise NotInLog(f"leaf {leaf_index} is not in a tree of {tree_size}")
    inner, border = _path_shape(leaf_index, tree_size)
    _check_hashes("inclusion path", path, inner + border, NotInLog)
    if len(leaf_hash) != HASH_BYTES:
        raise NotInLog(f"the leaf hash has {len(leaf_hash)} bytes, expected 32")
    root = _climb(leaf_hash, leaf_index, path[:inner])
    return _climb_left(root, path[inner:])


def verify_inclusion(
    leaf_hash: bytes,
    leaf_index: int,
    tree_size: int,
    path: Sequence[bytes],
    root_hash: bytes,
) -> None:
    """Check that the leaf is at `leaf_index` of the tree with `root_hash`.

    Raises:
        NotInLog: it is not, or the proof does not show it.
    """
    if root_from_inclusion(leaf_hash, leaf_index, tree_size, path) != root_hash:
        raise NotInLog(
            f"the inclusion path of leaf {leaf_index} does not lead to the root of "
            f"the tree of {tree_size}"
        )


def verify_consistency(
    old_size: int,
    old_root: bytes,
    new_size: int,
    new_root: bytes,
    path: Sequence[bytes],
) -> None:
    """Check that the old tree is a prefix of the new one (RFC 9162, 2.1.4.2).

    Raises:
        BadConsistency: it is not, or the proof does not show it.
    """
    if not 0 <= old_size <= new_size:
        raise BadConsistency(f"the log shrank from {old_size} to {new_size} leaves")
    if old_size in (0, new_size):
        _check_hashes("consistency path", path, 0, BadConsistency)
        is_fork = old_size == new_size and old_root != new_root
        is_no_tree = old_size == 0 and old_root != EMPTY_ROOT
        if is_fork or is_no_tree:
            raise BadConsistency(f"two roots for one tree of {old_size} leaves")
        return
    computed_old, computed_new = _roots_from_consistency(
        old_size, old_root, new_size, path
    )
    if computed_old != old_root or computed_new != new_root:
        raise BadConsistency(
            f"the tree of {new_size} leaves does not extend the tree of {old_size}"
        )


def _roots_from_consistency(
    old_size: int, old_root: bytes, new_size: int, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the old and the new root that `path` leads to; 0 < old < new."""
    # The path climbs from the largest complete subtree that ends the old tree.
    level = (old_size & -old_size).bit_length() - 1
    inner, border = _path_shape(old_size - 1, new_size)
    inner -= level
    is_whole_old_tree = old_size == 1 << level
    length = inner + border + (not is_whole_old_tree)
    _check_hashes("consistency path", path, length, BadConsistency)
    first, rest = (old_root, path) if is_whole_old_tree else (path[0], path[1:])
    position = (old_size - 1) >> level
    within_old = [
        sibling for bit, sibling in enumerate(rest[:inner]) if position >> bit & 1
    ]
    old = _climb_left(_climb_left(first, within_old), rest[inner:])
    new = _climb_left(_climb(first, position, rest[:inner]), rest[inner:])
    return old, new


def _split(size: int) -> int:
    """Return the largest power of two below `size`, which is above 1."""
    return 1 << (size - 1).bit_length() - 1


def _complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the complete subtrees of a range, largest first.

    `start` is a multiple of the first one's size, as in every range RFC 6962 cuts.
    """
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _range_hash(reader: HashReader, start: int, end: int) -> bytes:
    hashes = [reader.read(*subtree) for subtree in _complete_subtrees(start, end)]
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def _path_shape(leaf_index: int, tree_size: int) -> tuple[int, int]:
    """Return how many siblings lie below and along the tree's right edge.

    Below the edge a sibling may be on either side; along it, always on the left.
    """
    inner = (leaf_index ^ (tree_size - 1)).bit_length()
    return inner, (leaf_index >> inner).bit_count()


def _climb(start: bytes, position: int, siblings: Sequence[bytes]) -> bytes:
    """Hash upwards; bit i of `position` tells on which side sibling i is."""
    result = start
    for bit, sibling in enumerate(siblings):
        is_right = position >> bit & 1
        result = node_hash(sibling, result) if is_right else node_hash(result, sibling)
    return result


def _climb_left(start: bytes, siblings: Sequence[bytes]) -> bytes:
    """Hash upwards; every sibling is on the left."""
    return reduce(lambda result, sibling: node_hash(sibling, result), siblings, start)


def _check_hashes(
    what: str,
    path: Sequence[bytes],
    expected: int,
    error: type[VerificationError],
) -> None:
    if len(path) != expected:
        raise error(f"{what} has {len(path)} hashes, expected {expected}")
    if any(len(node) != HASH_BYTES for node in path):
        raise error(f"{what} has a hash that is not {HASH_BYTES} bytes")
