"""The steps of verification, each with a name that a page can show."""

from collections.abc import Callable
from dataclasses import dataclass

from registry.domain.records import SignedRecord
from registry.errors import (
    BadCheckpoint,
    BadRecord,
    InvalidInput,
    Message,
    VerificationError,
    msg,
)
from registry.tlog.checkpoint import Checkpoint, open_checkpoint
from registry.tlog.merkle import leaf_hash, verify_inclusion
from registry.tlog.note import NoteVerifier
from registry.verify.bundle import Bundle, BundledRecord
from registry.verify.keyring import Keyring


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
        step: `checkpoint`, `inclusion` or `signature`.
        record_id: the record looked at; empty for the checkpoint.
        code: of the VerificationError, or empty.
        detail: its words, for an engineer.
    """

    step: str
    message: Message
    record_id: str = ""
    code: str = ""
    detail: str = ""

    @property
    def holds(self) -> bool:
        """Whether the step found nothing wrong."""
        return not self.code


def checks(bundle: Bundle, trust: Trust) -> list[Check]:
    """Return every step, failed ones with their reason; raises nothing."""
    found: list[Check] = []
    opened = _opened(bundle, trust, found)
    keyring = Keyring()
    for bundled in sorted(bundle.records, key=lambda record: record.leaf_index):
        found += _check_record(bundled, opened, keyring)
    return found


def verify_bundle(bundle: Bundle, trust: Trust) -> tuple[SignedRecord, ...]:
    """Return the records in log order, all of whose proofs hold.

    Raises:
        VerificationError: the first that does not, as the kind of failure it is.
    """
    checkpoint = open_checkpoint(bundle.checkpoint_note, trust.origin, trust.verifier)
    keyring = Keyring()
    records = []
    for bundled in sorted(bundle.records, key=lambda record: record.leaf_index):
        _verify_inclusion(bundled, checkpoint)
        record = bundled.read()
        _take(keyring, record)
        records.append(record)
    if len({record.leaf_index for record in records}) != len(records):
        raise BadRecord("the bundle holds a record twice")
    return tuple(records)


def _take(keyring: Keyring, record: SignedRecord) -> None:
    try:
        keyring.take(record)
    except (InvalidInput, ValueError) as error:
        raise BadRecord(f"{record.record_id}: {error}") from error


def _opened(bundle: Bundle, trust: Trust, found: list[Check]) -> Checkpoint | None:
    message = msg(
        "The list of all records is signed by the registry {origin}.",
        origin=trust.origin,
    )
    try:
        opened = open_checkpoint(bundle.checkpoint_note, trust.origin, trust.verifier)
    except VerificationError as error:
        found.append(Check("checkpoint", message, "", error.code, str(error)))
        return None
    found.append(Check("checkpoint", message))
    return opened


def _check_record(
    bundled: BundledRecord, opened: Checkpoint | None, keyring: Keyring
) -> list[Check]:
    try:
        record = bundled.read()
    except VerificationError as error:
        message = msg("Record {index} is whole.", index=bundled.leaf_index)
        return [Check("inclusion", message, "", error.code, str(error))]

    def include() -> None:
        if opened is None:
            raise BadCheckpoint("there is no signed checkpoint to lead to")
        _verify_inclusion(bundled, opened)

    return [
        _step("inclusion", record, include),
        _step("signature", record, lambda: _take(keyring, record)),
    ]


def _step(step: str, record: SignedRecord, run: Callable[[], None]) -> Check:
    about = {
        "index": record.leaf_index,
        "type": record.record_type,
        "issuer": record.issuer,
    }
    message = (
        msg("Record {index} ({type}) is on the list, unchanged.", **about)
        if step == "inclusion"
        else msg("Record {index} ({type}) is signed by {issuer}.", **about)
    )
    try:
        run()
    except VerificationError as error:
        return Check(step, message, record.record_id, error.code, str(error))
    return Check(step, message, record.record_id)


def _verify_inclusion(bundled: BundledRecord, checkpoint: Checkpoint) -> None:
    verify_inclusion(
        leaf_hash(bundled.leaf()),
        bundled.leaf_index,
        checkpoint.tree_size,
        bundled.path,
        checkpoint.root_hash,
    )
