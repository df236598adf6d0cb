import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import LabelError
from labels.typeface import typeface
from labels.typeset import SMALLEST_MM, Paragraph, balance, fit_lines, fit_rows, wrap

NAMES = st.text("罗平县板桥镇小黄姜专业合作社，（）。 ab-", min_size=1, max_size=40)


@settings(max_examples=150, deadline=None)
@given(text=NAMES, width_em=st.floats(2.5, 30))
def test_no_line_is_wider_than_its_room_and_no_character_is_lost(
    text: str, width_em: float
) -> None:
    lines = wrap(text, width_em)
    if lines:
        assert all(typeface().width_em(line) <= width_em for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@settings(max_examples=100, deadline=None)
@given(text=NAMES, width_em=st.floats(4, 30))
def test_balanced_lines_are_as_few_as_wrapped_ones(text: str, width_em: float) -> None:
    assert len(balance(text, width_em)) == len(wrap(text, width_em))


def test_chinese_breaks_between_characters_and_evenly() -> None:
    assert wrap("罗平小黄姜", 4) == ("罗平小黄", "姜")
    assert balance("罗平小黄姜", 4) == ("罗平小", "黄姜")


def test_no_line_begins_with_closing_or_ends_with_opening_punctuation() -> None:
    assert wrap("小黄姜（特级）", 4) == ("小黄姜", "（特级）")


def test_latin_breaks_at_spaces_and_after_hyphens() -> None:
    assert wrap("Luoping ginger", 4.5) == ("Luoping", "ginger")
    assert wrap("LP-2026-001", 4.6) == ("LP-2026-", "001")


def test_a_word_is_not_broken_but_a_code_is() -> None:
    assert wrap("Cooperative", 3) == ()
    assert len(wrap("7K3Q9M2A4B6C8D0E", 5, code=True)) > 1


def test_text_keeps_its_size_where_it_fits() -> None:
    block = fit_lines(Paragraph("product", "姜", 4), 20)
    assert block.size_mm == 4
    assert block.lines == ("姜",)


def test_text_shrinks_a_little_before_it_breaks() -> None:
    block = fit_lines(Paragraph("product", "罗平小黄姜", 4, most_lines=2), 16)
    assert block.lines == ("罗平小黄姜",)
    assert 3 < block.size_mm <= 3.2


def test_text_breaks_rather_than_becoming_tiny() -> None:
    block = fit_lines(Paragraph("product", "罗平小黄姜", 4, most_lines=2), 12)
    assert block.lines == ("罗平小", "黄姜")
    assert block.size_mm == 4


def test_rows_of_a_table_have_one_size() -> None:
    rows = [
        Paragraph("lot", "A1", 3, caption="批次"),
        Paragraph("place", "云南省曲靖市罗平县", 3, caption="产地"),
    ]
    lot, place = fit_rows(rows, 24)
    assert lot.size_mm == place.size_mm < 3


def test_text_below_the_smallest_size_is_refused_by_field() -> None:
    with pytest.raises(LabelError) as caught:
        fit_lines(
            Paragraph("cooperative", "罗平县小黄姜合作社", 3), 9 * SMALLEST_MM - 1
        )
    assert caught.value.field == "cooperative"
    assert "larger stock" in caught.value.hint


def test_of_several_rows_the_one_too_wide_is_refused() -> None:
    rows = [
        Paragraph("lot", "A1", 3, caption="批次"),
        Paragraph("place", "云南省曲靖市罗平县", 3, caption="产地"),
    ]
    with pytest.raises(LabelError) as caught:
        fit_rows(rows, 12)
    assert caught.value.field == "place"
