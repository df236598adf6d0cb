"""Secured credentials: W3C Data Integrity, cryptosuite `eddsa-jcs-2022`.

Standard: Data Integrity EdDSA Cryptosuites 1.0, section 3.3 (W3C Recommendation).
What is signed is SHA-256(JCS(proof configuration)) || SHA-256(JCS(document)), in that
order, and the proof carries the document's own `@context`.

Signing is three steps, so that the middle one can happen on another machine:

    prepared = prepare(document, verification_method, created)
    signature = signer.sign(prepared.hash_data)
    secured = prepared.secured(signature)

A secured credential has one spelling. `verify_credential` takes canonical bytes only,
with exactly the proof members of the cryptosuite, so that neither an unknown member nor
another order, escape or time format can hide in what was signed. `created` is the
signer's claim and proves no time: order and time come from the log.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.clock import to_rfc3339
from registry.errors import BadRecord, InvalidInput
from registry.signing.canonical import canonicalize, parse_canonical, parse_object
from registry.signing.keys import (
    SIGNATURE_BYTES,
    PublicKey,
    Signer,
    decode_multibase,
    encode_multibase,
)

PROOF_TYPE = "DataIntegrityProof"
CRYPTOSUITE = "eddsa-jcs-2022"
PROOF_PURPOSE = "assertionMethod"

_PROOF_MEMBERS = frozenset(
    {
        "@context",
        "created",
        "cryptosuite",
        "proofPurpose",
        "proofValue",
        "type",
        "verificationMethod",
    }
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a proof says of itself; nothing here is verified.

    Attributes:
        verification_method: DID URL of the key.
        created: aware, whole seconds, UTC; a claim.
        signature: 64 bytes.
    """

    verification_method: str
    created: datetime
    signature: bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document and its proof configuration, ready to be signed.

    Attributes:
        before: canonical members of the document that sort before `proof`.
        after: canonical members that sort after it.
        configuration: the proof without its `proofValue`.
    """

    before: bytes
    after: bytes
    configuration: Mapping[str, object]

    @property
    def hash_data(self) -> bytes:
        """The 64 bytes to sign (section 3.3.4)."""
        configuration_hash = hashlib.sha256(canonicalize(self.configuration)).digest()
        document = _object(self.before, self.after)
        return configuration_hash + hashlib.sha256(document).digest()

    def secured(self, signature: bytes) -> bytes:
        """Return the canonical bytes of the document with its proof.

        Raises:
            BadRecord: `signature` is not 64 bytes.
        """
        if len(signature) != SIGNATURE_BYTES:
            raise BadRecord(
                f"the signature has {len(signature)} bytes, expected {SIGNATURE_BYTES}"
            )
        proof_value = encode_multibase(signature)
        proof = canonicalize({**self.configuration, "proofValue": proof_value})
        return _object(self.before, b'"proof":' + proof, self.after)


def prepare(
    document: Mapping[str, object], verification_method: str, created: datetime
) -> Prepared:
    """Return what a holder of `verification_method`'s key has to sign.

    Args:
        document: a credential without a proof.
        verification_method: DID URL of the key.
        created: aware; whole seconds are kept.

    Raises:
        BadRecord: `document` has a proof, lacks `@context`, or cannot be signed.
        ValueError: `created` is naive.
    """
    if "proof" in document or "@context" not in document:
        raise BadRecord("a document to sign has an @context and no proof")
    if created.tzinfo is None:
        raise ValueError(f"created {created} has no time zone")
    configuration = {
        "type": PROOF_TYPE,
        "cryptosuite": CRYPTOSUITE,
        "created": to_rfc3339(created),
        "verificationMethod": verification_method,
        "proofPurpose": PROOF_PURPOSE,
        "@context": document["@context"],
    }
    # Splitting at `proof` lets the document be canonicalised once, not once bare and
    # once with its proof.
    before = {key: value for key, value in document.items() if key < "proof"}
    after = {key: value for key, value in document.items() if key > "proof"}
    return Prepared(_members(before), _members(after), configuration)


def secure(document: Mapping[str, object], signer: Signer, created: datetime) -> bytes:
    """Return the canonical bytes of `document` secured by `signer`.

    Raises:
        BadRecord: as `prepare`.
    """
    prepared = prepare(document, signer.verification_method, created)
    return prepared.secured(signer.sign(prepared.hash_data))


def verify_credential(secured: bytes, public_key: PublicKey) -> dict[str, object]:
    """Check that `public_key` signed exactly these bytes; return the bare document.

    Whether the key belongs to the issuer and may be relied on is the caller's question.

    Raises:
        BadRecord: not the one canonical spelling of a credential with its proof.
        BadSignature: the key did not sign it.
    """
    document = parse_canonical(secured)
    claimed = document.pop("proof", None)
    proof = _proof(claimed)
    if not isinstance(claimed, dict) or claimed.keys() != _PROOF_MEMBERS:
        raise BadRecord("the proof has other members than eddsa-jcs-2022 gives it")
    if claimed["@context"] != document.get("@context"):
        raise BadRecord("the proof's @context differs from the document's")
    if claimed["created"] != to_rfc3339(proof.created):
        raise BadRecord(f"the proof's created {claimed['created']!r} is not in UTC")
    configuration = {k: v for k, v in claimed.items() if k != "proofValue"}
    hash_data = (
        hashlib.sha256(canonicalize(configuration)).digest()
        + hashlib.sha256(_without_proof(secured, document, claimed)).digest()
    )
    public_key.verify(proof.signature, hash_data)
    return document


def _without_proof(
    secured: bytes, document: dict[str, object], proof: dict[str, object]
) -> bytes:
    """Return the canonical bytes of the bare document, cut out of canonical bytes.

    An audit's speed hangs on it: what was read as canonical is not written once more.
    """
    member = b',"proof":' + canonicalize(proof)
    head, found, tail = secured.partition(member)
    # The same object nested elsewhere would make the cut ambiguous.
    if not found or member[1:] in tail or member[1:] in head:
        return canonicalize(document)
    return head + tail


def proof_of(secured: bytes) -> Proof:
    """Return what the proof of `secured` claims, to find the key to verify it by.

    Raises:
        BadRecord: there is no such proof.
    """
    return _proof(parse_object(secured).get("proof"))


def _proof(proof: object) -> Proof:
    if not isinstance(proof, dict):
        raise BadRecord("the record lacks its proof")
    for name, expected in (
        ("type", PROOF_TYPE),
        ("cryptosuite", CRYPTOSUITE),
        ("proofPurpose", PROOF_PURPOSE),
    ):
        if proof.get(name) != expected:
            raise BadRecord(
                f"the proof's {name} is {proof.get(name)!r}, expected {expected!r}"
            )
    return Proof(_text(proof, "verificationMethod"), _created(proof), _signature(proof))


def _text(proof: Mapping[str, object], name: str) -> str:
    value = proof.get(name)
    if not isinstance(value, str):
        raise BadRecord(f"the proof's {name} is {value!r}, expected text")
    return value


def _created(proof: Mapping[str, object]) -> datetime:
    text = _text(proof, "created")
    try:
        created = datetime.fromisoformat(text)
        in_utc = created.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRecord(f"the proof's created {text!r} is not a time") from error
    if created.tzinfo is None:
        raise BadRecord(f"the proof's created {text!r} has no time zone")
    return in_utc


def _signature(proof: Mapping[str, object]) -> bytes:
    try:
        signature = decode_multibase(_text(proof, "proofValue"))
    except InvalidInput as error:
        raise BadRecord(f"the proofValue is no multibase text: {error}") from error
    if len(signature) != SIGNATURE_BYTES:
        raise BadRecord(
            f"the signature has {len(signature)} bytes, expected {SIGNATURE_BYTES}"
        )
    return signature


def _members(document: Mapping[str, object]) -> bytes:
    """Return the canonical members of `document` without its braces."""
    return canonicalize(document)[1:-1]


def _object(*members: bytes) -> bytes:
    return b"{" + b",".join(filter(None, members)) + b"}"
