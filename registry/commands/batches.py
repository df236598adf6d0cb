"""Batches of a cooperative and what was used on them."""

from dataclasses import replace
from datetime import date, datetime
from itertools import count

from registry.clock import legal_date
from registry.commands.issuing import Receipt, issue
from registry.domain.batch import (
    Batch,
    BatchContext,
    RegisterBatch,
    register_batch,
)
from registry.domain.gs1 import DigitalLink, parse_gtin, parse_lot
from registry.domain.labelling import labelled
from registry.domain.operations import RecordOperation, record_operation
from registry.domain.origin_correction import StandingOrigin, correct_batch
from registry.domain.parties import Actor
from registry.domain.records import RecordType, Statement
from registry.service import Registry
from registry.store.queries.batches import (
    batch_by_path,
    batch_count,
    operations_on,
)
from registry.store.queries.inspections import inspections_of_batch
from registry.store.queries.labels import label_runs
from registry.store.queries.products import plots_of, product_by_gtin
from registry.store.queries.records import record_by_id, records_naming


def add_batch(
    registry: Registry,
    actor: Actor,
    given: RegisterBatch,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Register or correct a batch; an empty lot gets harvest date and a number."""
    owner = actor.organisation.did

    def decide() -> list[Statement]:
        gtin = parse_gtin(given.gtin)
        standing = standing_origin(given.supersedes) if given.supersedes else None
        kept = standing.batch.link.lot if standing else None
        lot = given.lot.strip() or kept or _next_lot(owner, gtin, given.harvested_on)
        asked = replace(given, gtin=gtin, lot=lot)
        context = BatchContext(
            product=product_by_gtin(gtin),
            plots=plots_of(owner, given.plots),
            lot_is_taken=_is_taken(gtin, parse_lot(lot)),
            today=legal_date(now),
            identity_host=registry.identity_host,
        )
        if given.supersedes:
            return [correct_batch(actor, asked, context, standing)[1]]
        return [register_batch(actor, asked, context)[1]]

    return issue(registry, owner, given, decide, request_id=request_id, now=now)[0]


def standing_origin(record_id: str) -> StandingOrigin | None:
    """Return what an OriginRecord says and what hangs on it; None unless newest.

    Args:
        record_id: a UUID, as it is or as `urn:uuid:`.
    """
    record = record_by_id(record_id.removeprefix("urn:uuid:"))
    if record is None or record.record_type is not RecordType.ORIGIN:
        return None
    path = record.batches[0]
    if any(
        later.record_type is RecordType.ORIGIN and later.leaf_index > record.leaf_index
        for later in records_naming([path])
    ):
        return None
    runs = [row.run for row in label_runs(path)]
    samples = [row.report.sampled_on for row in inspections_of_batch(path)]
    uses = [use.applied_on for use in operations_on(path)]
    return StandingOrigin(
        record.record_id,
        Batch.from_claims(record.subject, record.issuer),
        labelled(runs) if runs else None,
        min(samples, default=None),
        max(uses, default=None),
    )


def _is_taken(gtin: str, lot: str) -> bool:
    return batch_by_path(DigitalLink(gtin, lot).path) is not None


def _next_lot(owner: str, gtin: str, harvested_on: date) -> str:
    """Return a free lot that people can read out: harvest date, running number."""
    lots = (f"{harvested_on:%y%m%d}-{n:03d}" for n in count(batch_count(owner) + 1))
    return next(lot for lot in lots if not _is_taken(gtin, lot))


def add_operation(
    registry: Registry,
    actor: Actor,
    given: RecordOperation,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Record an input used on a batch; a banned one is refused with its source."""

    def decide() -> list[Statement]:
        _, statement = record_operation(
            actor,
            given,
            batch_by_path(given.batch_path),
            registry.reference,
            today=legal_date(now),
            identity_host=registry.identity_host,
        )
        return [statement]

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]
