"""`registry publish DIR`: the log and its records as files that anybody can serve.

    log/checkpoint                      the newest signed note, cosigned as far as it is
    log/checkpoint.cosigned             the newest that a quorum of witnesses cosigned
    log/tile/<L>/<N>[.p/<W>]            hash tiles (C2SP tlog-tiles)
    log/tile/entries/<N>[.p/<W>]        leaves
    log/records/<N>[.p/<W>]             the records that they commit to
    bundles/01/<gtin>/10/<lot>.json     a batch's bundle, and the verdict of its day
    trust-list.json                     what phones start from, if there is one

Incremental: full tiles and bundles are written once; a file that is there with other
bytes stops everything, because the published log may only grow. The checkpoints are
written last, so that a reader never sees a head whose entries are missing.

The two checkpoints are one when the newest has its quorum. Else the cosigned one is of
fewer entries; `log/checkpoint` stays the newest, since the partial tiles are of its
size. Without a quorum, or a policy that asks for one, there is no cosigned one.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from registry.errors import Conflict
from registry.interop.bundles import Judging, bundle_of
from registry.interop.trust import FILE as TRUST_LIST
from registry.interop.trust import IssuedList
from registry.interop.witnesses import newest_head, served_head
from registry.store.ledger import Ledger, load_tile
from registry.store.queries.batches import paths_changed_since
from registry.store.queries.records import leaves, secured_records
from registry.tlog.bundle import encode_entry_bundle
from registry.tlog.policy import Policy
from registry.tlog.record_bundle import encode_record_bundle, record_bundle_path
from registry.tlog.tile_path import TILE_WIDTH, tile_path
from registry.tlog.tiles import TileId

Progress = Callable[[int, int], None]
STATE = "log/.published"


def publish(
    ledger: Ledger,
    folder: Path,
    progress: Progress | None = None,
    policy: Policy | None = None,
    trust: IssuedList | None = None,
    judging: Judging | None = None,
) -> int:
    """Bring the files in `folder` up to the newest checkpoint.

    Args:
        ledger: the log.
        folder: made if missing.
        progress: told (entries done, entries in all).
        policy: whose witnesses' lines go with checkpoints and bundles; None for
            nobody's.
        trust: the newest trust list; None for none.
        judging: for the verdicts that the bundles claim; None for no claims.

    Returns:
        The tree size that is published now.

    Raises:
        BadCheckpoint: the log's own checkpoint is damaged.
        Conflict: a file that may never change has other bytes.
    """
    policy = policy or Policy()
    # In this order, so that the newest is no smaller.
    cosigned, head = served_head(ledger, policy), newest_head(ledger, policy)
    size = head.checkpoint.tree_size
    done, vkeys = _published(folder)
    for index in range(done // TILE_WIDTH, -(-size // TILE_WIDTH)):
        start = index * TILE_WIDTH
        width = min(TILE_WIDTH, size - start)
        _write(
            folder / "log" / tile_path("entries", index, width),
            encode_entry_bundle(leaves(start, width)),
        )
        _write(
            folder / "log" / record_bundle_path(index, width),
            encode_record_bundle(secured_records(start, width)),
        )
        if progress:
            progress(start + width, size)
    for level, index, width in _hash_tiles(done, size):
        hashes = load_tile(TileId(level, index))[: 32 * width]
        _write(folder / "log" / tile_path(level, index, width), hashes)
    # Bundles bear the log's signature: after a rotation all bear the new one.
    version = trust.version if trust else 0
    for path in paths_changed_since(done if vkeys == ledger.vkeys else 0):
        _replace(
            folder / "bundles" / f"{path.lstrip('/')}.json",
            bundle_of(ledger, path, policy, version, judging).encode(),
        )
    if trust:
        _replace(folder / TRUST_LIST, trust.data)
    if cosigned.state.is_met and cosigned.state.is_asked:
        _replace(folder / "log" / "checkpoint.cosigned", cosigned.note)
    _replace(folder / "log" / "checkpoint", head.note)
    _replace(folder / STATE, " ".join([str(size), *ledger.vkeys]).encode())
    return size


def _published(folder: Path) -> tuple[int, tuple[str, ...]]:
    """Return the size that was published last, and the keys that signed then."""
    try:
        size, *vkeys = (folder / STATE).read_text("utf-8").split()
    except FileNotFoundError:
        return 0, ()
    return int(size), tuple(vkeys)


def _hash_tiles(done: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, number and width of every tile that grew from `done` to `size`."""
    level = 0
    while size:
        for index in range(done // TILE_WIDTH, -(-size // TILE_WIDTH)):
            yield level, index, min(TILE_WIDTH, size - index * TILE_WIDTH)
        done, size = done // TILE_WIDTH, size // TILE_WIDTH
        level += 1


def _write(path: Path, content: bytes) -> None:
    """Write a file that never changes; the same bytes again are fine."""
    if path.exists():
        if path.read_bytes() != content:
            raise Conflict.at(
                "",
                "{path} is published with other bytes. The log may only grow: do not "
                "publish into this folder; find out which of the two is true.",
                path=path,
            )
        return
    _replace(path, content)
    path.chmod(0o444)


def _replace(path: Path, content: bytes) -> None:
    """Write atomically and durably: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
