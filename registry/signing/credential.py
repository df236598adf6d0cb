"""Secured credentials: W3C Data Integrity, cryptosuite `eddsa-jcs-2022`.

Standard: Data Integrity EdDSA Cryptosuites 1.0, section 3.3 (W3C Recommendation).
What is signed is SHA-256(JCS(proof configuration)) || SHA-256(JCS(document)), in that
order, and the proof carries the document's own `@context`.

Signing is three steps, so that the middle one can happen on another machine:

    prepared = prepare(document, verification_method, created)
    signature = signer.sign(prepared.hash_data)
    secured = prepared.secured(signature)

A secured credential has one spelling. `verify_credential` prepares the document again
and requires the same bytes, so that neither an unknown proof member nor another order,
escape or time format can hide in what was signed. `created` is the signer's claim and
proves no time: order and time come from the log.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.clock import to_rfc3339
from registry.errors import BadRecord, InvalidInput
from registry.signing.canonical import canonicalize, parse_object
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
    document, proof = _parse(secured)
    prepared = prepare(document, proof.verification_method, proof.created)
    if prepared.secured(proof.signature) != secured:
        raise BadRecord(
            "the record differs from the canonical form of its content: its members, "
            "its proof's members or its proof's @context were changed"
        )
    public_key.verify(proof.signature, prepared.hash_data)
    return document


def proof_of(secured: bytes) -> Proof:
    """Return what the proof of `secured` claims, to find the key to verify it by.

    Raises:
        BadRecord: there is no such proof.
    """
    return _parse(secured)[1]


def _parse(secured: bytes) -> tuple[dict[str, object], Proof]:
    document = parse_object(secured)
    proof = document.pop("proof", None)
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
    return document, Proof(
        _text(proof, "verificationMethod"), _created(proof), _signature(proof)
    )


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
        return decode_multibase(_text(proof, "proofValue"))
    except InvalidInput as error:
        raise BadRecord(f"the proofValue is no multibase text: {error}") from error


def _members(document: Mapping[str, object]) -> bytes:
    """Return the canonical members of `document` without its braces."""
    return canonicalize(document)[1:-1]


def _object(*members: bytes) -> bytes:
    return b"{" + b",".join(filter(None, members)) + b"}"
