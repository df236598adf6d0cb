"""What was typed into a report, read into results and judged row by row.

The limits are looked up by the day of sampling, so that day is read first; without it
no row can be judged.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from registry.data import ReferenceData
from registry.domain.batch import Batch
from registry.domain.commodities import commodity_chain
from registry.domain.inspection import (
    AnalyteJudgement,
    AnalyteResult,
    Sample,
    judge,
    parse_result,
    parse_sampled_on,
    parse_tested_on,
)
from registry.domain.inspection_report import LogInspection
from registry.domain.limits import LimitFound, find_limit
from registry.domain.operations import Operation, OperationKind
from registry.domain.substances import canonical_substance
from registry.errors import InvalidInput, Message, Problem, Problems
from registry.web.inspection_form import CorrectionForm, InspectionForm, ResultRow

# Uses that leave residues a laboratory could look for.
_TESTABLE = frozenset(
    {OperationKind.PLANT_PROTECTION, OperationKind.VETERINARY_MEDICINE}
)


@dataclass(frozen=True, slots=True)
class RowReading:
    """What stands beside a row; all empty while it says too little.

    Attributes:
        problems: why a row that is filled in cannot be read.
    """

    judgement: AnalyteJudgement | None = None
    limit: LimitFound | None = None
    problems: tuple[Message, ...] = ()


def parse_report(
    form: InspectionForm, batch: Batch, reference: ReferenceData, today: date
) -> LogInspection:
    """Return the report as typed.

    Raises:
        InvalidInput: dates or rows cannot be read; every one of them at once.
    """
    sample = _sample(form, batch, today)
    problems = Problems()
    results: list[AnalyteResult] = []
    for parsed in _parsed(form.rows, sample, reference):
        if isinstance(parsed, InvalidInput):
            problems.extend(parsed.problems)
        else:
            results.append(parsed)
    problems.raise_if_any()
    correction = isinstance(form, CorrectionForm)
    return LogInspection(
        batch_path=batch.link.path,
        number=form.number.data or "",
        sample_number=form.sample_number.data or "",
        sampled_on=sample.sampled_on,
        tested_on=sample.tested_on,
        verdict=form.verdict.data or "",
        results=tuple(results),
        retest=correction and form.retest.data,
        reason=(form.reason.data or "") if correction else "",
    )


def readings(
    form: InspectionForm, batch: Batch, reference: ReferenceData, today: date
) -> list[RowReading]:
    """Return what each row reads as by now, complete or not."""
    try:
        sample = _sample(form, batch, today)
    except InvalidInput:
        return [RowReading() for _ in form.rows]
    parsed = _parsed(form.rows, sample, reference)
    return [
        _reading(row, result, sample, reference)
        for row, result in zip(form.rows, parsed, strict=True)
    ]


def figures_to_confirm(read: Iterable[RowReading]) -> str:
    """Return a digest of the results that fail; empty when none does.

    A confirmation is of these figures: if one is changed, it is asked for again.
    """
    failing = [
        repr(row.judgement.result)
        for row in read
        if row.judgement and row.judgement.reading == "fail"
    ]
    return hashlib.sha256("\n".join(failing).encode()).hexdigest() if failing else ""


def untested(operations: Sequence[Operation], analytes: Iterable[str]) -> list[str]:
    """Return the substances used on a batch that no row names."""
    tested = {canonical_substance(analyte) for analyte in analytes}
    used = [use.substance for use in operations if use.kind in _TESTABLE]
    return [
        substance
        for substance in dict.fromkeys(used)
        if canonical_substance(substance) not in tested
    ]


def known_analytes(
    batch: Batch, operations: Sequence[Operation], reference: ReferenceData
) -> list[str]:
    """Return the names to offer: what was used first, then what has a limit."""
    chain = commodity_chain(batch.commodity)
    limited = sorted(
        row.analyte
        for row in reference.limits
        if any(row.covers(link, batch.commodity) for link in chain)
    )
    banned = (ban.substance for ban in reference.restricted)
    return list(
        dict.fromkeys([*(use.substance for use in operations), *limited, *banned])
    )


def known_methods(reference: ReferenceData, day: date) -> list[tuple[str, str]]:
    """Return code and title of the methods in force on a day."""
    return [(m.code, m.title) for m in reference.methods if m.in_force_on(day)]


def _sample(form: InspectionForm, batch: Batch, today: date) -> Sample:
    """Return what was tested and when.

    Raises:
        InvalidInput: a date that is none, or out of order.
    """
    sampled_on = parse_sampled_on(form.sampled_on.data or "", today)
    tested_on = parse_tested_on(form.tested_on.data or "", sampled_on, today)
    return Sample(batch.commodity, sampled_on, tested_on, batch.product_class)


def _parsed(
    rows: Sequence[ResultRow], sample: Sample, reference: ReferenceData
) -> list[AnalyteResult | InvalidInput]:
    return [
        _parse_row(row, sample, reference, f"results.{position}")
        for position, row in enumerate(rows)
    ]


def _parse_row(
    row: ResultRow, sample: Sample, reference: ReferenceData, field: str
) -> AnalyteResult | InvalidInput:
    if row.not_detected.data and (row.value.data or "").strip():
        return InvalidInput.at(
            f"{field}.value",
            "Both {given} and “not detected” are given. Keep the one that the report "
            "says.",
            given=row.value.data.strip(),
        )
    try:
        return parse_result(row.given, sample, reference, field)
    except InvalidInput as error:
        return error


def _reading(
    row: ResultRow,
    parsed: AnalyteResult | InvalidInput,
    sample: Sample,
    reference: ReferenceData,
) -> RowReading:
    if isinstance(parsed, InvalidInput):
        found = find_limit(
            reference.limits, sample.commodity, row.given.analyte, sample.sampled_on
        )
        problems: tuple[Problem, ...] = parsed.problems if row.is_complete else ()
        return RowReading(None, found, tuple(p.message for p in problems))
    judgement = judge(
        parsed, sample.commodity, sample.sampled_on, reference, sample.product_class
    )
    return RowReading(judgement, judgement.limit)
