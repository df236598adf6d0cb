"""From a decision to a receipt: sign, append, answer; the same answer to a retry."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from registry.domain.records import (
    RecordType,
    SignedRecord,
    Statement,
    credential_of,
)
from registry.errors import Conflict, InvalidInput
from registry.service import Registry
from registry.store.ledger import NewEntry
from registry.store.queries.records import record_by_id
from registry.store.requests import answer_to, remember


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the caller may rely on: the record is durable and under a checkpoint.

    Attributes:
        digest: lower-case hex SHA-256 of the record's exact bytes.
        tree_size: of the signed checkpoint that covers it.
    """

    record_id: str
    record_type: str
    leaf_index: int
    tree_size: int
    digest: str


Decide = Callable[[], Sequence[Statement]]


def new_request_id(entropy: Callable[[int], bytes]) -> str:
    """Return a random UUID (RFC 9562, version 4)."""
    return str(uuid.UUID(bytes=entropy(16), version=4))


def issue(
    registry: Registry,
    organisation: str,
    given: object,
    decide: Decide,
    *,
    request_id: str,
    now: datetime,
) -> tuple[Receipt, ...]:
    """Let `decide` speak while nobody else writes, then sign, append and answer.

    Args:
        registry: the open registry.
        organisation: DID of whoever asks; a retry must come from the same.
        given: the input, whose `repr` tells a retry from another request.
        decide: asks the rules; `registry.signatory` signs what it returns.
        request_id: UUID of the caller's; becomes the id of the first record.
        now: the time of the request.

    Raises:
        RegistryError: from `decide`; nothing was written.
        Conflict: the id was used for another request.
        SignatureNeeded: the key is not here; the documents to sign are in it.
    """
    fingerprint = hashlib.sha256(repr(given).encode()).hexdigest()
    _require_uuid(request_id)
    with registry.ledger.writing():
        answered = _answered(request_id, organisation, fingerprint)
        if answered is not None:
            return answered
        statements = decide()
        _require_unused(request_id, len(statements))
        entries = [
            _entry(registry, statement, _record_id(request_id, position), now)
            for position, statement in enumerate(statements)
        ]
        registry.signatory.finish()
        records = registry.ledger.append(entries, now)
        tree_size = records[-1].leaf_index + 1
        receipts = tuple(_receipt(record, tree_size) for record in records)
        remember(
            request_id, organisation, fingerprint, list(map(asdict, receipts)), now
        )
    return receipts


def _require_uuid(request_id: str) -> None:
    try:
        well_formed = str(uuid.UUID(request_id)) == request_id
    except ValueError:
        well_formed = False
    if not well_formed:
        raise InvalidInput.at(
            "request_id",
            "{given} is not a request number. Reload the page and send again.",
            given=request_id,
        )


def _require_unused(request_id: str, count: int) -> None:
    """Refuse ids that records have: those of a request's second record are public."""
    for position in range(count):
        if record_by_id(_record_id(request_id, position)) is not None:
            raise Conflict.at(
                "request_id",
                "This request number belongs to another record. Reload the page and "
                "send again.",
            )


def _record_id(request_id: str, position: int) -> str:
    """Return the id of a request's n-th record; a retry gives the same."""
    if position == 0:
        return request_id
    return str(uuid.uuid5(uuid.UUID(request_id), str(position)))


def _entry(
    registry: Registry,
    statement: Statement,
    record_id: str,
    now: datetime,
) -> NewEntry:
    document = credential_of(statement, record_id, now, registry.identity_host)
    return NewEntry(
        record_id,
        statement.record_type,
        statement.issuer,
        statement.batches,
        registry.signatory.secure(document, statement.issuer, now),
    )


def _receipt(record: SignedRecord, tree_size: int) -> Receipt:
    return Receipt(
        record.record_id,
        str(RecordType(record.record_type)),
        record.leaf_index,
        tree_size,
        record.digest,
    )


def _answered(
    request_id: str, organisation: str, fingerprint: str
) -> tuple[Receipt, ...] | None:
    """Return the receipts of a request that was answered before."""
    known = answer_to(request_id)
    if known is None:
        return None
    if known[:2] != (organisation, fingerprint):
        raise Conflict.at(
            "request_id",
            "This form was sent before with other content. Look at what was "
            "registered, then start a new form.",
        )
    return tuple(
        Receipt(
            record_id=str(receipt["record_id"]),
            record_type=str(receipt["record_type"]),
            leaf_index=int(receipt["leaf_index"]),
            tree_size=int(receipt["tree_size"]),
            digest=str(receipt["digest"]),
        )
        for receipt in known[2]
    )
