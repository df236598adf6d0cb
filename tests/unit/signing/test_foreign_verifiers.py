"""Our records before verifiers that were not written here."""

import copy
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apsig.exceptions import VerificationFailedError
from apsig.proof import ProofVerifier
from did_webvh.core.proof import di_jcs_verify
from openentity.core import verify_object
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.proof.errors import SignatureInvalid

from registry.signing.keys import PublicKey

VECTORS = Path(__file__).parents[2] / "vectors"
OURS: dict[str, Any] = json.loads((VECTORS / "credential.json").read_text("utf-8"))
RECORD: dict[str, Any] = json.loads(OURS["secured"])
KEY = PublicKey.parse(OURS["public_key_multibase"])


def _openvc(record: dict[str, Any]) -> None:
    x = urlsafe_b64encode(KEY.raw).rstrip(b"=").decode()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
    EddsaJcsProofSuite().verify(record, public_key_jwk=jwk, check_temporal=False)


def _did_webvh(record: dict[str, Any]) -> None:
    method = {"type": "Multikey", "publicKeyMultibase": KEY.multibase}
    di_jcs_verify(record, record["proof"], method)


def _apsig(record: dict[str, Any]) -> None:
    ProofVerifier(KEY.multibase).verify_proof(record, raise_on_fail=True)


def _openentity(record: dict[str, Any]) -> None:
    accepted, reason = verify_object(record, lambda _: {"ed25519": [KEY.raw]})
    if not accepted:
        raise ValueError(reason)


REJECTIONS: dict[Callable[[dict[str, Any]], None], type[Exception]] = {
    _openvc: SignatureInvalid,
    _did_webvh: ValueError,
    _apsig: VerificationFailedError,
    _openentity: ValueError,
}


@pytest.mark.parametrize("verify", REJECTIONS)
def test_a_foreign_verifier_accepts_our_record(
    verify: Callable[[dict[str, Any]], None],
) -> None:
    # A deep copy: apsig takes the proofValue out of the record it is given.
    verify(copy.deepcopy(RECORD))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("validFrom", "2026-11-20T02:30:00Z"),
        ("issuer", "did:web:trace.example:orgs:dan"),
    ],
)
@pytest.mark.parametrize("verify", REJECTIONS)
def test_a_foreign_verifier_rejects_a_tampered_copy(
    verify: Callable[[dict[str, Any]], None], member: str, value: str
) -> None:
    tampered = copy.deepcopy(RECORD)
    assert tampered[member] != value
    tampered[member] = value
    with pytest.raises(REJECTIONS[verify]):
        verify(tampered)
