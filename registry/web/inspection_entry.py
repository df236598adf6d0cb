"""Typing a report: a new one, a correction, and how the rows read meanwhile."""

from dataclasses import replace
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.domain.batch import Batch
from registry.domain.inspection_report import LogInspection
from registry.domain.roles import Action
from registry.errors import InvalidInput, NotFound, RegistryError
from registry.store.queries.batches import batch_by_path, operations_on
from registry.store.queries.inspections import (
    InspectionRow,
    inspection_by_id,
    inspections_of_batch,
)
from registry.store.queries.organisations import organisations
from registry.web import words
from registry.web.context import actor, allowed, registry, today
from registry.web.forms import apply_problems
from registry.web.inspection_form import (
    CorrectionForm,
    InspectionForm,
    ResultRow,
    as_typed,
)
from registry.web.inspection_readings import (
    figures_to_confirm,
    known_analytes,
    known_methods,
    parse_report,
    readings,
    untested,
)
from registry.web.signing import carry_out


@allowed(Action.LOG_INSPECTION)
def new() -> str | Response:
    """Type a report on the batch of `?batch=`, and log it."""
    asked = request.args.get("batch", "")
    form = InspectionForm.opened(batch=asked)
    if form.restored and asked not in {"", form.batch.data}:
        # What was kept is the report on another batch.
        form = InspectionForm(formdata=None, data={"batch": asked})
    if not form.batch.data:
        return redirect(url_for("inspections.find"), 303)
    return _typed(form, batch_at(form.batch.data), None)


@allowed(Action.LOG_INSPECTION)
def correct(record_id: UUID) -> str | Response:
    """Type a report that supersedes this one."""
    row = inspection_of(record_id)
    is_own = row.report.issuer == actor().organisation.did
    # Another laboratory's report is answered by a retest of a new sample.
    typed = as_typed(row.report) if is_own else {"retest": True}
    form = CorrectionForm.opened(**typed)
    return _typed(form, batch_at(row.report.batch_path), row)


@allowed(Action.LOG_INSPECTION)
def judge_rows() -> str:
    """Say how the rows of a form read by now; the page asks while one types."""
    form = InspectionForm.opened()
    page = _read(form, batch_at(form.batch.data or ""))
    return render_template("inspections/_readings.html", live=True, **page)


def _typed(
    form: InspectionForm, batch: Batch, superseded: InspectionRow | None
) -> str | Response:
    """Log the report that was typed, or show the form with what is wrong."""
    reference = registry().reference
    if form.validate_on_submit():
        form.drop_blank_rows()
        try:
            given = parse_report(form, batch, reference, today())
            if "check" not in request.form:
                return _log(form, batch, given, superseded)
        except RegistryError as error:
            apply_problems(form, error)
    used = operations_on(batch.link.path)
    return render_template(
        "inspections/new.html",
        form=form,
        blank=ResultRow(prefix="results-__i__-"),
        superseded=superseded,
        earlier=inspections_of_batch(batch.link.path),
        owner=organisations([batch.owner])[batch.owner],
        analytes=known_analytes(batch, used, reference),
        methods=known_methods(reference, today()),
        is_own=superseded and superseded.report.issuer == actor().organisation.did,
        live=False,
        **_read(form, batch),
    )


def _log(
    form: InspectionForm,
    batch: Batch,
    given: LogInspection,
    superseded: InspectionRow | None,
) -> Response:
    """Log a report whose failing figures the inspector has looked at twice.

    Raises:
        RegistryError: what the rules refuse; nothing was written.
    """
    figures = figures_to_confirm(readings(form, batch, registry().reference, today()))
    if given.verdict == "fail" and figures not in {"", form.confirmed.data}:
        raise InvalidInput.at(
            "confirmed",
            "This report makes the batch unfit for sale. Compare the figures with the "
            "report once more, then tick the box.",
        )
    if superseded:
        given = replace(given, supersedes=f"urn:uuid:{superseded.record_id}")
    receipt = carry_out(form, "inspection", given)
    flash(gettext("Report %(number)s is signed and logged.", number=given.number))
    return redirect(url_for("inspections.show", record_id=receipt.record_id), 303)


def _read(form: InspectionForm, batch: Batch) -> dict[str, object]:
    """Return what the page says about the rows as they stand."""
    read = readings(form, batch, registry().reference, today())
    used = operations_on(batch.link.path)
    return {
        "batch": batch,
        "readings": read,
        "to_confirm": figures_to_confirm(read),
        "confirmed": form.confirmed.data or "",
        "untested": untested(used, (row.given.analyte for row in form.rows)),
        "words": words,
    }


def batch_at(path: str) -> Batch:
    """Return the batch of a path.

    Raises:
        NotFound: there is none.
    """
    found = batch_by_path(path)
    if found is None:
        raise NotFound.at(
            "batch",
            "No batch {batch} is registered here. Scan its label or check the number.",
            batch=path,
        )
    return found


def inspection_of(record_id: UUID) -> InspectionRow:
    """Return a report by its record.

    Raises:
        NotFound: there is none.
    """
    found = inspection_by_id(str(record_id))
    if found is None:
        raise NotFound.at("", "There is no such report here. Look it up in the list.")
    return found
