"""The InspectionRecord: an inspection body's report on a sample of somebody's batch.

The laboratory's signed verdict is a statement of its own; `registry.domain.inspection`
reads the same results against the limits in force, and where the two differ the
shopper sees both. A report is corrected only by superseding it: the old one stays
readable, and a failed one is superseded only by an ordered retest.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from registry.domain.batch import Batch
from registry.domain.claims import Claims
from registry.domain.inspection import AnalyteJudgement, AnalyteResult, ResultUnit
from registry.domain.names import noted, parse_name, parse_number
from registry.domain.parties import Actor
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import (
    BadRecord,
    Conflict,
    NotAllowed,
    NotFound,
    Problems,
)

VERDICTS = frozenset({"pass", "fail"})

# A screening method reports some 500 pesticides; a record has 256 KiB.
MAX_RESULTS = 1000


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
        """Read it back from a record of `issuer`.

        Raises:
            BadRecord: another shape; a verdict that is neither `pass` nor `fail`.
        """
        if subject.text("verdict") not in VERDICTS:
            raise BadRecord(
                f"a report says {subject.text('verdict')}, not pass or fail"
            )
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
    # Both members must be there and agree: a figure that a reader may overlook is
    # worse than a record that nobody reads.
    if ("detected" not in claim) or (claim.flag("detected") != ("value" in claim)):
        raise BadRecord("a result has a value if and only if it says detected")
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
    corrected = context.superseded if given.supersedes else None
    keeps_number = corrected is not None and (corrected.issuer, corrected.number) == (
        actor.organisation.did,
        number,
    )
    if context.number_is_taken and not keeps_number:
        raise Conflict.at(
            "number",
            "You have already logged report {number}. Open it to correct it.",
            number=number,
        )
    reason = ""
    if given.supersedes:
        reason = _check_correction(actor, given, batch, corrected)
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
        given.supersedes.removeprefix("urn:uuid:"),
        reason,
    )


def _check(
    given: LogInspection, batch: Batch, context: InspectionContext
) -> tuple[str, str]:
    """Return the cleaned numbers, or raise every wrong field at once."""
    problems = Problems()
    number = noted(problems, parse_number, given.number, "number")
    sample_number = noted(problems, parse_number, given.sample_number, "sample_number")
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
    if given.retest and not given.supersedes:
        problems.add(
            "supersedes", "A retest settles an earlier report. Name the report."
        )
    _check_results(given.results, problems)
    if given.verdict not in VERDICTS:
        problems.add("verdict", "Choose the verdict: pass or fail.")
    elif given.verdict == "pass":
        _check_pass(context.judgements, problems)
    problems.raise_if_any()
    return number, sample_number


def _check_results(results: Sequence[AnalyteResult], problems: Problems) -> None:
    """Note lines that hide something: repeated analytes, unseen signs, no figures."""
    if not 1 <= len(results) <= MAX_RESULTS:
        problems.add(
            "results",
            "Type at least one analyte and its result, and at most {most}.",
            most=MAX_RESULTS,
        )
    seen: set[str] = set()
    for position, result in enumerate(results):
        at = f"results.{position}"
        noted(problems, parse_name, result.analyte, f"{at}.analyte", 80)
        noted(problems, parse_name, result.method, f"{at}.method", 80)
        if result.loq <= 0 or (result.value is not None and result.value < result.loq):
            problems.add(
                f"{at}.value",
                "A figure is above zero and not below its LOQ. Report what was not "
                "found as not detected (未检出).",
            )
        # 甲拌磷 and 甲拌磷砜 are two analytes though one substance for a ban.
        name = "".join(unicodedata.normalize("NFKC", result.analyte).casefold().split())
        if name in seen:
            problems.add(
                f"{at}.analyte",
                "{analyte} is reported twice. Keep the line that counts.",
                analyte=result.analyte,
            )
        seen.add(name)


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
    actor: Actor, given: LogInspection, batch: Batch, superseded: Report | None
) -> str:
    """Return why it is corrected; refuse another's report, or one that must stand."""
    if superseded is None or superseded.batch_path != batch.link.path:
        raise NotFound.at(
            "supersedes", "The report to be corrected is not one of this batch."
        )
    if superseded.issuer != actor.organisation.did:
        _require_ordered_retest(actor, given)
    reason = parse_name(given.reason, "reason", 200)
    if superseded.verdict == "fail" and given.verdict != "fail" and not given.retest:
        raise Conflict.at(
            "verdict",
            "A failed inspection is superseded only by an ordered retest. Mark this "
            "as a retest, with the order's number as reason, or keep the verdict.",
        )
    cleared = superseded.verdict == "fail" and given.verdict != "fail"
    if cleared and superseded.issuer == actor.organisation.did:
        raise NotAllowed.at(
            "retest",
            "Your own laboratory found the failure. An ordered retest is made by "
            "another accredited laboratory.",
        )
    return reason


def _require_ordered_retest(actor: Actor, given: LogInspection) -> None:
    """Refuse to replace another laboratory's report but by an accredited retest."""
    if not given.retest:
        raise NotAllowed.at(
            "supersedes",
            "This report is another laboratory's. Only its issuer can correct it.",
        )
    if not (actor.organisation.accreditation and actor.organisation.vouched_by):
        raise NotAllowed.at(
            "retest",
            "{organisation} is not accredited; a retest needs an accredited "
            "laboratory that an authority vouches for.",
            organisation=actor.organisation.name,
        )
