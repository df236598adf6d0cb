"""Results of inspections, on real limits and real failures."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.data import reference_data
from registry.domain.inspection import (
    AnalyteJudgement,
    AnalyteResult,
    GivenResult,
    Reading,
    ResultUnit,
    Sample,
    judge,
    overall,
    parse_result,
    parse_sampled_on,
    parse_tested_on,
)
from registry.domain.limits import PublishedFailure
from registry.errors import InvalidInput

REFERENCE = reference_data()
METHOD = "GB 23200.121-2021"
COWPEA = Sample("豇豆", date(2022, 11, 1), date(2022, 11, 3), "vegetable")
LINE = GivenResult("噻虫胺", "0.090", "mg/kg", "0.005", METHOD)
TODAY = date(2026, 11, 22)


def result(
    analyte: str, value: str | None, loq: str = "0.001", method: str = METHOD
) -> AnalyteResult:
    found = None if value is None else Decimal(value)
    return AnalyteResult(analyte, found, Decimal(loq), "mg/kg", method)


def judged(
    found: AnalyteResult, commodity: str = "豇豆", on: date = COWPEA.sampled_on
) -> AnalyteJudgement:
    return judge(found, commodity, on, REFERENCE)


def day_of(failure: PublishedFailure) -> date:
    """The day given, or one in the year that lies before the notice of any."""
    return failure.sampled_on or date(failure.sampled_year, 4, 1)


def test_there_are_fifteen_published_failures() -> None:
    assert len(REFERENCE.public_samples) == 15


@pytest.mark.parametrize("failure", REFERENCE.public_samples, ids=str)
def test_every_published_failure_fails_by_its_published_limit(
    failure: PublishedFailure,
) -> None:
    found = result(failure.analyte, str(failure.measured_mg_per_kg))
    judgement = judged(found, failure.commodity, day_of(failure))
    edition = "GB 2763-2019" if failure.sampled_year == 2020 else "GB 2763-2021"
    assert judgement.reading == "fail"
    assert judgement.rule == "above_limit"
    assert judgement.edition == edition
    assert judgement.limit
    assert judgement.limit.limit_mg_per_kg == failure.limit_mg_per_kg
    assert edition in str(judgement.message)


@pytest.mark.parametrize("failure", REFERENCE.public_samples, ids=str)
def test_the_same_sample_at_its_limit_passes_unless_the_substance_is_banned(
    failure: PublishedFailure,
) -> None:
    at_limit = result(failure.analyte, str(failure.limit_mg_per_kg))
    judgement = judged(at_limit, failure.commodity, day_of(failure))
    banned = failure.analyte == "甲拌磷"
    assert judgement.reading == ("fail" if banned else "pass")
    assert judgement.rule == ("banned_substance" if banned else "within_limit")


@pytest.mark.parametrize("failure", REFERENCE.public_samples, ids=str)
def test_the_same_sample_with_nothing_found_passes(failure: PublishedFailure) -> None:
    judgement = judged(
        result(failure.analyte, None), failure.commodity, day_of(failure)
    )
    assert judgement.reading == "pass"
    assert "not detected" in str(judgement.message)


@pytest.mark.parametrize(("value", "reading"), [("0.2", "pass"), ("0.2000001", "fail")])
def test_the_limit_itself_is_kept_and_the_least_above_is_not(
    value: str, reading: Reading
) -> None:
    assert judged(result("噻虫胺", value), "姜").reading == reading


def test_a_group_limit_judges_a_member() -> None:
    judgement = judged(result("噻虫胺", "0.21"), "胡萝卜")
    assert judgement.reading == "fail"
    assert judgement.limit
    assert judgement.limit.commodity == "根茎类蔬菜"


def test_a_banned_substance_fails_within_its_limit() -> None:
    judgement = judged(result("毒死蜱", "0.03"), "芹菜")
    assert judgement.reading == "fail"
    assert judgement.rule == "banned_substance"
    assert judgement.edition == "农业部公告第2032号"
    assert "农业部公告第2032号" in str(judgement.message)


def test_a_banned_substance_fails_without_a_known_limit() -> None:
    judgement = judged(result("克百威", "0.01"), "芹菜", TODAY)
    assert (judgement.reading, judgement.limit) == ("fail", None)


def test_a_metabolite_counts_as_the_banned_substance() -> None:
    assert judged(result("3-羟基克百威", "0.01"), "芹菜").rule == "banned_substance"


def test_a_substance_banned_after_the_sampling_day_does_not_fail_by_the_ban() -> None:
    wheat = result("灭多威", "0.01")
    assert judged(wheat, "小麦", date(2026, 5, 31)).reading == "cannot_judge"
    assert judged(wheat, "小麦", date(2026, 6, 1)).reading == "fail"


def test_the_product_class_decides_a_ban_for_a_crop_without_a_group() -> None:
    found, day = result("内吸磷", "0.01"), COWPEA.sampled_on
    assert judge(found, "刺梨", day, REFERENCE).reading == "cannot_judge"
    assert judge(found, "刺梨", day, REFERENCE, "fruit").reading == "fail"


def test_a_banned_substance_below_the_loq_does_not_fail_by_the_ban() -> None:
    assert judged(result("毒死蜱", "0.004", "0.01"), "芹菜").reading == "pass"


@pytest.mark.parametrize("value", ["0.09", "0.006"])
def test_what_a_rapid_method_finds_is_preliminary(value: str) -> None:
    judgement = judged(result("噻虫胺", value, method="KJ 202501"))
    assert judgement.reading == "preliminary_positive"
    assert "quantitative method must confirm" in str(judgement.message)


def test_a_banned_substance_found_by_a_rapid_method_is_preliminary_too() -> None:
    judgement = judged(result("克百威", "0.1", method="GB/T 5009.199-2003"))
    assert judgement.reading == "preliminary_positive"


@pytest.mark.parametrize("value", [None, "0.0001", "1000"])
def test_without_a_known_limit_nothing_is_passed_or_failed(value: str | None) -> None:
    judgement = judged(result("腐霉利", value, "0.0001"), "韭菜", date(2026, 3, 1))
    assert (judgement.reading, judgement.rule) == ("cannot_judge", "no_limit_known")
    assert (judgement.limit, judgement.edition) == (None, "")
    assert "edition in force on 2026-03-01" in str(judgement.message)


def test_an_unknown_analyte_is_kept_and_cannot_be_judged() -> None:
    found = result("从未听说的物质", "5")
    judgement = judged(found)
    assert judgement.result is found
    assert judgement.reading == "cannot_judge"


def test_a_part_of_a_sum_fails_above_its_limit_and_cannot_pass_below() -> None:
    assert judged(result("环丙沙星", "0.11"), "草鱼").reading == "fail"
    below = judged(result("环丙沙星", "0.09"), "草鱼")
    assert (below.reading, below.rule) == ("cannot_judge", "part_of_sum")


def test_not_detected_by_a_method_coarser_than_the_limit_cannot_be_judged() -> None:
    judgement = judged(result("噻虫胺", None, "0.02"))
    assert (judgement.reading, judgement.rule) == ("cannot_judge", "loq_above_limit")


def test_micrograms_are_compared_exactly() -> None:
    fish = AnalyteResult("恩诺沙星", Decimal(100), Decimal(2), "ug/kg", METHOD)
    assert judged(fish, "草鱼").reading == "pass"
    assert judged(replace(fish, value=Decimal("100.1")), "草鱼").reading == "fail"


@given(
    st.decimals(Decimal("1e-9"), 10**6, places=9),
    st.sampled_from(["mg/kg", "ug/kg"]),
)
@settings(max_examples=80, deadline=None)
def test_a_reported_figure_stays_a_decimal_and_converts_exactly(
    value: Decimal, unit: ResultUnit
) -> None:
    loq = Decimal("0.000000001")
    given_result = GivenResult("未知", f"{value:f}", unit, f"{loq:f}", METHOD)
    found = parse_result(given_result, COWPEA, REFERENCE)
    assert type(found.value) is Decimal
    assert found.value == value
    assert found.value_mg_per_kg is not None
    factor = 1 if unit == "mg/kg" else 1000
    assert found.value_mg_per_kg * factor == value


@given(st.integers(1, 10**6))
@settings(max_examples=80, deadline=None)
def test_a_result_passes_if_and_only_if_it_keeps_the_limit(steps: int) -> None:
    value = Decimal(steps).scaleb(-6)
    expected = "pass" if value <= Decimal("0.2") else "fail"
    assert judged(result("噻虫胺", str(value), "0.000001"), "姜").reading == expected


# Reading a line of a report.


def test_a_line_keeps_its_digits_and_unit() -> None:
    found = parse_result(LINE, COWPEA, REFERENCE)
    assert str(found.value) == "0.090"
    assert found == AnalyteResult(
        "噻虫胺", Decimal("0.090"), Decimal("0.005"), "mg/kg", METHOD
    )


@pytest.mark.parametrize("value", ["未检出", "ND", "n.d.", " Not detected "])
def test_not_detected_has_no_value(value: str) -> None:
    assert parse_result(replace(LINE, value=value), COWPEA, REFERENCE).value is None


@pytest.mark.parametrize("unit", ["ug/kg", "µg/kg", "μg/kg", " UG/KG "])
def test_micrograms_are_read_in_every_spelling(unit: str) -> None:
    line = replace(LINE, unit=unit, value="90", loq="5")
    found = parse_result(line, COWPEA, REFERENCE)
    assert found.unit == "ug/kg"
    assert found.value_mg_per_kg == Decimal("0.09")
    assert found.loq_mg_per_kg == Decimal("0.005")


@pytest.mark.parametrize(
    ("line", "field", "reason"),
    [
        (replace(LINE, unit=""), "unit", "Choose the unit"),
        (replace(LINE, unit="mg/L"), "unit", "mg/l is not a unit"),
        (replace(LINE, analyte=" "), "analyte", "Copy it from the report"),
        (replace(LINE, method=""), "method", "Copy it from the report"),
        (replace(LINE, loq="0"), "loq", "LOQ must be above zero"),
        (replace(LINE, loq=""), "loq", "This is empty"),
        (replace(LINE, loq="0.02"), "loq", r"above the limit of 0.01 mg/kg for 噻虫胺"),
        (replace(LINE, loq="5", unit="mg/kg"), "loq", r"豇豆 \(GB 2763-2021\)"),
        (replace(LINE, value="0.004"), "value", "below the LOQ of 0.005"),
        (replace(LINE, value="0"), "value", "Report it as not detected"),
        (replace(LINE, value="-0.1"), "value", "below zero"),
        (replace(LINE, value="−0.1"), "value", "below zero"),
        (replace(LINE, value=""), "value", "This is empty"),
        (replace(LINE, value="NaN"), "value", "not a plain number"),
        (replace(LINE, value="<0.01"), "value", "reported as not detected"),
        (replace(LINE, value="1e-2"), "value", "not a plain number"),
        (
            replace(LINE, method="GB 23200.121-2026"),
            "method",
            "in force from 2026-03-01, after the test on 2022-11-03",
        ),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_field(
    line: GivenResult, field: str, reason: str
) -> None:
    with pytest.raises(InvalidInput, match=reason) as refusal:
        parse_result(line, COWPEA, REFERENCE, "results.2")
    assert refusal.value.problems[0].field == f"results.2.{field}"


def test_a_method_that_the_table_does_not_know_is_no_mistake() -> None:
    line = replace(LINE, method="DB53/T 1-2020")
    assert parse_result(line, COWPEA, REFERENCE).method == "DB53/T 1-2020"


def test_an_loq_at_the_limit_is_fine_enough() -> None:
    line = replace(LINE, loq="0.01", value="未检出")
    assert judged(parse_result(line, COWPEA, REFERENCE)).reading == "pass"


def test_a_refusal_without_a_line_names_the_bare_field() -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_result(replace(LINE, unit=""), COWPEA, REFERENCE)
    assert refusal.value.problems[0].field == "unit"


# Dates.


def test_a_test_may_be_on_the_day_of_sampling_and_today() -> None:
    assert parse_sampled_on("2026-11-22", TODAY) == TODAY
    assert parse_tested_on(" ２０２６-11-22 ", TODAY, TODAY) == TODAY


def test_a_test_before_the_sampling_is_refused() -> None:
    with pytest.raises(InvalidInput, match="before the sample was taken on 2026-11-20"):
        parse_tested_on("2026-11-19", date(2026, 11, 20), TODAY)


def test_a_test_in_the_future_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2026-11-23 is in the future"):
        parse_tested_on("2026-11-23", TODAY, TODAY)


def test_a_sample_in_the_future_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2026-11-23 is in the future"):
        parse_sampled_on("2026-11-23", TODAY)


@pytest.mark.parametrize("text", ["", "22.11.2026", "2026-02-30", "2026年3月1日"])
def test_what_is_not_a_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidInput, match="Write it as 2026-03-01"):
        parse_sampled_on(text, TODAY)


# The whole inspection.

PASS = judged(result("噻虫胺", None))
FAIL = judged(result("噻虫胺", "1"))
PRELIMINARY = judged(result("噻虫胺", "1", method="KJ 202501"))
UNKNOWN = judged(result("从未听说的物质", None))


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([PASS, PASS], "pass"),
        ([PASS, UNKNOWN], "cannot_judge"),
        ([UNKNOWN, PRELIMINARY, PASS], "preliminary"),
        ([PASS, UNKNOWN, PRELIMINARY, FAIL], "fail"),
        ([], "cannot_judge"),
    ],
)
def test_an_inspection_reads_as_its_gravest_line(
    lines: list[AnalyteJudgement], expected: str
) -> None:
    assert overall(lines) == expected
    assert overall(reversed(lines)) == expected
