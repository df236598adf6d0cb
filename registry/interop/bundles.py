"""Gathers a bundle: a batch's records, what vouches for their keys, and the proofs.

A bundle is made of what is stored, sound or not. What is damaged goes in as it is, and
whoever verifies the bundle finds it: the maker of evidence does not tidy it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.errors import BadCheckpoint, NotInLog
from registry.store.ledger import Ledger, load_tile
from registry.store.queries.entries import (
    StoredEntry,
    entries_at,
    entries_naming,
    identity_indexes,
    newest_note,
)
from registry.tlog.batch_index import BatchIndex
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.merkle import inclusion_path
from registry.tlog.tiles import TileReader
from registry.verify.bundle import Bundle, BundledRecord

Entries = Mapping[int, StoredEntry]


@dataclass(frozen=True, slots=True)
class BundleHead:
    """The signed tree head of a bundle: the note, and what it says where it holds."""

    note: bytes
    checkpoint: Checkpoint | None


def bundle_of(ledger: Ledger, path: str) -> Bundle:
    """Return the bundle of the batch or product at `path`, under the newest head."""
    head = newest_head(ledger)
    return bundle(ledger, path, under(head, entries_about(path)), head)


def newest_head(ledger: Ledger) -> BundleHead:
    """Return the newest note and what it says; no checkpoint where it does not hold.

    Read it before the entries: the log may grow in between, and a bundle must hold all
    that its head covers, and nothing above it.
    """
    try:
        head = ledger.head()
    except BadCheckpoint:
        return BundleHead(newest_note(), None)
    return BundleHead(head.note, head.checkpoint)


def under(head: BundleHead, entries: Entries) -> Entries:
    """Return those `entries` that `head` covers; all where it covers nothing."""
    if head.checkpoint is None:
        return entries
    size = head.checkpoint.tree_size
    return {index: entry for index, entry in entries.items() if index < size}


def entries_about(path: str) -> Entries:
    """Return what names a batch or its product, and who signed it, by leaf index."""
    return with_identities(entries_naming(sorted(names_of(path))))


def names_of(path: str) -> frozenset[str]:
    """Return the paths under which records speak of `path`: itself and its product."""
    link = parse_digital_link(path)
    return frozenset({DigitalLink(link.gtin).path, path})


def with_identities(
    entries: Iterable[StoredEntry], parties: Iterable[str] = ()
) -> Entries:
    """Return `entries` and all that their keys rest on, by leaf index.

    Args:
        entries: of any kind.
        parties: DIDs of others whom they are about, to be introduced as well.
    """
    found = {entry.leaf_index: entry for entry in entries}
    issuers = {entry.issuer for entry in found.values()}
    indexes = _identity_indexes(issuers | set(parties))
    identities = entries_at(indexes - found.keys())
    return found | {entry.leaf_index: entry for entry in identities}


def bundle(
    ledger: Ledger, path: str, entries: Entries, head: BundleHead | None = None
) -> Bundle:
    """Return `entries` with their proofs.

    Args:
        ledger: the log.
        path: Digital Link path that the bundle is about; empty for a lone record.
        entries: those under the head.
        head: read before `entries` were; None takes the newest.
    """
    head = head or newest_head(ledger)
    checkpoint = head.checkpoint
    tree_size = checkpoint.tree_size if checkpoint else 0
    # One reader serves all paths: they share most of their tiles.
    reader = TileReader(load_tile)
    return Bundle(
        path,
        head.note,
        tuple(
            BundledRecord(
                index,
                entries[index].secured,
                entries[index].batches,
                _inclusion_path(reader, index, tree_size),
            )
            for index in sorted(entries)
        ),
        _index_note(ledger, path, entries, checkpoint),
    )


def _index_note(
    ledger: Ledger, path: str, entries: Entries, checkpoint: Checkpoint | None
) -> bytes:
    """Return the log's signed word that these are all the entries about `path`."""
    if not path or checkpoint is None:
        return b""
    about = [
        index
        for index in sorted(entries)
        if entries[index].batches and index < checkpoint.tree_size
    ]
    return ledger.sign_index(BatchIndex(path, checkpoint, tuple(about)))


def _inclusion_path(
    reader: TileReader, leaf_index: int, tree_size: int
) -> tuple[bytes, ...]:
    """Return the path, or none where the log's tiles cannot give one."""
    if leaf_index >= tree_size:
        return ()
    try:
        return inclusion_path(reader, leaf_index, tree_size)
    except NotInLog:
        return ()


def _identity_indexes(dids: set[str]) -> set[int]:
    """Return where the log says who `dids` are, up to the genesis at 0."""
    indexes = {0}
    waiting = dids
    seen: set[str] = set()
    while waiting:
        seen |= waiting
        found = identity_indexes(waiting)
        indexes |= found
        waiting = {entry.issuer for entry in entries_at(found)} - seen
    return indexes
