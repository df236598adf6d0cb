import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry import errors
from registry.errors import BadRecord, BadSignature, VerificationError
from registry.signing.canonical import canonicalize
from registry.signing.credential import (
    Proof,
    prepare,
    proof_of,
    secure,
    verify_credential,
)
from registry.signing.keys import (
    Ed25519Signer,
    PublicKey,
    decode_multibase,
    public_key_of,
)
from tests.support.keys import seed
from tests.vectors.credentials import CREATED, DOCUMENT, METHOD

VECTORS = Path(__file__).parents[2] / "vectors"
W3C: dict[str, Any] = json.loads(
    (VECTORS / "published" / "eddsa_jcs_2022.json").read_text("utf-8")
)
OURS: dict[str, Any] = json.loads((VECTORS / "credential.json").read_text("utf-8"))

AMINA = Ed25519Signer(METHOD, seed("amina"))
AMINA_KEY = public_key_of(seed("amina"))
SECURED = secure(DOCUMENT, AMINA, CREATED)


def _w3c_signer() -> Ed25519Signer:
    # The two bytes before the seed are the multicodec ed25519-priv.
    raw = decode_multibase(W3C["private_key_multibase"])[2:]
    return Ed25519Signer(W3C["proof"]["verificationMethod"], raw)


def test_every_stage_equals_the_vector_of_the_w3c_recommendation() -> None:
    created = datetime.fromisoformat(W3C["proof"]["created"])
    signer = _w3c_signer()
    prepared = prepare(W3C["document"], signer.verification_method, created)
    signature = signer.sign(prepared.hash_data)
    assert canonicalize(W3C["document"]).decode() == W3C["canonical_document"]
    assert (
        canonicalize(prepared.configuration).decode()
        == W3C["canonical_proof_configuration"]
    )
    assert prepared.hash_data.hex() == W3C["hash_data"]
    assert signature.hex() == W3C["signature"]
    published = canonicalize({**W3C["document"], "proof": W3C["proof"]})
    assert prepared.secured(signature) == published
    assert secure(W3C["document"], signer, created) == published


def test_the_published_credential_verifies() -> None:
    published = canonicalize({**W3C["document"], "proof": W3C["proof"]})
    key = PublicKey.parse(W3C["public_key_multibase"])
    assert verify_credential(published, key) == W3C["document"]


def test_verification_returns_the_document_without_its_proof() -> None:
    assert verify_credential(SECURED, AMINA_KEY) == DOCUMENT


def test_a_proof_says_which_key_and_when() -> None:
    signature = AMINA.sign(prepare(DOCUMENT, METHOD, CREATED).hash_data)
    assert proof_of(SECURED) == Proof(METHOD, CREATED, signature)


def test_a_time_of_signing_is_written_in_utc_and_whole_seconds() -> None:
    china = timezone(timedelta(hours=8))
    local = CREATED.astimezone(china).replace(microsecond=999_999)
    assert secure(DOCUMENT, AMINA, local) == SECURED


def test_a_naive_time_of_signing_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        secure(DOCUMENT, AMINA, CREATED.replace(tzinfo=None))


def test_another_organisations_key_does_not_verify_the_record() -> None:
    with pytest.raises(BadSignature):
        verify_credential(SECURED, public_key_of(seed("dan")))


@pytest.mark.parametrize(
    "document", [{"id": "no context"}, {"@context": [], "proof": {}}]
)
def test_only_a_bare_document_with_a_context_is_signed(
    document: dict[str, object],
) -> None:
    with pytest.raises(BadRecord, match="@context and no proof"):
        secure(document, AMINA, CREATED)


def test_a_document_with_members_on_one_side_of_the_proof_is_signed() -> None:
    bare = {"@context": "https://www.w3.org/ns/credentials/v2"}
    for document in (bare, {**bare, "type": "A", "证": "b", "\U00020000": "c"}):
        secured = secure(document, AMINA, CREATED)
        assert canonicalize(json.loads(secured)) == secured
        assert verify_credential(secured, AMINA_KEY) == document


def test_what_a_browser_returns_is_not_attached_unless_it_is_a_signature() -> None:
    with pytest.raises(BadRecord, match="63 bytes"):
        prepare(DOCUMENT, METHOD, CREATED).secured(bytes(63))


@pytest.mark.parametrize(
    ("member", "value", "reason"),
    [
        ("verificationMethod", 7, "verificationMethod is 7, expected text"),
        ("created", "yesterday", "is not a time"),
        ("created", "2026-11-21T02:30:00", "no time zone"),
        ("created", "0001-01-01T00:00:00+14:00", "is not a time"),
        ("proofValue", None, "proofValue is None"),
        ("type", "Ed25519Signature2020", "proof's type"),
    ],
)
def test_a_proof_with_a_malformed_member_is_refused(
    member: str, value: object, reason: str
) -> None:
    record = json.loads(SECURED)
    record["proof"][member] = value
    with pytest.raises(BadRecord, match=reason):
        verify_credential(canonicalize(record), AMINA_KEY)


@pytest.mark.parametrize("proof", [None, "proof", [json.loads(SECURED)["proof"]]])
def test_a_record_without_exactly_one_proof_is_refused(proof: object) -> None:
    with pytest.raises(BadRecord, match="lacks its proof"):
        proof_of(canonicalize({**DOCUMENT, "proof": proof}))


@pytest.mark.parametrize("case", OURS["refused"], ids=lambda case: case["fault"])
def test_a_spoiled_record_is_refused(case: dict[str, str]) -> None:
    assert case["secured"] != OURS["secured"]
    error = {kind.code: kind for kind in (errors.BadRecord, errors.BadSignature)}[
        case["code"]
    ]
    with pytest.raises(error):
        verify_credential(case["secured"].encode(), AMINA_KEY)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SECURED) * 8 - 1))
def test_one_altered_bit_condemns_a_record(bit: int) -> None:
    altered = bytearray(SECURED)
    altered[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VerificationError):
        verify_credential(bytes(altered), AMINA_KEY)


def test_a_far_future_time_of_signing_is_a_claim_like_any_other() -> None:
    late = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert proof_of(secure(DOCUMENT, AMINA, late)).created == late
