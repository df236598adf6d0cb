"""Batches of a cooperative: the list, the form and its drafts, one batch in full."""

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.commands.batch_drafts import discard_batch_draft, open_batch_draft
from registry.domain.batch import Batch, own_batch
from registry.domain.gs1 import DigitalLink
from registry.domain.roles import Action
from registry.interop.dossier import Dossier, dossier
from registry.store.batch_drafts import BatchDraft, batch_drafts_of
from registry.store.queries.batches import (
    BatchRow,
    batch_by_path,
    batch_count,
    batches_of,
)
from registry.store.queries.products import products_of
from registry.web import words
from registry.web.batch_entry import as_typed, copied, correct, enter
from registry.web.batch_forms import BatchForm, CorrectionForm
from registry.web.batch_view import batch_view, page_of
from registry.web.context import actor, allowed, now, registry, today
from registry.web.forms import Form
from registry.web.paging import asked_page
from registry.web.record_words import OPERATIONS, RECORD_TYPES

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
        rows=[(row, page_of(DigitalLink(row.gtin, row.lot))) for row in rows],
        states=words.state,
        drafts=batch_drafts_of(owner) if is_start else [],
        products={product.gtin: product for product in products_of(owner)},
        text=text,
        paging=paging,
    )


def _holds(row: BatchRow, text: str) -> bool:
    """Tell whether a row has `text` in its lot, product or GTIN."""
    wanted = text.casefold()
    names = (row.lot, row.product_name, row.product_name_en, row.gtin)
    return any(wanted in name.casefold() for name in names)


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.REGISTER_BATCH)
def new() -> str | Response:
    """Register a batch, or keep it as a draft; `?copy=` starts from another one."""
    return enter(BatchForm.opened(**copied(request.args.get("copy", ""))))


@pages.route("/drafts/<draft_id>", methods=["GET", "POST"])
@allowed(Action.REGISTER_BATCH)
def draft(draft_id: str) -> str | Response:
    """Go on with a draft: change it, or register what it has become."""
    # A second click on "register" comes when the draft is gone already.
    is_sent = request.method == "POST"
    kept = BatchDraft() if is_sent else open_batch_draft(actor(), draft_id).draft
    return enter(BatchForm.opened(**asdict(kept)), draft_id)


@pages.post("/drafts/<draft_id>/discard")
@allowed(Action.REGISTER_BATCH)
def discard(draft_id: str) -> Response:
    """Forget a draft."""
    if Form().validate_on_submit():
        discard_batch_draft(actor(), draft_id)
        flash(gettext("The draft is discarded."), "grey")
    return redirect(url_for("batches.index"), 303)


@pages.get("/<gtin>/<lot>")
@allowed(Action.REGISTER_BATCH)
def show(gtin: str, lot: str) -> str:
    """Show its owner everything about a batch, and the next thing to do."""
    return render_template(
        "batches/show.html",
        view=batch_view(registry(), _dossier(own(gtin, lot)), today()),
        words=words,
        kinds=OPERATIONS,
        record_types=RECORD_TYPES,
    )


@pages.route("/<gtin>/<lot>/correct", methods=["GET", "POST"])
@allowed(Action.REGISTER_BATCH)
def correction(gtin: str, lot: str) -> str | Response:
    """Correct what was registered; the first record stays readable, and marked."""
    batch = own(gtin, lot)
    origin = _dossier(batch).origin.record_id
    return correct(CorrectionForm.opened(**as_typed(batch, origin)), batch)


def own(gtin: str, lot: str) -> Batch:
    """Return the batch of an address, if it is the actor's.

    Raises:
        NotAllowed: it is another's, or there is none.
    """
    return own_batch(actor(), batch_by_path(DigitalLink(gtin, lot).path))


def _dossier(batch: Batch) -> Dossier:
    found = dossier(registry(), batch.link, now())
    if found is None:
        raise LookupError(f"batch row without records {batch.link.path}")
    return found
