import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import InvalidInput, NotInLog
from registry.tlog.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from registry.tlog.tiles import (
    FULL_TILE_BYTES,
    MAX_ENTRY_BYTES,
    Appended,
    TileId,
    TilePath,
    TileReader,
    append,
    encode_entry_bundle,
    parse_entry_bundle,
    parse_tile_path,
    tile_path,
)
from tests.unit.tlog import naive

PUBLISHED: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors/published/c2sp.json").read_text("utf-8")
)
LEAVES = naive.leaves(1_100)


class Store:
    """Tiles in memory that counts what is loaded."""

    def __init__(self) -> None:
        self.tiles: dict[TileId, bytes] = {}
        self.loads = 0

    def load(self, tile: TileId) -> bytes:
        self.loads += 1
        return self.tiles.get(tile, b"")

    def append(self, tree_size: int, leaf_hashes: list[bytes]) -> Appended:
        grown = append(tree_size, self.load, leaf_hashes)
        self.tiles |= grown.tiles
        return grown


def _tiles_of(hashes: list[bytes]) -> Mapping[TileId, bytes]:
    """Return the tiles as the standard defines them: MTH of each complete subtree."""
    tiles: dict[TileId, bytes] = {}
    level, span = 0, 1
    while span <= len(hashes):
        for number in range(len(hashes) // span):
            subtree = hashes[number * span : (number + 1) * span]
            tile = TileId(level, number // 256)
            tiles[tile] = tiles.get(tile, b"") + naive.root(subtree)
        level, span = level + 1, span * 256
    return tiles


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 400), max_size=8))
def test_leaves_appended_in_any_chunks_give_the_tree_of_the_definition(
    chunks: list[int],
) -> None:
    store, size = Store(), 0
    for chunk in chunks:
        added = LEAVES[size : size + chunk]
        grown = store.append(size, added)
        size += len(added)
        assert grown.tree_size == size
        assert grown.root_hash == naive.root(LEAVES[:size])
    assert store.tiles == _tiles_of(LEAVES[:size])


def test_an_empty_append_changes_nothing() -> None:
    assert append(0, Store().load, []) == Appended(0, EMPTY_ROOT, {})
    store = Store()
    before = store.append(0, LEAVES[:300])
    assert append(300, store.load, []) == Appended(300, before.root_hash, {})


def test_one_leaf_reads_and_writes_one_tile_a_level() -> None:
    store = Store()
    store.append(0, LEAVES[:1_000])
    store.loads = 0
    grown = store.append(1_000, LEAVES[1_000:1_001])
    assert set(grown.tiles) == {TileId(0, 3)}
    assert store.loads == 2
    grown = store.append(1_001, LEAVES[1_001:1_024])
    assert set(grown.tiles) == {TileId(0, 3), TileId(1, 0)}


