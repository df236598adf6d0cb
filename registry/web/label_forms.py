"""The form of a run of labels, and what labels can be printed on."""

from decimal import Decimal

import wtforms
from flask import request
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice

from labels import STOCKS
from registry.domain.batch import Batch
from registry.domain.labelling import IssueLabels
from registry.domain.quantity import Quantity, parse_decimal
from registry.errors import InvalidInput, Problems, msg
from registry.web.batch_forms import NO_AMOUNT
from registry.web.forms import Form
from registry.web.i18n import say
from registry.web.typed import (
    CONTENT_UNITS,
    ChoiceField,
    Needed,
    attempt,
    parse_amount,
)

STOCK_WORDS = {
    "30x20": msg("30 × 20 mm sticker, for small packs"),
    "40x30": msg("40 × 30 mm label, for bags"),
    "60x40": msg("60 × 40 mm label, for boxes"),
    "100x70": msg("100 × 70 mm label, for cases"),
    "a4-24": msg("A4 sheet of 24 labels, for an office printer"),
}
FIRST_STOCK = "40x30"
FIRST_CONTENT = Quantity(Decimal(1), "KGM")


def stocks() -> list[SelectChoice]:
    """Return what labels can be printed on, smallest first."""
    return [SelectChoice(name, say(STOCK_WORDS[name])) for name in STOCKS]


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
        problems.raise_if_any()
        return IssueLabels(batch.link.path, count, content, self.stock.data or "")


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
