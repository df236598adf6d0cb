"""The seal 源证 in outline, as one colour prints it, and the mark of a trial label.

A trial label carries no seal: the seal stands for a signed statement.
"""

from labels.marks import Box, Mark, Text
from labels.typeface import ASCENT_EM, DESCENT_EM
from labels.typeset import Paragraph

CHARACTERS = "源证"
DEMO = "DEMO 演示"

LONG_EM = 2.5  # the long side; the characters and the white around them
SHORT_EM = 1.45
_LINE_MM = 0.25  # 2 dots at 203 dpi


def seal(x_mm: float, y_mm: float, size_mm: float, upright: bool) -> list[Mark]:
    """Return the seal with characters of `size_mm`, one above the other if upright."""
    long_mm, short_mm = LONG_EM * size_mm, SHORT_EM * size_mm
    width_mm, height_mm = (short_mm, long_mm) if upright else (long_mm, short_mm)
    marks: list[Mark] = [Box(x_mm, y_mm, width_mm, height_mm, _LINE_MM)]
    inset_mm = (short_mm - size_mm) / 2
    rise_mm = (ASCENT_EM - DESCENT_EM + 1) / 2 * size_mm  # centres the ink on the em
    for place, character in enumerate(CHARACTERS):
        along_mm = (LONG_EM / 2 - 1 + place) * size_mm
        left_mm, top_mm = (inset_mm, along_mm) if upright else (along_mm, inset_mm)
        marks.append(Text(character, x_mm + left_mm, y_mm + top_mm + rise_mm, size_mm))
    return marks


def demo_bar(size_mm: float) -> Paragraph:
    """Return the bar that a trial label carries."""
    return Paragraph("demo", DEMO, size_mm, bold=True, inverse=True)
