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
    labels,
    log,
    operations,
    organisations,
    plots,
    products,
    proofs,
    records,
    scan,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.pages,
    scan.pages,
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
    help.pages,
    health.pages,
)
