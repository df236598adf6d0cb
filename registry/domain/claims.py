"""Typed reading of a parsed record.

A record comes from disk or from a stranger, so its shape is checked as it is read:
a missing or mistyped member raises `BadRecord` that names its path, never a KeyError.
"""

import enum
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from registry.domain.quantity import RECORD_UNIT, Quantity
from registry.errors import BadRecord
from registry.signing.canonical import MAX_SAFE_INTEGER

# Neither 1e5 nor NaN nor a sign: what was written by hand is read by hand.
_DECIMAL = re.compile(r"[0-9]{1,20}(\.[0-9]{1,12})?", re.ASCII)

# `date.fromisoformat` also reads 20261101 and 2026-W44-7: one day, one spelling.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)

Choice = TypeVar("Choice", bound=enum.StrEnum)


class Claims:
    """A JSON object and where it stands in its record."""

    def __init__(self, members: Mapping[str, object], path: str = "") -> None:
        self._members = members
        self._path = path

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def _fail(self, key: str, expected: str) -> BadRecord:
        return BadRecord(f"{self._path}/{key} is not {expected}")

    def text(self, key: str) -> str:
        """Return a string member."""
        value = self._members.get(key)
        if not isinstance(value, str):
            raise self._fail(key, "text")
        return value

    def optional_text(self, key: str) -> str:
        """Return a string member, or empty where it is absent."""
        return self.text(key) if key in self._members else ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of strings; empty where it is absent."""
        value = self._members.get(key, [])
        if not isinstance(value, list):
            raise self._fail(key, "a list of text")
        if not all(isinstance(item, str) for item in value):
            raise self._fail(key, "a list of text")
        return tuple(value)

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return a string member as one of an enumeration."""
        text = self.text(key)
        if text not in set(choices):
            raise self._fail(key, f"one of {', '.join(choices)}")
        return choices(text)

    def integer(self, key: str, least: int = 0, most: int = MAX_SAFE_INTEGER) -> int:
        """Return a whole number of `least` to `most`, both inclusive."""
        value = self._members.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._fail(key, "a whole number")
        if not least <= value <= most:
            raise self._fail(key, f"a whole number of {least} to {most}")
        return value

    def flag(self, key: str) -> bool:
        """Return a boolean; false where it is absent."""
        value = self._members.get(key, False)
        if not isinstance(value, bool):
            raise self._fail(key, "true or false")
        return value

    def day(self, key: str) -> date:
        """Return a legal date, written `YYYY-MM-DD`."""
        text = self.text(key)
        if not _DAY.fullmatch(text):
            raise self._fail(key, "a date YYYY-MM-DD")
        try:
            return date.fromisoformat(text)
        except ValueError as error:
            raise self._fail(key, "a date YYYY-MM-DD") from error

    def optional_day(self, key: str) -> date | None:
        """Return a legal date, or None where it is absent."""
        return self.day(key) if key in self._members else None

    def decimal(self, key: str) -> Decimal:
        """Return a decimal of 0 or more, written as plain digits."""
        text = self.text(key)
        if not _DECIMAL.fullmatch(text):
            raise self._fail(key, "a decimal such as 12.5")
        return Decimal(text)

    def quantity(self, key: str) -> Quantity:
        """Return a `{"value": "12.5", "unitCode": "KGM"}` member."""
        inner = self.claims(key)
        unit = inner.text("unitCode")
        if unit not in RECORD_UNIT.values():
            raise self._fail(key, "in a unit that records use")
        return Quantity(inner.decimal("value"), unit)

    def claims(self, key: str) -> "Claims":
        """Return an object member."""
        value = self._members.get(key)
        if not isinstance(value, dict):
            raise self._fail(key, "an object")
        return Claims(value, f"{self._path}/{key}")

    def optional_claims(self, key: str) -> "Claims | None":
        """Return an object member, or None where it is absent."""
        return self.claims(key) if key in self._members else None

    def each(self, key: str) -> list["Claims"]:
        """Return a list of objects; empty where it is absent."""
        value = self._members.get(key, [])
        if not isinstance(value, list):
            raise self._fail(key, "a list of objects")
        for item in value:
            if not isinstance(item, dict):
                raise self._fail(key, "a list of objects")
        return [Claims(v, f"{self._path}/{key}/{n}") for n, v in enumerate(value)]


def quantity_claim(quantity: Quantity) -> dict[str, object]:
    """Return the JSON form of a quantity: a decimal string and a UN/CEFACT code."""
    return {"value": quantity.text, "unitCode": quantity.unit}
