"""The small design: the symbol on the left, a column of words beside it.

Latin names, place, quantity and serial have no room here: they are left out, never
squeezed in.
"""

from labels.column import Frame, Group, draw, stack
from labels.content import LabelContent
from labels.dots import fit
from labels.marks import Box, Layout, Mark, PlacedSymbol
from labels.seal import LONG_EM, SHORT_EM, demo_bar, seal
from labels.stock import Stock
from labels.typeset import SMALLEST_MM, Paragraph, fit_lines

_EDGE_MM = 0.4  # a die-cut label moves this much under the head
_RULE_MM = 0.25  # 2 dots at 203 dpi
_FOOT_GAP_MM = 0.9
_SIZES_MM = {"product": 2.9, "code": 1.8, "text": 1.6}


def lay_out(content: LabelContent, stock: Stock, dpi: int) -> Layout:
    """Return `content` as a sticker; see `labels.layout.lay_out` for refusals."""
    printed = fit(content.uri, stock.symbol_mm, dpi)
    middle_mm = (stock.height_mm - printed.side_mm) / 2
    symbol = PlacedSymbol.at(printed, _EDGE_MM, middle_mm)
    left_mm = symbol.x_mm + printed.side_mm
    frame = Frame(
        left_mm,
        stock.margin_mm,
        stock.width_mm - stock.margin_mm - left_mm,
        stock.height_mm - 2 * stock.margin_mm,
    )
    return Layout(
        stock.width_mm, stock.height_mm, symbol, tuple(_words(content, frame))
    )


def _words(content: LabelContent, frame: Frame) -> list[Mark]:
    foot_mm, foot = _foot(content, frame)
    body_mm = frame.height_mm - foot_mm - _FOOT_GAP_MM
    body = Frame(frame.x_mm, frame.y_mm, frame.width_mm, body_mm)
    column = stack(_groups(content), body)
    rule_mm = column.gaps_mm[0] - _RULE_MM / 2
    rule = Box(frame.x_mm, rule_mm, frame.width_mm, _RULE_MM)
    return [*column.marks, rule, *foot]


def _groups(content: LabelContent) -> list[Group]:
    code_mm, text_mm = _SIZES_MM["code"], _SIZES_MM["text"]
    dated = f"{content.date_label} {content.date}"
    facts = [
        Paragraph("lot", content.lot, code_mm, 2, bold=True, code=True),
        Paragraph("date", dated, text_mm, 2),
    ]
    name = Paragraph("product", content.product, _SIZES_MM["product"], 3, bold=True)
    return [[name], facts, [Paragraph("cooperative", content.cooperative, text_mm, 3)]]


def _foot(content: LabelContent, frame: Frame) -> tuple[float, list[Mark]]:
    """Return the height and marks of the seal with the hint beside it.

    On a trial label, those of its mark.
    """
    bottom_mm = frame.y_mm + frame.height_mm
    if content.demo:
        block = fit_lines(demo_bar(_SIZES_MM["text"]), frame.width_mm)
        height_mm = block.height_mm
        return height_mm, list(draw(block, frame.x_mm, bottom_mm - height_mm))
    beside_mm = LONG_EM * SMALLEST_MM + 0.6
    hint = Paragraph("scan_hint", content.scan_hint, _SIZES_MM["text"], 2)
    block = fit_lines(hint, frame.width_mm - beside_mm)
    seal_mm = SHORT_EM * SMALLEST_MM
    height_mm = max(seal_mm, block.height_mm)
    middle_mm = bottom_mm - height_mm / 2
    stamp = seal(frame.x_mm, middle_mm - seal_mm / 2, SMALLEST_MM, upright=False)
    top_mm = middle_mm - block.height_mm / 2
    return height_mm, [*stamp, *draw(block, frame.x_mm + beside_mm, top_mm)]
