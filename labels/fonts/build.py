"""Makes `NotoSansSC-Labels.otf` from the Noto Sans CJK collection.

    python -m labels.fonts.build /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc

Same collection and same fontTools give the same bytes; README.md tells which.
"""

import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

FACE = "Noto Sans CJK SC"

# Blocks a Chinese shop label draws on. Left out on purpose: combining marks and
# format characters, which need shaping and would print wrong instead of not at all.
BLOCKS: tuple[Iterable[int], ...] = (
    range(0x20, 0x7F),  # Basic Latin
    range(0xA0, 0xAD),  # Latin-1, without the soft hyphen
    range(0xAE, 0x250),  # Latin-1 and Extended A, B: pinyin tones among them
    (0x251, 0x261, *range(0x2C6, 0x2CC), 0x2D9),  # pinyin letters and tone marks
    range(0x391, 0x3CA),  # Greek, for units
    range(0x401, 0x452),  # Cyrillic
    range(0x1EA0, 0x1EFA),  # Vietnamese
    range(0x2010, 0x2028),  # dashes, quotation marks, ellipsis
    range(0x2030, 0x205F),  # per mille, reference marks
    range(0x20A0, 0x20C0),  # currencies
    range(0x2100, 0x2190),  # letterlike, fractions, Roman numerals
    range(0x2190, 0x2313),  # arrows, mathematics
    range(0x2460, 0x2600),  # circled numbers, boxes, shapes
    range(0x2600, 0x2670),  # stars and marks
    range(0x3000, 0x302A),  # CJK punctuation, without combining tone marks
    range(0x3030, 0x3040),
    range(0x3041, 0x3099),  # Hiragana
    range(0x309B, 0x3130),  # Katakana, Bopomofo
    range(0x3200, 0x3400),  # enclosed and squared CJK: units
    range(0x3400, 0x4DC0),  # Extension A
    range(0x4E00, 0xA000),  # CJK Unified Ideographs
    range(0xF900, 0xFB00),  # compatibility ideographs
    range(0xFE30, 0xFE6C),  # vertical and small forms
    range(0xFF01, 0xFFA0),  # full width, without the invisible Hangul filler
    range(0xFFE0, 0xFFE7),
    range(0x20000, 0x32400),  # Extensions B to H, as far as the source has them
)
DROPPED_TABLES = ["BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx", "DSIG"]


def face(collection: Path) -> TTFont:
    """Return the simplified Chinese face of a Noto Sans CJK collection."""
    for font in TTCollection(str(collection), lazy=True).fonts:
        if font["name"].getDebugName(1) == FACE:
            return font
    raise SystemExit(f"{collection} holds no face named {FACE}")


def build(collection: Path, target: Path) -> None:
    """Write the subset of `collection` that labels print with to `target`."""
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.drop_tables += DROPPED_TABLES
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # keeps notice and licence
    options.notdef_outline = True
    options.recalc_timestamp = False
    font = face(collection)
    font.recalcTimestamp = False
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=chain.from_iterable(BLOCKS))
    subsetter.subset(font)
    font.save(str(target), reorderTables=False)


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(__file__).with_name("NotoSansSC-Labels.otf"))
