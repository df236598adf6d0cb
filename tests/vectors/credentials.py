"""Amina's origin record, stage by stage, and the ways of spoiling it."""

import json
from datetime import UTC, datetime

from registry.signing.canonical import canonicalize
from registry.signing.credential import prepare
from registry.signing.did import organisation_did, verification_method
from registry.signing.keys import Ed25519Signer, public_key_of
from tests.support.keys import seed

CREATED = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
AMINA = organisation_did("trace.example", "amina")
METHOD = verification_method(AMINA, public_key_of(seed("amina")))

DOCUMENT: dict[str, object] = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://trace.example/contexts/records/v1",
    ],
    "id": "urn:uuid:5f6e1d3a-8f1b-4d0e-9c5e-0a4f6f0d7c11",
    "type": ["VerifiableCredential", "OriginRecord"],
    "issuer": AMINA,
    "validFrom": "2026-11-21T02:30:00Z",
    "credentialSubject": {
        "id": "https://trace.example/01/06901234567892/10/YN20261121A",
        "productName": "白水 “小瓜” <&> 🍈",
        "quantity": {"amount": "1250.50", "unitCode": "KGM"},
        "plots": 3,
        "organic": False,
        "remark": None,
    },
}


def vector() -> dict[str, object]:
    """Return every stage of signing `DOCUMENT`, and what must be refused."""
    prepared = prepare(DOCUMENT, METHOD, CREATED)
    signature = Ed25519Signer(METHOD, seed("amina")).sign(prepared.hash_data)
    secured = prepared.secured(signature)
    return {
        "seed": seed("amina").hex(),
        "public_key_multibase": public_key_of(seed("amina")).multibase,
        "verification_method": METHOD,
        "created": "2026-11-21T02:30:00Z",
        "document": DOCUMENT,
        "canonical_document": canonicalize(DOCUMENT).decode(),
        "canonical_proof_configuration": canonicalize(prepared.configuration).decode(),
        "hash_data": prepared.hash_data.hex(),
        "signature": signature.hex(),
        "secured": secured.decode(),
        "refused": [
            {"fault": fault, "code": code, "secured": spoiled}
            for fault, (code, spoiled) in _refused(secured.decode()).items()
        ],
    }


def _refused(secured: str) -> dict[str, tuple[str, str]]:
    record = json.loads(secured)
    proof = record["proof"]
    eve = public_key_of(seed("eve")).multibase
    context = json.dumps(proof["@context"], separators=(",", ":"))
    replacements = {
        "quantity_changed": ("bad_signature", '"1250.50"', '"9250.50"'),
        "context_changed": ("bad_signature", "/records/v1", "/records/v2"),
        "created_changed": ("bad_signature", "T02:30:00Z", "T02:31:00Z"),
        "method_changed": ("bad_signature", METHOD.split("#")[1], eve),
        "space_added": ("bad_record", '"plots":3', '"plots": 3'),
        "float": ("bad_record", '"plots":3', '"plots":3.0'),
        "unsafe_integer": ("bad_record", '"plots":3', '"plots":9007199254740992'),
        "repeated_key": ("bad_record", '"plots":3', '"plots":3,"plots":3'),
        "escaped_needlessly": ("bad_record", "白", "\\u767d"),
        "proof_context_dropped": (
            "bad_record",
            f'"proof":{{"@context":{context},',
            '"proof":{',
        ),
        "proof_context_shortened": (
            "bad_record",
            f'"proof":{{"@context":{context}',
            '"proof":{"@context":["https://www.w3.org/ns/credentials/v2"]',
        ),
        "proof_member_added": (
            "bad_record",
            '"type":"DataI',
            '"nonce":"1","type":"DataI',
        ),
        "time_with_offset": (
            "bad_record",
            '"created":"2026-11-21T02:30:00Z"',
            '"created":"2026-11-21T10:30:00+08:00"',
        ),
        "other_cryptosuite": ("bad_record", "eddsa-jcs-2022", "eddsa-rdfc-2022"),
        "other_purpose": ("bad_record", "assertionMethod", "authentication"),
        "signature_shortened": (
            "bad_record",
            proof["proofValue"],
            proof["proofValue"][:-2],
        ),
        "signature_not_base58": (
            "bad_record",
            proof["proofValue"],
            "z0" + proof["proofValue"][2:],
        ),
    }
    spoiled = {
        fault: (code, secured.replace(old, new))
        for fault, (code, old, new) in replacements.items()
    }
    del record["proof"]
    spoiled["proof_missing"] = ("bad_record", canonicalize(record).decode())
    return spoiled
