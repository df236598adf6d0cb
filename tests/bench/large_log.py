"""A large log: what a proof reads, how long it takes, and how long a start takes.

The leaves are synthetic and no records stand behind them: proofs and the start read
tiles, the newest checkpoint and the high-water mark, and nothing else of the log.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from registry.clock import to_millis
from registry.config import Settings
from registry.service import log_keys, open_registry
from registry.store.database import close_database, writing
from registry.store.highwater import HighWaterMark
from registry.store.ledger import Ledger, load_tile
from registry.store.tables import log
from registry.tlog.checkpoint import Checkpoint, sign_checkpoint
from registry.tlog.merkle import inclusion_path, leaf_hash, verify_inclusion
from registry.tlog.tiles import TileId, TileReader, append
from tests.bench.timing import per_second, seconds
from tests.support.registry import NOW, opened, settings_for, temporary_home

PROOFS = 100
ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class LargeLog:
    """What a log of `tree_size` leaves costs.

    Attributes:
        empty_start: seconds to open a registry without a leaf.
        start: seconds to open this one: checkpoint, high-water mark, root.
        proof: seconds for an inclusion proof.
        tile_read: seconds for one tile out of the database, nothing else.
        tiles: the most that one proof read.
        hashes: the most that one proof holds.
    """

    tree_size: int
    empty_start: float
    start: float
    proof: float
    tile_read: float
    tiles: int
    hashes: int

    def __str__(self) -> str:
        return (
            f"log of {self.tree_size} leaves: start {self.start:.3f} s, ratio "
            f"{self.start / self.empty_start:.2f} to an empty log's. Inclusion proof "
            f"{1000 * self.proof:.2f} ms, at most {self.hashes} hashes of {self.tiles} "
            f"tiles; raw tile read {1000 * self.tile_read:.2f} ms, ratio of the proof "
            f"to its tiles {self.proof / (self.tiles * self.tile_read):.2f}."
        )


def measure_log(tree_size: int) -> LargeLog:
    """Return what a log of `tree_size` synthetic leaves costs, on SQLite."""
    with temporary_home() as home:
        settings = settings_for(home)
        with opened(settings):
            pass  # the tables are made
        empty_start = _start(settings)
        with opened(settings):
            checkpoint = _grow(settings, tree_size)
        start = _start(settings)
        with opened(settings) as registry:
            ledger = registry.ledger
            proofs = [proof_of_leaf(checkpoint, leaf) for leaf in _spread(tree_size)]
            proof = _seconds_of_a_proof(ledger, tree_size)
            tile_read = 1 / per_second(lambda _: load_tile(TileId(0, 0)), PROOFS)
    tiles, hashes = map(max, zip(*proofs, strict=True))
    return LargeLog(tree_size, empty_start, start, proof, tile_read, tiles, hashes)


def proof_of_leaf(checkpoint: Checkpoint, leaf_index: int) -> tuple[int, int]:
    """Prove and verify a leaf; return how many tiles were read, and hashes needed."""
    read: list[TileId] = []

    def load(tile: TileId) -> bytes:
        read.append(tile)
        return load_tile(tile)

    size = checkpoint.tree_size
    path = inclusion_path(TileReader(load), leaf_index, size)
    leaf = _synthetic(leaf_index)
    verify_inclusion(leaf, leaf_index, size, path, checkpoint.root_hash)
    return len(read), len(path)


def _seconds_of_a_proof(ledger: Ledger, tree_size: int) -> float:
    leaves = list(_spread(tree_size))
    return 1 / per_second(
        lambda number: ledger.inclusion(leaves[number], tree_size), len(leaves)
    )


def _start(settings: Settings) -> float:
    """Return the seconds from a closed database to a registry that may write."""

    def start() -> None:
        close_database()
        open_registry(settings)

    took = seconds(start)
    close_database()
    return took


def _grow(settings: Settings, tree_size: int) -> Checkpoint:
    """Store the tiles of `tree_size` leaves, sign them, and mark them."""
    hashes = [_synthetic(leaf_index) for leaf_index in range(tree_size)]
    grown = append(0, load_tile, hashes)
    checkpoint = Checkpoint(settings.origin, tree_size, grown.root_hash)
    signer, _ = log_keys(settings)
    rows = (
        {"level": tile.level, "position": tile.index, "hashes": content}
        for tile, content in grown.tiles.items()
    )
    with writing():
        while chunk := list(islice(rows, ROWS_AT_ONCE)):
            log.Tile.insert_many(chunk).execute()
        log.Checkpoint.create(
            tree_size=tree_size,
            root_hash=checkpoint.root_hash,
            note=sign_checkpoint(checkpoint, signer),
            signed_at=to_millis(NOW),
        )
    HighWaterMark(settings.mark_path).advance(checkpoint)
    return checkpoint


def _synthetic(leaf_index: int) -> bytes:
    return leaf_hash(leaf_index.to_bytes(8))


def _spread(tree_size: int) -> Iterator[int]:
    """Yield `PROOFS` leaves that lie all over the tree, the first and last as well."""
    return (number * (tree_size - 1) // (PROOFS - 1) for number in range(PROOFS))
