"""The steps of verification, each with a name that a page can show."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from registry.domain.records import SignedRecord
from registry.errors import (
    BadCheckpoint,
    BadRecord,
    Message,
    VerificationError,
    msg,
)
from registry.tlog.batch_index import BadBatchIndex, check_batch_index
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.merkle import leaf_hash, verify_inclusion
from registry.tlog.note import NoteVerifier
from registry.verify.authorship import Place, check_authorship, place_of
from registry.verify.bundle import Bundle, BundledRecord, leaf_bytes
from registry.verify.keyring import IDENTITY, settle


@dataclass(frozen=True, slots=True)
class Trust:
    """What the verifier starts from: the log's origin and key.

    Whoever takes both from the registry itself trusts it on first use.
    """

    origin: str
    verifier: NoteVerifier


@dataclass(frozen=True, slots=True)
class Check:
    """One step: what was looked at, and why it does not hold (empty: it holds).

    Attributes:
        step: `checkpoint`, `inclusion`, `signature` or `completeness`, or another of
            the caller's.
        record_id: the record looked at; empty for the checkpoint or where it cannot be
            read.
        code: of the VerificationError, or empty.
        detail: its words, for an engineer.
        leaf_index: the place looked at; None for the checkpoint.
    """

    step: str
    message: Message
    record_id: str = ""
    code: str = ""
    detail: str = ""
    leaf_index: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the step found nothing wrong."""
        return not self.code


def checks(bundle: Bundle, trust: Trust) -> list[Check]:
    """Return every step, failed ones with their reason; raises nothing."""
    checkpoint = check(
        "checkpoint",
        msg(
            "The list of all records is signed by the registry {origin}.",
            origin=trust.origin,
        ),
        lambda: _open(bundle, trust),
    )
    found = [checkpoint]
    opened = _open(bundle, trust) if checkpoint.holds else None
    judge = _judge(bundle)
    seen: set[int] = set()
    for bundled in _in_log_order(bundle):
        found += _check_record(bundled, opened, judge, bundled.leaf_index in seen)
        seen.add(bundled.leaf_index)
    if bundle.path:
        found.append(_check_completeness(bundle, opened, trust))
    return found


def verify_bundle(bundle: Bundle, trust: Trust) -> tuple[SignedRecord, ...]:
    """Return the records in log order, all of whose proofs hold.

    Raises:
        VerificationError: the first that does not, as the kind of failure it is.
    """
    checkpoint = _open(bundle, trust)
    judge = _judge(bundle)
    records = []
    for bundled in _in_log_order(bundle):
        record = bundled.read()
        _verify_inclusion(bundled, record, checkpoint)
        judge.signed(record)
        records.append(record)
    for record in records:
        judge.entitled(record)
    if len({record.leaf_index for record in records}) != len(records):
        raise _twice()
    if bundle.path:
        verify_completeness(bundle, checkpoint, trust)
    return tuple(records)


def verify_completeness(bundle: Bundle, checkpoint: Checkpoint, trust: Trust) -> None:
    """Check that the bundle holds exactly the records that the log says there are.

    That there are no others is the registry's signed claim; an audit recomputes it.

    Raises:
        BadBatchIndex: the index is missing, forged, or of another batch or tree.
        IncompleteBundle: a record is kept back, or one too many is shown.
    """
    if not bundle.index_note:
        raise BadBatchIndex("the bundle has no batch index")
    check_batch_index(
        bundle.index_note,
        bundle.path,
        checkpoint,
        {record.leaf_index: record.batches for record in bundle.records},
        trust.verifier,
    )


def _check_completeness(
    bundle: Bundle, opened: Checkpoint | None, trust: Trust
) -> Check:
    def complete() -> None:
        if opened is None:
            raise BadCheckpoint("there is no signed checkpoint to lead to")
        verify_completeness(bundle, opened, trust)

    return check(
        "completeness",
        msg(
            "The registry states, signed, that no other record is about this: "
            "{count} records.",
            count=sum(bool(record.batches) for record in bundle.records),
        ),
        complete,
    )


