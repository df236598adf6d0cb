"""Inspections: the list, finding a batch, one report; typing is `inspection_entry`."""

from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.clock import from_millis
from registry.domain.batch import State
from registry.domain.inspection import judge
from registry.domain.parties import Organisation
from registry.domain.roles import Action, may
from registry.store.queries.batches import operations_on
from registry.store.queries.inspection_lists import inspections_matching
from registry.store.queries.inspections import InspectionRow
from registry.store.queries.organisations import organisations
from registry.store.queries.records import record_by_id
from registry.web import words
from registry.web.context import actor, allowed, registry, signed_in
from registry.web.finding import find_batch
from registry.web.format import moment
from registry.web.inspection_entry import (
    batch_at,
    correct,
    inspection_of,
    judge_rows,
    new,
)
from registry.web.inspection_readings import untested
from registry.web.seal import Seal
from registry.web.signers import name_of

pages = Blueprint("inspections", __name__, url_prefix="/inspections")
pages.add_url_rule("/new", view_func=new, methods=["GET", "POST"])
pages.add_url_rule("/judge", view_func=judge_rows, methods=["POST"])
pages.add_url_rule(
    "/<uuid:record_id>/correct", view_func=correct, methods=["GET", "POST"]
)

PAGE_ROWS = 50


@pages.get("")
@allowed(Action.LOG_INSPECTION)
def index() -> str:
    """List the body's reports, newest first."""
    text = request.args.get("q", "").strip()
    # Bounded: an offset beyond 64 bits is an error of the database, not an empty page.
    offset = min(max(0, request.args.get("offset", 0, type=int)), 10**9)
    rows = inspections_matching(
        actor().organisation.did, text, offset=offset, limit=PAGE_ROWS + 1
    )
    return render_template(
        "inspections/index.html",
        rows=rows[:PAGE_ROWS],
        text=text,
        previous=_at(text, max(0, offset - PAGE_ROWS)) if offset else None,
        next=_at(text, offset + PAGE_ROWS) if len(rows) > PAGE_ROWS else None,
        words=words,
    )


def _at(text: str, offset: int) -> str:
    return url_for("inspections.index", q=text or None, offset=offset or None)


@pages.route("/find", methods=["GET", "POST"])
@allowed(Action.LOG_INSPECTION)
def find() -> str | Response:
    """Find the batch that a sample is of."""
    page = find_batch(State.REGISTERED)
    if isinstance(page, Response):
        return page
    return render_template("inspections/find.html", page=page)


@pages.get("/<uuid:record_id>")
@signed_in
def show(record_id: UUID) -> str:
    """Show a report, our reading of it, and what became of it."""
    row = inspection_of(record_id)
    report, batch = row.report, batch_at(row.report.batch_path)
    record = record_by_id(row.record_id)
    parties = organisations({report.issuer, batch.owner})
    judgements = [
        judge(
            result,
            batch.commodity,
            report.sampled_on,
            registry().reference,
            batch.product_class,
        )
        for result in report.results
    ]
    return render_template(
        "inspections/show.html",
        row=row,
        report=report,
        reason=record.reason if record else "",
        supersedes=record.supersedes.removeprefix("urn:uuid:") if record else "",
        batch=batch,
        owner=parties[batch.owner],
        judgements=judgements,
        untested=untested(
            operations_on(report.batch_path), (r.analyte for r in report.results)
        ),
        seal=_seal(parties[report.issuer], row),
        is_own=actor().organisation.did == report.issuer,
        may_log=may(actor(), Action.LOG_INSPECTION),
        words=words,
    )


def _seal(issuer: Organisation, row: InspectionRow) -> Seal:
    logged = moment(from_millis(row.logged_at))
    return Seal(name_of(issuer), issuer.short_name, logged, f"/records/{row.record_id}")
