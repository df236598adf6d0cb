"""The log's proofs as an API, its records in bulk, and "is this in the log?"."""

import base64
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from registry.store.queries.records import leaf_at, record_at
from registry.tlog.merkle import leaf_hash, verify_consistency, verify_inclusion
from registry.tlog.record_bundle import parse_record_bundle
from tests.support.cast import Cast
from tests.support.web import client_for, hidden_inputs


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told."""
    embedded_cast.tells_the_story()
    return embedded_cast


@pytest.fixture
def visitor(told: Cast) -> FlaskClient:
    """Somebody from outside."""
    return client_for(told.registry)


def asked(visitor: FlaskClient, path: str) -> dict[str, Any]:
    """Return what the API answers."""
    answer: dict[str, Any] = visitor.get(path).get_json()
    return answer


def nodes(answer: dict[str, Any]) -> list[bytes]:
    return [base64.b64decode(node) for node in answer["path"]]


def test_every_inclusion_proof_leads_to_the_root(
    visitor: FlaskClient, told: Cast
) -> None:
    size = told.registry.ledger.head().tree_size
    for index in range(size):
        answer = asked(visitor, f"/log/proof/inclusion?leaf={index}")
        leaf = leaf_at(index)
        assert leaf is not None
        verify_inclusion(
            leaf_hash(leaf),
            index,
            answer["treeSize"],
            nodes(answer),
            base64.b64decode(answer["rootHash"]),
        )


def test_every_older_size_is_consistent_with_the_newest(
    visitor: FlaskClient, told: Cast
) -> None:
    ledger = told.registry.ledger
    size = ledger.head().tree_size
    for old in range(1, size + 1):
        answer = asked(visitor, f"/log/proof/consistency?old={old}")
        verify_consistency(
            old,
            ledger.root_at(old),
            size,
            base64.b64decode(answer["rootHash"]),
            nodes(answer),
        )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/proof/inclusion", 400),
        ("/log/proof/inclusion?leaf=-1", 400),
        ("/log/proof/inclusion?leaf=1e3", 400),
        ("/log/proof/inclusion?leaf=999999", 400),
        ("/log/proof/inclusion?leaf=0&size=999999", 400),
        ("/log/proof/consistency?old=0", 400),
        ("/log/proof/consistency?old=5&new=4", 400),
        ("/log/records/x", 404),
        ("/log/records/001", 404),
        ("/log/records/000.p/255", 404),
    ],
)
def test_what_the_log_cannot_prove_is_refused(
    visitor: FlaskClient, path: str, status: int
) -> None:
    assert visitor.get(path).status_code == status


def test_a_proof_is_not_cached_without_its_query(visitor: FlaskClient) -> None:
    answer = visitor.get("/log/proof/inclusion?leaf=0")

    assert answer.headers["Cache-Control"] == "no-cache"


def test_records_come_in_bulk_byte_for_byte(visitor: FlaskClient, told: Cast) -> None:
    size = told.registry.ledger.head().tree_size

    answer = visitor.get(f"/log/records/000.p/{size}")

    records = parse_record_bundle(answer.data)
    assert len(records) == size
    for index, secured in enumerate(records):
        record = record_at(index)
        assert record is not None
        assert record.secured == secured
    assert "immutable" in answer.headers["Cache-Control"]


def drop(visitor: FlaskClient, content: bytes) -> str:
    """Put a file to the question and return the page."""
    form = hidden_inputs(visitor.get("/log/contains").text)
    answer = visitor.post(
        "/log/contains",
        data=form | {"record": (BytesIO(content), "record.json")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 200
    return answer.text


def test_a_file_of_the_log_is_recognised(visitor: FlaskClient) -> None:
    record = record_at(9)
    assert record is not None

    assert "entry 9 of the log, byte for byte" in drop(visitor, record.secured)


def test_a_changed_file_is_told_apart(visitor: FlaskClient) -> None:
    record = record_at(9)
    assert record is not None
    changed = record.secured.replace(b'"validFrom":"2026', b'"validFrom":"2025')

    assert "has this number, but other content" in drop(visitor, changed)


def test_a_stranger_s_file_is_not_a_record(visitor: FlaskClient) -> None:
    assert "This is not a record" in drop(visitor, b'{"a": 1.5}')
