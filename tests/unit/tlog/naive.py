"""RFC 6962, section 2.1, written as it is defined: an oracle, not an example."""

from collections.abc import Sequence

from registry.tlog.merkle import EMPTY_ROOT, leaf_hash, node_hash


def leaves(count: int, name: str = "entry") -> list[bytes]:
    """Return the hashes of `count` different entries."""
    return [leaf_hash(f"{name} {number}".encode()) for number in range(count)]


def root(hashes: Sequence[bytes]) -> bytes:
    """Return MTH of the leaf `hashes`."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = _split(len(hashes))
    return node_hash(root(hashes[:k]), root(hashes[k:]))


def inclusion(index: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return PATH(index, D[n])."""
    if len(hashes) == 1:
        return ()
    k = _split(len(hashes))
    if index < k:
        return (*inclusion(index, hashes[:k]), root(hashes[k:]))
    return (*inclusion(index - k, hashes[k:]), root(hashes[:k]))


def consistency(old_size: int, hashes: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return PROOF(old_size, D[n])."""
    return _subproof(old_size, hashes, is_known=True)


def _subproof(m: int, hashes: Sequence[bytes], *, is_known: bool) -> tuple[bytes, ...]:
    if m == len(hashes):
        return () if is_known else (root(hashes),)
    k = _split(len(hashes))
    if m <= k:
        return (*_subproof(m, hashes[:k], is_known=is_known), root(hashes[k:]))
    return (*_subproof(m - k, hashes[k:], is_known=False), root(hashes[:k]))


def _split(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


class Reader:
    """A `HashReader` over leaf hashes in memory that counts what is read."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self.hashes = hashes
        self.reads = 0

    def read(self, level: int, index: int) -> bytes:
        """Return the root of one complete subtree."""
        self.reads += 1
        subtree = self.hashes[index << level : (index + 1) << level]
        assert len(subtree) == 1 << level
        return root(subtree)
