"""Labels of a batch: looked at, issued as a run, downloaded for a printer."""

from base64 import b64encode

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from registry.commands.labels import add_label_run
from registry.domain.batch import Batch, own_batch
from registry.domain.gs1 import DigitalLink
from registry.domain.roles import Action
from registry.errors import InvalidInput, NotFound, RegistryError
from registry.store.queries.batches import batch_by_path
from registry.store.queries.labels import LabelRunRow, label_run, label_runs
from registry.web.batch_view import unlabelled
from registry.web.context import actor, allowed, now, registry
from registry.web.forms import apply_problems
from registry.web.label_files import MOST_A_FILE, Labels
from registry.web.label_forms import FIRST_CONTENT, FIRST_STOCK, LabelForm, stocks

pages = Blueprint("labels", __name__, url_prefix="/batches/<gtin>/<lot>/labels")

MEDIA = {"png": "image/png", "pdf": "application/pdf"}


@pages.route("", methods=["GET", "POST"])
@allowed(Action.ISSUE_LABELS)
def index(gtin: str, lot: str) -> str | BaseResponse:
    """Look at a label, issue a run, and find the runs so far."""
    batch = _own(gtin, lot)
    form = LabelForm.opened(unit="个" if batch.quantity.unit == "H87" else "公斤")
    form.stock.choices = stocks()
    preview = b""
    if form.validate_on_submit():
        try:
            if form.issues:
                return _issue(form, batch)
            preview = _labels(batch).sample_png(form.stock.data or "", form.content())
        except RegistryError as error:
            apply_problems(form, error)
    rows = label_runs(batch.link.path)
    return render_template(
        "labels/index.html",
        form=form,
        batch=batch,
        rows=rows,
        free=unlabelled(batch, [row.run for row in rows]),
        preview=_data_url(preview or _first_sample(batch)),
        stocks=stocks(),
    )


def _issue(form: LabelForm, batch: Batch) -> BaseResponse:
    given = form.command(batch)
    # What cannot be printed is refused before it is promised.
    _labels(batch).sample_png(given.stock, given.net_content)
    receipt = add_label_run(
        registry(), actor(), given, request_id=form.request_id.data, now=now()
    )
    rows = label_runs(batch.link.path)
    run = next(row.run.run for row in rows if row.record_id == receipt.record_id)
    flash(gettext("The labels are issued. Now download and print them."))
    link = batch.link
    return redirect(url_for("labels.run", gtin=link.gtin, lot=link.lot, run=run), 303)


def _first_sample(batch: Batch) -> bytes:
    """Return a sample before anything is chosen; empty if it does not fit."""
    try:
        return _labels(batch).sample_png(FIRST_STOCK, FIRST_CONTENT)
    except InvalidInput:
        return b""


def _data_url(png: bytes) -> str:
    return "data:image/png;base64," + b64encode(png).decode("ascii") if png else ""


@pages.get("/<int:run>")
@allowed(Action.ISSUE_LABELS)
def run(gtin: str, lot: str, run: int) -> str:
    """Offer a run's files."""
    batch = _own(gtin, lot)
    found = _run(batch, run)
    return render_template(
        "labels/run.html",
        batch=batch,
        row=found,
        stocks=stocks(),
        last=min(found.run.count, MOST_A_FILE),
        most=MOST_A_FILE,
    )


@pages.get("/<int:run>.pdf")
@allowed(Action.ISSUE_LABELS)
def run_pdf(gtin: str, lot: str, run: int) -> Response:
    """Give labels `?first=` to `?last=` of a run, from place `?start_at=`."""
    batch = _own(gtin, lot)
    found = _run(batch, run).run
    first = request.args.get("first", 1, int)
    content = _labels(batch).items_pdf(
        found,
        request.args.get("stock", found.stock),
        first,
        request.args.get("last", min(found.count, first + MOST_A_FILE - 1), int),
        request.args.get("start_at", 1, int),
    )
    return _download(content, "pdf", f"{lot}-{run + 1}")


@pages.get("/<int:run>/<int:number>.png")
@allowed(Action.ISSUE_LABELS)
def item_png(gtin: str, lot: str, run: int, number: int) -> Response:
    """Give one label of a run; numbers count from 1."""
    batch = _own(gtin, lot)
    found = _run(batch, run).run
    stock = request.args.get("stock", found.stock)
    content = _labels(batch).item_png(found, stock, number)
    return _download(content, "png", f"{lot}-{run + 1}-{number}")


@pages.get("/batch.<any(png, pdf):kind>")
@allowed(Action.ISSUE_LABELS)
def batch_file(gtin: str, lot: str, kind: str) -> Response:
    """Give the label of the batch as a whole, for a shelf, case or delivery note."""
    files = _labels(_own(gtin, lot))
    stock = request.args.get("stock", FIRST_STOCK)
    content = files.batch_png(stock) if kind == "png" else files.batch_pdf(stock)
    return _download(content, kind, lot)


def _own(gtin: str, lot: str) -> Batch:
    return own_batch(actor(), batch_by_path(DigitalLink(gtin, lot).path))


def _run(batch: Batch, run: int) -> LabelRunRow:
    found = label_run(batch.link.path, run)
    if found is None:
        raise NotFound.at("", "This batch has no such run of labels.")
    return found


def _labels(batch: Batch) -> Labels:
    return Labels(registry(), batch, actor().organisation)


def _download(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = MEDIA[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    # Serials are worth money: no shared cache keeps them.
    response.headers["Cache-Control"] = "private, no-store"
    return response
