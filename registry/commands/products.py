"""Products and plots of a cooperative."""

from dataclasses import replace
from datetime import datetime

from registry.commands.issuing import Receipt, issue
from registry.domain.gs1 import parse_gtin, restricted_gtin
from registry.domain.parties import Actor
from registry.domain.plots import RegisterPlot, register_plot
from registry.domain.products import RegisterProduct, register_product
from registry.domain.records import Statement
from registry.service import Registry
from registry.store.annexes import annex_digest, keep_annex
from registry.store.queries.products import plots_of, product_by_gtin, product_count


def add_product(
    registry: Registry,
    actor: Actor,
    given: RegisterProduct,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Register a product; without a GTIN it gets a restricted-circulation number."""
    reference = registry.reference

    def decide() -> list[Statement]:
        gtin = given.gtin.strip() or restricted_gtin(
            *divmod(product_count() + 1, 99999)
        )
        held = product_by_gtin(parse_gtin(gtin))
        _, statement = register_product(
            actor,
            replace(given, gtin=gtin),
            held.owner if held else "",
            divisions=reference.divisions,
            product_classes=reference.product_classes,
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


def add_plot(
    registry: Registry,
    actor: Actor,
    given: RegisterPlot,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Register a plot; its outline becomes an annex that only the parties see."""
    salt = registry.entropy(16)
    outline = given.outline.encode()

    def decide() -> list[Statement]:
        owner = actor.organisation.did
        digest = annex_digest(salt, outline) if outline else ""
        _, statement = register_plot(
            actor,
            given,
            taken=bool(plots_of(owner, [given.code.strip().upper()])),
            outline_digest=digest,
            divisions=registry.reference.divisions,
        )
        if outline:
            keep_annex(
                salt,
                outline,
                owner=owner,
                audience="parties",
                media_type="application/geo+json",
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
