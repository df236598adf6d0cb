"""Labels of a batch: looked at, issued as a run, downloaded for a printer."""

from base64 import b64encode
from decimal import Decimal

import wtforms
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
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from labels import STOCKS
from registry.commands.labels import add_label_run
from registry.domain.batch import Batch, own_batch
from registry.domain.gs1 import DigitalLink
from registry.domain.labelling import IssueLabels, labelled
from registry.domain.quantity import Quantity, parse_decimal
from registry.domain.roles import Action
from registry.errors import InvalidInput, NotFound, Problems, RegistryError, msg
from registry.store.queries.batches import batch_by_path
from registry.store.queries.labels import LabelRunRow, label_run, label_runs
from registry.web.batch_forms import NO_AMOUNT
from registry.web.context import actor, allowed, now, registry
from registry.web.forms import Form, apply_problems
from registry.web.i18n import say
from registry.web.label_files import MOST_A_FILE, Labels
from registry.web.typed import (
    CONTENT_UNITS,
    ChoiceField,
    Needed,
    attempt,
    parse_amount,
)

pages = Blueprint("labels", __name__, url_prefix="/batches/<gtin>/<lot>/labels")

STOCK_WORDS = {
    "30x20": msg("30 × 20 mm sticker, for small packs"),
    "40x30": msg("40 × 30 mm label, for bags"),
    "60x40": msg("60 × 40 mm label, for boxes"),
    "100x70": msg("100 × 70 mm label, for cases"),
    "a4-24": msg("A4 sheet of 24 labels, for an office printer"),
}
FIRST_STOCK = "40x30"
FIRST_CONTENT = Quantity(Decimal(1), "KGM")
MEDIA = {"png": "image/png", "pdf": "application/pdf"}


class LabelForm(Form):
    """What is asked of a run."""

    stock = ChoiceField(lazy_gettext("Printed on"), [Needed()], default=FIRST_STOCK)
    net_content = wtforms.StringField(
        lazy_gettext("Net content of one pack"), [Needed()]
    )
    unit = ChoiceField(lazy_gettext("Unit"), choices=CONTENT_UNITS, default="公斤")
    count = wtforms.StringField(lazy_gettext("How many labels"), [Needed()])

    @property
    def issues(self) -> bool:
        """Whether it was sent by the button that signs, not to be looked at."""
        return request.form.get("intent") == "issue"

    def content(self) -> Quantity:
        """Return the net content.

        Raises:
            InvalidInput: it cannot be read.
        """
        return parse_amount(self.net_content.data, self.unit.data, "net_content")

    def command(self, batch: Batch) -> IssueLabels:
        """Return what was typed as a command.

        Raises:
            InvalidInput: every input that cannot be read.
        """
        problems = Problems()
        content = attempt(problems, NO_AMOUNT, self.content)
        count = attempt(problems, 0, parse_count, self.count.data, "count")
        if self.stock.data not in STOCKS:
            problems.add(
                "stock",
                "There is no stock {given}. Choose one of the list.",
                given=self.stock.data or "(empty)",
            )
        problems.raise_if_any()
        return IssueLabels(batch.link.path, count, content, str(self.stock.data))


def parse_count(text: str | None, field: str) -> int:
    """Return a typed whole number; 0 and too many are for the rule to refuse.

    Raises:
        InvalidInput: not a whole number.
    """
    value = parse_decimal(text or "", field)
    if value % 1:
        raise InvalidInput.at(
            field, "{given} is not a whole number. Round it.", given=str(value)
        )
    return int(value)


@pages.route("", methods=["GET", "POST"])
@allowed(Action.ISSUE_LABELS)
def index(gtin: str, lot: str) -> str | BaseResponse:
    """Look at a label, issue a run, and find the runs so far."""
    batch = _own(gtin, lot)
    form = LabelForm.opened(unit="个" if batch.quantity.unit == "H87" else "公斤")
    form.stock.choices = _stocks()
    shown = (FIRST_STOCK, FIRST_CONTENT)
    if form.validate_on_submit():
        try:
            if form.issues:
                return _issue(form, batch)
            shown = (str(form.stock.data), form.content())
        except RegistryError as error:
            apply_problems(form, error)
    rows = label_runs(batch.link.path)
    free = batch.quantity.value - labelled([row.run for row in rows])
    return render_template(
        "labels/index.html",
        form=form,
        batch=batch,
        rows=rows,
        free=Quantity(free, batch.quantity.unit),
        preview=_preview(batch, *shown),
        stocks=_stocks(),
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


def _preview(batch: Batch, stock: str, content: Quantity) -> str:
    """Return a sample label as a data URL; empty if the text does not fit on it."""
    try:
        image = _labels(batch).sample_png(stock, content)
    except InvalidInput:
        return ""
    return "data:image/png;base64," + b64encode(image).decode("ascii")


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
        stocks=_stocks(),
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


def _stocks() -> list[SelectChoice]:
    return [SelectChoice(name, say(STOCK_WORDS[name])) for name in STOCKS]


def _download(content: bytes, kind: str, name: str) -> Response:
    response = make_response(content)
    response.mimetype = MEDIA[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    # Serials are worth money: no shared cache keeps them.
    response.headers["Cache-Control"] = "private, no-store"
    return response
