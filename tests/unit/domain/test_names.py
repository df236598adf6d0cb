"""Names, numbers and reasons as people type them."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.names import (
    noted,
    parse_name,
    parse_number,
    parse_optional_name,
)
from registry.errors import InvalidInput, Problems
from tests.unit.domain.samples import refused

INVISIBLE = [
    "\u200b",  # zero-width space
    "\u202e",  # right-to-left override
    "\ufeff",  # byte order mark
    "\u00ad",  # soft hyphen
    "\n",
    "\t",
    "\u2028",  # line separator
    "\ue000",  # private use
    "\ud800",  # lone surrogate
    "\u3164",  # Hangul filler, a letter without ink
    "\u2800",  # blank Braille
    "\u034f",  # combining grapheme joiner
    "\ufe0f",  # variation selector
    "\U000e0100",  # ideographic variation selector
]


@pytest.mark.parametrize("sign", INVISIBLE, ids=lambda sign: f"U+{ord(sign):04X}")
def test_an_invisible_character_is_refused(sign: str) -> None:
    with refused(InvalidInput, "name", f"invisible character (U+{ord(sign):04X})"):
        parse_name(f"罗平{sign}合作社", "name")


@pytest.mark.parametrize("empty", ["", "   ", "\u3000"])
def test_an_empty_name_is_refused(empty: str) -> None:
    with refused(InvalidInput, "name", "This is empty"):
        parse_name(empty, "name")


def test_a_name_that_holds_only_an_invisible_letter_is_refused() -> None:
    with refused(InvalidInput, "reason", "invisible character (U+200B)"):
        parse_name("\u200b", "reason")


def test_a_name_of_the_longest_length_fits_and_one_more_does_not() -> None:
    assert parse_name("姜" * 60, "name") == "姜" * 60
    with refused(InvalidInput, "name", "61 characters long; at most 60"):
        parse_name("姜" * 61, "name")


def test_spaces_that_look_alike_become_one_plain_space() -> None:
    assert parse_name(" Luoping\u00a0\u3000 ginger ", "name") == "Luoping ginger"


def test_a_name_keeps_chinese_punctuation_and_composes_accents() -> None:
    assert parse_name("合作社（罗平）", "name") == "合作社（罗平）"
    assert parse_name("Cafe\u0301", "name") == "Café"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=70))
def test_a_name_is_stable_or_refused(text: str) -> None:
    try:
        name = parse_name(text, "name")
    except InvalidInput:
        return
    assert parse_name(name, "name") == name
    assert name == unicodedata.normalize("NFC", name)
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cf"}


def test_nothing_typed_is_an_empty_optional_name() -> None:
    assert parse_optional_name("  ", "brand") == ""
    assert parse_optional_name(" 罗平 ", "brand") == "罗平"


def test_an_optional_name_is_checked_once_typed() -> None:
    with refused(InvalidInput, "brand", "invisible character"):
        parse_optional_name("罗\u200b平", "brand")


def test_a_number_is_taken_as_printed() -> None:
    assert parse_number(" 云农检（2026）第001号 ", "number") == "云农检（2026）第001号"


@pytest.mark.parametrize("typed", ["LP  1", "LP\u00a01", "e\u0301-1"])
def test_a_number_with_a_second_spelling_is_refused(typed: str) -> None:
    with refused(InvalidInput, "number", "Retype it plainly"):
        parse_number(typed, "number")


def test_what_is_refused_is_noted_and_the_rest_goes_on() -> None:
    problems = Problems()
    assert noted(problems, parse_name, "姜", "name") == "姜"
    assert not problems
    assert noted(problems, parse_name, "", "name") == ""
    assert [problem.field for problem in problems] == ["name"]
