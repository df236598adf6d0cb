"""Quantities."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.quantity import (
    RECORD_UNIT,
    Dimension,
    Quantity,
    decimal_text,
    parse_decimal,
    parse_quantity,
)
from registry.errors import InvalidInput

DECIMALS: dict[Dimension, int] = {"mass": 3, "area": 2, "count": 0}
LARGEST = 10**12 - 1


@pytest.mark.parametrize(
    ("text", "unit", "dimension", "expected"),
    [
        ("1", "斤", "mass", "0.5 KGM"),
        ("2", "jin", "mass", "1 KGM"),
        ("1250.5", "公斤", "mass", "1250.5 KGM"),
        ("1", "千克", "mass", "1 KGM"),
        ("1", "㎏", "mass", "1 KGM"),
        ("1.000001", "吨", "mass", "1000.001 KGM"),
        ("1,250,000", "克", "mass", "1250 KGM"),
        ("１，０００．５０", "kg", "mass", "1000.5 KGM"),
        ("1", "亩", "area", "666.67 MTK"),
        ("3", "mu", "area", "2000 MTK"),
        ("0.5", "公顷", "area", "5000 MTK"),
        ("12.34", "m²", "area", "12.34 MTK"),
        ("12", "平方米", "area", "12 MTK"),
        ("42", "头", "count", "42 H87"),
        ("42", "个", "count", "42 H87"),
        ("42.0", "h87", "count", "42 H87"),
    ],
)
def test_units_people_use_become_the_unit_of_the_record(
    text: str, unit: str, dimension: Dimension, expected: str
) -> None:
    quantity = parse_quantity(text, unit, "quantity", dimension)
    assert f"{quantity.text} {quantity.unit}" == expected


@given(st.sampled_from(sorted(DECIMALS)), st.integers(1, LARGEST))
@settings(max_examples=100, deadline=None)
def test_a_quantity_reads_back_from_its_own_text(
    dimension: Dimension, steps: int
) -> None:
    value = Decimal(steps).scaleb(-DECIMALS[dimension])
    quantity = Quantity(value, RECORD_UNIT[dimension])
    back = parse_quantity(quantity.text, quantity.unit, "quantity", dimension)
    assert back == quantity
    assert back.text == quantity.text


@given(st.integers(1, 10**10))
@settings(max_examples=100, deadline=None)
def test_jin_come_back_exactly(half_grams: int) -> None:
    jin = Decimal(half_grams).scaleb(-3) * 2
    quantity = parse_quantity(decimal_text(jin), "斤", "quantity", "mass")
    assert quantity.value * 2 == jin == quantity.in_jin()


@given(st.integers(1, 10**10))
@settings(max_examples=100, deadline=None)
def test_three_decimals_of_mu_come_back_unchanged(thousandths: int) -> None:
    mu = Decimal(thousandths).scaleb(-3)
    assert parse_quantity(str(mu), "亩", "area", "area").in_mu() == mu


@given(st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False))
@settings(max_examples=100, deadline=None)
def test_the_text_is_canonical_and_loses_nothing(value: Decimal) -> None:
    text = decimal_text(value)
    assert Decimal(text) == value
    assert "E" not in text
    assert text == "0" or not text.startswith("00")
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("0.090", "0.09"),
        ("0E-5", "0"),
        ("100", "100"),
        ("1E-7", "0.0000001"),
    ],
)
def test_exponents_and_trailing_zeros_are_not_written(value: str, text: str) -> None:
    assert Quantity(Decimal(value), "KGM").text == text


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e5",
        "-1",
        "+1",
        ".5",
        "1,00",
        "1_000",
        "十",
        "1.2.3",
        "٣",
    ],
)
def test_what_is_not_a_plain_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not a plain number"):
        parse_quantity(text, "kg", "quantity", "mass")


@pytest.mark.parametrize("text", ["1" * 13, "0." + "0" * 12 + "1"])
def test_a_number_with_too_many_digits_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="too many digits"):
        parse_decimal(text, "quantity")


@pytest.mark.parametrize("text", ["0", "0.000", "000"])
def test_zero_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="not above zero"):
        parse_quantity(text, "kg", "quantity", "mass")


@pytest.mark.parametrize("unit", ["", "亩", "磅", "KGS"])
def test_a_unit_of_something_else_is_refused_with_the_choices(unit: str) -> None:
    with pytest.raises(InvalidInput, match="Choose one of: kgm, kg, 公斤"):
        parse_quantity("1", unit, "quantity", "mass")


@pytest.mark.parametrize(
    ("text", "unit", "dimension", "step"),
    [
        ("0.0001", "kg", "mass", "0.001 KGM"),
        ("0.001", "斤", "mass", "0.001 KGM"),
        ("0.5", "克", "mass", "0.001 KGM"),
        ("1.234", "m2", "area", "0.01 MTK"),
        ("1.2345", "亩", "area", "0.001 亩"),
        ("1.5", "头", "count", "1 H87"),
    ],
)
def test_what_is_finer_than_records_hold_is_refused_with_the_step(
    text: str, unit: str, dimension: Dimension, step: str
) -> None:
    with pytest.raises(InvalidInput, match=f"smallest step is {step}"):
        parse_quantity(text, unit, "quantity", dimension)


def test_quantities_add_subtract_and_compare_within_a_unit() -> None:
    five, two = Quantity(Decimal(5), "KGM"), Quantity(Decimal("2.5"), "KGM")
    assert (five + two).text == "7.5"
    assert (two - five).text == "-2.5"
    assert two < five
    assert five <= Quantity(Decimal("5.00"), "KGM")


def test_quantities_of_two_units_do_not_mix() -> None:
    mass, area = Quantity(Decimal(1), "KGM"), Quantity(Decimal(1), "MTK")
    with pytest.raises(ValueError, match="MTK does not add to KGM"):
        mass + area
    with pytest.raises(ValueError, match="MTK does not add to KGM"):
        mass - area
    with pytest.raises(ValueError, match="KGM does not add to MTK"):
        assert area < mass


def test_only_a_mass_has_jin_and_only_an_area_mu() -> None:
    with pytest.raises(ValueError, match="not a mass"):
        Quantity(Decimal(1), "MTK").in_jin()
    with pytest.raises(ValueError, match="not an area"):
        Quantity(Decimal(1), "KGM").in_mu()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "This is empty"),
        ("4000斤", "holds more than a number"),
        ("2.5kg", "holds more than a number"),
        ("1.", "holds more than a number"),
        ("<0.01", "reported as not detected"),
        ("＜0.01", "reported as not detected"),
    ],
)
def test_a_habit_of_the_field_book_gets_its_own_answer(text: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        parse_quantity(text, "kg", "quantity", "mass")
