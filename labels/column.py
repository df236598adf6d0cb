"""A column of paragraphs that fills its height.

Paragraphs of a group stand together; what height is left is shared out between the
groups, so that the first stands at the top and the last at the bottom. A single group
stands in the middle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from labels.errors import LabelError
from labels.marks import Box, Mark, Text
from labels.typeface import ASCENT_EM, typeface
from labels.typeset import Block, Paragraph, caption_width, fit_lines, fit_rows

Group = Sequence[Paragraph]

_SCALES = tuple(percent / 100 for percent in range(100, 35, -4))
_LEADING_EM = 0.32  # between the paragraphs of a group
_GAP_EM = 0.6  # least gap between groups


@dataclass(frozen=True, slots=True)
class Frame:
    """The room for a column."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class Column:
    """What was set, and the heights halfway between its groups."""

    marks: tuple[Mark, ...]
    gaps_mm: tuple[float, ...]


def stack(groups: Sequence[Group], frame: Frame) -> Column:
    """Set `groups` in `frame`, all of them smaller by one scale if need be.

    Raises:
        LabelError: they do not fit at the smallest size.
    """
    groups = [group for group in groups if group]
    for scale in _SCALES:
        scaled = [[p.scaled(scale) for p in group] for group in groups]
        blocks = [_set_group(group, frame.width_mm) for group in scaled]
        free_mm = frame.height_mm - sum(map(_group_height, blocks))
        if free_mm >= _least_gaps(blocks):
            return _place(blocks, frame, free_mm)
    texts = [paragraph for group in groups for paragraph in group]
    longest = max(texts, key=lambda paragraph: typeface().width_em(paragraph.text))
    raise LabelError(
        longest.field,
        "the texts need more than {width} x {height} mm",
        "Shorten this one or use a larger stock",
        width=f"{frame.width_mm:.1f}",
        height=f"{frame.height_mm:.1f}",
    )


def _set_group(group: Group, width_mm: float) -> list[Block]:
    """Set a table of captioned rows in one size, other paragraphs each in its own."""
    if any(paragraph.caption for paragraph in group):
        return fit_rows(group, width_mm)
    return [fit_lines(paragraph, width_mm) for paragraph in group]


def _group_height(blocks: Sequence[Block]) -> float:
    leading_mm = sum(_LEADING_EM * block.size_mm for block in blocks[1:])
    return leading_mm + sum(block.height_mm for block in blocks)


def _least_gaps(groups: Sequence[Sequence[Block]]) -> float:
    return sum(_GAP_EM * blocks[0].size_mm for blocks in groups[1:])


def _place(groups: list[list[Block]], frame: Frame, free_mm: float) -> Column:
    alone = len(groups) == 1
    gap_mm = free_mm if alone else free_mm / (len(groups) - 1)
    y_mm = frame.y_mm + (free_mm / 2 if alone else 0)
    marks: list[Mark] = []
    gaps: list[float] = []
    for blocks in groups:
        marks += _draw_group(blocks, frame.x_mm, y_mm)
        y_mm += _group_height(blocks) + gap_mm
        gaps.append(y_mm - gap_mm / 2)
    return Column(tuple(marks), tuple(gaps[:-1]))


def _draw_group(blocks: Sequence[Block], x_mm: float, y_mm: float) -> Iterator[Mark]:
    indent_mm = caption_width([block.paragraph for block in blocks])
    for block in blocks:
        yield from draw(block, x_mm + indent_mm, y_mm)
        if block.paragraph.caption:
            baseline_mm = y_mm + ASCENT_EM * block.size_mm
            yield Text(block.paragraph.caption, x_mm, baseline_mm, block.size_mm)
        y_mm += block.height_mm + _LEADING_EM * block.size_mm


def draw(block: Block, x_mm: float, y_mm: float) -> Iterator[Mark]:
    """Yield the marks of `block` with its top at `y_mm`."""
    paragraph, size_mm = block.paragraph, block.size_mm
    if paragraph.inverse:
        yield Box(x_mm, y_mm, block.width_mm + 4 * block.pad_mm, block.height_mm)
    baseline_mm = y_mm + block.pad_mm + ASCENT_EM * size_mm
    for line in block.lines:
        spare_mm = block.room_mm - typeface().width_em(line) * size_mm
        left_mm = x_mm + 2 * block.pad_mm + (spare_mm / 2 if paragraph.centred else 0)
        bold, inverse = paragraph.bold, paragraph.inverse
        yield Text(line, left_mm, baseline_mm, size_mm, bold, inverse)
        baseline_mm += block.pitch_mm
