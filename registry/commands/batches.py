"""Batches of a cooperative and what was used on them."""

from dataclasses import replace
from datetime import datetime

from registry.clock import legal_date
from registry.commands.issuing import Receipt, issue
from registry.domain.batch import BatchContext, RegisterBatch, register_batch
from registry.domain.gs1 import DigitalLink, parse_gtin, parse_lot
from registry.domain.operations import RecordOperation, record_operation
from registry.domain.parties import Actor
from registry.domain.records import Statement
from registry.service import Registry
from registry.store.queries.batches import batch_by_path, batch_count
from registry.store.queries.products import plots_of, product_by_gtin


def add_batch(
    registry: Registry,
    actor: Actor,
    given: RegisterBatch,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Register a batch; an empty lot gets the harvest date and a running number."""
    owner = actor.organisation.did

    def decide() -> list[Statement]:
        gtin = parse_gtin(given.gtin)
        lot = given.lot.strip() or _next_lot(owner, given)
        path = DigitalLink(gtin, parse_lot(lot)).path
        context = BatchContext(
            product=product_by_gtin(gtin),
            plots=plots_of(owner, given.plots),
            lot_is_taken=batch_by_path(path) is not None,
            today=legal_date(now),
            identity_host=registry.identity_host,
        )
        return [register_batch(actor, replace(given, gtin=gtin, lot=lot), context)[1]]

    return issue(registry, owner, given, decide, request_id=request_id, now=now)[0]


def _next_lot(owner: str, given: RegisterBatch) -> str:
    """Return a lot that people can read out: harvest date and a running number."""
    return f"{given.harvested_on:%y%m%d}-{batch_count(owner) + 1:03d}"


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
