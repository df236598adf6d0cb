"""Batches of a cooperative: the list, the form and its drafts, one batch in full."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.commands.batch_drafts import (
    discard_batch_draft,
    open_batch_draft,
    save_batch_draft,
)
from registry.commands.batches import add_batch
from registry.domain.batch import Batch, own_batch
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.domain.roles import Action
from registry.errors import NotFound, RegistryError
from registry.interop.dossier import dossier
from registry.store.batch_drafts import batch_drafts_of
from registry.store.queries.batches import (
    BatchRow,
    batch_by_path,
    batch_count,
    batches_of,
)
from registry.store.queries.products import plots_of, products_of
from registry.store.queries.records import record_by_id
from registry.web import words
from registry.web.batch_forms import BatchForm
from registry.web.batch_view import RECORDS, batch_view
from registry.web.context import actor, allowed, now, registry, today
from registry.web.forms import Form, apply_problems
from registry.web.operations import KINDS
from registry.web.paging import asked_page

pages = Blueprint("batches", __name__, url_prefix="/batches")

PAGE_SIZE = 20
SEARCHED = 2000  # the newest; a search looks no further back


@pages.get("")
@allowed(Action.REGISTER_BATCH)
def index() -> str:
    """List drafts, then batches, newest first, or those that a search finds."""
    owner = actor().organisation.did
    text = request.args.get("q", "").strip()
    if text:
        newest = batches_of(owner, today(), limit=SEARCHED)
        found = [row for row in newest if _holds(row, text)]
        paging = asked_page(len(found), PAGE_SIZE)
        rows = found[paging.first : paging.first + PAGE_SIZE]
    else:
        paging = asked_page(batch_count(owner), PAGE_SIZE)
        rows = batches_of(owner, today(), offset=paging.first, limit=PAGE_SIZE)
    is_start = not text and paging.number == 1
    return render_template(
        "batches/index.html",
        rows=rows,
        states=words.state,
        drafts=batch_drafts_of(owner) if is_start else [],
        products={product.gtin: product for product in products_of(owner)},
        text=text,
        paging=paging,
        path_of=page_path,
    )


def _holds(row: BatchRow, text: str) -> bool:
    """Tell whether a row has `text` in its lot, product or GTIN."""
    wanted = text.casefold()
    names = (row.lot, row.product_name, row.product_name_en, row.gtin)
    return any(wanted in name.casefold() for name in names)


def page_path(path: str) -> str:
    """Return the desk's page of the batch with this Digital Link path."""
    link = parse_digital_link(path)
    return url_for("batches.show", gtin=link.gtin, lot=link.lot)


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.REGISTER_BATCH)
def new() -> str | Response:
    """Register a batch, or keep it as a draft; `?copy=` starts from another one."""
    form = BatchForm.opened(**_copied(request.args.get("copy", "")))
    return _edit(form, draft_id="")


@pages.route("/drafts/<draft_id>", methods=["GET", "POST"])
@allowed(Action.REGISTER_BATCH)
def draft(draft_id: str) -> str | Response:
    """Go on with a draft: change it, or register what it has become."""
    kept = open_batch_draft(actor(), draft_id).draft
    return _edit(BatchForm.opened(**asdict(kept)), draft_id)


@pages.post("/drafts/<draft_id>/discard")
@allowed(Action.REGISTER_BATCH)
def discard(draft_id: str) -> Response:
    """Forget a draft."""
    if Form().validate_on_submit():
        discard_batch_draft(actor(), draft_id)
        flash(gettext("The draft is discarded."), "grey")
    return redirect(url_for("batches.index"), 303)


def _copied(asked: str) -> dict[str, object]:
    """Return what a batch like the one asked for (`last`: the newest) starts with."""
    newest = batches_of(actor().organisation.did, today(), limit=1)
    if asked == "last":
        asked = newest[0].path if newest else ""
    if not asked:
        return {}
    batch = own_batch(actor(), batch_by_path(asked))
    return {
        "gtin": batch.link.gtin,
        "plots": [share.code for share in batch.plots],
        "planted_on": batch.planted_on.isoformat(),
        "harvested_on": today().isoformat(),
        "unit": "公斤" if batch.quantity.unit == "KGM" else "个",
    }


def _edit(form: BatchForm, draft_id: str) -> str | Response:
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


def _keep(form: BatchForm, draft_id: str) -> Response:
    # The request id names a new draft, so that a second click changes the same one.
    save_batch_draft(
        actor(), form.draft(), draft_id=draft_id or form.request_id.data, now=now()
    )
    flash(gettext("Saved as a draft. Nothing is registered or signed yet."), "grey")
    return redirect(url_for("batches.index"), 303)


def _register(form: BatchForm, draft_id: str) -> Response:
    receipt = add_batch(
        registry(),
        actor(),
        form.command(),
        request_id=form.request_id.data,
        now=now(),
    )
    if draft_id:
        discard_batch_draft(actor(), draft_id)
    record = record_by_id(receipt.record_id)
    path = record.batches[0] if record else ""
    flash(
        gettext(
            "Batch %(lot)s is registered, signed and in the log.",
            lot=path.rpartition("/")[2],
        )
    )
    return redirect(page_path(path), 303)


@pages.get("/<gtin>/<lot>")
@allowed(Action.REGISTER_BATCH)
def show(gtin: str, lot: str) -> str:
    """Show its owner everything about a batch, and the next thing to do."""
    batch = own(gtin, lot)
    found = dossier(registry(), batch.link, today())
    if found is None:
        raise NotFound.at("", "The records of this batch cannot be read.")
    return render_template(
        "batches/show.html",
        view=batch_view(registry(), found, today()),
        words=words,
        kinds=KINDS,
        record_types=RECORDS,
    )


def own(gtin: str, lot: str) -> Batch:
    """Return the batch of an address, if it is the actor's.

    Raises:
        NotAllowed: it is another's, or there is none.
    """
    return own_batch(actor(), batch_by_path(DigitalLink(gtin, lot).path))
