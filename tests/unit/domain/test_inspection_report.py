"""Reports of inspections, and what may replace them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clock import legal_date
from registry.domain.claims import Claims
from registry.domain.inspection import AnalyteResult, judge
from registry.domain.inspection_report import (
    MAX_RESULTS,
    InspectionContext,
    LogInspection,
    Report,
    log_inspection,
)
from registry.domain.parties import Actor
from registry.errors import (
    BadRecord,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from tests.unit.domain.samples import (
    AMINA,
    BATCH,
    BEN,
    EVE,
    GINGER,
    HOST,
    LABORATORY,
    LINK,
    REFERENCE,
    TODAY,
    claims_of,
    party,
    person,
    refused,
)

METHOD = "GB 23200.121-2021"
CLEAN = AnalyteResult("噻虫嗪", None, Decimal("0.01"), "mg/kg", METHOD)
FOUND = AnalyteResult("噻虫胺", Decimal("0.0500"), Decimal("0.005"), "mg/kg", METHOD)
BANNED = AnalyteResult("克百威", Decimal("0.5"), Decimal("0.005"), "mg/kg", METHOD)
GIVEN = LogInspection(
    LINK.path,
    "LP-2026-0001",
    "S-0001",
    date(2026, 11, 2),
    date(2026, 11, 4),
    "pass",
    (CLEAN, FOUND),
)
CONTEXT = InspectionContext(
    BATCH,
    number_is_taken=False,
    superseded=None,
    judgements=(),
    today=TODAY,
    identity_host=HOST,
)
OLD = "0e37df36-f698-11e6-8dd4-cb9ced3df976"


def logged(
    given: LogInspection = GIVEN,
    context: InspectionContext = CONTEXT,
    actor: Actor = BEN,
) -> Report:
    report, statement = log_inspection(actor, given, context)
    read = Report.from_claims(claims_of(statement), LINK.path, actor.organisation.did)
    assert read == report
    assert statement.batches == (LINK.path,)
    assert statement.supersedes == (OLD if given.supersedes else "")
    return report


def test_a_report_is_logged_with_its_figures_as_printed() -> None:
    report = logged()
    assert report.results == (CLEAN, FOUND)
    assert str(report.results[1].value) == "0.0500"


def test_a_failed_report_is_logged_without_argument() -> None:
    assert logged(replace(GIVEN, verdict="fail")).verdict == "fail"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"number": ""}, "number", "empty"),
        ({"number": "LP  1"}, "number", "Retype it plainly"),
        ({"sample_number": "S\u200b1"}, "sample_number", "invisible"),
        ({"tested_on": date(2026, 11, 1)}, "tested_on", "before the sample was taken"),
        ({"tested_on": date(2026, 11, 21)}, "tested_on", "in the future"),
        ({"sampled_on": date(2026, 2, 28)}, "sampled_on", "batch was planted on"),
        ({"results": ()}, "results", "at least one analyte"),
        ({"verdict": "Pass"}, "verdict", "pass or fail"),
        ({"verdict": ""}, "verdict", "pass or fail"),
        ({"retest": True}, "supersedes", "Name the report"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        logged(replace(GIVEN, **change))  # type: ignore[arg-type]


def test_every_wrong_field_is_named_at_once() -> None:
    given = LogInspection(LINK.path, "", "", date.max, date.min, "", ())
    with pytest.raises(InvalidInput) as caught:
        logged(given)
    assert {problem.field for problem in caught.value.problems} == {
        "number",
        "sample_number",
        "sampled_on",
        "tested_on",
        "verdict",
        "results",
    }


def test_a_test_just_after_midnight_in_shanghai_is_of_that_day() -> None:
    given = replace(GIVEN, tested_on=date(2026, 11, 21))
    after = legal_date(datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    assert logged(given, replace(CONTEXT, today=after)).tested_on == after


@pytest.mark.parametrize(
    ("result", "member", "words"),
    [
        (replace(CLEAN, analyte=""), "analyte", "empty"),
        (replace(CLEAN, analyte="甲拌\u200b磷"), "analyte", "invisible"),
        (replace(CLEAN, method="GB\u202e1"), "method", "invisible"),
        (replace(CLEAN, loq=Decimal(0)), "value", "above zero"),
        (replace(CLEAN, value=Decimal("0.009")), "value", "not below its LOQ"),
        (replace(CLEAN, value=Decimal(-1)), "value", "not below its LOQ"),
        (FOUND, "analyte", "噻虫胺 is reported twice"),
        (replace(FOUND, analyte=" 噻虫 胺", value=None), "analyte", "reported twice"),
    ],
)
def test_a_line_that_hides_something_is_refused(
    result: AnalyteResult, member: str, words: str
) -> None:
    with refused(InvalidInput, f"results.1.{member}", words):
        logged(replace(GIVEN, results=(FOUND, result)))


def test_two_substances_of_one_ban_are_two_lines() -> None:
    results = (replace(CLEAN, analyte="甲拌磷"), replace(CLEAN, analyte="甲拌磷砜"))
    assert logged(replace(GIVEN, results=results)).results == results


def test_a_report_has_a_thousand_lines_and_no_more() -> None:
    lines = tuple(replace(CLEAN, analyte=f"A{n}") for n in range(MAX_RESULTS + 1))
    assert len(logged(replace(GIVEN, results=lines[1:])).results) == MAX_RESULTS
    with refused(InvalidInput, "results", "at most 1000"):
        logged(replace(GIVEN, results=lines))


def test_a_pass_that_its_own_figures_contradict_is_refused() -> None:
    given = replace(GIVEN, results=(CLEAN, BANNED))
    judgements = [
        judge(result, BATCH.commodity, given.sampled_on, REFERENCE, "vegetable")
        for result in given.results
    ]
    with refused(InvalidInput, "results.1.value", "but the report says pass"):
        logged(given, replace(CONTEXT, judgements=judgements))
    failed = replace(given, verdict="fail")
    assert logged(failed, replace(CONTEXT, judgements=judgements)).verdict == "fail"


def test_a_batch_that_nobody_registered_is_not_inspected() -> None:
    with refused(NotFound, "batch", f"No batch {LINK.path} is registered here"):
        logged(context=replace(CONTEXT, batch=None))


def test_nobody_inspects_for_their_own_cooperative() -> None:
    with refused(NotAllowed, "batch", "You belong to the organisation that owns"):
        logged(actor=person("ben", LABORATORY, GINGER))


@pytest.mark.parametrize("actor", [AMINA, EVE], ids=["amina", "eve"])
def test_only_an_inspection_body_logs_an_inspection(actor: Actor) -> None:
    with refused(NotAllowed, "", "may not do this"):
        logged(actor=actor)


def test_a_number_in_use_is_refused() -> None:
    with refused(Conflict, "number", "already logged report LP-2026-0001"):
        logged(context=replace(CONTEXT, number_is_taken=True))


OWN = logged()
FAILED = replace(OWN, verdict="fail")
CORRECT = replace(GIVEN, supersedes=f"urn:uuid:{OLD}", reason=" a digit was wrong ")
RIVAL = person("rita", replace(LABORATORY, did="did:web:rival", name="另一检测站"))


def correcting(superseded: Report | None, *, taken: bool = True) -> InspectionContext:
    return replace(CONTEXT, superseded=superseded, number_is_taken=taken)


def test_a_laboratory_corrects_its_own_report_under_its_number() -> None:
    _, statement = log_inspection(BEN, CORRECT, correcting(OWN))
    assert statement.supersedes == OLD
    assert statement.reason == "a digit was wrong"


def test_a_correction_may_take_a_new_number() -> None:
    given = replace(CORRECT, number="LP-2026-0002")
    assert logged(given, correcting(OWN, taken=False)).number == "LP-2026-0002"


def test_a_correction_does_not_take_the_number_of_a_third_report() -> None:
    with refused(Conflict, "number", "already logged report LP-2026-0002"):
        logged(replace(CORRECT, number="LP-2026-0002"), correcting(OWN))


def test_a_number_is_not_kept_where_nothing_is_corrected() -> None:
    with refused(Conflict, "number", "already logged"):
        logged(GIVEN, correcting(OWN))


@pytest.mark.parametrize(
    "superseded", [None, replace(OWN, batch_path="/01/06901234567908/10/X")]
)
def test_a_report_of_another_batch_is_not_corrected(superseded: Report | None) -> None:
    with refused(NotFound, "supersedes", "is not one of this batch"):
        logged(CORRECT, correcting(superseded, taken=False))


@pytest.mark.parametrize("reason", ["", "  ", "\u200b\u200b"])
def test_a_correction_without_a_visible_reason_is_refused(reason: str) -> None:
    with refused(InvalidInput, "reason", "This "):
        logged(replace(CORRECT, reason=reason), correcting(OWN))


def test_a_pass_is_corrected_to_a_fail() -> None:
    given = replace(CORRECT, verdict="fail")
    assert logged(given, correcting(OWN)).verdict == "fail"


def test_a_fail_is_corrected_while_it_stays_a_fail() -> None:
    given = replace(CORRECT, verdict="fail")
    assert logged(given, correcting(FAILED)).verdict == "fail"


def test_a_fail_does_not_become_a_pass_by_correction() -> None:
    with refused(Conflict, "verdict", "superseded only by an ordered retest"):
        logged(CORRECT, correcting(FAILED))


def test_an_ordered_retest_by_another_settles_a_fail() -> None:
    given = replace(CORRECT, retest=True)
    report = logged(given, correcting(FAILED, taken=False), RIVAL)
    assert (report.verdict, report.retest) == ("pass", True)


def test_a_laboratory_does_not_clear_its_own_failure() -> None:
    with refused(NotAllowed, "retest", "made by another accredited laboratory"):
        logged(replace(CORRECT, retest=True), correcting(FAILED))


def test_another_laboratory_does_not_correct_a_report() -> None:
    with refused(NotAllowed, "supersedes", "Only its issuer can correct it"):
        logged(CORRECT, correcting(FAILED, taken=False), RIVAL)


def test_another_accredited_laboratory_makes_an_ordered_retest() -> None:
    given = replace(CORRECT, retest=True)
    report = logged(given, correcting(FAILED, taken=False), RIVAL)
    assert report.issuer == "did:web:rival"


@pytest.mark.parametrize("missing", ["accreditation", "vouched_by"])
def test_a_laboratory_without_accreditation_makes_no_retest(missing: str) -> None:
    bare = party(
        "bare", LABORATORY.kind, **({"accreditation": "CMA-1"} | {missing: ""})
    )
    with refused(NotAllowed, "retest", "is not accredited"):
        logged(
            replace(CORRECT, retest=True),
            correcting(FAILED, taken=False),
            person("bob", bare),
        )


def test_a_retest_by_another_takes_a_number_of_its_own() -> None:
    with refused(Conflict, "number", "already logged"):
        logged(replace(CORRECT, retest=True), correcting(FAILED), RIVAL)


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["pass", "fail"]),
    st.sampled_from(["pass", "fail"]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "order 17 of 2026"]),
)
def test_a_fail_gives_way_to_a_pass_by_retest_only(
    before: str, after: str, retest: bool, rival: bool, reason: str
) -> None:
    given = replace(CORRECT, verdict=after, retest=retest, reason=reason)
    context = correcting(replace(OWN, verdict=before), taken=False)
    clears = (before, after) == ("fail", "pass")
    allowed = bool(reason) and (retest if rival else not clears)
    try:
        logged(given, context, RIVAL if rival else BEN)
    except (Conflict, InvalidInput, NotAllowed):
        assert not allowed
    else:
        assert allowed


SUBJECT = OWN.subject("https://trace.example/01/1")


def read(**members: object) -> Report:
    return Report.from_claims(Claims(SUBJECT | members), LINK.path, "did:a")


@pytest.mark.parametrize("verdict", ["", "PASS", "passed", "合格"])
def test_a_record_with_another_verdict_is_bad(verdict: str) -> None:
    with pytest.raises(BadRecord, match="not pass or fail"):
        read(verdict=verdict)


LINE = {"analyte": "噻虫胺", "loq": "0.005", "unit": "mg/kg", "method": METHOD}


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        LINE | {"value": "0.05"},
        LINE | {"detected": False, "value": "0.05"},
        LINE | {"detected": True},
    ],
    ids=["silent", "value alone", "not detected yet a value", "detected at no value"],
)
def test_a_record_whose_figure_can_be_overlooked_is_bad(line: dict[str, str]) -> None:
    with pytest.raises(BadRecord, match="if and only if it says detected"):
        read(results=[line])


def test_a_record_in_another_unit_is_bad() -> None:
    with pytest.raises(BadRecord, match="a result is in g/kg"):
        read(results=[LINE | {"detected": False, "unit": "g/kg"}])


@settings(max_examples=60, deadline=None)
@given(
    st.none() | st.decimals("0.001", 1000, places=4),
    st.sampled_from(["mg/kg", "ug/kg"]),
)
def test_a_result_survives_its_record(value: Decimal | None, unit: str) -> None:
    result = replace(FOUND, value=value, loq=Decimal("0.0010"), unit=unit)  # type: ignore[arg-type]
    report = logged(replace(GIVEN, results=(result,)))
    assert report.results == (result,)
