"""A layout as PDF content operators (ISO 32000-1, 8 and 9).

PDF counts from the bottom in points; layouts from the top in millimetres.
"""

import re
from collections.abc import Callable

from labels.dots import MM_PER_INCH
from labels.marks import Box, Layout, Mark, Text
from labels.pdf_font import PdfFont
from labels.symbol import QUIET_ZONE, Symbol
from labels.typeface import BOLD_EM

_POINTS_PER_MM = 72 / MM_PER_INCH
_MASK_END = re.compile(rb"\sEI\s")

SymbolDrawer = Callable[[Symbol], bytes]


def points(mm: float) -> str:
    """Return `mm` in points, to a hundred-thousandth: far below any printer's dot."""
    return f"{mm * _POINTS_PER_MM:.5f}".rstrip("0").rstrip(".")


def draw(
    layout: Layout, font: PdfFont, paper_mm: float, draw_symbol: SymbolDrawer
) -> bytes:
    """Return the operators for a label in the top left corner of its paper.

    Args:
        layout: the label.
        font: notes the characters and gives their codes.
        paper_mm: height of the page.
        draw_symbol: `vector_path` or `image_mask`.
    """
    marks = "".join(_draw_mark(mark, font, paper_mm) for mark in layout.marks)
    placed = layout.symbol
    module_mm = placed.printed.module_mm
    left_mm = placed.x_mm + QUIET_ZONE * module_mm
    top_mm = placed.y_mm + QUIET_ZONE * module_mm
    scale, left, top = points(module_mm), points(left_mm), points(paper_mm - top_mm)
    # One unit is one module, y down, so that operands are small whole numbers.
    unit = f"q {scale} 0 0 -{scale} {left} {top} cm\n"
    symbol = draw_symbol(placed.printed.symbol)
    return (marks + unit).encode("ascii") + symbol + b"Q\n"


def vector_path(symbol: Symbol) -> bytes:
    """Return `symbol` as one filled path, sharp at any resolution."""
    runs = (f"{column} {row} {length} 1 re" for row, column, length in symbol.runs())
    return ("\n".join(runs) + "\nf\n").encode("ascii")


def image_mask(symbol: Symbol) -> bytes:
    """Return `symbol` as an inline 1-bit mask (8.9.7), a set bit painted."""
    side = symbol.size
    # An image fills the unit square from the bottom; here y runs down.
    head = f"q {side} 0 0 -{side} 0 {side} cm\nBI/W {side}/H {side}/IM true/D[1 0]"
    data, encoding = inline_data(pack_rows(symbol))
    return f"{head}{encoding}\nID ".encode("ascii") + data + b"\nEI\nQ\n"


def pack_rows(symbol: Symbol) -> bytes:
    """Return the rows as bits, the left module highest, each from a new byte."""
    row_bytes = (symbol.size + 7) // 8
    padding = "0" * (8 * row_bytes - symbol.size)
    rows = ("".join("01"[dark] for dark in row) + padding for row in symbol.modules)
    return b"".join(int(row, 2).to_bytes(row_bytes, "big") for row in rows)


def inline_data(data: bytes) -> tuple[bytes, str]:
    """Return `data` as it can stand in a page, and the filter entry that says how.

    About three masks in a million hold the bytes that end an inline image; those are
    written in hexadecimal.
    """
    if _MASK_END.search(b" " + data + b"\n"):
        return data.hex().encode("ascii") + b">", "/F/AHx"
    return data, ""


def _draw_mark(mark: Mark, font: PdfFont, paper_mm: float) -> str:
    match mark:
        case Box():
            return _draw_box(mark, paper_mm)
        case Text():
            return _draw_text(mark, font, paper_mm)


def _draw_box(box: Box, paper_mm: float) -> str:
    # An outline is stroked along its middle, so it stays inside the box's edges.
    inset_mm = box.line_mm / 2
    corner = (box.x_mm + inset_mm, paper_mm - box.y_mm - box.height_mm + inset_mm)
    extent = (box.width_mm - box.line_mm, box.height_mm - box.line_mm)
    rectangle = " ".join(map(points, (*corner, *extent)))
    if box.line_mm:
        return f"{points(box.line_mm)} w {rectangle} re S\n"
    return f"{rectangle} re f\n"


def _draw_text(text: Text, font: PdfFont, paper_mm: float) -> str:
    place = f"{points(text.x_mm)} {points(paper_mm - text.y_mm)}"
    shown = f"/F1 {points(text.size_mm)} Tf {place} Td {font.codes(text.text)} Tj"
    colour = "1 g 1 G" if text.inverse else "0 g 0 G"
    # Text mode 2 fills and strokes: bold from the one face there is.
    mode = f"2 Tr {points(BOLD_EM * text.size_mm)} w" if text.bold else "0 Tr"
    return f"q {colour} {mode} BT {shown} ET Q\n"
