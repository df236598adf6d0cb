"""A registry that shows green over a failed sample is caught with its own bundle."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.audit.findings import AuditReport, Outcome
from registry.audit.memory import Memory
from registry.audit.run import Audit, run_audit
from registry.domain.gs1 import parse_digital_link
from registry.interop.bundles import Judging, bundle_of
from registry.interop.dossier import find_batch
from registry.interop.publish import publish
from registry.service import load_policy
from registry.verify import parse_bundle
from registry.verify.claim import read_claim
from tests.support.cast import PATH, Cast
from tests.support.registry import NOW
from tests.support.trust import UNION, cosign, write_policy

GREEN = {"colour": "green", "on": "2026-11-20", "rules": ["consistent"]}


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told."""
    embedded_cast.tells_the_story()
    return embedded_cast


def publishes(told: Cast, public: Path) -> Path:
    """Publish with claims; return the file of the batch."""
    registry = told.registry
    judging = Judging(registry.reference, NOW)
    policy = load_policy(registry.settings.home)
    publish(registry.ledger, public, None, policy, None, judging)
    return public / "bundles" / f"{PATH.lstrip('/')}.json"


def audit(place: Path, memory: Path) -> AuditReport:
    return run_audit(Audit(str(place), Memory(memory), now=NOW))


def claim_in(path: Path) -> Mapping[str, object]:
    claim = json.loads(path.read_bytes())["claim"]
    assert isinstance(claim, Mapping)
    return claim


def claims(path: Path, claim: object) -> bytes:
    """Write another claim into a bundle; return its bytes."""
    forged = replace(parse_bundle(path.read_bytes()), claim=claim).encode()
    path.write_bytes(forged)
    return forged


def test_what_an_honest_registry_claims_holds(told: Cast, tmp_path: Path) -> None:
    path = publishes(told, tmp_path / "public")

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert report.outcome is Outcome.GOOD, report.as_json()
    assert report.checked["verdicts"] == report.checked["batch indexes"]
    assert claim_in(path)["colour"] == "green"


def test_green_over_a_failed_inspection_is_found(told: Cast, tmp_path: Path) -> None:
    told.logs_inspection(told.ben, number="LP-2026-0002", verdict="fail")
    path = publishes(told, tmp_path / "public")
    assert claim_in(path)["colour"] == "red"
    forged = claims(path, GREEN)

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert [finding.code for finding in report.wrong] == ["false_claim"]
    (evidence,) = (tmp_path / "auditor" / "evidence").iterdir()
    assert evidence.read_bytes() == forged


def test_a_claim_is_judged_on_its_own_day(told: Cast, tmp_path: Path) -> None:
    """A certificate that had expired by the day named cannot have been valid."""
    path = publishes(told, tmp_path / "public")
    later = NOW + timedelta(days=20 * 365)
    claims(path, {**claim_in(path), "on": later.date().isoformat()})

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert [finding.code for finding in report.wrong] == ["false_claim"]


def test_a_registry_that_calls_itself_unwatched_tells_no_lie(
    told: Cast, tmp_path: Path
) -> None:
    write_policy(told.registry.settings.home, threshold=2)
    cosign(told.registry, UNION, NOW)
    path = publishes(told, tmp_path / "public")

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert claim_in(path)["colour"] == "yellow"
    assert report.outcome is Outcome.GOOD, report.as_json()


@pytest.mark.parametrize("claim", [5, {}, {**GREEN, "colour": "blue"}])
def test_a_claim_that_cannot_be_read_is_incomplete(
    told: Cast, tmp_path: Path, claim: object
) -> None:
    claims(publishes(told, tmp_path / "public"), claim)

    report = audit(tmp_path / "public", tmp_path / "auditor")

    assert report.outcome is Outcome.INCOMPLETE
    assert {finding.code for finding in report.missing} == {"unjudged"}


def test_a_page_and_a_published_bundle_claim_the_same(told: Cast) -> None:
    registry = told.registry
    shown = find_batch(registry, parse_digital_link(PATH), NOW)
    assert shown is not None
    judging = Judging(registry.reference, NOW)

    published = bundle_of(registry.ledger, PATH, registry.policy, 0, judging)

    claim = read_claim(published)
    assert claim is not None
    assert claim == read_claim(shown.gathered.bundle)
    assert claim.colour is shown.verdict.colour


def test_a_bundle_reads_back_with_and_without_a_claim(told: Cast) -> None:
    bundle = bundle_of(told.registry.ledger, PATH)

    assert parse_bundle(bundle.encode()) == bundle
    claiming = replace(bundle, claim=GREEN)
    assert parse_bundle(claiming.encode()) == claiming
