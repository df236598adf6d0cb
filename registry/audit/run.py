"""The audit from first byte to outcome."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from registry.audit.download import check_tree, open_head, read_leaves, read_records
from registry.audit.findings import AuditReport, Outcome
from registry.audit.indexes import check_bundles, indexes_by_path, roots_at
from registry.audit.memory import Memory
from registry.audit.source import Missing, Source, Unreachable, source_of
from registry.audit.statements import Leaf, check_statements, learn_keys, parse_leaf
from registry.audit.witnesses import (
    PublishedHead,
    check_cosignatures,
    check_one_history,
    check_trust_list,
    read_cosigned,
)
from registry.clock import utc_now
from registry.domain.claims import Claims
from registry.errors import RegistryError, VerificationError
from registry.interop.trust import IssuedList
from registry.signing.canonical import parse_canonical
from registry.signing.keys import PublicKey
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.note import NoteVerifier
from registry.tlog.tile_path import TILE_WIDTH

Progress = Callable[[str, int, int], None]


def _silent(_step: str, _done: int, _all: int) -> None:
    """Show nothing."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What to audit and how.

    Attributes:
        place: address or folder.
        memory: what is remembered between audits.
        vkey: the log's key; empty takes the remembered one, or at the very first the
            one that the genesis record names (trust on first use).
        jobs: processes that verify signatures.
        root: of the trust list; None takes the remembered one, or at the very first
            the one that the list names.
        now: aware; how old the witnesses' word may be is counted from here.
    """

    place: str
    memory: Memory
    vkey: str = ""
    jobs: int = 1
    root: PublicKey | None = None
    now: datetime = field(default_factory=utc_now)


def run_audit(audit: Audit, progress: Progress = _silent) -> AuditReport:
    """Audit a registry; whatever happens is in the report.

    A log found good is remembered; of one found wrong the evidence is kept.
    """
    report = AuditReport()
    try:
        _audit(audit, report, progress)
    except Missing as error:
        report.miss("missing", error, f"{error} is not published.")
    except Unreachable as error:
        report.unreachable = str(error)
    if report.outcome is Outcome.WRONG:
        audit.memory.keep_evidence(report)
    return report


def _audit(audit: Audit, report: AuditReport, progress: Progress) -> None:
    source = source_of(audit.place, audit.memory.cache)
    known = audit.memory.seen()
    vkey = audit.vkey or (known[0] if known else _first_use(source))
    verifier = NoteVerifier.parse(vkey)
    opened = open_head(source, verifier, report)
    if opened is None:
        return
    checkpoint, note = opened
    leaf_hashes = check_tree(
        source,
        checkpoint,
        note,
        known[1] if known else None,
        report,
        lambda done, of: progress("log", done, of),
    )
    if report.wrong:
        return
    trusted = _check_witnesses(
        audit,
        source,
        PublishedHead("log/checkpoint", note, checkpoint),
        verifier,
        leaf_hashes,
        report,
    )
    _check_records(source, checkpoint, audit.jobs, report, progress)
    named = indexes_by_path(leaf for leaf, _ in _pairs(source, checkpoint.tree_size))
    check_bundles(source, named, leaf_hashes, verifier, report)
    if not report.wrong:
        audit.memory.remember(vkey, checkpoint, note)
        if trusted:
            audit.memory.remember_list(trusted)


def _check_witnesses(
    audit: Audit,
    source: Source,
    head: PublishedHead,
    verifier: NoteVerifier,
    leaf_hashes: Sequence[bytes],
    report: AuditReport,
) -> IssuedList | None:
    """Return the trust list to be remembered."""
    heads = [head]
    cosigned = read_cosigned(source, verifier, report)
    if cosigned:
        size = cosigned.checkpoint.tree_size
        if check_one_history(cosigned, roots_at({size}, leaf_hashes).get(size), report):
            heads.append(cosigned)
    known = audit.memory.trusted()
    listed = check_trust_list(source, audit.root, known, audit.now, report)
    if listed is None:
        return None
    check_cosignatures(heads, listed[0], audit.now, report)
    return listed[1]


def _first_use(source: Source) -> str:
    """Return the log key that entry 0 names; nothing vouches for it yet."""
    try:
        size = int(source.read("log/checkpoint").split(b"\n")[1])
        genesis = next(read_records(source, min(size, TILE_WIDTH)))
        return (
            Claims(parse_canonical(genesis)).claims("credentialSubject").text("logKey")
        )
    except (ValueError, IndexError, StopIteration, VerificationError) as error:
        raise Missing(f"the first entry: {error}") from error


def _pairs(source: Source, tree_size: int) -> Iterator[tuple[Leaf, bytes]]:
    leaves = enumerate(read_leaves(source, tree_size))
    for (index, data), secured in zip(
        leaves, read_records(source, tree_size), strict=True
    ):
        try:
            yield parse_leaf(index, data), secured
        except ValueError as error:
            raise Missing(f"leaf {index}: {error}") from error


def _check_records(
    source: Source,
    checkpoint: Checkpoint,
    jobs: int,
    report: AuditReport,
    progress: Progress,
) -> None:
    size = checkpoint.tree_size
    try:
        keyring = learn_keys(_pairs(source, size), report)
    except (VerificationError, RegistryError) as error:
        report.accuse("untrusted_key", "keys", f"The log's keys do not hold: {error}")
        return

    def counted() -> Iterator[tuple[Leaf, bytes]]:
        for leaf, secured in _pairs(source, size):
            if leaf.leaf_index % 256 == 0:
                progress("records", leaf.leaf_index, size)
            yield leaf, secured

    pool = ProcessPoolExecutor(jobs) if jobs > 1 else nullcontext(None)
    with pool as executor:
        taken: Executor | None = executor
        check_statements(counted(), keyring, report, taken)
