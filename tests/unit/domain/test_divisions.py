"""Administrative divisions, on the real table."""

from collections import Counter

import pytest

from registry.data import reference_data
from registry.domain.divisions import Division, Divisions, parse_division
from registry.errors import InvalidInput


@pytest.fixture(scope="module")
def divisions() -> Divisions:
    return reference_data().divisions


def test_the_table_holds_every_level(divisions: Divisions) -> None:
    below = [divisions.children()]
    while below[-1]:
        below.append(tuple(c for d in below[-1] for c in divisions.children(d.code)))
    counted = Counter(division.level for level in below for division in level)
    assert counted == {
        "province": 31,
        "city": 342,
        "county": 2_978,
        "township": 41_352,
    }
    assert len(divisions) == 44_703


def test_every_path_runs_from_a_province_down_by_code(divisions: Divisions) -> None:
    for township in divisions.children("530302"):
        path = divisions.path(township.code)
        assert [d.level for d in path] == ["province", "city", "county", "township"]
        assert all(township.code.startswith(d.code) for d in path)


def test_the_full_name_is_that_of_an_address(divisions: Divisions) -> None:
    assert divisions.full_name("530302") == "云南省曲靖市麒麟区"
    assert divisions.full_name("53") == "云南省"


def test_the_full_name_leaves_out_a_placeholder_above(divisions: Divisions) -> None:
    assert divisions.full_name("110101") == "北京市东城区"
    assert divisions.full_name("1101") == "北京市市辖区"


def test_a_division_contains_itself_and_all_below(divisions: Divisions) -> None:
    township = divisions.children("530302")[0].code
    assert divisions.contains("53", township)
    assert divisions.contains("5303", "530302")
    assert divisions.contains("5303", "5303")


def test_a_division_contains_neither_sibling_nor_parent(divisions: Divisions) -> None:
    assert not divisions.contains("530302", "530303")
    assert not divisions.contains("530302", "5303")


def test_a_shared_beginning_of_the_code_is_not_containment() -> None:
    tree = Divisions(
        [Division("5", "x", "province", ""), Division("53", "y", "city", "")]
    )
    assert not tree.contains("5", "53")


@pytest.mark.parametrize("code", ["", "99", "530399", "53030"])
def test_an_unknown_division_is_refused(divisions: Divisions, code: str) -> None:
    with pytest.raises(InvalidInput, match="Unknown division"):
        divisions.get(code)


def test_an_unknown_ancestor_is_refused_rather_than_empty(divisions: Divisions) -> None:
    with pytest.raises(InvalidInput, match="Unknown division: 99"):
        divisions.contains("99", "53")


def test_a_search_puts_whole_names_and_larger_units_first(divisions: Divisions) -> None:
    assert divisions.search("麒麟")[0].code == "530302"
    assert divisions.search("曲靖市")[0].code == "5303"


def test_earlier_words_of_a_search_name_the_place_above(divisions: Divisions) -> None:
    assert [d.code for d in divisions.search("曲靖 麒麟区")] == ["530302"]
    assert divisions.search("北京 麒麟区") == ()


def test_an_empty_search_finds_nothing_and_the_limit_holds(
    divisions: Divisions,
) -> None:
    assert divisions.search("  ") == ()
    assert len(divisions.search("镇", 7)) == 7


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("530302", "530302"),
        (" ５３０３０２ ", "530302"),
        ("530300", "5303"),
        ("530000", "53"),
        ("530302000", "530302"),
        ("530302000000", "530302"),
        ("530000000000", "53"),
    ],
)
def test_a_code_filled_with_zeros_is_read(
    divisions: Divisions, typed: str, code: str
) -> None:
    assert parse_division(typed, divisions).code == code


@pytest.mark.parametrize("typed", ["", "000000", "539900", "曲靖", "53030", "5303020"])
def test_a_typed_code_that_is_none_is_refused_at_its_field(
    divisions: Divisions, typed: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        parse_division(typed, divisions, "origin")
    assert refusal.value.problems[0].field == "origin"


def test_every_example_product_names_a_known_region(divisions: Divisions) -> None:
    for product in reference_data().example_products:
        assert product.division in divisions
        assert product.product_class in reference_data().product_classes
