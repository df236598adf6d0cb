"""The provenance bundle: records with their proofs under one checkpoint, as JSON.

    {"format": "produce-registry/bundle/v1", "batch": path, "checkpoint": note text,
     "batchIndex": note text, "trustVersion": n,
     "records": [{"leafIndex": n, "record": text, "batches": [path, ...],
                  "path": [base64, ...]}, ...],
     "claim": {...}}

`record` is the exact text of the secured record; its leaf is computed from it, so a
bundle cannot show one thing and prove another. Genesis, organisation and key records
that the others rest on are among the records. `batchIndex` is the log's signed word
that no record about the batch is left out (`tlog.batch_index`); a bundle of a single
record has none. `trustVersion` is that of the trust list of its day, 0 for none.
`claim` is optional and proves nothing (`verify.claim`).
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from registry.domain.claims import Claims
from registry.domain.records import RecordType, SignedRecord, leaf_of
from registry.errors import BadRecord
from registry.signing.canonical import canonicalize, digest, parse_canonical
from registry.signing.credential import proof_of
from registry.tlog.checkpoint import MAX_TREE_SIZE

FORMAT = "produce-registry/bundle/v1"
LARGEST = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class BundledRecord:
    """A secured record and its inclusion path under the bundle's checkpoint.

    Attributes:
        batches: the leaf's, which the record itself does not repeat.
    """

    leaf_index: int
    secured: bytes
    batches: tuple[str, ...]
    path: tuple[bytes, ...]

    def read(self) -> SignedRecord:
        """Return the record, parsed; nothing is verified.

        Raises:
            BadRecord: it is not a record.
        """
        return read_record(self.secured, self.leaf_index, self.batches)

    def leaf(self) -> bytes:
        """Return the leaf that commits to exactly these bytes."""
        return leaf_bytes(self.read())


def read_record(
    secured: bytes, leaf_index: int = -1, batches: tuple[str, ...] = ()
) -> SignedRecord:
    """Return a record from its exact bytes; nothing is verified.

    Raises:
        BadRecord: it is not a record.
    """
    document = parse_canonical(secured)
    members = Claims(document)
    types = members.texts("type")
    if len(types) != 2 or types[1] not in set(RecordType):
        raise BadRecord(f"unknown type of record: {' '.join(types)}")
    return SignedRecord(
        record_id=members.text("id").removeprefix("urn:uuid:"),
        leaf_index=leaf_index,
        record_type=RecordType(types[1]),
        issuer=members.text("issuer"),
        verification_method=proof_of(secured).verification_method,
        digest=digest(secured),
        batches=batches,
        logged_at=0,
        secured=secured,
        document=document,
    )


def leaf_bytes(record: SignedRecord) -> bytes:
    """Return the leaf that commits to `record` and to the batches it is said to name.

    Raises:
        BadRecord: what it is said to name is not text.
    """
    return canonicalize(
        leaf_of(
            record.record_type,
            record.record_id,
            record.issuer,
            record.digest,
            record.batches,
        )
    )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything needed to check a batch without asking anybody but the trust list.

    Attributes:
        path: Digital Link path of the batch.
        checkpoint_note: the signed note.
        index_note: the signed batch index; empty for a single record.
        trust_version: of the newest trust list when the bundle was made.
        claim: JSON as `verify.claim` reads it, unsigned; None for none.
    """

    path: str
    checkpoint_note: bytes
    records: tuple[BundledRecord, ...]
    index_note: bytes = b""
    trust_version: int = 0
    claim: object = None

    def encode(self) -> bytes:
        """Return the bundle as canonical JSON.

        Bytes that are not UTF-8 are damaged; they are replaced, not refused, so that
        the bundle of a damaged log can be had and fails where it is damaged.
        """
        return canonicalize(
            {
                "format": FORMAT,
                "batch": self.path,
                "checkpoint": self.checkpoint_note.decode(errors="replace"),
                "batchIndex": self.index_note.decode(errors="replace"),
                "trustVersion": self.trust_version,
                "records": [
                    {
                        "leafIndex": record.leaf_index,
                        "record": record.secured.decode(errors="replace"),
                        "batches": list(record.batches),
                        "path": [
                            base64.b64encode(node).decode() for node in record.path
                        ],
                    }
                    for record in self.records
                ],
            }
            | ({} if self.claim is None else {"claim": self.claim})
        )


def parse_bundle(data: bytes) -> Bundle:
    """Return the bundle that `Bundle.encode` made.

    Raises:
        BadRecord: too large, or not a bundle.
    """
    if len(data) > LARGEST:
        raise BadRecord(f"the bundle has {len(data)} bytes, at most {LARGEST}")
    try:
        document: object = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRecord("the bundle is not JSON") from error
    if not isinstance(document, Mapping):
        raise BadRecord("the bundle is not an object")
    members = Claims(document, "bundle")
    if members.text("format") != FORMAT:
        raise BadRecord(f"the bundle's format is not {FORMAT}")
    return Bundle(
        members.text("batch"),
        _utf8(members, "checkpoint"),
        tuple(map(_bundled, members.each("records"))),
        _utf8(members, "batchIndex") if "batchIndex" in members else b"",
        members.integer("trustVersion") if "trustVersion" in members else 0,
        document.get("claim"),
    )


def _bundled(claim: Claims) -> BundledRecord:
    try:
        path = tuple(
            base64.b64decode(node, validate=True) for node in claim.texts("path")
        )
    except ValueError as error:  # binascii.Error is one; so is text beyond ASCII
        raise BadRecord("an inclusion path is not base64") from error
    return BundledRecord(
        claim.integer("leafIndex", 0, MAX_TREE_SIZE),
        _utf8(claim, "record"),
        claim.texts("batches"),
        path,
    )


def _utf8(claim: Claims, key: str) -> bytes:
    """Return a text member's bytes; JSON can spell half a character, UTF-8 cannot."""
    try:
        return claim.text(key).encode()
    except UnicodeEncodeError as error:
        raise BadRecord(f"the bundle's {key} is not Unicode text") from error
