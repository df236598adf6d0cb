"""Commodities, their groups, and the crop words of the bans."""

import pytest

from registry.data import reference_data
from registry.domain.commodities import (
    canonical_commodity,
    commodity_chain,
    crop_scopes,
    is_group,
)


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("豇豆", ("豇豆", "豆类蔬菜")),
        ("生姜", ("姜", "根茎类蔬菜", "根茎类和薯芋类蔬菜")),
        ("小黄姜", ("姜", "根茎类蔬菜", "根茎类和薯芋类蔬菜")),
        ("马铃薯", ("马铃薯", "根茎类和薯芋类蔬菜")),
        ("魔芋", ("魔芋", "根茎类和薯芋类蔬菜")),
        ("圆椒", ("甜椒", "茄果类蔬菜")),
        ("青椒", ("青椒", "茄果类蔬菜")),
        ("蓝莓", ("蓝莓", "浆果和其他小型类水果")),
        ("茶叶", ("茶叶", "饮料类")),
        ("核桃", ("核桃", "坚果")),
        ("草鱼", ("草鱼", "鱼(皮+肉)", "水产品")),
        ("柑橘", ("柑橘类水果",)),
        ("根茎类蔬菜", ("根茎类蔬菜", "根茎类和薯芋类蔬菜")),
    ],
)
def test_a_commodity_leads_to_its_groups_narrowest_first(
    name: str, chain: tuple[str, ...]
) -> None:
    assert commodity_chain(name) == chain


@pytest.mark.parametrize("name", ["刺梨", "沙姜", "青梨", "贵州辣椒", "茶鲜叶", ""])
def test_a_group_is_never_guessed_from_the_ending_of_a_name(name: str) -> None:
    assert commodity_chain(name) == (name,)


def test_names_are_read_in_full_width_and_with_spaces() -> None:
    assert canonical_commodity(" 鱼（皮＋肉） ") == "鱼(皮+肉)"
    assert canonical_commodity("土 豆") == "马铃薯"


def test_every_commodity_of_the_limits_lies_in_the_group_of_its_row() -> None:
    for row in reference_data().limits:
        assert row.commodity_group in commodity_chain(row.commodity)


def test_a_word_for_several_members_is_a_group() -> None:
    assert is_group("柑橘")
    assert is_group("根茎类和薯芋类蔬菜")
    assert not is_group("柑")


@pytest.mark.parametrize(
    ("commodity", "product_class", "scopes"),
    [
        ("豇豆", "", {"蔬菜"}),
        ("香菇", "", {"蔬菜", "菌类"}),
        ("苹果", "", {"果树", "瓜果", "苹果树"}),
        ("橙", "", {"果树", "瓜果", "柑橘树"}),
        ("柑橘", "", {"果树", "瓜果", "柑橘树"}),
        ("甘蓝", "", {"蔬菜", "十字花科蔬菜", "甘蓝"}),
        ("萝卜", "", {"蔬菜", "十字花科蔬菜"}),
        ("茶鲜叶", "", {"茶叶", "茶树"}),
        ("当归", "", {"中草药材"}),
        ("水稻", "", {"水稻"}),
        ("核桃", "nut", {"果树"}),
        ("刺梨", "fruit", {"果树", "瓜果"}),
        ("中药材", "medicinal_material", {"中草药材"}),
        ("刺梨", "", set()),
    ],
)
def test_a_crop_falls_under_the_words_of_the_bans(
    commodity: str, product_class: str, scopes: set[str]
) -> None:
    assert crop_scopes(commodity, product_class) == scopes


def test_a_melon_of_the_class_fruit_grows_on_no_tree() -> None:
    assert crop_scopes("西瓜", "fruit") == {"瓜果"}


def test_every_crop_word_of_the_bans_covers_some_commodity() -> None:
    reachable = frozenset[str]().union(
        *(crop_scopes(row.commodity) for row in reference_data().limits),
        *map(crop_scopes, ("花生", "茶鲜叶", "当归", "香菇", "甘蓝")),
    )
    named = {scope for ban in reference_data().restricted for scope in ban.scopes}
    assert named <= reachable


def test_six_classes_demand_a_certificate_since_order_4_of_2025() -> None:
    classes = reference_data().product_classes
    duty = {code for code, row in classes.items() if row.certificate_mandatory}
    assert duty == {
        "vegetable",
        "fruit",
        "tea_leaf",
        "livestock_poultry",
        "egg",
        "farmed_aquatic",
    }
    assert {str(classes[code].valid_from) for code in duty} == {"2026-02-01"}
    assert classes["nut"].valid_from is None


def test_the_certificate_has_one_fixed_text_for_each_issuer() -> None:
    fixed = [
        row.issuer_type
        for row in reference_data().commitment_statements
        if row.field == "commitment"
    ]
    assert sorted(fixed) == ["producer", "purchaser"]
