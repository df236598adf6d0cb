"""Gathers a bundle: a batch's records, what vouches for their keys, and the proofs.

A bundle is made of what is stored, sound or not. What is damaged goes in as it is, and
whoever verifies the bundle finds it: the maker of evidence does not tidy it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from registry.clock import legal_date
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.domain.inspection import ResidueReference
from registry.errors import BadCheckpoint, NotInLog, VerificationError
from registry.interop.witnesses import (
    QuorumState,
    WatchedHead,
    newest_head,
    served_head,
)
from registry.signing.trust_list import Freshness
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
from registry.tlog.policy import Policy
from registry.tlog.tiles import TileReader
from registry.verify import Trust, verify_bundle
from registry.verify.bundle import Bundle, BundledRecord
from registry.verify.claim import judge_records

Entries = Mapping[int, StoredEntry]


@dataclass(frozen=True, slots=True)
class BundleHead:
    """The signed tree head of a bundle: the note, and what it says where it holds.

    Attributes:
        state: how well it is watched; None where it does not hold.
    """

    note: bytes
    checkpoint: Checkpoint | None
    state: QuorumState | None = None

    @property
    def tree_size(self) -> int:
        """Number of leaves that it covers."""
        return self.checkpoint.tree_size if self.checkpoint else 0


@dataclass(frozen=True, slots=True)
class Heads:
    """The heads that a bundle may stand under, as of one moment.

    Attributes:
        served: the newest that a quorum of witnesses saw.
        newest: no smaller.
    """

    served: BundleHead
    newest: BundleHead

    def over(self, entries: Entries) -> BundleHead:
        """Return the watched head if it covers all of `entries`, else the newest."""
        is_covered = all(index < self.served.tree_size for index in entries)
        return self.served if is_covered else self.newest


@dataclass(frozen=True, slots=True)
class Judging:
    """By what, and when, a bundle's claim is judged.

    Attributes:
        reference: limits, bans and methods.
        now: aware; its legal date is the claim's.
    """

    reference: ResidueReference
    now: datetime


def bundle_of(
    ledger: Ledger,
    path: str,
    policy: Policy | None = None,
    trust_version: int = 0,
    judging: Judging | None = None,
) -> Bundle:
    """Return the bundle of the batch or product at `path`.

    Args:
        ledger: the log.
        path: Digital Link path.
        policy: whose witnesses' lines it carries; None for nobody's.
        trust_version: of the newest trust list, 0 for none.
        judging: for the verdict that it claims; None for no claim.
    """
    heads = read_heads(ledger, policy or Policy())
    entries = under(heads.newest, entries_about(path))
    head = heads.over(entries)
    made = bundle(ledger, path, entries, head, trust_version)
    return _claiming(made, ledger, head, judging) if judging else made


def _claiming(
    made: Bundle, ledger: Ledger, head: BundleHead, judging: Judging
) -> Bundle:
    """Return `made` with its verdict; a damaged one, or a product's, claims nothing."""
    freshness = (
        head.state.freshness(judging.now) if head.state else Freshness.UNWITNESSED
    )
    try:
        records = verify_bundle(made, Trust(ledger.origin, ledger.verifier))
        on = legal_date(judging.now)
        claim = judge_records(records, judging.reference, on, freshness)
    except VerificationError:
        return made
    return replace(made, claim=claim.document()) if claim else made


def read_heads(ledger: Ledger, policy: Policy) -> Heads:
    """Return the heads of this moment; no checkpoint where one does not hold.

    Read them before the entries: the log may grow in between, and a bundle must hold
    all that its head covers, and nothing above it.
    """
    try:
        # In this order, so that the newest is no smaller.
        served = _read(served_head(ledger, policy))
        return Heads(served, _read(newest_head(ledger, policy)))
    except BadCheckpoint:
        damaged = BundleHead(newest_note(), None)
        return Heads(damaged, damaged)


def _read(head: WatchedHead) -> BundleHead:
    return BundleHead(head.note, head.checkpoint, head.state)


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
    ledger: Ledger,
    path: str,
    entries: Entries,
    head: BundleHead | None = None,
    trust_version: int = 0,
) -> Bundle:
    """Return `entries` with their proofs.

    Args:
        ledger: the log.
        path: Digital Link path that the bundle is about; empty for a lone record.
        entries: those under the head.
        head: read before `entries` were; None takes the newest.
        trust_version: of the newest trust list, 0 for none.
    """
    head = head or read_heads(ledger, Policy()).newest
    tree_size = head.tree_size
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
        _index_note(ledger, path, entries, head.checkpoint),
        trust_version,
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
