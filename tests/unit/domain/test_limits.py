"""Residue limits by commodity, analyte and day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.data import reference_data
from registry.domain.limits import LimitFound, find_limit, split_exceptions

IN_2021 = date(2022, 11, 1)
IN_2026 = date(2026, 3, 1)


def find(commodity: str, analyte: str, on: date = IN_2021) -> LimitFound | None:
    return find_limit(reference_data().limits, commodity, analyte, on)


def limit(commodity: str, analyte: str, on: date = IN_2021) -> str:
    found = find(commodity, analyte, on)
    return f"{found.limit_mg_per_kg} {found.commodity}" if found else "none"


def test_the_own_row_of_a_commodity_comes_before_its_group() -> None:
    assert limit("苹果", "草甘膦") == "0.5 苹果"
    assert limit("梨", "草甘膦") == "0.1 仁果类水果"


def test_a_group_limit_holds_for_its_members() -> None:
    assert limit("豇豆", "甲基异柳磷") == "0.01 豆类蔬菜"
    assert limit("胡萝卜", "噻虫胺") == "0.2 根茎类蔬菜"


def test_a_narrow_group_limit_does_not_hold_for_the_wider_group() -> None:
    assert find("马铃薯", "噻虫胺") is None


@pytest.mark.parametrize("excepted", ["番茄", "茄子", "甜椒", "圆椒", "黄秋葵"])
def test_an_excepted_member_is_not_covered_by_the_group(excepted: str) -> None:
    assert find(excepted, "啶虫脒") is None


def test_a_member_that_is_not_excepted_is_covered() -> None:
    assert limit("柠檬", "草甘膦") == "0.1 柑橘类水果"
    assert limit("辣椒", "啶虫脒") == "0.2 辣椒"


def test_a_word_for_the_whole_group_does_not_take_a_limit_with_exceptions() -> None:
    assert find("柑橘", "草甘膦") is None
    assert limit("柑橘", "多杀霉素", date(2018, 1, 1)) == "0.3 柑橘类水果"


def test_round_pepper_and_sweet_pepper_are_one() -> None:
    assert limit("甜椒", "倍硫磷") == "0.05 圆椒"
    assert limit("圆椒", "吡虫啉") == "0.2 甜椒"


@pytest.mark.parametrize(
    "analyte", ["氯氟氰菊酯", "高效氯氟氰菊酯", "氯氟氰菊酯和高效氯氟氰菊酯"]
)
def test_the_names_of_a_sum_lead_to_its_row(analyte: str) -> None:
    found = find("豇豆", analyte)
    assert found
    assert found.limit_mg_per_kg == Decimal("0.2")
    assert not found.is_component


def test_one_substance_of_a_sum_leads_to_it_marked() -> None:
    found = find("草鱼", "环丙沙星")
    assert found
    assert found.limit.analyte == "恩诺沙星"
    assert found.is_component


@pytest.mark.parametrize(
    ("day", "edition"),
    [
        ("2017-06-18", "GB 2763-2016"),
        ("2020-02-14", "GB 2763-2016"),
        ("2020-02-15", "GB 2763-2019"),
        ("2021-09-02", "GB 2763-2019"),
        ("2021-09-03", "GB 2763-2021"),
        ("2026-02-28", "GB 2763-2021"),
    ],
)
def test_the_edition_is_the_one_in_force_on_the_day(day: str, edition: str) -> None:
    found = find("韭菜", "腐霉利", date.fromisoformat(day))
    assert found
    assert found.edition == edition


@pytest.mark.parametrize("day", ["2017-06-17", "2026-03-01"])
def test_outside_the_known_editions_no_limit_is_found(day: str) -> None:
    assert find("韭菜", "腐霉利", date.fromisoformat(day)) is None


def test_the_edition_in_force_today_has_its_own_rows() -> None:
    found = find("茶叶", "唑螨酯", IN_2026)
    assert found
    assert (found.edition, found.limit.status) == ("GB 2763-2026", "confirmed")
    assert find("茶叶", "唑螨酯", IN_2026 - timedelta(1)) is None


def test_an_unknown_crop_or_analyte_has_no_limit() -> None:
    assert find("刺梨", "草甘膦") is None
    assert find("苹果", "不存在的农药") is None


def test_published_exceptions_are_split_from_the_name() -> None:
    assert split_exceptions("仁果类水果(苹果除外)") == (
        "仁果类水果",
        frozenset({"苹果"}),
    )
    assert split_exceptions("鱼(皮+肉)") == ("鱼(皮+肉)", frozenset())


def test_limits_are_exact_decimals_with_their_published_digits() -> None:
    rows = reference_data().limits
    assert len(rows) == 52
    assert all(type(row.limit_mg_per_kg) is Decimal for row in rows)
    measured = [s.measured_mg_per_kg for s in reference_data().public_samples]
    assert "0.090" in map(str, measured)


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 51))
@settings(max_examples=100, deadline=None)
def test_a_limit_found_is_always_in_force_on_the_day(day: date, number: int) -> None:
    row = reference_data().limits[number]
    found = find(row.commodity, row.analyte, day)
    assert (found is not None) or not row.in_force_on(day) or row.except_for
    assert found is None or found.limit.in_force_on(day)


def test_the_table_has_one_row_for_each_key_and_edition() -> None:
    keys = [
        (row.commodity, row.except_for, row.analyte, row.edition)
        for row in reference_data().limits
    ]
    assert len(keys) == len(set(keys))
