"""Text into lines: shrink to a limit, then wrap, then refuse.

Chinese may break between any two characters but not before closing or after opening
punctuation; other scripts break at spaces and after hyphens. Nothing is cut off and
nothing is squeezed.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from labels.errors import LabelError
from labels.typeface import ASCENT_EM, DESCENT_EM, typeface

LINE_PITCH_EM = 1.22
SMALLEST_MM = 1.5  # 12 dots at 203 dpi: below, dense characters fill with ink
_STEPS = 40  # sizes tried between the wished and the smallest one
_WORTH_A_LINE = 0.7  # shrink a line this far before breaking it
_CAPTION_GAP_EM = 0.4
_BAR_EM = 0.14  # how far a black bar reaches above and below its text

# What may stand on a line by itself: a Chinese character with its punctuation, or a
# word, or the part of a word up to a hyphen; then the spaces that follow.
_WIDE = r"\u2e80-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"[（《「『【“]*(?:[{_WIDE}]|[^\s{_WIDE}-]*-|[^\s{_WIDE}-]+)"
    rf"[，。、；：！？）》」』】”]*\s*|\s+"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text as a design wishes it.

    Attributes:
        field: of `LabelContent`, to name in a refusal.
        size_mm: em size to start from.
        most_lines: lines it may be broken into.
        code: true may break anywhere: a lot or serial is read character by character.
        caption: stands before the first line, in a column of its own.
        centred: each line in the middle of its room.
        inverse: white on a black bar.
    """

    field: str
    text: str
    size_mm: float
    most_lines: int = 1
    bold: bool = False
    code: bool = False
    caption: str = ""
    centred: bool = False
    inverse: bool = False

    def scaled(self, scale: float) -> "Paragraph":
        """Return it smaller, not below the limit."""
        return replace(self, size_mm=max(self.size_mm * scale, SMALLEST_MM))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph broken into lines of one size, for a room of `room_mm`."""

    paragraph: Paragraph
    lines: tuple[str, ...]
    size_mm: float
    room_mm: float

    @property
    def pitch_mm(self) -> float:
        """From one baseline to the next."""
        return LINE_PITCH_EM * self.size_mm

    @property
    def pad_mm(self) -> float:
        """Black above and below the text of an inverse paragraph."""
        return _BAR_EM * self.size_mm if self.paragraph.inverse else 0.0

    @property
    def height_mm(self) -> float:
        """From the top of what is printed to its bottom."""
        ink_mm = (ASCENT_EM + DESCENT_EM) * self.size_mm
        return ink_mm + 2 * self.pad_mm + (len(self.lines) - 1) * self.pitch_mm

    @property
    def width_mm(self) -> float:
        """Of the widest line."""
        return max(map(typeface().width_em, self.lines)) * self.size_mm


def wrap(text: str, width_em: float, code: bool = False) -> tuple[str, ...]:
    """Return the fewest lines of at most `width_em`; none if a word is wider."""
    lines = _fill(_PIECE.findall(text), width_em)
    return lines or (_fill(text, width_em) if code else ())


def _fill(pieces: Iterable[str], width_em: float) -> tuple[str, ...]:
    lines = [""]
    for piece in pieces:
        if typeface().width_em((lines[-1] + piece).rstrip()) <= width_em:
            lines[-1] += piece
        elif typeface().width_em(piece.rstrip()) <= width_em:
            lines.append(piece)
        else:
            return ()
    return tuple(line.strip() for line in lines)


def balance(text: str, width_em: float, code: bool = False) -> tuple[str, ...]:
    """Return as many lines as `wrap`, as even in width as the words allow.

    A product name with one character alone in the second line looks like a mistake.
    """
    best = wrap(text, width_em, code)
    for percent in range(95, 40, -5):
        narrower = wrap(text, width_em * percent / 100, code)
        if len(narrower) != len(best):
            break
        best = narrower
    return best


def fit_lines(paragraph: Paragraph, width_mm: float) -> Block:
    """Set one paragraph; see `fit_rows`."""
    (block,) = fit_rows([paragraph], width_mm)
    return block


def fit_rows(rows: Sequence[Paragraph], width_mm: float) -> list[Block]:
    """Set `rows` in `width_mm` in one size, large and in few lines.

    Raises:
        LabelError: one is too wide at the smallest size in all its lines.
    """
    found: list[Block] = []
    for most_lines in range(1, max(row.most_lines for row in rows) + 1):
        blocks = _largest(rows, width_mm, most_lines)
        if blocks and (not found or blocks[0].size_mm > found[0].size_mm):
            found = blocks
        if found and found[0].size_mm >= _WORTH_A_LINE * rows[0].size_mm:
            return found
    return found or _refuse(rows, width_mm)


def caption_width(rows: Sequence[Paragraph]) -> float:
    """Return the width in mm of the captions of `rows`, with the gap behind them."""
    captioned = [row for row in rows if row.caption]
    widths = (
        (typeface().width_em(row.caption) + _CAPTION_GAP_EM) * row.size_mm
        for row in captioned
    )
    return max(widths, default=0.0)


def _largest(
    rows: Sequence[Paragraph], width_mm: float, most_lines: int
) -> list[Block]:
    least = SMALLEST_MM / rows[0].size_mm
    for step in range(_STEPS + 1):
        scaled = [row.scaled(1 - (1 - least) * step / _STEPS) for row in rows]
        blocks = _set_rows(scaled, width_mm)
        if all(
            0 < len(block.lines) <= min(most_lines, block.paragraph.most_lines)
            for block in blocks
        ):
            return blocks
    return []


def _set_rows(rows: Sequence[Paragraph], width_mm: float) -> list[Block]:
    """Break `rows` at the size they have; a row without lines has no room."""
    room_mm = max(width_mm - caption_width(rows), SMALLEST_MM)
    blocks = []
    for row in rows:
        lines = balance(row.text, room_mm / row.size_mm, row.code)
        blocks.append(Block(row, lines, row.size_mm, room_mm))
    return blocks


def _refuse(rows: Sequence[Paragraph], width_mm: float) -> NoReturn:
    blocks = _set_rows([row.scaled(0) for row in rows], width_mm)
    fits = {b for b in blocks if 0 < len(b.lines) <= b.paragraph.most_lines}
    wide = next(block for block in blocks if block not in fits)
    raise LabelError(
        wide.paragraph.field,
        "{text!r} is too wide for {width} mm even at {size} mm high",
        "Shorten it or use a larger stock",
        text=wide.paragraph.text,
        width=f"{wide.room_mm:.1f}",
        size=SMALLEST_MM,
    )
