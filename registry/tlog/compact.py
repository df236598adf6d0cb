"""A compact range: the root of a growing tree in O(log n) memory.

An auditor who streams a log from its first leaf needs no tiles to know its root at any
size it passes (RFC 6962, 2.1; "compact Merkle range" in Trillian's documents).
"""

from registry.tlog.merkle import EMPTY_ROOT, node_hash


class CompactRange:
    """The perfect subtrees of the leaves so far, largest first."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []
        self.size = 0

    def append(self, leaf_hash: bytes) -> None:
        """Add the next leaf."""
        height, node = 0, leaf_hash
        while self._peaks and self._peaks[-1][0] == height:
            node = node_hash(self._peaks.pop()[1], node)
            height += 1
        self._peaks.append((height, node))
        self.size += 1

    def root(self) -> bytes:
        """Return the root hash at the present size."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1][1]
        for _, peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
