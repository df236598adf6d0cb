"""The one font that labels are measured and printed with.

It is asked for every character before anything is drawn: a font that lacks one
prints a blank, and nobody sees that until the labels are on the boxes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fontTools.ttLib import TTFont

from labels.errors import LabelError

FONT_PATH = Path(__file__).parent / "fonts" / "NotoSansSC-Labels.otf"
UNITS_PER_EM = 1000

# Of the em, for Chinese: how far the ink reaches from the baseline.
ASCENT_EM = 0.86
DESCENT_EM = 0.10

# Bold is the regular face with this much more stroke: one face to ship, and at label
# sizes the bold Chinese one fills with ink.
BOLD_EM = 0.035


@dataclass(frozen=True, slots=True)
class Typeface:
    """Which characters there are and how wide.

    Attributes:
        cids: character to CID, the glyph's number in Adobe-Identity-0 order.
        advances: character to advance width in 1/1000 em.
    """

    cids: dict[str, int]
    advances: dict[str, int]

    def width_em(self, text: str) -> float:
        """Return the width of `text` in em; every character must be there."""
        return sum(self.advances[character] for character in text) / UNITS_PER_EM

    def check(self, texts: Iterable[tuple[str, str]]) -> None:
        """Refuse (field, text) pairs with a character that would print blank.

        Raises:
            LabelError: at the first one, named.
        """
        for field, text in texts:
            for character in text:
                if character not in self.cids:
                    raise LabelError(
                        field,
                        "the label font has no {character} (U+{point})",
                        "Write it with another character or in Latin letters",
                        character=character,
                        point=f"{ord(character):04X}",
                    )


@cache
def typeface() -> Typeface:
    """Return the shipped font, read once a process."""
    with TTFont(str(FONT_PATH), lazy=True) as font:
        names = {chr(point): name for point, name in font.getBestCmap().items()}
        widths = font["hmtx"].metrics
    return Typeface(
        # The subset keeps the source's CID-keyed names: cid00017 is CID 17.
        cids={c: int(name.removeprefix("cid")) for c, name in names.items()},
        advances={c: widths[name][0] for c, name in names.items()},
    )
