"""Every tile and entry of a large log of ours, before readers written elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import metamorphic_log
import pytest
from aics_tlog import (
    FileSystemTileReader,
    TileVerificationError,
    audit_tiles,
    parse_note,
    parse_vkey,
    verify_checkpoint,
)
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey

from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.merkle import (
    EMPTY_ROOT,
    HASH_BYTES,
    consistency_path,
    inclusion_path,
    leaf_hash,
)
from registry.tlog.note import NoteSigner
from registry.tlog.tiles import (
    TILE_WIDTH,
    TileId,
    TileReader,
    append,
    encode_entry_bundle,
    tile_path,
)
from tests.support.keys import seed

LOG = NoteSigner("trace.example/log", seed("log"))
VKEY = LOG.verifier.vkey

# Beyond 256 * 256 leaves the tree has a third level, and no level ends evenly.
SIZE = 70_123
STEP = 977  # leaves an append, so that tiles grow in pieces
MIDDLE = 41 * STEP  # a size that the log once had

TILES, BUNDLES = 274 + 2 + 1, 274


@dataclass(frozen=True, slots=True)
class Published:
    """A log as a folder of files, and what its operator still knows of it.

    Attributes:
        reader: of its tiles, ours.
        roots: root hash by tree size.
    """

    folder: Path
    reader: TileReader
    roots: dict[int, bytes]

    @property
    def checkpoint(self) -> str:
        """The signed checkpoint as it is served."""
        return (self.folder / "checkpoint").read_text("utf-8")


def entry(index: int) -> bytes:
    """Return a synthetic entry; neighbours differ in length too."""
    return f"entry {index} {'x' * (index % 97)}".encode()


def write(folder: Path, path: str, content: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A log of `SIZE` entries, made by many appends and published once."""
    folder = tmp_path_factory.mktemp("log")
    entries = [entry(index) for index in range(SIZE)]
    tiles: dict[TileId, bytes] = {}
    roots = {0: EMPTY_ROOT}
    for start in range(0, SIZE, STEP):
        added = [leaf_hash(each) for each in entries[start : start + STEP]]
        grown = append(start, lambda tile: tiles.get(tile, b""), added)
        tiles.update(grown.tiles)
        roots[grown.tree_size] = grown.root_hash
    for tile, content in tiles.items():
        width = len(content) // HASH_BYTES
        write(folder, tile_path(tile.level, tile.index, width), content)
    for start in range(0, SIZE, TILE_WIDTH):
        bundle = entries[start : start + TILE_WIDTH]
        path = tile_path("entries", start // TILE_WIDTH, len(bundle))
        write(folder, path, encode_entry_bundle(bundle))
    head = Checkpoint(LOG.verifier.name, SIZE, roots[SIZE])
    write(folder, "checkpoint", sign_checkpoint(head, LOG))
    return Published(folder, TileReader(tiles.__getitem__), roots)


@contextmanager
def one_bit_flipped(path: Path) -> Iterator[None]:
    """Change the last bit of a file's middle byte, for a moment."""
    genuine = path.read_bytes()
    changed = bytearray(genuine)
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    try:
        yield
    finally:
        path.write_bytes(genuine)


def test_aics_tlog_audits_every_tile_and_every_entry(log: Published) -> None:
    head = verify_checkpoint(parse_note(log.checkpoint), parse_vkey(VKEY))
    assert head.ok, head.error
    assert head.size is not None
    assert head.root is not None
    report = audit_tiles(FileSystemTileReader(log.folder), head.size, head.root)
    assert (report.size, report.tiles, report.bundles) == (SIZE, TILES, BUNDLES)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/000",
        "tile/0/273.p/235",
        "tile/1/000",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
        "tile/entries/000",
        "tile/entries/150",
        "tile/entries/273.p/235",
    ],
)
def test_aics_tlog_refuses_one_flipped_bit(log: Published, path: str) -> None:
    reader = FileSystemTileReader(log.folder)
    with (
        one_bit_flipped(log.folder / path),
        pytest.raises(TileVerificationError),
    ):
        audit_tiles(reader, SIZE, log.roots[SIZE])


def test_aics_tlog_refuses_the_root_of_another_size(log: Published) -> None:
    with pytest.raises(TileVerificationError):
        audit_tiles(FileSystemTileReader(log.folder), SIZE, log.roots[MIDDLE])


def test_tlog_scales_reads_every_entry_and_finds_the_same_root(log: Published) -> None:
    reader = TilesReader(LocalBackend(log.folder))
    head = reader.get_checkpoint()
    head.verify(Vkey.from_string(VKEY))
    assert reader.calculate_root_hash() == head.root_hash == log.roots[SIZE]
    for index in range(SIZE):
        assert reader.get_entry(index) == entry(index)


def test_tlog_scales_proves_from_our_tiles_what_we_prove(log: Published) -> None:
    reader = TilesReader(LocalBackend(log.folder))
    reader.set_size(SIZE)
    for index in (0, 255, 256, MIDDLE, 65_535, 65_536, SIZE - 1):
        proof = reader.get_inclusion_proof(index, SIZE)
        assert tuple(proof.node_hashes) == tuple(
            inclusion_path(log.reader, index, SIZE)
        )
        proof.check(leaf_hash(entry(index)), log.roots[SIZE])
    for old_size in (STEP, MIDDLE - STEP, MIDDLE):
        grown = reader.get_consistency_proof(old_size, SIZE)
        assert tuple(grown.node_hashes) == tuple(
            consistency_path(log.reader, old_size, SIZE)
        )
        grown.check(log.roots[old_size], log.roots[SIZE])


def test_tlog_scales_finds_another_root_where_a_bit_is_flipped(log: Published) -> None:
    with one_bit_flipped(log.folder / "tile/1/001.p/17"):
        reader = TilesReader(LocalBackend(log.folder))
        reader.set_size(SIZE)
        assert reader.calculate_root_hash() != log.roots[SIZE]


def test_metamorphic_log_accepts_our_proofs_at_this_size(log: Published) -> None:
    root = log.roots[SIZE]
    for index in (0, 256, 65_536, SIZE - 1):
        path = list(inclusion_path(log.reader, index, SIZE))
        metamorphic_log.checkpoint_verify_inclusion(
            log.checkpoint, [VKEY], index, leaf_hash(entry(index)), path
        )
    for old_size in (STEP, MIDDLE):
        path = list(consistency_path(log.reader, old_size, SIZE))
        metamorphic_log.verify_consistency(
            old_size, SIZE, path, log.roots[old_size], root
        )


def test_metamorphic_log_refuses_an_entry_that_was_changed(log: Published) -> None:
    path = list(inclusion_path(log.reader, MIDDLE, SIZE))
    with pytest.raises(metamorphic_log.VerifyError):
        metamorphic_log.checkpoint_verify_inclusion(
            log.checkpoint, [VKEY], MIDDLE, leaf_hash(entry(MIDDLE) + b"."), path
        )
