"""The tree as tiles of hashes: C2SP tlog-tiles.

The whole standard is imported from here; its paths are written in `tile_path` and its
entry bundles in `bundle`.

Tile (level, index) holds up to 256 hashes, number i of them the root of the complete
subtree of 256**level leaves at `index * 256 + i`. A partial tile is a prefix of the
full one, so a store keeps one growing row per tile and serves any width by cutting.

Tiles come from a `load` function, which returns `b""` for a tile that is not stored.
What another log serves is not trusted: a wrong hash fails its proof, and a missing one
raises NotInLog.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from registry.errors import NotInLog
from registry.tlog.bundle import (
    MAX_ENTRY_BYTES,
    encode_entry_bundle,
    parse_entry_bundle,
)
from registry.tlog.merkle import HASH_BYTES, node_hash, tree_root
from registry.tlog.tile_path import TILE_WIDTH, TilePath, parse_tile_path, tile_path

__all__ = [
    "FULL_TILE_BYTES",
    "MAX_ENTRY_BYTES",
    "TILE_WIDTH",
    "Appended",
    "TileId",
    "TilePath",
    "TileReader",
    "append",
    "encode_entry_bundle",
    "parse_entry_bundle",
    "parse_tile_path",
    "tile_path",
]

TILE_HEIGHT = 8  # TILE_WIDTH == 2 ** TILE_HEIGHT
FULL_TILE_BYTES = TILE_WIDTH * HASH_BYTES


@dataclass(frozen=True, slots=True)
class TileId:
    """Names a tile of hashes.

    Attributes:
        level: 0 for leaf hashes, 1 for roots of 256 leaves, and so on.
        index: zero-based from the left of its level.
    """

    level: int
    index: int

    def __str__(self) -> str:
        return tile_path(self.level, self.index, TILE_WIDTH)


@dataclass(frozen=True, slots=True)
class Appended:
    """A tree that has grown.

    Attributes:
        tree_size: leaves after the append.
        root_hash: of the tree at that size.
        tiles: whole new content of every tile that changed, full or partial.
    """

    tree_size: int
    root_hash: bytes
    tiles: Mapping[TileId, bytes]


class TileReader:
    """A `HashReader` over tiles; keeps what it loaded, so it serves one moment."""

    def __init__(self, load: Callable[[TileId], bytes]) -> None:
        """Take `load`, which returns 32-byte hashes, `b""` where nothing is stored."""
        self._load = load
        self._tiles: dict[TileId, bytes] = {}

    def read(self, level: int, index: int) -> bytes:
        """Return the root of leaves `index << level` up to `(index + 1) << level`.

        Raises:
            NotInLog: the tile that would show it is missing or too short.
        """
        tile_level, height = divmod(level, TILE_HEIGHT)
        tile_index, offset = divmod(index << height, TILE_WIDTH)
        hashes = self._cut(TileId(tile_level, tile_index), offset, 1 << height)
        return _subtree_root(hashes)

    def _cut(self, tile: TileId, offset: int, count: int) -> list[bytes]:
        if tile not in self._tiles:
            self._tiles[tile] = self._load(tile)
        end = (offset + count) * HASH_BYTES
        content = self._tiles[tile][offset * HASH_BYTES : end]
        if len(content) != count * HASH_BYTES:
            raise NotInLog(f"{tile} ends before hash {offset + count - 1}")
        return _hashes(content)


def append(
    tree_size: int, load: Callable[[TileId], bytes], leaf_hashes: Sequence[bytes]
) -> Appended:
    """Return the tree of `tree_size` leaves with `leaf_hashes` added at its end.

    Reads only the tiles on the right edge: one a level, whatever the number of leaves.

    Args:
        tree_size: leaves that the stored tiles hold.
        load: returns a stored tile's hashes, `b""` where nothing is stored.
        leaf_hashes: 32 bytes each.

    Raises:
        NotInLog: a stored tile does not have the width that `tree_size` asks for, so
            tiles and size are not of one moment; nothing may be appended to them.
        ValueError: a leaf hash is not 32 bytes.
    """
    if any(len(leaf) != HASH_BYTES for leaf in leaf_hashes):
        raise ValueError(f"a leaf hash is not {HASH_BYTES} bytes")
    changed: dict[TileId, bytes] = {}
    level, held, hashes = 0, tree_size, list(leaf_hashes)
    while hashes:
        grown = _extend_level(level, held, hashes, load)
        changed |= grown
        full = (tile for tile in grown.values() if len(tile) == FULL_TILE_BYTES)
        hashes = [_subtree_root(_hashes(tile)) for tile in full]
        level, held = level + 1, held // TILE_WIDTH
    new_size = tree_size + len(leaf_hashes)
    reader = TileReader(lambda tile: changed[tile] if tile in changed else load(tile))
    return Appended(new_size, tree_root(reader, new_size), changed)


def _extend_level(
    level: int, held: int, hashes: list[bytes], load: Callable[[TileId], bytes]
) -> dict[TileId, bytes]:
    """Return the tiles of one level that change when `hashes` follow `held` others."""
    index, width = divmod(held, TILE_WIDTH)
    last = TileId(level, index)
    content = load(last) if width else b""
    if len(content) != width * HASH_BYTES:
        raise NotInLog(
            f"{last} holds {len(content)} bytes, expected {width} hashes of "
            f"{HASH_BYTES} for the size of the tree"
        )
    content += b"".join(hashes)
    return {
        TileId(level, index + number): content[start : start + FULL_TILE_BYTES]
        for number, start in enumerate(range(0, len(content), FULL_TILE_BYTES))
    }


def _subtree_root(hashes: list[bytes]) -> bytes:
    """Return the root over a power of two of adjacent hashes."""
    while len(hashes) > 1:
        hashes = [
            node_hash(left, right)
            for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
    return hashes[0]


def _hashes(content: bytes) -> list[bytes]:
    return [
        content[start : start + HASH_BYTES]
        for start in range(0, len(content), HASH_BYTES)
    ]
