import hashlib

import pytest

from labels import LabelError
from labels.typeface import FONT_PATH, typeface

# Characters of names that common label fonts print as blanks or boxes.
RARE = "㛃䶮㸆䴙䴘䲟䓖䃅㙍𬭎𬬭𬬻𬶏𬶍𫖯𬍛𬒈喆堃犇燚甪邨塬"


def test_the_font_is_the_one_its_readme_tells_how_to_make() -> None:
    readme = (FONT_PATH.parent / "README.md").read_text(encoding="utf-8")
    assert hashlib.sha256(FONT_PATH.read_bytes()).hexdigest() in readme


def test_the_licence_is_shipped_beside_the_font() -> None:
    licence = (FONT_PATH.parent / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Adobe" in licence


@pytest.mark.parametrize("character", RARE)
def test_a_rare_character_of_a_name_is_there(character: str) -> None:
    typeface().check([("cooperative", character)])
    assert typeface().width_em(character) == 1


def test_every_character_of_gb_2312_is_there() -> None:
    rows = [*range(0xA1, 0xAA), *range(0xB0, 0xF8)]
    pairs = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    wanted = {pair.decode("gb2312", errors="ignore") for pair in pairs} - {""}
    assert len(wanted) > 7000
    assert {c for c in wanted if c not in typeface().cids} == set()


def test_pinyin_and_latin_letters_have_their_own_widths() -> None:
    assert typeface().width_em("i") < typeface().width_em("ǚ") < 1
    assert typeface().width_em("姜i") == 1 + typeface().width_em("i")


@pytest.mark.parametrize("character", ["한", "ع", "🥕", "\u0301", "\ue123"])
def test_a_character_that_would_print_blank_is_refused_by_name(character: str) -> None:
    with pytest.raises(LabelError) as caught:
        typeface().check([("lot", "A1"), ("product", f"姜{character}")])
    assert caught.value.field == "product"
    assert caught.value.values["character"] == character
    assert f"U+{ord(character):04X}" in str(caught.value)
