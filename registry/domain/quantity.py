"""Quantities: exact decimals with a unit, as people weigh and measure them.

Records hold one unit a dimension, by UN/CEFACT Recommendation 20: kilogram (KGM),
square metre (MTK), piece (H87). Forms take 斤 and 亩 and show both. Conversions are
exact, but for one: 1 亩 = 2000/3 m² has no finite decimal and is rounded to 0.01 m²
(half to even). A 亩 typed with three decimals comes back from it unchanged.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from registry.errors import InvalidInput

Dimension = Literal["mass", "area", "count"]

_SQUARE_METRES_PER_MU = Fraction(2000, 3)
_THOUSANDTH = Decimal("0.001")
_MAX_INTEGER_DIGITS = 12
_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class _Unit:
    """A unit of input: what it measures and how many record units it is."""

    dimension: Dimension
    factor: Fraction


def _units() -> dict[str, _Unit]:
    spelled: tuple[tuple[str, Dimension, Fraction], ...] = (
        ("KGM kg 公斤 千克", "mass", Fraction(1)),
        ("TNE t 吨", "mass", Fraction(1000)),
        ("GRM g 克", "mass", Fraction(1, 1000)),
        ("斤 市斤 jin", "mass", Fraction(1, 2)),
        ("MTK m2 平方米", "area", Fraction(1)),
        ("HAR ha 公顷", "area", Fraction(10_000)),
        ("亩 市亩 mu", "area", _SQUARE_METRES_PER_MU),
        ("H87 个 头 只 枚 piece", "count", Fraction(1)),
    )
    return {
        name.casefold(): _Unit(dimension, factor)
        for names, dimension, factor in spelled
        for name in names.split()
    }


UNITS = MappingProxyType(_units())
RECORD_UNIT: MappingProxyType[Dimension, str] = MappingProxyType(
    {"mass": "KGM", "area": "MTK", "count": "H87"}
)
_DECIMALS: dict[Dimension, int] = {"mass": 3, "area": 2, "count": 0}


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in one unit.

    Attributes:
        value: exact; below zero only as the result of a subtraction.
        unit: UN/CEFACT code, KGM, MTK or H87.
    """

    value: Decimal
    unit: str

    @property
    def text(self) -> str:
        """Canonical decimal: no exponent, no sign of plus, no trailing zeros."""
        return decimal_text(self.value)

    def _of_same_unit(self, other: "Quantity") -> Decimal:
        if self.unit != other.unit:
            raise ValueError(f"{other.unit} does not add to {self.unit}")
        return other.value

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.value + self._of_same_unit(other), self.unit)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.value - self._of_same_unit(other), self.unit)

    def __lt__(self, other: "Quantity") -> bool:
        return self.value < self._of_same_unit(other)

    def __le__(self, other: "Quantity") -> bool:
        return self.value <= self._of_same_unit(other)

    def in_jin(self) -> Decimal:
        """Return a mass in 斤, exactly.

        Raises:
            ValueError: not a mass.
        """
        if self.unit != "KGM":
            raise ValueError(f"{self.unit} is not a mass")
        return Decimal(decimal_text(self.value * 2))

    def in_mu(self) -> Decimal:
        """Return an area in 亩, to 0.001 亩 (0.67 m²), half to even.

        Raises:
            ValueError: not an area.
        """
        if self.unit != "MTK":
            raise ValueError(f"{self.unit} is not an area")
        in_mu = Fraction(self.value) / _SQUARE_METRES_PER_MU
        return Decimal(decimal_text(_quantised(in_mu, _THOUSANDTH)))


def decimal_text(value: Decimal) -> str:
    """Return the one spelling of a decimal that records hold."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _quantised(exact: Fraction, step: Decimal) -> Decimal:
    """Return `exact` rounded to a multiple of `step`, half to even, in integers."""
    return round(exact / Fraction(step)) * step


def parse_decimal(text: str, field: str) -> Decimal:
    """Return a plain number: full-width digits and thousands separators allowed.

    Signs, exponents, NaN and Infinity are refused, as is more than 12 digits before
    the point, where a slip is likelier than a harvest.

    Raises:
        InvalidInput: not such a number.
    """
    given = unicodedata.normalize("NFKC", text).strip()
    if not given:
        raise InvalidInput.at(field, "This is empty. Type a number.")
    if given[0] in "<≤＜":
        raise InvalidInput.at(
            field,
            "“{given}” is not a number. A result below the limit of quantification is "
            "reported as not detected; the limit itself is typed without a sign.",
            given=given[:40],
        )
    if _NUMBER.match(given) and not given[-1].isdecimal():
        raise InvalidInput.at(
            field,
            "“{given}” holds more than a number. Type the number here and choose the "
            "unit beside it.",
            given=given[:40],
        )
    if not _NUMBER.fullmatch(given):
        raise InvalidInput.at(
            field,
            "{given} is not a plain number. Type digits, with a point before the "
            "decimals, such as 1250.5.",
            given=given[:40],
        )
    whole, _, decimals = given.replace(",", "").partition(".")
    if len(whole.lstrip("0")) > _MAX_INTEGER_DIGITS or len(decimals) > 12:
        raise InvalidInput.at(
            field,
            "{given} has too many digits: at most 12 stand before and after the "
            "point. Check the number.",
            given=given[:40],
        )
    # As typed: a laboratory's 10 and its 10.0 are two statements.
    return Decimal(f"{whole}.{decimals}" if decimals else whole)


def parse_quantity(text: str, unit: str, field: str, dimension: Dimension) -> Quantity:
    """Return an amount above zero in the record unit of its dimension.

    Args:
        text: the number as typed.
        unit: any key of `UNITS`, in any case.
        field: the input's name.
        dimension: what the field asks for.

    Raises:
        InvalidInput: not a number, not above zero, a unit of something else, or finer
            than records hold: 3 decimals of kg, 2 of m², 3 of 亩, whole pieces.
    """
    value = parse_decimal(text, field)
    known = UNITS.get(unicodedata.normalize("NFKC", unit).strip().casefold())
    if known is None or known.dimension != dimension:
        raise InvalidInput.at(
            field,
            "{unit} is not a unit for this. Choose one of: {expected}.",
            unit=unit.strip() or "(empty)",
            expected=", ".join(n for n, u in UNITS.items() if u.dimension == dimension),
        )
    if value <= 0:
        raise InvalidInput.at(
            field, "{given} is not above zero. Type the amount.", given=text.strip()
        )
    return Quantity(_in_record_unit(value, known, field), RECORD_UNIT[dimension])


def _in_record_unit(value: Decimal, unit: _Unit, field: str) -> Decimal:
    """Return `value` converted, refusing what the record unit cannot hold exactly."""
    is_mu = unit.factor == _SQUARE_METRES_PER_MU
    step = Decimal(1).scaleb(-_DECIMALS[unit.dimension])
    exact = Fraction(value) * unit.factor
    finest = _THOUSANDTH if is_mu else step
    measured = Fraction(value) if is_mu else exact
    if measured % Fraction(finest):
        raise InvalidInput.at(
            field,
            "{given} is finer than the registry holds: the smallest step is {step} "
            "{unit}. Round it.",
            given=decimal_text(value),
            step=finest,
            unit="亩" if is_mu else RECORD_UNIT[unit.dimension],
        )
    return Decimal(decimal_text(_quantised(exact, step)))
