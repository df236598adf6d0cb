"""Every blueprint, in the order of the navigation."""

from flask import Blueprint

from registry.web import (
    accounts,
    batches,
    certifications,
    health,
    help,
    home,
    inspections,
    keys,
    labels,
    log,
    operations,
    organisations,
    plots,
    products,
    proofs,
    records,
    scan,
    state,
    verifier,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.pages,
    scan.pages,
    verifier.pages,
    records.pages,
    log.pages,
    proofs.pages,
    accounts.pages,
    batches.pages,
    operations.pages,
    labels.pages,
    plots.pages,
    products.pages,
    inspections.pages,
    certifications.pages,
    organisations.pages,
    keys.pages,
    help.pages,
    state.pages,
    health.pages,
)
