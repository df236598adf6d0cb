"""Step three: is anything kept from the shopper? Batch indexes against the leaves.

A batch index is the registry's signed claim that no other record is about a batch. The
auditor has all leaves, and finds the lie; the signed index is then evidence that anyone
can check.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from registry.audit.claims import check_claim
from registry.audit.findings import AuditReport
from registry.audit.source import Missing, Source
from registry.audit.statements import Leaf
from registry.errors import VerificationError
from registry.tlog.batch_index import BatchIndex, open_batch_index
from registry.tlog.compact import CompactRange
from registry.tlog.note import NoteVerifier
from registry.verify import Bundle, Trust, parse_bundle, verify_bundle


@dataclass(frozen=True, slots=True)
class PublishedBundle:
    """A bundle that the registry shows, and the index in it."""

    path: str
    bundle: Bundle
    index: BatchIndex


def indexes_by_path(leaves: Iterable[Leaf]) -> Mapping[str, Sequence[int]]:
    """Return the leaf indexes that name each path."""
    found: dict[str, list[int]] = defaultdict(list)
    for leaf in leaves:
        for path in leaf.batches:
            found[path].append(leaf.leaf_index)
    return found


def check_bundles(
    source: Source,
    named: Mapping[str, Sequence[int]],
    leaf_hashes: Sequence[bytes],
    verifier: NoteVerifier,
    report: AuditReport,
) -> list[PublishedBundle]:
    """Check the bundle of every batch that the log names; return the sound ones."""
    bundles = []
    for path in sorted(path for path in named if "/10/" in path):
        read = _read(source, path, verifier, report)
        if read is not None:
            bundles.append(read)
    roots = roots_at({b.index.checkpoint.tree_size for b in bundles}, leaf_hashes)
    return [b for b in bundles if _check(b, named, roots, len(leaf_hashes), report)]


def _read(
    source: Source, path: str, verifier: NoteVerifier, report: AuditReport
) -> PublishedBundle | None:
    where = f"bundles{path}.json"
    try:
        data = source.read(where)
    except Missing:
        report.miss("missing", where, f"The bundle of {path} is not published.")
        return None
    try:
        bundle = parse_bundle(data)
        records = verify_bundle(bundle, Trust(verifier.name, verifier))
        index = open_batch_index(bundle.index_note, verifier.name, verifier)
    except VerificationError as error:
        report.accuse(error.code, where, f"The bundle does not hold: {error}")
        return None
    check_claim(where, data, bundle, records, report)
    return PublishedBundle(path, bundle, index)


def roots_at(sizes: set[int], leaf_hashes: Sequence[bytes]) -> Mapping[int, bytes]:
    """Return the root at each of `sizes`, in one pass over the leaves."""
    tree = CompactRange()
    roots = {0: tree.root()}
    for leaf_hash in leaf_hashes:
        tree.append(leaf_hash)
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    return roots


def _check(
    found: PublishedBundle,
    named: Mapping[str, Sequence[int]],
    roots: Mapping[int, bytes],
    tree_size: int,
    report: AuditReport,
) -> bool:
    index = found.index
    size = index.checkpoint.tree_size
    evidence = {"index": found.bundle.index_note}
    if size > tree_size:
        # A live log grows while it is read; what is newer is for the next audit.
        report.miss(
            "newer", found.path, f"The bundle is of {size} entries; audit again."
        )
        return False
    if roots.get(size) != index.checkpoint.root_hash:
        report.accuse(
            "rewritten",
            found.path,
            f"The index of {found.path} is of a log of {size} entries that is not this "
            "log: two histories were shown.",
            **evidence,
        )
        return False
    product = found.path.partition("/10/")[0]
    expected = sorted(
        leaf_index
        for leaf_index in {*named.get(found.path, ()), *named.get(product, ())}
        if leaf_index < size
    )
    if tuple(expected) != index.leaf_indexes:
        hidden = sorted(set(expected) - set(index.leaf_indexes))
        report.accuse(
            "hidden_record",
            found.path,
            f"The registry signed that nothing else is about {found.path}, but the log "
            f"has entries {hidden} about it.",
            **evidence,
        )
        return False
    report.count("batch indexes")
    return True
