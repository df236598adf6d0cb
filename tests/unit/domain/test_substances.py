"""Bans by substance, crop and day."""

from datetime import date

import pytest

from registry.data import reference_data
from registry.domain.commodities import crop_scopes
from registry.domain.substances import bans_in_force, canonical_substance

ANY_DAY = date(2026, 11, 22)


def basis(substance: str, scopes: set[str] | frozenset[str], on: date) -> list[str]:
    bans = bans_in_force(reference_data().restricted, substance, scopes, on)
    return [ban.legal_basis for ban in bans]


def test_a_ban_on_everything_covers_every_crop_and_none() -> None:
    assert basis("甲胺磷", {"蔬菜"}, ANY_DAY) == ["农业部公告第322号(2003-12-30)"]
    assert basis("甲胺磷", set(), ANY_DAY) == ["农业部公告第322号(2003-12-30)"]


def test_a_ban_on_some_crops_leaves_the_others() -> None:
    assert basis("毒死蜱", {"蔬菜"}, ANY_DAY) == ["农业部公告第2032号"]
    assert basis("毒死蜱", {"水稻"}, ANY_DAY) == []
    assert basis("丁酰肼", {"花生"}, ANY_DAY) == ["农业部公告第274号"]


@pytest.mark.parametrize(
    ("substance", "last_day_allowed"),
    [
        ("氧乐果", "2026-05-31"),
        ("克百威", "2026-05-31"),
        ("灭多威", "2026-05-31"),
        ("涕灭威", "2026-05-31"),
        ("水胺硫磷", "2024-08-31"),
        ("三氯杀螨醇", "2018-09-30"),
    ],
)
def test_a_ban_begins_on_its_first_day(substance: str, last_day_allowed: str) -> None:
    last = date.fromisoformat(last_day_allowed)
    assert basis(substance, {"小麦"}, last) == []
    assert len(basis(substance, {"小麦"}, date.fromordinal(last.toordinal() + 1))) == 1


def test_a_ban_without_a_date_holds_on_every_date() -> None:
    assert basis("六六六", set(), date(1990, 1, 1)) == ["农业部公告第199号(2002年5月)"]


def test_a_crop_banned_early_falls_under_both_bans_later() -> None:
    early, late = date(2020, 1, 1), date(2025, 1, 1)
    assert len(basis("甲拌磷", {"蔬菜"}, early)) == 1
    assert len(basis("甲拌磷", {"蔬菜"}, late)) == 2


def test_a_ban_with_exceptions_covers_every_crop() -> None:
    for crop in ("豇豆", "玉米", "苹果"):
        assert basis("氟虫腈", crop_scopes(crop), ANY_DAY) == ["农业部公告第1157号"]
    assert basis("溴甲烷", {"蔬菜"}, ANY_DAY) == ["农业部公告第2552号"]


def test_a_ban_with_exceptions_leaves_the_uses_it_names() -> None:
    assert basis("溴甲烷", {"检疫熏蒸处理"}, ANY_DAY) == []
    assert basis("氟虫腈", {"卫生用"}, ANY_DAY) == []
    assert basis("氟虫腈", {"检疫熏蒸处理"}, ANY_DAY) == ["农业部公告第1157号"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("呋喃丹", "克百威"),
        ("３－羟基克百威", "克百威"),
        (" 甲拌磷 砜 ", "甲拌磷"),
        ("ddt", "滴滴涕"),
        ("2,4－滴丁酯", "2,4-滴丁酯"),
        ("吡虫啉", "吡虫啉"),
    ],
)
def test_other_names_and_counted_metabolites_are_known(typed: str, name: str) -> None:
    assert canonical_substance(typed) == name


def test_a_pesticide_of_a_banned_class_is_banned_and_a_heavy_metal_is_not() -> None:
    assert basis("砷酸铅", {"果树"}, ANY_DAY) == ["农业部公告第199号(2002年5月)"]
    assert basis("铅", {"果树"}, ANY_DAY) == []


def test_ordinary_pesticides_are_not_banned() -> None:
    for substance in ("多菌灵", "马拉硫磷", "吡虫啉", "阿维菌素"):
        assert basis(substance, {"蔬菜", "果树", "茶叶"}, ANY_DAY) == []


def test_the_list_is_whole() -> None:
    restricted = reference_data().restricted
    assert len(restricted) == 84
    assert all(ban.legal_basis for ban in restricted)
    assert all(not (ban.scopes and ban.allowed_uses) for ban in restricted)
