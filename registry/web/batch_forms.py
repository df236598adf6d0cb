"""The form of a batch: at most six inputs, which may be a draft for months."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import wtforms
from flask import request
from flask_babel import gettext, lazy_gettext
from wtforms.fields.choices import SelectChoice

from registry.domain.batch import RegisterBatch
from registry.domain.plots import Plot
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.errors import Problems
from registry.store.batch_drafts import BatchDraft
from registry.web.forms import Form
from registry.web.i18n import language
from registry.web.signing import METHOD
from registry.web.typed import (
    HARVEST_UNITS,
    BoxesField,
    ChoiceField,
    DayField,
    Needed,
    attempt,
    parse_amount,
    parse_day,
)

NO_DAY = date.min
NO_AMOUNT = Quantity(Decimal(0), "KGM")


class BatchForm(Form):
    """What is asked of a batch; read as a command, or kept as a draft."""

    gtin = ChoiceField(lazy_gettext("Product"), [Needed()])
    plots = BoxesField(lazy_gettext("Plots it grew on"), [Needed()])
    planted_on = DayField(lazy_gettext("Planted on"), [Needed()])
    harvested_on = DayField(lazy_gettext("Harvested on"), [Needed()])
    quantity = wtforms.StringField(lazy_gettext("Quantity harvested"), [Needed()])
    unit = ChoiceField(lazy_gettext("Unit"), choices=HARVEST_UNITS, default="公斤")
    lot = wtforms.StringField(
        lazy_gettext("Batch number"),
        description=lazy_gettext(
            "Left empty, it is made of the harvest date and a running number, such as "
            "261122-007. Your own: letters A-Z, digits and hyphen, at most 20."
        ),
    )

    @property
    def registers(self) -> bool:
        """Whether it was sent to be registered.

        Only its own buttons sign: the Enter key, which names no button, saves a draft.
        """
        return request.form.get("intent") == "register" or METHOD in request.form

    def offer(self, products: Sequence[Product], plots: Sequence[Plot]) -> None:
        """Let people choose among what their organisation has."""
        self.gtin.choices = [SelectChoice("", lazy_gettext("Choose a product"))] + [
            SelectChoice(product.gtin, product_label(product)) for product in products
        ]
        self.plots.choices = [
            SelectChoice(plot.code, plot_label(plot)) for plot in plots
        ]

    def draft(self) -> BatchDraft:
        """Return what was typed, as it was typed."""
        return BatchDraft(
            gtin=self.gtin.data or "",
            lot=self.lot.data or "",
            plots=tuple(self.plots.data or ()),
            planted_on=self.planted_on.data or "",
            harvested_on=self.harvested_on.data or "",
            quantity=self.quantity.data or "",
            unit=self.unit.data or "",
        )

    def command(self) -> RegisterBatch:
        """Return what was typed as a command.

        Raises:
            InvalidInput: every input that cannot be read.
        """
        problems = Problems()
        if not self.gtin.data:
            problems.add("gtin", "No product is chosen. Choose what was harvested.")
        command = RegisterBatch(
            gtin=self.gtin.data or "",
            lot=self.lot.data or "",
            plots=tuple(self.plots.data or ()),
            planted_on=attempt(
                problems, NO_DAY, parse_day, self.planted_on.data, "planted_on"
            ),
            harvested_on=attempt(
                problems, NO_DAY, parse_day, self.harvested_on.data, "harvested_on"
            ),
            quantity=attempt(
                problems,
                NO_AMOUNT,
                parse_amount,
                self.quantity.data,
                self.unit.data,
                "quantity",
            ),
        )
        problems.raise_if_any()
        return command


class CorrectionForm(BatchForm):
    """A batch as it should have been registered, and why.

    `origin` is the id of the OriginRecord that was on the page: what somebody else has
    corrected since is not overwritten unseen.
    """

    origin = wtforms.HiddenField()
    reason = wtforms.StringField(
        lazy_gettext("Reason"),
        [Needed()],
        description=lazy_gettext(
            "What was wrong, such as: weighed again. It is public, so name no person."
        ),
    )

    def correction(self) -> RegisterBatch:
        """Return what was typed as a command that supersedes the record shown.

        Raises:
            InvalidInput: every input that cannot be read.
        """
        return replace(
            self.command(),
            supersedes=self.origin.data or "",
            reason=self.reason.data or "",
        )


def plot_label(plot: Plot) -> str:
    """Return a plot's code and name, with its area as people say it."""
    area = gettext("%(amount)s mu", amount=plot.area.in_mu())
    return f"{plot.code} {plot.name} · {area}"


def product_label(product: Product) -> str:
    """Return a product's name in the reader's language, with its number."""
    name = product.name if language() == "zh" else product.name_en
    return f"{name} · {product.gtin}"