def check(
    step: str,
    message: Message,
    run: Callable[[], object],
    record_id: str = "",
    leaf_index: int | None = None,
) -> Check:
    """Run one step and return how it went; only a VerificationError is a failure."""
    try:
        run()
    except VerificationError as error:
        return Check(step, message, record_id, error.code, str(error), leaf_index)
    return Check(step, message, record_id, leaf_index=leaf_index)


@dataclass(frozen=True, slots=True)
class _Judge:
    """What checks a record's signature, and what its maker may not say."""

    signed: Callable[[SignedRecord], None]
    unsaid: Mapping[Place, VerificationError]

    def entitled(self, record: SignedRecord) -> None:
        """Check that the issuer may say this; whether it did is `signed`'s."""
        if error := self.unsaid.get(place_of(record)):
            raise error

    def both(self, record: SignedRecord) -> None:
        """Check signature and entitlement."""
        self.signed(record)
        self.entitled(record)


def _judge(bundle: Bundle) -> _Judge:
    """Return what checks a bundle's signatures by the keys that it shows.

    Keys are settled first: a revocation that stands later in the log may end a key
    before a record that stands earlier.
    """
    readable = []
    for bundled in _in_log_order(bundle):
        try:
            readable.append(bundled.read())
        except VerificationError:
            continue  # its own check says so
    identity = [record for record in readable if record.record_type in IDENTITY]
    try:
        keyring, refused = settle(identity)
        faults: dict[Place, VerificationError] = {
            place_of(record): error for record, error in refused
        }
    except VerificationError as error:
        return _Judge(partial(_refuse, error), {})

    def signed(record: SignedRecord) -> None:
        if record.record_type not in IDENTITY:
            keyring.verify(record)
        elif error := faults.get(place_of(record)):
            raise error

    # A lone record stands without its batch: nobody can say whose that is.
    unsaid = check_authorship(readable, keyring.parties) if bundle.path else {}
    return _Judge(signed, unsaid)


def _refuse(error: VerificationError, _record: SignedRecord) -> NoReturn:
    raise error


def _in_log_order(bundle: Bundle) -> list[BundledRecord]:
    return sorted(bundle.records, key=lambda record: record.leaf_index)


def _open(bundle: Bundle, trust: Trust) -> Checkpoint:
    return open_checkpoint(bundle.checkpoint_note, trust.origin, trust.verifier)


def _check_record(
    bundled: BundledRecord,
    opened: Checkpoint | None,
    judge: _Judge,
    twice: bool,
) -> list[Check]:
    index = bundled.leaf_index
    try:
        record = bundled.read()
    except VerificationError as error:
        message = msg("Record {index} is whole.", index=index)
        return [Check("inclusion", message, "", error.code, str(error), index)]

    def include() -> None:
        if opened is None:
            raise BadCheckpoint("there is no signed checkpoint to lead to")
        if twice:
            raise _twice()
        _verify_inclusion(bundled, record, opened)

    about = {"index": index, "type": record.record_type, "issuer": record.issuer}
    return [
        check(
            "inclusion",
            msg("Record {index} ({type}) is on the list, unchanged.", **about),
            include,
            record.record_id,
            index,
        ),
        check(
            "signature",
            msg("Record {index} ({type}) is signed by {issuer}.", **about),
            lambda: judge.both(record),
            record.record_id,
            index,
        ),
    ]


def _twice() -> BadRecord:
    return BadRecord("the bundle holds two records for one place in the log")


def _verify_inclusion(
    bundled: BundledRecord, record: SignedRecord, checkpoint: Checkpoint
) -> None:
    verify_inclusion(
        leaf_hash(leaf_bytes(record)),
        bundled.leaf_index,
        checkpoint.tree_size,
        bundled.path,
        checkpoint.root_hash,
    )
