"""Step one: the log itself. Leaves, tiles and checkpoint must be of one tree."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from registry.audit.findings import AuditReport
from registry.audit.source import Missing, Source
from registry.errors import BadRecord, InvalidInput, VerificationError
from registry.tlog.bundle import parse_entry_bundle
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.compact import CompactRange
from registry.tlog.merkle import leaf_hash, node_hash
from registry.tlog.note import NoteVerifier
from registry.tlog.record_bundle import parse_record_bundle, record_bundle_path
from registry.tlog.tile_path import TILE_WIDTH, tile_path

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SeenCheckpoint:
    """What the auditor saw last time: the memory that makes rewriting visible."""

    tree_size: int
    root_hash: bytes
    note: bytes


def open_head(
    source: Source, verifier: NoteVerifier, report: AuditReport
) -> tuple[Checkpoint, bytes] | None:
    """Return the published checkpoint, its signature checked, and its note."""
    note = source.read("log/checkpoint")
    try:
        checkpoint = open_checkpoint(note, verifier.name, verifier)
    except VerificationError as error:
        report.accuse(error.code, "log/checkpoint", f"The checkpoint is bad: {error}")
        return None
    report.origin = checkpoint.origin
    report.tree_size = checkpoint.tree_size
    report.root_hash = checkpoint.root_hash
    report.count("checkpoint")
    return checkpoint, note


def bundles(tree_size: int) -> Iterator[tuple[int, int]]:
    """Yield number and width of every bundle of a tree."""
    for index in range(-(-tree_size // TILE_WIDTH)):
        yield index, min(TILE_WIDTH, tree_size - index * TILE_WIDTH)


def read_leaves(source: Source, tree_size: int) -> Iterator[bytes]:
    """Yield every leaf in order.

    Raises:
        Missing: a bundle is not there, or holds another number of entries.
    """
    for index, width in bundles(tree_size):
        path = f"log/{tile_path('entries', index, width)}"
        try:
            entries = parse_entry_bundle(source.read(path))
        except InvalidInput as error:
            raise Missing(f"{path}: {error}") from error
        if len(entries) != width:
            raise Missing(f"{path} has {len(entries)} entries, expected {width}")
        yield from entries


def read_records(source: Source, tree_size: int) -> Iterator[bytes]:
    """Yield the secured record of every leaf in order.

    Raises:
        Missing: a bundle is not there, or holds another number of records.
    """
    for index, width in bundles(tree_size):
        path = f"log/{record_bundle_path(index, width)}"
        try:
            records = parse_record_bundle(source.read(path))
        except BadRecord as error:
            raise Missing(f"{path}: {error}") from error
        if len(records) != width:
            raise Missing(f"{path} has {len(records)} records, expected {width}")
        yield from records


def check_tree(
    source: Source,
    checkpoint: Checkpoint,
    note: bytes,
    seen: SeenCheckpoint | None,
    report: AuditReport,
    progress: Progress,
) -> list[bytes]:
    """Compare leaves, tiles, the checkpoint, and the one seen before.

    Returns:
        The hash of every leaf.
    """
    tree = CompactRange()
    hashes: list[bytes] = []
    if seen and seen.tree_size > checkpoint.tree_size:
        _accuse_rollback(checkpoint, note, seen, report)
        return []
    for leaf in read_leaves(source, checkpoint.tree_size):
        if seen and tree.size == seen.tree_size:
            _compare_seen(tree, note, seen, report)
        hashes.append(leaf_hash(leaf))
        tree.append(hashes[-1])
        if tree.size % TILE_WIDTH == 0:
            progress(tree.size, checkpoint.tree_size)
    if seen and tree.size == seen.tree_size:
        _compare_seen(tree, note, seen, report)
    if tree.root() != checkpoint.root_hash:
        report.accuse(
            "bad_root",
            checkpoint.tree_size,
            "The entries do not come to the root that the registry signed.",
            checkpoint=note,
        )
        return []
    report.count("leaves", tree.size)
    _check_tiles(source, hashes, report)
    return hashes


def _compare_seen(
    tree: CompactRange, note: bytes, seen: SeenCheckpoint, report: AuditReport
) -> None:
    if tree.root() == seen.root_hash:
        report.count("consistency with the checkpoint seen before")
        return
    report.accuse(
        "rewritten",
        seen.tree_size,
        f"The first {seen.tree_size} entries are not those that the registry signed "
        "before: its history was rewritten.",
        before=seen.note,
        now=note,
    )


def _accuse_rollback(
    checkpoint: Checkpoint, note: bytes, seen: SeenCheckpoint, report: AuditReport
) -> None:
    report.accuse(
        "rolled_back",
        checkpoint.tree_size,
        f"The log has {checkpoint.tree_size} entries; before, the registry signed "
        f"{seen.tree_size}. Entries were taken back.",
        before=seen.note,
        now=note,
    )


def _check_tiles(source: Source, hashes: list[bytes], report: AuditReport) -> None:
    """Compare every published tile with what the leaves come to."""
    level = 0
    while hashes:
        for index, width in bundles(len(hashes)):
            path = f"log/{tile_path(level, index, width)}"
            expected = b"".join(hashes[index * TILE_WIDTH : index * TILE_WIDTH + width])
            if source.read(path) != expected:
                report.accuse(
                    "bad_tile", path, "A published tile is not made of the entries."
                )
            else:
                report.count("tiles")
        hashes = [
            _subtree(hashes[start : start + TILE_WIDTH])
            for start in range(0, len(hashes) - TILE_WIDTH + 1, TILE_WIDTH)
        ]
        level += 1


def _subtree(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [node_hash(hashes[n], hashes[n + 1]) for n in range(0, len(hashes), 2)]
    return hashes[0]
