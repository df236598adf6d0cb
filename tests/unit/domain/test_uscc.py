"""Unified social credit codes."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from registry.domain.uscc import ALPHABET, parse_uscc, uscc_check_character
from registry.errors import InvalidInput

CODES = st.text(ALPHABET, min_size=17, max_size=17).map(
    lambda body: body + uscc_check_character(body)
)


@pytest.mark.parametrize(
    "code",
    [  # published codes of well-known companies
        "91350100M000100Y43",
        "914403001922038216",
        "9144030071526726XG",
        "91330100799655058B",
    ],
)
def test_published_codes_are_accepted(code: str) -> None:
    assert parse_uscc(code) == code


def test_a_code_may_be_typed_in_groups_small_letters_and_full_width() -> None:
    assert parse_uscc("91350100 m000100ｙ４３") == "91350100M000100Y43"


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
@settings(max_examples=80, deadline=None)
def test_any_single_wrong_character_is_caught(
    code: str, place: int, other: str
) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    assume(wrong != code)
    with pytest.raises(InvalidInput, match="One character is wrong"):
        parse_uscc(wrong)


@given(CODES, st.integers(0, 16))
@settings(max_examples=80, deadline=None)
def test_two_swapped_neighbours_are_caught(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assume(swapped != code)
    with pytest.raises(InvalidInput, match="One character is wrong"):
        parse_uscc(swapped)


def test_a_wrong_check_character_names_the_expected_one() -> None:
    with pytest.raises(InvalidInput, match=r"ends in 4, but .* give 3\."):
        parse_uscc("91350100M000100Y44")


@pytest.mark.parametrize("letter", "IOSVZ")
def test_letters_that_look_like_digits_are_refused(letter: str) -> None:
    with pytest.raises(InvalidInput, match=f"Character 3 of the code is {letter}"):
        parse_uscc(f"91{letter}50100M000100Y43")


def test_a_code_of_another_length_is_refused() -> None:
    with pytest.raises(InvalidInput, match="has 15 characters; it must have 18"):
        parse_uscc("530302000012345")
