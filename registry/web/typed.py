"""What people type, read into values of the domain; what cannot be read is refused.

Inputs take what people write, not what a browser's validation likes: a form may also be
a draft, of which any part may lack, so nothing here is a validator of WTForms.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import ClassVar, ParamSpec, TypeVar

import wtforms
from flask_babel import lazy_gettext
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, DateInput

from registry.domain.quantity import UNITS, Quantity, parse_quantity
from registry.errors import InvalidInput, Problems

P = ParamSpec("P")
T = TypeVar("T")

# 2026-11-22, 2026/11/2, 2026.11.2, 2026年11月2日
_DAY = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?")

_KILOGRAM = SelectChoice("公斤", lazy_gettext("kg (公斤)"))
_JIN = SelectChoice("斤", lazy_gettext("jin (斤, half a kg)"))
_PIECE = SelectChoice("个", lazy_gettext("pieces or heads"))
HARVEST_UNITS = [
    _KILOGRAM,
    _JIN,
    SelectChoice("吨", lazy_gettext("tonnes (吨)")),
    _PIECE,
]
CONTENT_UNITS = [
    _KILOGRAM,
    _JIN,
    SelectChoice("克", lazy_gettext("grams (克)")),
    _PIECE,
]
AREA_UNITS = [
    SelectChoice("亩", lazy_gettext("mu (亩)")),
    SelectChoice("平方米", lazy_gettext("m² (平方米)")),
    SelectChoice("公顷", lazy_gettext("hectares (公顷)")),
]


class Needed:
    """Marks an input as required; the view's parser says when it lacks."""

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __call__(self, form: wtforms.Form, field: wtforms.Field) -> None:
        """Accept anything: a draft may lack it."""


class DayField(wtforms.StringField):  # type: ignore[misc]
    """A date, kept as typed until `parse_day` reads it."""

    widget = DateInput()


class ChoiceField(wtforms.SelectField):  # type: ignore[misc]
    """One of a list; any value is left to the command to judge."""

    def pre_validate(self, form: wtforms.Form) -> None:
        """Accept any value: the rule that refuses it has the better words."""


class BoxesField(wtforms.SelectMultipleField):  # type: ignore[misc]
    """Several of a list, as boxes; any value is left to the command to judge."""

    option_widget = CheckboxInput()

    def pre_validate(self, form: wtforms.Form) -> None:
        """Accept any value: the rule that refuses it has the better words."""


def attempt(
    problems: Problems,
    default: T,
    parse: Callable[P, T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Return what `parse` reads, or note its problems and return `default`."""
    try:
        return parse(*args, **kwargs)
    except InvalidInput as error:
        problems.extend(error.problems)
        return default


def parse_day(text: str | None, field: str) -> date:
    """Return a typed legal date.

    Raises:
        InvalidInput: empty, or no day of the calendar.
    """
    given = unicodedata.normalize("NFKC", text or "").strip()
    if not given:
        raise InvalidInput.at(field, "This date is missing. Choose the day.")
    parts = _DAY.fullmatch(given)
    try:
        return date(*map(int, parts.groups())) if parts else date.fromisoformat(given)
    except ValueError:
        raise InvalidInput.at(
            field,
            "{given} is not a day of the calendar. Type it like 2026-11-22.",
            given=given[:40],
        ) from None


def parse_amount(text: str | None, unit: str | None, field: str) -> Quantity:
    """Return a typed mass or number of pieces; which of them the unit tells.

    Raises:
        InvalidInput: see `parse_quantity`.
    """
    known = UNITS.get((unit or "").casefold())
    dimension = known.dimension if known else "mass"
    return parse_quantity(text or "", unit or "", field, dimension)


def parse_area(text: str | None, unit: str | None, field: str) -> Quantity:
    """Return a typed area in m².

    Raises:
        InvalidInput: see `parse_quantity`.
    """
    return parse_quantity(text or "", unit or "", field, "area")
