"""Pre-harvest intervals."""

import pytest

from registry.data import reference_data
from registry.domain.intervals import canonical_formulation, find_intervals

INTERVALS = reference_data().intervals


def days(substance: str, formulation: str | None, crop: str) -> list[int]:
    rows = find_intervals(INTERVALS, substance, formulation, crop)
    return [row.interval_days for row in rows]


def test_the_formulation_picks_its_row() -> None:
    assert days("啶虫脒", "20% EC", "黄瓜") == [2]
    assert days("啶虫脒", "20%可溶粉剂", "黄瓜") == [1]


def test_without_a_formulation_every_row_of_the_crop_counts() -> None:
    assert days("啶虫脒", None, "黄瓜") == [2, 1]


def test_an_unknown_formulation_falls_back_to_the_rows_of_the_others() -> None:
    assert days("啶虫脒", "5% EC", "黄瓜") == [2, 1]


@pytest.mark.parametrize(
    ("substance", "crop", "expected"),
    [
        ("阿维菌素", "菠菜", [7]),
        ("阿维菌素", "橙", [14]),
        ("阿维菌素", "柑桔", [14]),
        ("阿维菌素", "豇豆", [5]),
        ("联苯菊酯", "番茄", [4]),
        ("联苯菊酯", "茶鲜叶", [7]),
        ("仲丁威", "稻谷", [21]),
    ],
)
def test_a_crop_is_found_by_its_group_place_and_other_names(
    substance: str, crop: str, expected: list[int]
) -> None:
    assert days(substance, None, crop) == expected


def test_a_crop_or_substance_without_a_row_has_no_interval() -> None:
    assert days("阿维菌素", None, "马铃薯") == []
    assert days("吡虫啉", None, "黄瓜") == []


@pytest.mark.parametrize("typed", ["20% EC", "20%EC", "20％乳油", "20 % ec"])
def test_a_formulation_is_read_as_people_type_it(typed: str) -> None:
    assert canonical_formulation(typed) == "20% EC"


def test_the_table_is_whole() -> None:
    assert len(INTERVALS) == 16
    without_maximum = [r for r in INTERVALS if r.max_applications_per_season is None]
    assert [row.active_ingredient for row in without_maximum] == ["双甲脒"]