def test_a_tree_of_70_000_leaves_has_the_tiles_that_the_standard_counts() -> None:
    expected = PUBLISHED["tiles_of_tree"]
    size = expected["tree_size"]
    grown = append(0, Store().load, [bytes(32)] * size)
    for level in (0, 1, 2):
        widths = [len(d) // 32 for t, d in grown.tiles.items() if t.level == level]
        partial = [width for width in widths if width < 256]
        assert partial == [expected["partial_width"][str(level)]]
        assert widths.count(256) == expected["full"].get(str(level), 0)


def test_proofs_read_from_tiles_verify() -> None:
    store = Store()
    size = len(LEAVES)
    root = store.append(0, LEAVES).root_hash
    for index in (0, 1, 255, 256, 700, 1_023, 1_024, size - 1):
        path = inclusion_path(TileReader(store.load), index, size)
        assert path == naive.inclusion(index, LEAVES)
        verify_inclusion(LEAVES[index], index, size, path, root)
    for old_size in (1, 255, 256, 257, 512, 1_023, 1_099):
        path = consistency_path(TileReader(store.load), old_size, size)
        old_root = naive.root(LEAVES[:old_size])
        verify_consistency(old_size, old_root, size, root, path)


def test_a_proof_loads_each_tile_once() -> None:
    store = Store()
    store.append(0, LEAVES)
    store.loads = 0
    inclusion_path(TileReader(store.load), 700, len(LEAVES))
    assert store.loads == 3


@pytest.mark.parametrize("width", [0, 1, 255])
def test_a_tile_that_is_missing_or_short_gives_no_proof(width: int) -> None:
    store = Store()
    store.append(0, LEAVES)
    store.tiles[TileId(0, 2)] = store.tiles[TileId(0, 2)][: width * 32]
    with pytest.raises(NotInLog, match="tile/0/002 ends before hash"):
        inclusion_path(TileReader(store.load), 700, len(LEAVES))


@pytest.mark.parametrize("width", [0, 99, 101])
def test_nothing_is_appended_to_tiles_of_another_size(width: int) -> None:
    store = Store()
    store.append(0, LEAVES[:width])
    with pytest.raises(NotInLog, match="expected 100 hashes"):
        store.append(100, LEAVES[100:101])


@pytest.mark.parametrize("length", [0, 31, 33])
def test_only_hashes_are_appended(length: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        append(0, Store().load, [bytes(32), bytes(length)])


def test_a_path_is_that_of_the_standard() -> None:
    for case in PUBLISHED["tile_paths"]:
        named = TilePath(case["level"], case["index"], case["width"])
        assert tile_path(named.level, named.index, named.width) == case["path"]
        assert parse_tile_path(case["path"]) == named


@given(
    st.one_of(st.integers(0, 63), st.just("entries")),
    st.integers(0, 10**18 - 1),
    st.integers(1, 256),
)
def test_a_path_is_read_back(
    level: int | Literal["entries"], index: int, width: int
) -> None:
    path = tile_path(level, index, width)
    assert parse_tile_path(path) == TilePath(level, index, width)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/tile/0/000",
        "tile/0/000/",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/leaves/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/234",
        "tile/0/x001/x234",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p/1\n",
        "tile/0/٠٠٠",
        "tile/0/../checkpoint",
    ],
)
def test_a_path_in_another_spelling_is_refused(path: str) -> None:
    with pytest.raises(InvalidInput, match="is not the path of a tile"):
        parse_tile_path(path)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_an_entry_bundle_is_read_back(entries: list[bytes]) -> None:
    assert parse_entry_bundle(encode_entry_bundle(entries)) == tuple(entries)


def test_an_entry_bundle_has_lengths_in_two_bytes_big_endian() -> None:
    assert encode_entry_bundle([b"ab", b"", b"c" * 256]) == (
        b"\x00\x02ab" + b"\x00\x00" + b"\x01\x00" + b"c" * 256
    )


def test_the_largest_entry_fits_and_no_byte_more() -> None:
    largest = bytes(MAX_ENTRY_BYTES)
    assert parse_entry_bundle(encode_entry_bundle([largest])) == (largest,)
    with pytest.raises(ValueError, match="65535"):
        encode_entry_bundle([largest + b"\0"])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_holds_1_to_256_entries(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 256"):
        encode_entry_bundle([b"e"] * count)
    with pytest.raises(InvalidInput, match="1 to 256"):
        parse_entry_bundle(b"\x00\x01e" * count)


@pytest.mark.parametrize(
    ("data", "number"), [(b"\x00", 0), (b"\x00\x02a", 0), (b"\x00\x01a\x00", 1)]
)
def test_a_bundle_that_ends_within_an_entry_is_refused(
    data: bytes, number: int
) -> None:
    with pytest.raises(InvalidInput, match=f"within entry {number}"):
        parse_entry_bundle(data)


def test_a_full_tile_has_8192_bytes() -> None:
    store = Store()
    store.append(0, LEAVES[:256])
    assert len(store.tiles[TileId(0, 0)]) == FULL_TILE_BYTES == 8_192
