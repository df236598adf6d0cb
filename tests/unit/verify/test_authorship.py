"""A good signature by the wrong party counts for nothing."""

import dataclasses
from decimal import Decimal

import pytest

from registry.commands.issuing import issue
from registry.domain.batch import Batch
from registry.domain.labelling import LabelRun
from registry.domain.parties import Actor
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, Statement
from registry.interop.bundles import bundle_of
from registry.interop.dossier import dossier
from registry.store.queries.batches import batch_by_path
from registry.store.queries.inspections import inspections_of_batch
from registry.verify import Trust, verify_bundle
from registry.verify.authorship import NotAuthorised
from tests.support.cast import PATH, Cast
from tests.support.registry import HOST


@pytest.fixture
def told(embedded_cast: Cast) -> Cast:
    """A registry whose story is told, with a failure at its end."""
    embedded_cast.tells_the_story()
    embedded_cast.logs_inspection(
        embedded_cast.ben, number="LP-2026-0009", verdict="fail"
    )
    return embedded_cast


def slips_in(
    told: Cast,
    who: Actor,
    record_type: RecordType,
    subject: dict[str, object],
    **more: str,
) -> None:
    """Append past the rules, as a stolen service could."""
    statement = Statement(
        record_type, who.organisation.did, subject, (PATH,), who.person, **more
    )
    issue(
        told.registry,
        who.organisation.did,
        statement,
        lambda: [statement],
        request_id=told.next_request(),
        now=told.now,
    )


def the_batch() -> Batch:
    batch = batch_by_path(PATH)
    assert batch is not None
    return batch


def require_refusal(told: Cast, words: str) -> None:
    """The page is red and the bundle is refused for the right reason."""
    ledger = told.registry.ledger
    found = dossier(told.registry, the_batch().link, told.now)
    assert found is not None
    assert found.verdict.colour == "red"
    with pytest.raises(NotAuthorised, match=words):
        verify_bundle(bundle_of(ledger, PATH), Trust(ledger.origin, ledger.verifier))


def test_a_grower_does_not_clear_a_failure(told: Cast) -> None:
    failed = inspections_of_batch(PATH)[-1]
    report = dataclasses.replace(failed.report, verdict="pass", retest=True)
    slips_in(
        told,
        told.amina,
        RecordType.INSPECTION,
        report.subject(f"https://{HOST}{PATH}"),
        supersedes=failed.record_id,
        reason="x",
    )

    require_refusal(told, "may not sign a InspectionRecord")


def test_a_laboratory_does_not_clear_its_own_failure(told: Cast) -> None:
    failed = inspections_of_batch(PATH)[-1]
    report = dataclasses.replace(failed.report, verdict="pass", retest=True)
    slips_in(
        told,
        told.ben,
        RecordType.INSPECTION,
        report.subject(f"https://{HOST}{PATH}"),
        supersedes=failed.record_id,
        reason="x",
    )

    require_refusal(told, "clears its own failure")


def test_another_cooperative_does_not_take_a_batch_over(told: Cast) -> None:
    slips_in(told, told.dan, RecordType.ORIGIN, the_batch().subject(HOST))

    require_refusal(told, "does not own")


def test_another_cooperative_issues_no_labels_for_it(told: Cast) -> None:
    run = LabelRun(PATH, 1, 1_000_000, Quantity(Decimal(1), "KGM"), "40x30")
    slips_in(told, told.dan, RecordType.LABEL, run.subject(f"https://{HOST}{PATH}"))

    require_refusal(told, "does not own")


def test_an_ordered_retest_by_another_laboratory_counts(told: Cast) -> None:
    failed = inspections_of_batch(PATH)[-1]
    told.logs_inspection(
        told.another_laboratory(),
        number="R-1",
        retest=True,
        supersedes=failed.record_id,
        reason="罗农复检[2026]3号",
    )
    ledger = told.registry.ledger

    assert verify_bundle(bundle_of(ledger, PATH), Trust(ledger.origin, ledger.verifier))
