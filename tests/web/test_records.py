"""A record by itself: the page, the exact bytes, the proof."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from registry.domain.records import RecordType, SignedRecord
from registry.interop.verify_report import verify_report
from registry.signing.canonical import digest
from registry.store.queries.records import all_records, records_naming
from registry.tlog.proof import parse_proof, verify_proof
from registry.verify import Trust, parse_bundle, verify_bundle
from tests.support.cast import PATH, Cast, gather
from tests.support.registry import opened, settings_for
from tests.support.tampering import damage_record
from tests.support.web import client_for, said


@pytest.fixture
def story(embedded_cast: Cast) -> Cast:
    embedded_cast.tells_the_story()
    return embedded_cast


def record_of(record_type: RecordType) -> SignedRecord:
    """Return the batch's record of a type."""
    return next(r for r in records_naming([PATH]) if r.record_type is record_type)


def test_every_record_has_a_page_in_both_languages(
    story: Cast, client: FlaskClient
) -> None:
    for record in all_records():
        for language in ("zh", "en"):
            answer = client.get(f"/records/{record.record_id}?lang={language}")
            assert answer.status_code == 200, record.record_type
            assert 'class="red"' not in answer.text, record.record_type


def test_the_page_says_who_what_when_and_where(
    story: Cast, client: FlaskClient
) -> None:
    record = record_of(RecordType.INSPECTION)

    text = said(client.get(f"/records/{record.record_id}"))

    for words in (
        "Inspection report",
        f"Entry {record.leaf_index} of the log, signed by Luoping Inspection",
        "Report number LP-2026-0001",
        "噻虫嗪: Not detected (LOQ 0.01 mg/kg, GB 23200.121-2026)",
        "2026-11-20 10:00 (China time, UTC+8)",
        "Kept by the registry on behalf of Luoping Inspection",
        "eddsa-jcs-2022",
    ):
        assert words in text


@pytest.mark.parametrize("suffix", [".json", ""])
def test_the_exact_bytes_are_served_and_may_be_kept(
    story: Cast, client: FlaskClient, suffix: str
) -> None:
    record = record_of(RecordType.ORIGIN)
    accept = {"Accept": "application/vc" if suffix else "application/json"}

    answer = client.get(f"/records/{record.record_id}{suffix}", headers=accept)

    assert answer.data == record.secured
    assert digest(answer.data) == record.digest
    assert answer.mimetype == ("application/vc" if suffix else "application/json")
    assert "immutable" in answer.headers["Cache-Control"]


def test_the_proof_file_shows_that_the_record_is_in_the_log(
    story: Cast, client: FlaskClient
) -> None:
    ledger = story.registry.ledger
    for record in all_records():
        answer = client.get(f"/records/{record.record_id}.tlog-proof")
        proof = parse_proof(answer.data)

        assert answer.mimetype == "text/plain"
        assert f'"digest":"{record.digest}"' in proof.extra.decode()
        verify_proof(proof, proof.extra, ledger.origin, ledger.verifier)


def test_the_proof_of_one_record_does_not_fit_another(
    story: Cast, client: FlaskClient
) -> None:
    """Eight records by eight proofs: only the diagonal holds."""
    trust = Trust(story.registry.ledger.origin, story.registry.ledger.verifier)
    records = list(all_records())[-8:]
    proofs = [client.get(f"/records/{r.record_id}.tlog-proof").data for r in records]

    holds = {
        (i, j)
        for i, record in enumerate(records)
        for j, proof in enumerate(proofs)
        for check in verify_report(record.secured, trust, proof)
        if check.step == "inclusion" and check.holds
    }

    assert holds == {(i, i) for i in range(8)}


def test_a_lone_record_goes_out_with_what_its_key_rests_on(
    story: Cast, client: FlaskClient
) -> None:
    ledger = story.registry.ledger
    record = record_of(RecordType.CERTIFICATION)

    data = client.get(f"/records/{record.record_id}.bundle.json").data

    found = verify_bundle(parse_bundle(data), Trust(ledger.origin, ledger.verifier))
    assert record.record_id in {one.record_id for one in found}


@pytest.mark.parametrize(
    "name",
    [
        "00000000-0000-4000-8000-000000000000",
        "00000000-0000-4000-8000-000000000000.json",
        "00000000-0000-4000-8000-000000000000.tlog-proof",
        "1%20or%201=1",
        "x.json",
    ],
)
def test_an_unknown_record_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/records/{name}").status_code == 404


def test_markup_in_a_record_stays_text(story: Cast, client: FlaskClient) -> None:
    given = "<script>alert(1)</script>"
    receipt = story.records_operation(story.amina, purpose=given)

    page = client.get(f"/records/{receipt.record_id}").text

    assert given not in page
    assert "&lt;script&gt;" in page


def test_a_damaged_record_is_shown_as_damaged_and_not_kept(tmp_path: Path) -> None:
    with opened(settings_for(tmp_path)) as registry:
        gather(registry).tells_the_story()
        record = record_of(RecordType.ORIGIN)
        damage_record("OriginRecord", 150)
        client = client_for(registry)

        page = client.get(f"/records/{record.record_id}")
        exact = client.get(f"/records/{record.record_id}.json")

    assert page.status_code == 200
    assert "This record is not what was signed." in page.text
    assert exact.headers["Cache-Control"] == "no-store"
