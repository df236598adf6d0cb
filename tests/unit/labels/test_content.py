from typing import Unpack

import pytest

from labels import LabelContent, LabelError
from tests.unit.labels.samples import Changes, make_label


def refusal(**changes: Unpack[Changes]) -> LabelError:
    with pytest.raises(LabelError) as caught:
        make_label(**changes)
    return caught.value


@pytest.mark.parametrize(
    "changes",
    [
        {"product": "  "},
        {"lot": ""},
        {"cooperative": ""},
        {"date_label": "\u3000"},
        {"date": ""},
    ],
)
def test_a_field_that_every_label_needs_is_not_empty(changes: Changes) -> None:
    error = refusal(**changes)
    assert [error.field] == list(changes)
    assert "empty" in error.reason


@pytest.mark.parametrize("character", ["\n", "\t", "\x00", "\x7f", "\u2028", "\u00ad"])
def test_a_control_character_is_refused_by_its_code_point(character: str) -> None:
    error = refusal(product=f"小黄{character}姜")
    assert error.field == "product"
    assert f"U+{ord(character):04X} cannot be printed" in str(error)


@pytest.mark.parametrize("character", ["\u202e", "\u200f", "\u2066", "\u061c"])
def test_a_character_that_reorders_text_is_refused(character: str) -> None:
    error = refusal(cooperative=f"{character}社作合")
    assert error.field == "cooperative"
    assert "reading direction" in error.reason


def test_a_private_use_character_is_refused() -> None:
    assert refusal(place="\ue000").field == "place"


def test_a_lone_surrogate_is_refused() -> None:
    assert refusal(place="\ud800").field == "place"


def test_a_lot_of_twenty_characters_is_taken_and_one_more_refused() -> None:
    assert make_label(lot="A" * 20).lot == "A" * 20
    error = refusal(lot="A" * 21)
    assert error.field == "lot"
    assert "21 characters were given, at most 20" in str(error)


def test_a_serial_has_at_most_twenty_characters() -> None:
    assert refusal(serial="7" * 21).field == "serial"


def test_a_name_has_at_most_sixty_characters() -> None:
    assert refusal(product="姜" * 61).field == "product"


def test_a_link_that_cannot_be_printed_is_refused_with_the_content() -> None:
    assert refusal(uri="trace.example/01/1").field == "uri"


def test_captions_are_checked_as_well() -> None:
    assert refusal(scan_hint="扫\u202e码").field == "scan_hint"


def test_a_refusal_keeps_template_and_values_apart() -> None:
    error = refusal(lot="A" * 21)
    assert error.reason == "{given} characters were given, at most {longest} have room"
    assert error.values == {"given": "21", "longest": "20"}


def test_what_is_optional_may_be_left_out() -> None:
    content = LabelContent(
        uri="https://trace.example/01/06901234567892/10/A1",
        product="姜",
        product_latin="",
        lot="A1",
        cooperative="合作社",
        cooperative_latin="",
        place="",
        date_label="采收",
        date="2026-11-20",
    )
    assert content.serial is None
    assert not content.demo
