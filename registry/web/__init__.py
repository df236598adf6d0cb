"""Pages: one blueprint a noun. A view turns a form into a command, a value into HTML.

No rule is decided here and no row is read here: views call `commands`, `interop` and
`store.queries`, and errors become HTTP in `web.problems` alone.
"""

from flask import Blueprint


def blueprints() -> tuple[Blueprint, ...]:
    """Return every blueprint, in the order of the navigation."""
    from registry.web import (  # noqa: PLC0415 - views import `web.context`
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
        records,
        scan,
    )

    return (
        home.pages,
        scan.pages,
        records.pages,
        log.pages,
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
