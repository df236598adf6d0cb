"""Inspections."""

from datetime import datetime

from registry.clock import legal_date
from registry.commands.issuing import Receipt, issue
from registry.domain.batch import Batch
from registry.domain.inspection import AnalyteJudgement, judge
from registry.domain.inspection_report import (
    InspectionContext,
    LogInspection,
    log_inspection,
)
from registry.domain.parties import Actor
from registry.domain.records import Statement
from registry.service import Registry
from registry.store.queries.batches import batch_by_path
from registry.store.queries.inspections import (
    inspection_by_id,
    report_number_is_taken,
)


def add_inspection(
    registry: Registry,
    actor: Actor,
    given: LogInspection,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Log an inspection, or correct one by superseding it."""

    def decide() -> list[Statement]:
        superseded = given.supersedes.removeprefix("urn:uuid:")
        row = inspection_by_id(superseded) if superseded else None
        batch = batch_by_path(given.batch_path)
        context = InspectionContext(
            batch=batch,
            number_is_taken=report_number_is_taken(
                actor.organisation.did, given.number.strip()
            ),
            superseded=row.report if row and not row.superseded_by else None,
            judgements=read_results(registry, given, batch) if batch else (),
            today=legal_date(now),
            identity_host=registry.identity_host,
        )
        return [log_inspection(actor, given, context)[1]]

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]


def read_results(
    registry: Registry, given: LogInspection, batch: Batch
) -> tuple[AnalyteJudgement, ...]:
    """Return our reading of each result against the limits in force on the day."""
    return tuple(
        judge(
            result,
            batch.commodity,
            given.sampled_on,
            registry.reference,
            batch.product_class,
        )
        for result in given.results
    )
