"""Commodities: which group a crop is of, for limits and for bans.

GB 2763 Annex A sorts foods into groups; a limit for a group holds for its members. The
table is that annex as far as the reference data need it, partly from memory (see
`registry/data/README.md`). What it does not list has **no group known**: then no group
limit is found and a result cannot be judged, which is the safe side. Names are never
guessed from their ending: 刺梨 is no pear (梨) and 沙姜 no ginger (姜).

Bans name crops in other words (果树, 十字花科蔬菜); `crop_scopes` maps to those.
"""

import unicodedata
from dataclasses import dataclass
from datetime import date

# Narrowest group first to its members; sources and doubts in the data's README.
_MEMBERS: dict[str, str] = {
    "谷物": "稻谷 小麦 玉米",
    "油料和油脂": "油菜籽 花生仁 大豆",
    "鳞茎类蔬菜": "韭菜 洋葱 大蒜 葱 青蒜 蒜薹",
    "芸薹属类蔬菜": "结球甘蓝 球茎甘蓝 抱子甘蓝 花椰菜 青花菜 芥蓝 菜薹",
    "叶菜类蔬菜": "芹菜 菠菜 普通白菜 大白菜 叶用莴苣 油麦菜 茼蒿 苋菜 蕹菜 叶芥菜",
    "茄果类蔬菜": "番茄 茄子 辣椒 青椒 甜椒 黄秋葵",
    "瓜类蔬菜": "黄瓜 西葫芦 苦瓜 丝瓜 冬瓜 南瓜",
    "豆类蔬菜": "豇豆 菜豆 食荚豌豆 扁豆 豌豆 菜用大豆 蚕豆",
    "茎类蔬菜": "芦笋 莴笋",
    "根茎类蔬菜": "姜 萝卜 胡萝卜 芜菁",
    "根茎类和薯芋类蔬菜": "马铃薯 甘薯 山药 魔芋 芋 牛蒡",
    "水生类蔬菜": "莲藕 茭白 荸荠",
    "食用菌": "香菇 平菇 金针菇 木耳 双孢蘑菇 杏鲍菇",
    "柑橘类水果": "柑 橘 橙 柠檬 柚",
    "仁果类水果": "苹果 梨 山楂 枇杷",
    "核果类水果": "桃 油桃 杏 李子 樱桃",
    "浆果和其他小型类水果": "葡萄 猕猴桃 草莓 蓝莓 桑葚 树莓",
    "热带和亚热带类水果": "香蕉 芒果 荔枝 龙眼 菠萝 番木瓜 火龙果 石榴 杨梅 柿子",
    "瓜果类水果": "西瓜 甜瓜",
    "坚果": "核桃 板栗",
    "糖料": "甘蔗 甜菜",
    "饮料类": "茶叶",
    "药用植物": "人参 三七 天麻 甘草 当归 白术 党参 黄芪",
    "鱼(皮+肉)": "草鱼 鲤鱼 鲫鱼 罗非鱼",
}
_WIDER_GROUP = {
    "根茎类蔬菜": "根茎类和薯芋类蔬菜",
    "鱼(皮+肉)": "水产品",
}
_GROUP_OF = {name: group for group, names in _MEMBERS.items() for name in names.split()}

# Names of the same thing, by the name that the limits use. A word for several members
# (柑橘) stands for the whole group.
_SYNONYMS = {
    "圆椒": "甜椒",
    "彩椒": "甜椒",
    "尖椒": "辣椒",
    "生姜": "姜",
    "小黄姜": "姜",
    "土豆": "马铃薯",
    "洋芋": "马铃薯",
    "西红柿": "番茄",
    "长豇豆": "豇豆",
    "四季豆": "菜豆",
    "毛豆": "菜用大豆",
    "红薯": "甘薯",
    "淮山": "山药",
    "小白菜": "普通白菜",
    "西兰花": "青花菜",
    "菜花": "花椰菜",
    "甘蓝": "结球甘蓝",
    "卷心菜": "结球甘蓝",
    "水稻": "稻谷",
    "花生": "花生仁",
    "奇异果": "猕猴桃",
    "哈密瓜": "甜瓜",
    "柑橘": "柑橘类水果",
    "柑桔": "柑橘类水果",
    "绿茶": "茶叶",
    "红茶": "茶叶",
    "普洱茶": "茶叶",
}

