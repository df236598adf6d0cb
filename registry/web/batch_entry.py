"""What is typed of a batch: kept as a draft, registered, or a correction of one."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.commands.batch_drafts import discard_batch_draft, save_batch_draft
from registry.domain.batch import Batch, RegisterBatch, own_batch
from registry.errors import RegistryError
from registry.store.queries.batches import batch_by_path, batch_count, batches_of
from registry.store.queries.products import plots_of, products_of
from registry.store.queries.records import record_by_id
from registry.web.batch_forms import BatchForm, CorrectionForm
from registry.web.batch_view import page_of
from registry.web.context import actor, now, today
from registry.web.forms import Form, apply_problems
from registry.web.signing import carry_out

LAST = "last"


def copied(asked: str) -> dict[str, object]:
    """Return what a new batch starts with that is like another of the actor's.

    Args:
        asked: Digital Link path, `last` for the newest, empty for none.

    Raises:
        NotAllowed: the batch is another's.
    """
    if asked == LAST:
        newest = batches_of(actor().organisation.did, today(), limit=1)
        asked = newest[0].path if newest else ""
    if not asked:
        return {}
    batch = own_batch(actor(), batch_by_path(asked))
    # What grew where is likely the same; how much and when is a new fact.
    return {
        "gtin": batch.link.gtin,
        "plots": [share.code for share in batch.plots],
        "planted_on": batch.planted_on.isoformat(),
        "harvested_on": today().isoformat(),
        "unit": _unit(batch),
    }


def as_typed(batch: Batch, origin: str) -> dict[str, object]:
    """Return a batch as it would be typed, to be corrected.

    Args:
        batch: as it stands.
        origin: id of the OriginRecord that says so.
    """
    return copied(batch.link.path) | {
        "harvested_on": batch.harvested_on.isoformat(),
        "quantity": batch.quantity.text,
        "lot": batch.link.lot,
        "origin": origin,
    }


def _unit(batch: Batch) -> str:
    return "公斤" if batch.quantity.unit == "KGM" else "个"


def enter(form: BatchForm, draft_id: str = "") -> str | Response:
    """Show the form of a batch, keep it as a draft or register it.

    Args:
        form: as opened.
        draft_id: of the draft that it goes on with, or empty.
    """
    owner = actor().organisation.did
    products, plots = products_of(owner), plots_of(owner)
    form.offer(products, plots)
    if form.validate_on_submit():
        try:
            if not form.registers:
                return _keep(form, draft_id)
            return _register(form, draft_id)
        except RegistryError as error:
            apply_problems(form, error)
    return render_template(
        "batches/new.html",
        form=form,
        draft_id=draft_id,
        products=products,
        plots=plots,
        discarding=Form(formdata=None),
        has_batches=bool(batch_count(owner)),
    )


def correct(form: CorrectionForm, batch: Batch) -> str | Response:
    """Show the form of a correction of `batch`, or register it."""
    owner = actor().organisation.did
    form.offer(products_of(owner), plots_of(owner))
    if form.validate_on_submit():
        try:
            _issue(form.correction(), form)
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(gettext("The correction is signed and in the log."))
            return redirect(page_of(batch.link), 303)
    return render_template("batches/correct.html", form=form, batch=batch)


def _keep(form: BatchForm, draft_id: str) -> Response:
    # The request id names a new draft, so that a second click changes the same one.
    save_batch_draft(
        actor(), form.draft(), draft_id=draft_id or form.request_id.data, now=now()
    )
    flash(gettext("Saved as a draft. Nothing is registered or signed yet."), "grey")
    return redirect(url_for("batches.index"), 303)


def _register(form: BatchForm, draft_id: str) -> Response:
    link = _issue(form.command(), form).link
    if draft_id:
        discard_batch_draft(actor(), draft_id)
    flash(gettext("Batch %(lot)s is registered, signed and in the log.", lot=link.lot))
    return redirect(page_of(link), 303)


def _issue(given: RegisterBatch, form: BatchForm) -> Batch:
    """Register or correct a batch, and return it as its record describes it."""
    receipt = carry_out(form, "origin", given)
    record = record_by_id(receipt.record_id)
    if record is None:
        raise LookupError(f"receipt without record {receipt.record_id}")
    return Batch.from_claims(record.subject, record.issuer)
