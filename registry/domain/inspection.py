"""Results of a food inspection, and what they say by the rules of the sampling day.

Our reading stands beside the laboratory's signed verdict and never replaces it. For one
analyte, the first that applies (`judge`):

1. found by a rapid method: **preliminary positive**, to be confirmed by a quantitative
   one (农产品质量安全法; GB/T 5009.199);
2. above the limit of the edition in force on the sampling day: **fail** (GB 2763);
3. a substance whose use is banned on this crop on that day, found at or above the LOQ:
   **fail**, whatever its limit (the announcement is named);
4. no limit known, a mere part of a sum, or not found by a method too coarse for the
   limit: **cannot judge**, which is never a pass;
5. **pass**.

Figures stay as reported, with their digits and unit; comparison is in exact mg/kg. The
expanded uncertainty of a measurement is not subtracted: the limit is what the law says.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, Protocol

from registry.domain.commodities import crop_scopes
from registry.domain.limits import LimitFound, ResidueLimit, find_limit
from registry.domain.methods import InspectionMethod, find_method, is_rapid
from registry.domain.quantity import decimal_text, parse_decimal
from registry.domain.substances import RestrictedSubstance, bans_in_force
from registry.errors import InvalidInput, Message, msg

ResultUnit = Literal["mg/kg", "ug/kg"]
Reading = Literal["pass", "fail", "preliminary_positive", "cannot_judge"]
Overall = Literal["pass", "fail", "preliminary", "cannot_judge"]
Rule = Literal[
    "rapid_method",
    "above_limit",
    "banned_substance",
    "no_limit_known",
    "part_of_sum",
    "loq_above_limit",
    "within_limit",
    "not_detected",
]

# What each rule makes of a result, and the sentence for a person.
_RULES: Mapping[Rule, tuple[Reading, Message]] = MappingProxyType(
    {
        "rapid_method": (
            "preliminary_positive",
            msg(
                "A rapid method found {analyte}. A quantitative method must confirm it "
                "before anything follows.",
            ),
        ),
        "above_limit": (
            "fail",
            msg(
                "{analyte}: {value} mg/kg is above the limit of {limit} mg/kg for "
                "{commodity} ({edition}).",
            ),
        ),
        "banned_substance": (
            "fail",
            msg("{analyte} was found and is banned on this crop by {edition}."),
        ),
        "no_limit_known": (
            "cannot_judge",
            msg(
                "No limit for {analyte} in {commodity} is known for the edition in "
                "force on {day}; this result cannot be judged.",
            ),
        ),
        "part_of_sum": (
            "cannot_judge",
            msg(
                "The limit of {limit} mg/kg for {commodity} ({edition}) is for a sum; "
                "{analyte} alone cannot be judged by it.",
            ),
        ),
        "loq_above_limit": (
            "cannot_judge",
            msg(
                "{analyte}: not detected, but the method finds it only from {loq} "
                "mg/kg; the limit is {limit} mg/kg for {commodity} ({edition}).",
            ),
        ),
        "within_limit": (
            "pass",
            msg(
                "{analyte}: {value} mg/kg is within the limit of {limit} mg/kg for "
                "{commodity} ({edition}).",
            ),
        ),
        "not_detected": (
            "pass",
            msg(
                "{analyte}: not detected; the limit is {limit} mg/kg for {commodity} "
                "({edition}).",
            ),
        ),
    }
)

# NFKC makes the micro sign U+00B5 a Greek mu U+03BC.
_UNITS: Mapping[str, ResultUnit] = MappingProxyType(
    {"mg/kg": "mg/kg", "ug/kg": "ug/kg", "\u03bcg/kg": "ug/kg"}
)
_NOT_DETECTED = frozenset({"未检出", "nd", "n.d.", "not detected"})
_POWER_OF_TEN: Mapping[ResultUnit, int] = MappingProxyType({"mg/kg": 0, "ug/kg": -3})


class ResidueReference(Protocol):
    """The tables that a result is judged by."""

    @property
    def limits(self) -> Sequence[ResidueLimit]:
        """Rows of every edition."""

    @property
    def restricted(self) -> Sequence[RestrictedSubstance]:
        """Bans of every date."""

    @property
    def methods(self) -> Sequence[InspectionMethod]:
        """Published methods."""


@dataclass(frozen=True, slots=True)
class AnalyteResult:
    """What was found of one substance.

    Attributes:
        analyte: as reported.
        value: in `unit`, None = not detected (未检出).
        loq: limit of quantification in `unit`, above zero.
        unit: of both figures.
        method: code of the standard, as reported.
    """

    analyte: str
    value: Decimal | None
    loq: Decimal
    unit: ResultUnit
    method: str

    @property
    def value_mg_per_kg(self) -> Decimal | None:
        """The value in mg/kg, exactly."""
        if self.value is None:
            return None
        return self.value.scaleb(_POWER_OF_TEN[self.unit])

    @property
    def loq_mg_per_kg(self) -> Decimal:
        """The limit of quantification in mg/kg, exactly."""
        return self.loq.scaleb(_POWER_OF_TEN[self.unit])


@dataclass(frozen=True, slots=True)
class GivenResult:
    """One line of a report, as typed."""

    analyte: str
    value: str
    unit: str
    loq: str
    method: str


@dataclass(frozen=True, slots=True)
class Sample:
    """What the rules need to know of a sample.

    Attributes:
        commodity: any name that `commodities` takes.
        sampled_on, tested_on: legal dates.
        product_class: code of `product_classes.csv`, for crops without a group.
    """

    commodity: str
    sampled_on: date
    tested_on: date
    product_class: str = ""


@dataclass(frozen=True, slots=True)
class AnalyteJudgement:
    """How one result reads, and by which rule.

    Attributes:
        edition, source: of the limit, or the legal basis and source of the ban; empty
            where nothing decided.
        message: the reason, for a person.
    """

    result: AnalyteResult
    reading: Reading
    limit: LimitFound | None
    rule: Rule
    edition: str
    source: str
    message: Message


def parse_sampled_on(text: str, today: date, field: str = "sampled_on") -> date:
    """Return the day of sampling.

    Raises:
        InvalidInput: not `YYYY-MM-DD`, or in the future.
    """
    day = _parse_day(text, field)
    if day > today:
        raise InvalidInput.at(
            field,
            "{day} is in the future. Record the sample on the day or after it.",
            day=day.isoformat(),
        )
    return day


def parse_tested_on(
    text: str, sampled_on: date, today: date, field: str = "tested_on"
) -> date:
    """Return the day of the test.

    Raises:
        InvalidInput: not `YYYY-MM-DD`, before the sampling, or in the future.
    """
    day = _parse_day(text, field)
    if day < sampled_on:
        raise InvalidInput.at(
            field,
            "Tested on {tested}, before the sample was taken on {sampled}. Check both "
            "dates.",
            tested=day.isoformat(),
            sampled=sampled_on.isoformat(),
        )
    if day > today:
        raise InvalidInput.at(
            field,
            "{day} is in the future. Record the result once the test is done.",
            day=day.isoformat(),
        )
    return day


def _parse_day(text: str, field: str) -> date:
    given = unicodedata.normalize("NFKC", text).strip()
    if not given:
        raise InvalidInput.at(field, "No date is given. Write it as 2026-03-01.")
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise InvalidInput.at(
            field, "{given} is not a date. Write it as 2026-03-01.", given=given
        ) from None


def parse_result(
    given: GivenResult, sample: Sample, reference: ResidueReference, field: str = ""
) -> AnalyteResult:
    """Return one line of a report, checked in itself and against its limit.

    Args:
        given: as typed; the value is a number or 未检出 (ND).
        sample: what was tested, and when.
        reference: limits and methods.
        field: name of the line, such as `results.2`; members are named below it.

    Raises:
        InvalidInput: no analyte, method or unit; no number; an LOQ of zero or above
            the limit; a value below the LOQ; a method not yet in force on the day.
    """
    prefix = f"{field}." if field else ""
    analyte = _require(given.analyte, f"{prefix}analyte")
    method = _require(given.method, f"{prefix}method")
    _check_method(method, sample.tested_on, reference, f"{prefix}method")
    unit = _parse_unit(given.unit, f"{prefix}unit")
    loq = parse_decimal(given.loq, f"{prefix}loq")
    value = _parse_value(given.value, f"{prefix}value")
    result = AnalyteResult(analyte, value, loq, unit, method)
    _check_loq(result, sample, reference, f"{prefix}loq")
    if value is not None and value < loq:
        raise InvalidInput.at(
            f"{prefix}value",
            "{given} {unit} lies below the LOQ of {loq}, where a figure means nothing. "
            "Report it as not detected (未检出).",
            given=value,
            unit=unit,
            loq=loq,
        )
    return result


def _require(text: str, field: str) -> str:
    given = unicodedata.normalize("NFKC", text).strip()
    if not given:
        raise InvalidInput.at(field, "This is empty. Copy it from the report.")
    return given


def _parse_unit(text: str, field: str) -> ResultUnit:
    given = unicodedata.normalize("NFKC", text).strip().casefold()
    if not given:
        raise InvalidInput.at(field, "Choose the unit: mg/kg or ug/kg.")
    if given not in _UNITS:
        raise InvalidInput.at(
            field,
            "{given} is not a unit for residues. Give the result in mg/kg or ug/kg.",
            given=given,
        )
    return _UNITS[given]


def _parse_value(text: str, field: str) -> Decimal | None:
    given = unicodedata.normalize("NFKC", text).strip()
    if given.casefold() in _NOT_DETECTED:
        return None
    if given.startswith(("-", "\u2212")):
        raise InvalidInput.at(
            field,
            "{given} is below zero. Report what was not found as not detected "
            "(未检出).",
            given=given,
        )
    return parse_decimal(given, field)


def _check_method(
    code: str, tested_on: date, reference: ResidueReference, field: str
) -> None:
    """Refuse a method that exists in the table but not yet on the day."""
    known = find_method(reference.methods, code, date.max)
    if known and not find_method(reference.methods, code, tested_on):
        raise InvalidInput.at(
            field,
            "{method} is in force from {begin}, after the test on {tested}. Check the "
            "year of the method and the date.",
            method=known.code,
            begin=str(known.valid_from),
            tested=tested_on.isoformat(),
        )


def _check_loq(
    result: AnalyteResult, sample: Sample, reference: ResidueReference, field: str
) -> None:
    """Refuse an LOQ that could not show whether the limit is kept."""
    if result.loq <= 0:
        raise InvalidInput.at(
            field, "The LOQ must be above zero. Copy it from the method or the report."
        )
    found = find_limit(
        reference.limits, sample.commodity, result.analyte, sample.sampled_on
    )
    if found and result.loq_mg_per_kg > found.limit_mg_per_kg:
        raise InvalidInput.at(
            field,
            "The LOQ of {loq} {unit} is above the limit of {limit} mg/kg for {analyte} "
            "in {commodity} ({edition}): such a test cannot show that the limit is "
            "kept. Check the unit, or use a finer method.",
            loq=result.loq,
            unit=result.unit,
            limit=found.limit_mg_per_kg,
            analyte=found.limit.analyte,
            commodity=found.commodity,
            edition=found.edition,
        )


def judge(
    result: AnalyteResult,
    commodity: str,
    sampled_on: date,
    reference: ResidueReference,
    product_class: str = "",
) -> AnalyteJudgement:
    """Return how a result reads; the order of the rules is the module's docstring.

    Args:
        result: of `parse_result`, or from a record.
        commodity: any name that `commodities` takes.
        sampled_on: legal date that picks the edition and the bans.
        reference: limits, bans and methods.
        product_class: decides the bans for a crop whose group is not known.
    """
    found = find_limit(reference.limits, commodity, result.analyte, sampled_on)
    scopes = crop_scopes(commodity, product_class)
    bans = bans_in_force(reference.restricted, result.analyte, scopes, sampled_on)
    rule = _rule(result, found, bans, is_rapid(reference.methods, result.method))
    if rule == "banned_substance":
        edition, source = bans[0].legal_basis, bans[0].source
    else:
        edition, source = (found.edition, found.limit.source) if found else ("", "")
    reading, sentence = _RULES[rule]
    value = result.value_mg_per_kg
    message = msg(
        sentence.template,
        analyte=result.analyte,
        value="" if value is None else decimal_text(value),
        loq=decimal_text(result.loq_mg_per_kg),
        limit=decimal_text(found.limit_mg_per_kg) if found else "",
        commodity=found.commodity if found else commodity,
        edition=edition,
        day=sampled_on.isoformat(),
    )
    return AnalyteJudgement(result, reading, found, rule, edition, source, message)


def _rule(
    result: AnalyteResult,
    found: LimitFound | None,
    bans: Sequence[RestrictedSubstance],
    rapid: bool,
) -> Rule:
    """Return the first rule that applies."""
    value = result.value_mg_per_kg
    if value is not None:
        if rapid:
            return "rapid_method"
        if found and value > found.limit_mg_per_kg:
            return "above_limit"
        if bans and value >= result.loq_mg_per_kg:
            return "banned_substance"
    return _rule_of_limit(result, found) if found else "no_limit_known"


def _rule_of_limit(result: AnalyteResult, found: LimitFound) -> Rule:
    """Return the rule for a result that does not exceed its limit."""
    if found.is_component:
        return "part_of_sum"
    if result.value is not None:
        return "within_limit"
    if result.loq_mg_per_kg > found.limit_mg_per_kg:
        return "loq_above_limit"
    return "not_detected"


def overall(judgements: Iterable[AnalyteJudgement]) -> Overall:
    """Return the reading of a whole inspection, the gravest of its lines.

    fail, then preliminary, then cannot_judge, then pass; a report without lines cannot
    be judged.
    """
    readings = {judgement.reading for judgement in judgements}
    if "fail" in readings:
        return "fail"
    if "preliminary_positive" in readings:
        return "preliminary"
    return "pass" if readings == {"pass"} else "cannot_judge"
