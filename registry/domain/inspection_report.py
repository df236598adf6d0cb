"""The InspectionRecord: an inspection body's report on a sample of somebody's batch.

The laboratory's signed verdict is a statement of its own; `registry.domain.inspection`
reads the same results against the limits in force, and where the two differ the
shopper sees both. A report is corrected only by superseding it: the old one stays
readable, and a failed one is superseded only by an ordered retest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.batch import Batch
from registry.domain.claims import Claims
from registry.domain.inspection import AnalyteJudgement, AnalyteResult, ResultUnit
from registry.domain.parties import Actor, parse_name
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import (
    BadRecord,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problems,
)

VERDICTS = frozenset({"pass", "fail"})


@dataclass(frozen=True, slots=True)
class Report:
    """An inspection as signed.

    Attributes:
        verdict: the laboratory's own, `pass` or `fail`.
        retest: whether an authority ordered it to settle an objection.
    """

    batch_path: str
    issuer: str
    number: str
    sample_number: str
    sampled_on: date
    tested_on: date
    verdict: str
    results: tuple[AnalyteResult, ...]
    retest: bool = False

    def subject(self, batch_id: str) -> dict[str, object]:
        """Return the `credentialSubject` of its InspectionRecord."""
        return {
            "id": batch_id,
            "type": "Inspection",
            "reportNumber": self.number,
            "sampleNumber": self.sample_number,
            "sampledOn": self.sampled_on.isoformat(),
            "testedOn": self.tested_on.isoformat(),
            "results": [_result_claim(result) for result in self.results],
            "verdict": self.verdict,
            "retest": self.retest,
            "bizStep": "inspecting",
        }

    @classmethod
    def from_claims(cls, subject: Claims, batch_path: str, issuer: str) -> "Report":
        """Read it back from a record of `issuer`."""
        return cls(
            batch_path=batch_path,
            issuer=issuer,
            number=subject.text("reportNumber"),
            sample_number=subject.text("sampleNumber"),
            sampled_on=subject.day("sampledOn"),
            tested_on=subject.day("testedOn"),
            verdict=subject.text("verdict"),
            results=tuple(map(_result_of, subject.each("results"))),
            retest=subject.flag("retest"),
        )


def _result_claim(result: AnalyteResult) -> dict[str, object]:
    claim: dict[str, object] = {
        "analyte": result.analyte,
        "loq": format(result.loq, "f"),
        "unit": result.unit,
        "method": result.method,
    }
    if result.value is None:
        return claim | {"detected": False}
    return claim | {"detected": True, "value": format(result.value, "f")}


def _result_of(claim: Claims) -> AnalyteResult:
    units: dict[str, ResultUnit] = {"mg/kg": "mg/kg", "ug/kg": "ug/kg"}
    unit = units.get(claim.text("unit"))
    if unit is None:
        raise BadRecord(f"a result is in {claim.text('unit')}, not mg/kg or ug/kg")
    return AnalyteResult(
        analyte=claim.text("analyte"),
        value=claim.decimal("value") if claim.flag("detected") else None,
        loq=claim.decimal("loq"),
        unit=unit,
        method=claim.text("method"),
    )


@dataclass(frozen=True, slots=True)
class LogInspection:
    """Input: log an inspection. `supersedes` names the record it corrects."""

    batch_path: str
    number: str
    sample_number: str
    sampled_on: date
    tested_on: date
    verdict: str
    results: tuple[AnalyteResult, ...]
    retest: bool = False
    supersedes: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InspectionContext:
    """What the registry holds that bears on the report.

    Attributes:
        batch: the batch named; None if unknown.
        number_is_taken: whether this body has logged the report number before.
        superseded: the report that this one corrects; None if there is none such.
        judgements: our reading of each result, in order.
    """

    batch: Batch | None
    number_is_taken: bool
    superseded: Report | None
    judgements: Sequence[AnalyteJudgement]
    today: date
    identity_host: str


def log_inspection(
    actor: Actor, given: LogInspection, context: InspectionContext
) -> tuple[Report, Statement]:
    """Decide whether `actor` may log this report, and say so.

    Raises:
        NotFound: no such batch.
        InvalidInput: every wrong field at once.
        NotAllowed: the inspector belongs to the owner, or corrects another's report.
        Conflict: the report number is taken, or a failure would be superseded without
            a retest.
    """
    require(actor, Action.LOG_INSPECTION)
    batch = context.batch
    if batch is None:
        raise NotFound.at(
            "batch",
            "No batch {batch} is registered here. Scan its label or check the number.",
            batch=given.batch_path,
        )
    if actor.belongs_to(batch.owner):
        raise NotAllowed.at(
            "batch",
            "You belong to the organisation that owns this batch. Another inspector "
            "must test it.",
        )
    number, sample_number = _check(given, batch, context)
    if context.number_is_taken and not given.supersedes:
        raise Conflict.at(
            "number",
            "You have already logged report {number}. Open it to correct it.",
            number=number,
        )
    if given.supersedes:
        _check_correction(actor, given, context.superseded)
    report = Report(
        batch.link.path,
        actor.organisation.did,
        number,
        sample_number,
        given.sampled_on,
        given.tested_on,
        given.verdict,
        given.results,
        given.retest,
    )
    return report, Statement(
        RecordType.INSPECTION,
        actor.organisation.did,
        report.subject(batch.link.uri(f"https://{context.identity_host}")),
        (batch.link.path,),
        actor.person,
        given.supersedes,
        given.reason.strip(),
    )


def _check(
    given: LogInspection, batch: Batch, context: InspectionContext
) -> tuple[str, str]:
    """Return the cleaned numbers, or raise every wrong field at once."""
    problems = Problems()
    numbers = []
    for name in ("number", "sample_number"):
        try:
            numbers.append(parse_name(getattr(given, name), name, 40))
        except InvalidInput as error:
            problems.extend(error.problems)
    if given.tested_on < given.sampled_on:
        problems.add(
            "tested_on",
            "Tested on {tested}, before the sample was taken on {sampled}. Check both "
            "dates.",
            tested=given.tested_on.isoformat(),
            sampled=given.sampled_on.isoformat(),
        )
    for name in ("sampled_on", "tested_on"):
        day = getattr(given, name)
        if day > context.today:
            problems.add(
                name,
                "{day} is in the future. Log the inspection once it is done.",
                day=day.isoformat(),
            )
    if given.sampled_on < batch.planted_on:
        problems.add(
            "sampled_on",
            "Sampled on {sampled}, before the batch was planted on {planted}. Check "
            "the batch and the date.",
            sampled=given.sampled_on.isoformat(),
            planted=batch.planted_on.isoformat(),
        )
    if not given.results:
        problems.add("results", "Type at least one analyte and its result.")
    if given.verdict not in VERDICTS:
        problems.add("verdict", "Choose the verdict: pass or fail.")
    elif given.verdict == "pass":
        _check_pass(context.judgements, problems)
    problems.raise_if_any()
    return numbers[0], numbers[1]


def _check_pass(judgements: Sequence[AnalyteJudgement], problems: Problems) -> None:
    """Note a pass that the laboratory's own figures contradict."""
    for position, judgement in enumerate(judgements):
        if judgement.reading == "fail":
            problems.add(
                f"results.{position}.value",
                "This result fails ({reason}), but the report says pass. Correct the "
                "figure or the verdict.",
                reason=judgement.message,
            )


def _check_correction(
    actor: Actor, given: LogInspection, superseded: Report | None
) -> None:
    """Refuse to replace another's report, or a failure without a retest."""
    if superseded is None or superseded.batch_path != given.batch_path:
        raise NotFound.at(
            "supersedes", "The report to be corrected is not one of this batch."
        )
    if superseded.issuer != actor.organisation.did and not given.retest:
        raise NotAllowed.at(
            "supersedes",
            "This report is another laboratory's. Only its issuer can correct it.",
        )
    if not given.reason.strip():
        raise InvalidInput.at(
            "reason", "Say why the report is corrected; the reason is public."
        )
    if superseded.verdict == "fail" and given.verdict != "fail" and not given.retest:
        raise Conflict.at(
            "verdict",
            "A failed inspection is superseded only by an ordered retest. Mark this "
            "as a retest, with the order's number as reason, or keep the verdict.",
        )
