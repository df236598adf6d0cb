"""Step two: who else saw this log? The cosignatures on what the registry publishes.

Which witnesses count, the trust list says, and an offline root signs it: one that was
given, or the one of the first list seen (trust on first use). A list may follow
another, never precede it. A line of a listed witness that does not verify is a forgery;
too few lines, or old ones, only leave open whether others were shown the same log.
"""

from dataclasses import dataclass
from datetime import datetime

from registry.audit.findings import AuditReport
from registry.audit.source import Missing, Source
from registry.errors import InvalidInput, VerificationError
from registry.interop.trust import FILE, IssuedList, root_of
from registry.signing.keys import PublicKey
from registry.signing.trust_list import (
    Freshness,
    TrustList,
    TrustListExpired,
    verify_trust_list,
)
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.cosignature import (
    CosignatureVerifier,
    CosignedCheckpoint,
    open_cosigned_checkpoint,
)
from registry.tlog.note import NoteVerifier

COSIGNED = "log/checkpoint.cosigned"


@dataclass(frozen=True, slots=True)
class PublishedHead:
    """A checkpoint as published, its log signature checked."""

    path: str
    note: bytes
    checkpoint: Checkpoint


def check_trust_list(
    source: Source,
    pinned: PublicKey | None,
    known: IssuedList | None,
    now: datetime,
    report: AuditReport,
) -> tuple[TrustList, IssuedList] | None:
    """Return the published trust list, read and as it stands; None if none counts.

    Args:
        source: of the registry's files.
        pinned: the root that was given; None for the remembered one, or the first.
        known: the list seen last time.
        now: aware.
        report: takes what is wrong. A registry that never had a list lacks none.
    """
    try:
        data = source.read(FILE)
    except Missing:
        if pinned or known:
            report.miss("missing", FILE, "The trust list is not published.")
        return None
    try:
        root = pinned or (known.root if known else root_of(data))
        same = known if known and known.root == root else None
        read = verify_trust_list(data, root, same.version if same else 0, now)
    except TrustListExpired as error:
        report.miss(error.code, FILE, f"No witness is known any more: {error}.")
        return None
    except VerificationError as error:
        before = {"before": known.data} if known else {}
        report.accuse(
            error.code, FILE, f"The trust list is bad: {error}.", now=data, **before
        )
        return None
    if same and same.version == read.version and same.data != data:
        report.accuse(
            "two_lists",
            FILE,
            f"The root signed two trust lists of version {read.version}.",
            before=same.data,
            now=data,
        )
        return None
    report.count("trust list")
    return read, IssuedList(read.version, root, data)


def read_cosigned(
    source: Source, verifier: NoteVerifier, report: AuditReport
) -> PublishedHead | None:
    """Return the newest checkpoint that a quorum saw, if it is published apart."""
    try:
        note = source.read(COSIGNED)
    except Missing:
        return None  # a server gives it as its checkpoint; without a quorum is none
    try:
        return PublishedHead(
            COSIGNED, note, open_checkpoint(note, verifier.name, verifier)
        )
    except VerificationError as error:
        report.accuse(error.code, COSIGNED, f"The checkpoint is bad: {error}")
        return None


def check_one_history(
    head: PublishedHead, root_hash: bytes | None, report: AuditReport
) -> bool:
    """Tell whether what the witnesses saw is this log.

    Args:
        head: that witnesses saw.
        root_hash: of the audited log at the same size; None if it is not that large.
        report: takes what is wrong.
    """
    size = head.checkpoint.tree_size
    if root_hash is None:
        report.miss("newer", head.path, f"It is of {size} entries; audit again.")
    elif root_hash != head.checkpoint.root_hash:
        report.accuse(
            "rewritten",
            head.path,
            f"The registry showed its witnesses another log of {size} entries.",
            checkpoint=head.note,
        )
    return root_hash == head.checkpoint.root_hash


def check_cosignatures(
    heads: list[PublishedHead],
    trust_list: TrustList,
    now: datetime,
    report: AuditReport,
) -> None:
    """Check every line of a listed witness, and say how well the log is watched.

    Args:
        heads: of one history, the newest first.
        trust_list: verified.
        now: aware.
        report: takes what is wrong; too few or old witnesses make it incomplete.
    """
    opened = []
    for head in heads:
        try:
            opened.append(_open(head, trust_list))
        except (VerificationError, InvalidInput) as error:
            report.accuse(
                "bad_cosignature",
                head.path,
                f"The checkpoint is not what its signatures say: {error}.",
                checkpoint=head.note,
            )
    if len(opened) == len(heads) and trust_list.quorum:
        _report_watch(opened, trust_list, now, report)


def _open(head: PublishedHead, trust_list: TrustList) -> CosignedCheckpoint:
    return open_cosigned_checkpoint(
        head.note,
        trust_list.log.name,
        NoteVerifier.parse(trust_list.log.vkey),
        [CosignatureVerifier.parse(witness.vkey) for witness in trust_list.witnesses],
    )


def _report_watch(
    opened: list[CosignedCheckpoint],
    trust_list: TrustList,
    now: datetime,
    report: AuditReport,
) -> None:
    """Speak of the newest checkpoint with a quorum; of the newest one without any."""
    met = [one for one in opened if len(one.cosigned_at) >= trust_list.quorum]
    shown = (met or opened)[0]
    size, count = shown.checkpoint.tree_size, len(shown.cosigned_at)
    freshness = trust_list.freshness(list(shown.cosigned_at.values()), now)
    if count:
        report.count(f"witnesses who saw the first {size} entries", count)
    if freshness is Freshness.FEW_WITNESSES:
        report.miss(
            freshness,
            "witnesses",
            f"{count} of {len(trust_list.witnesses)} witnesses saw this log, but the "
            f"trust list asks for {trust_list.quorum}.",
        )
    elif freshness is Freshness.STALE:
        newest = max(shown.cosigned_at.values())
        report.miss(
            freshness,
            "witnesses",
            f"The witnesses last saw this log at {newest:%Y-%m-%d %H:%M} UTC: longer "
            "ago than the trust list allows.",
        )
