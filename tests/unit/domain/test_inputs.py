"""Uses of inputs on a crop."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.data import reference_data
from registry.domain.inputs import Finding, check_harvest, check_operation
from registry.errors import InvalidInput

HARVEST = date(2026, 8, 20)


@dataclass(frozen=True, slots=True)
class Use:
    """A line of Amina's field book."""

    substance: str
    applied_on: date
    formulation: str = ""


def before_harvest(substance: str, days: int, formulation: str = "") -> Use:
    return Use(substance, HARVEST - timedelta(days), formulation)


def findings(uses: list[Use], crop: str) -> list[Finding]:
    return check_harvest(uses, HARVEST, crop, reference_data())


def test_a_use_banned_everywhere_is_refused_with_its_legal_basis() -> None:
    with pytest.raises(InvalidInput, match="every crop; 农业部公告第322号"):
        check_operation("甲胺磷", "豇豆", HARVEST, reference_data())


def test_a_use_banned_on_the_crop_is_refused_with_the_crops() -> None:
    with pytest.raises(InvalidInput, match="蔬菜; 农业部公告第2032号"):
        check_operation("毒死蜱", "豇豆", HARVEST, reference_data())


def test_a_use_banned_on_other_crops_is_no_problem() -> None:
    check_operation("毒死蜱", "玉米", HARVEST, reference_data())
    check_operation("吡虫啉", "豇豆", HARVEST, reference_data())


def test_a_ban_does_not_reach_back() -> None:
    check_operation("克百威", "小麦", date(2026, 5, 31), reference_data())
    with pytest.raises(InvalidInput, match="第736号"):
        check_operation("克百威", "小麦", date(2026, 6, 1), reference_data())


def test_a_trade_name_does_not_hide_a_banned_substance() -> None:
    with pytest.raises(InvalidInput, match="呋喃丹 was banned"):
        check_operation("呋喃丹", "豇豆", date(2020, 1, 1), reference_data())


def test_every_ban_in_force_is_told_at_the_field() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_operation("甲拌磷", "豇豆", HARVEST, reference_data(), field="uses.0")
    assert [p.field for p in refusal.value.problems] == ["uses.0", "uses.0"]


def test_the_product_class_decides_for_a_crop_without_a_group() -> None:
    check_operation("内吸磷", "刺梨", HARVEST, reference_data())
    with pytest.raises(InvalidInput, match="第199号"):
        check_operation("内吸磷", "刺梨", HARVEST, reference_data(), "fruit")


def test_a_harvest_inside_the_interval_is_a_finding_with_the_days_short() -> None:
    (finding,) = findings([before_harvest("阿维菌素", 3)], "豇豆")
    assert finding.rule == "pre_harvest_interval"
    assert finding.days_short == 2
    assert "was used 3 days before the harvest" in str(finding.message)
    assert "interval is 5 days, 2 more" in str(finding.message)
    assert finding.source.startswith("常用农药使用安全间隔期")


def test_a_harvest_on_the_last_day_of_the_interval_is_no_finding() -> None:
    assert findings([before_harvest("阿维菌素", 5)], "豇豆") == []


def test_a_use_on_the_day_of_the_harvest_is_short_of_the_whole_interval() -> None:
    (finding,) = findings([before_harvest("阿维菌素", 0)], "豇豆")
    assert finding.days_short == 5


def test_a_use_after_the_harvest_belongs_to_the_next_one() -> None:
    assert findings([before_harvest("阿维菌素", -1)], "豇豆") == []


def test_an_earlier_use_of_a_slower_formulation_is_not_hidden_by_the_last() -> None:
    uses = [
        before_harvest("啶虫脒", 1, "20% EC"),
        before_harvest("啶虫脒", 1, "20% SP"),
    ]
    for order in (uses, uses[::-1]):
        (finding,) = findings(order, "黄瓜")
        assert finding.days_short == 1


def test_the_strictest_row_counts_where_the_formulation_is_unknown() -> None:
    (finding,) = findings([before_harvest("啶虫脒", 1)], "黄瓜")
    assert finding.days_short == 1
    assert findings([before_harvest("啶虫脒", 1, "20% SP")], "黄瓜") == []


def test_one_use_too_many_is_a_finding() -> None:
    uses = [before_harvest("阿维菌素", days) for days in (30, 40, 50, 60)]
    (finding,) = findings(uses, "豇豆")
    assert finding.rule == "maximum_applications"
    assert finding.uses_over == 1
    assert "was used 4 times in the season; at most 3" in str(finding.message)


def test_the_maximum_itself_is_no_finding() -> None:
    assert findings([before_harvest("阿维菌素", d) for d in (30, 40, 50)], "豇豆") == []


def test_a_row_without_a_maximum_counts_no_uses() -> None:
    uses = [before_harvest("双甲脒", days) for days in range(21, 30)]
    assert findings(uses, "柑橘") == []


def test_both_rules_and_every_substance_are_told() -> None:
    uses = [before_harvest("阿维菌素", days) for days in (1, 2)]
    uses.append(before_harvest("联苯菊酯", 100))
    assert [f.rule for f in findings(uses, "菠菜")] == [
        "pre_harvest_interval",
        "maximum_applications",
    ]


def test_without_a_known_interval_there_is_no_finding() -> None:
    assert findings([before_harvest("吡虫啉", 0)], "豇豆") == []
    assert findings([], "豇豆") == []


@given(st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_the_days_short_are_what_is_missing_to_the_interval(waited: int) -> None:
    found = findings([before_harvest("三唑锡", waited)], "橙")
    assert [finding.days_short for finding in found] == (
        [30 - waited] if waited < 30 else []
    )
