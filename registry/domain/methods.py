"""Inspection methods: what a result was measured with, and how far it carries.

A rapid method says *whether*, not *how much*: its positive is preliminary until a
quantitative method confirms it, and a retest may not be rapid again (农产品质量安全法;
GB/T 5009.199 and the KJ series). The table is not complete, so an unknown code is no
mistake; only a method used before it existed is.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

MethodKind = Literal["quantitative", "rapid"]

_YEAR = re.compile(r"-(?:19|20)\d\d$")

# 市场监管总局 publishes its rapid methods (快速检测) under the letters KJ.
_RAPID_SERIES = "KJ"


@dataclass(frozen=True, slots=True)
class InspectionMethod:
    """A published method.

    Attributes:
        code: of the standard, with its year where that is known.
        valid_from: first day in force; None = unknown, taken as always.
    """

    code: str
    title: str
    kind: MethodKind
    valid_from: date | None
    status: str
    note: str
    source: str

    @property
    def standard(self) -> str:
        """The code without its year."""
        return _YEAR.sub("", self.code)

    def answers_to(self, code: str) -> bool:
        """Tell whether a canonical code names this edition, or any edition of it."""
        if self.standard in {code, self.code}:  # either has no year
            return self.standard == _YEAR.sub("", code)
        return self.code == code

    def in_force_on(self, day: date) -> bool:
        """Tell whether the method had come into force on `day`."""
        return self.valid_from is None or self.valid_from <= day


def canonical_method(code: str) -> str:
    """Return a code as the table spells it: `gb/t20769—2008` is `GB/T 20769-2008`."""
    text = re.sub(r"[‐-―]", "-", unicodedata.normalize("NFKC", code)).upper()
    bare = "".join(text.split())
    return re.sub(r"^([A-Z]+(?:/T)?)(?=\d)", r"\1 ", bare)


def find_method(
    methods: Iterable[InspectionMethod], code: str, on: date
) -> InspectionMethod | None:
    """Return the newest edition of a method in force on a day, or None.

    Args:
        methods: the table.
        code: with a year for that edition alone, without one for any; a row without a
            year answers to every year.
        on: legal date of the test.
    """
    wanted = canonical_method(code)
    found = [m for m in methods if m.answers_to(wanted) and m.in_force_on(on)]
    return max(found, key=lambda m: m.valid_from or date.min, default=None)


def is_rapid(methods: Iterable[InspectionMethod], code: str) -> bool:
    """Tell whether a code is of a rapid method, by the table or by its series."""
    wanted = canonical_method(code)
    return wanted.startswith(_RAPID_SERIES) or any(
        method.kind == "rapid" and method.answers_to(wanted) for method in methods
    )
