"""Inspection methods."""

from datetime import date

import pytest

from registry.data import reference_data
from registry.domain.methods import (
    InspectionMethod,
    canonical_method,
    find_method,
    is_rapid,
)

METHODS = reference_data().methods
TODAY = date(2026, 11, 22)


def found(code: str, on: date = TODAY) -> str | None:
    method = find_method(METHODS, code, on)
    return method.code if method else None


@pytest.mark.parametrize(
    "typed",
    ["GB/T 20769-2008", "gb/t20769-2008", "GB／T 20769—2008", "GB/T 20769 – 2008"],
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert found(typed) == "GB/T 20769-2008"


def test_codes_of_the_table_are_canonical() -> None:
    assert len(METHODS) == 25
    assert all(canonical_method(method.code) == method.code for method in METHODS)


def test_a_code_without_a_year_is_the_newest_edition_in_force() -> None:
    assert found("GB 23200.113") == "GB 23200.113-2026"
    assert found("GB 23200.113", date(2026, 2, 28)) == "GB 23200.113-2018"


def test_a_code_with_a_year_is_that_edition_alone() -> None:
    assert found("GB 23200.121-2021") == "GB 23200.121-2021"
    assert found("GB 23200.121-2019") is None


def test_an_edition_is_not_found_before_it_is_in_force() -> None:
    assert found("GB 23200.122-2026", date(2026, 2, 28)) is None
    assert found("GB 23200.122-2026", date(2026, 3, 1)) == "GB 23200.122-2026"


def test_a_row_without_a_year_answers_to_every_year() -> None:
    assert found("NY/T 1275-2007") == "NY/T 1275"


def test_a_longer_number_is_another_standard() -> None:
    assert found("GB 23200.1") is None
    assert found("GB 23200.11") is None


def test_an_unknown_method_is_not_found() -> None:
    assert found("GB 99999-2026") is None


@pytest.mark.parametrize(
    "code",
    ["GB/T 5009.199-2003", "gb/t5009.199", "NY/T 448-2001", "KJ 202510", "KJ202599"],
)
def test_rapid_methods_are_known_by_table_and_by_series(code: str) -> None:
    assert is_rapid(METHODS, code)


@pytest.mark.parametrize("code", ["GB 23200.113-2018", "NY/T 761-2008", "in-house 3"])
def test_other_methods_are_not_rapid(code: str) -> None:
    assert not is_rapid(METHODS, code)


def test_a_method_without_a_first_day_is_taken_as_always_in_force() -> None:
    method = InspectionMethod("NY/T 1", "", "quantitative", None, "", "", "")
    assert method.in_force_on(date.min)
