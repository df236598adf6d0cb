"""Inputs whose contents the rules check, not the form library.

A form hears everything that is wrong in one answer, and in the words of the rule that
refuses it; so an input only says here that it is needed.
"""

import unicodedata
from datetime import date

import wtforms
from wtforms.widgets import DateInput

from registry.errors import InvalidInput


class Needed:
    """Marks an input as needed; the rule that needs it says so when it is empty."""

    def __init__(self) -> None:
        self.field_flags = {"required": True}

    def __call__(self, form: object, field: object) -> None:
        """Leave the check to the rule."""


class DayField(wtforms.StringField):  # type: ignore[misc]
    """A legal date, kept as it was typed."""

    widget = DateInput()


def parse_day(text: str | None, field: str) -> date:
    """Return a typed legal date.

    Raises:
        InvalidInput: not `YYYY-MM-DD`.
    """
    given = unicodedata.normalize("NFKC", text or "").strip()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidInput.at(
            field,
            "{given} is not a date. Write it as 2026-03-01.",
            given=given or "(empty)",
        ) from None
