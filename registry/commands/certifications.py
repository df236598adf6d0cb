"""Certificates and changes to them."""

from datetime import datetime

from registry.commands.issuing import Receipt, issue
from registry.domain.batch import Batch
from registry.domain.certification import (
    Certify,
    CertifyContext,
    ChangeCertificate,
    certify,
    change_certificate,
)
from registry.domain.gs1 import parse_digital_link
from registry.domain.parties import Actor
from registry.domain.products import Product
from registry.domain.records import Statement
from registry.service import Registry
from registry.store.queries.batches import batch_by_path
from registry.store.queries.certificates import certificate_by_number
from registry.store.queries.inspections import inspectors_of
from registry.store.queries.products import product_by_gtin


def subject_of(path: str) -> Product | Batch | None:
    """Return the product or batch that a Digital Link path leads to, or None."""
    link = parse_digital_link(path)
    return batch_by_path(link.path) if link.lot else product_by_gtin(link.gtin)


def add_certificate(
    registry: Registry,
    actor: Actor,
    given: Certify,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Certify products or batches of one holder."""
    issuer = actor.organisation.did

    def decide() -> list[Statement]:
        context = CertifyContext(
            found=[(path, subject_of(path)) for path in given.paths],
            number_is_taken=certificate_by_number(issuer, given.number.strip())
            is not None,
            inspectors=inspectors_of(list(given.paths)),
        )
        return [certify(actor, given, context)[1]]

    return issue(registry, issuer, given, decide, request_id=request_id, now=now)[0]


def change(
    registry: Registry,
    actor: Actor,
    given: ChangeCertificate,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Suspend, reinstate or revoke a certificate of the actor's body."""
    issuer = actor.organisation.did

    def decide() -> list[Statement]:
        row = certificate_by_number(issuer, given.number.strip())
        _, statement = change_certificate(
            actor,
            given,
            row.certificate if row else None,
            row.change if row else None,
        )
        return [statement]

    return issue(registry, issuer, given, decide, request_id=request_id, now=now)[0]
