"""The shape of a record."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from registry.domain.records import (
    RecordType,
    SignedRecord,
    Statement,
    credential_of,
    leaf_of,
)
from registry.errors import BadRecord

RECORD_ID = "0e37df36-f698-11e6-8dd4-cb9ced3df976"
NOW = datetime(2026, 11, 20, 2, 0, 59, 999000, tzinfo=UTC)
STATEMENT = Statement(
    RecordType.ORIGIN,
    "did:web:trace.example:orgs:ginger",
    {"id": "https://trace.example/01/1/10/2"},
    ("/01/1/10/2",),
)


def record_of(statement: Statement) -> SignedRecord:
    return SignedRecord(
        record_id=RECORD_ID,
        leaf_index=3,
        record_type=statement.record_type,
        issuer=statement.issuer,
        verification_method="did:web:trace.example:orgs:ginger#key",
        digest="00",
        batches=statement.batches,
        logged_at=0,
        secured=b"",
        document=credential_of(statement, RECORD_ID, NOW, "trace.example"),
    )


def test_a_statement_becomes_a_credential() -> None:
    assert credential_of(STATEMENT, RECORD_ID, NOW, "trace.example") == {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://trace.example/contexts/produce-registry/v1",
        ],
        "id": f"urn:uuid:{RECORD_ID}",
        "type": ["VerifiableCredential", "OriginRecord"],
        "issuer": "did:web:trace.example:orgs:ginger",
        "validFrom": "2026-11-20T02:00:59Z",
        "credentialSubject": {"id": "https://trace.example/01/1/10/2"},
    }


def test_a_correction_names_what_it_supersedes_as_a_uri_and_why() -> None:
    statement = replace(STATEMENT, supersedes=RECORD_ID, reason="the date was wrong")
    record = record_of(statement)
    assert record.supersedes == f"urn:uuid:{RECORD_ID}"
    assert record.reason == "the date was wrong"


def test_a_reason_without_a_correction_is_not_said() -> None:
    record = record_of(replace(STATEMENT, reason="because"))
    assert (record.supersedes, record.reason, record.person) == ("", "", "")


def test_the_acting_person_is_a_pseudonym_in_the_record() -> None:
    assert record_of(replace(STATEMENT, person="urn:uuid:a")).person == "urn:uuid:a"


def test_the_subject_is_read_with_its_path() -> None:
    with pytest.raises(BadRecord, match=f"{RECORD_ID}/credentialSubject/gtin"):
        record_of(STATEMENT).subject.text("gtin")


def test_a_leaf_commits_and_holds_nothing_else() -> None:
    leaf = leaf_of(RecordType.ORIGIN, RECORD_ID, "did:a", "00", ("/01/1",))
    assert leaf == {
        "v": 1,
        "recordId": RECORD_ID,
        "type": "OriginRecord",
        "issuer": "did:a",
        "digest": "00",
        "batches": ["/01/1"],
    }