_VEGETABLE_GROUPS = frozenset(group for group in _MEMBERS if group.endswith("蔬菜"))
_ORCHARD_GROUPS = frozenset(
    group
    for group in _MEMBERS
    if group.endswith("水果") and group != "瓜果类水果"  # melons grow on no tree
)

# Scopes of the announcements that a name in the chain of a commodity brings along.
_SCOPES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_VEGETABLE_GROUPS, frozenset({"蔬菜"})),
    **dict.fromkeys(_ORCHARD_GROUPS, frozenset({"果树", "瓜果"})),
    "瓜果类水果": frozenset({"瓜果"}),
    "坚果": frozenset({"果树"}),
    # Order 4/2025 Art. 3 counts cultivated fungi among the vegetables.
    "食用菌": frozenset({"蔬菜", "菌类"}),
    "药用植物": frozenset({"中草药材"}),
    "茶叶": frozenset({"茶叶", "茶树"}),
    "茶鲜叶": frozenset({"茶叶", "茶树"}),
    "柑橘类水果": frozenset({"果树", "瓜果", "柑橘树"}),
    "苹果": frozenset({"苹果树"}),
    "芸薹属类蔬菜": frozenset({"蔬菜", "十字花科蔬菜"}),
    **dict.fromkeys(
        ("大白菜", "普通白菜", "叶芥菜", "萝卜", "芜菁"), frozenset({"十字花科蔬菜"})
    ),
    "结球甘蓝": frozenset({"甘蓝"}),
    "稻谷": frozenset({"水稻"}),
    "花生仁": frozenset({"花生"}),
    "甘蔗": frozenset({"甘蔗"}),
}
_CLASS_SCOPES: dict[str, frozenset[str]] = {
    "vegetable": frozenset({"蔬菜"}),
    "fruit": frozenset({"果树", "瓜果"}),
    "tea_leaf": frozenset({"茶叶", "茶树"}),
    "medicinal_material": frozenset({"中草药材"}),
    "nut": frozenset({"果树"}),
}


def canonical_commodity(name: str) -> str:
    """Return the name that the limits use for the same thing."""
    bare = "".join(unicodedata.normalize("NFKC", name).split())
    return _SYNONYMS.get(bare, bare)


def commodity_chain(name: str) -> tuple[str, ...]:
    """Return the commodity and its groups, narrowest first (GB 2763 Annex A).

    Only the name itself where no group is known.
    """
    chain = [canonical_commodity(name)]
    group = _GROUP_OF.get(chain[0]) or _WIDER_GROUP.get(chain[0])
    while group:
        chain.append(group)
        group = _WIDER_GROUP.get(group)
    return tuple(chain)


def is_group(name: str) -> bool:
    """Tell whether a name stands for a whole group, so for no one member of it."""
    return canonical_commodity(name) in {*_MEMBERS, *_WIDER_GROUP.values()}


def crop_scopes(commodity: str, product_class: str = "") -> frozenset[str]:
    """Return the crop words of the bans that cover a commodity.

    The commodity's groups decide; the product class only where they say nothing, as a
    class is coarser (`fruit` covers melons, which are not 果树).

    Args:
        commodity: any name `canonical_commodity` takes.
        product_class: code of `product_classes.csv`, or empty.
    """
    named = frozenset[str]().union(
        *(_SCOPES.get(name, frozenset()) for name in commodity_chain(commodity))
    )
    return named or _CLASS_SCOPES.get(product_class, frozenset())


@dataclass(frozen=True, slots=True)
class ProductClass:
    """A class of products; whether Order 4/2025 Art. 3 demands a certificate of it.

    Attributes:
        valid_from: first day of the duty; None where there is none.
    """

    code: str
    name_zh: str
    name_en: str
    certificate_mandatory: bool
    valid_from: date | None
    source: str


@dataclass(frozen=True, slots=True)
class CommitmentStatement:
    """A fixed text of the 承诺达标合格证 and the days it is in force, both inclusive.

    Attributes:
        issuer_type: `producer`, `purchaser` or `any`.
        field: `title`, `style`, `commitment`, `basis` or `label`.
    """

    issuer_type: str
    field: str
    code: str
    text: str
    valid_from: date
    valid_to: date | None
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class ExampleProduct:
    """A real regional product, to fill a demonstration with."""

    name_zh: str
    name_en: str
    division: str
    product_class: str
    regional_brand: str
    note: str
