"""The large design: words on the left, symbol on the right, a thin rule.

Below the rule stands who answers for the batch, beside the seal.

Below 60 mm of width the cooperative's Latin name, place and serial are left out.
"""

from labels.column import Frame, Group, stack
from labels.content import LabelContent
from labels.dots import PrintedSymbol, fit
from labels.marks import Box, Layout, Mark, PlacedSymbol
from labels.seal import LONG_EM, SHORT_EM, demo_bar, seal
from labels.stock import Stock
from labels.typeset import Paragraph

_EDGE_MM = 0.3  # least white beside the symbol's own quiet zone
_FULL_WIDTH_MM = 60
_RULE_MM = 0.25  # 2 dots at 203 dpi

# Of the label's height.
_FOOT = 0.15
_FOOT_GAP = 0.026
_PRODUCT = 0.135
_LATIN = 0.058
_ROW = 0.06
_SMALL = 0.052
_HINT_GAP = 0.05
_SEAL_GAP_EM = 0.55
_LESS = 0.88  # Latin letters beside Chinese of the same rank


def lay_out(content: LabelContent, stock: Stock, dpi: int) -> Layout:
    """Return `content` as a card; see `labels.layout.lay_out` for refusals."""
    printed = fit(content.uri, stock.symbol_mm, dpi)
    body = _body(stock)
    rule_mm = body.y_mm + body.height_mm + _FOOT_GAP * stock.height_mm
    symbol = _place_symbol(printed, stock, body, rule_mm)
    words = Frame(body.x_mm, body.y_mm, symbol.x_mm - body.x_mm, body.height_mm)
    column = stack(_groups(content, stock), words)
    rule = Box(body.x_mm, rule_mm, body.width_mm, _RULE_MM)
    foot = _foot(content, stock, symbol, rule_mm)
    marks = (*column.marks, rule, *foot)
    return Layout(stock.width_mm, stock.height_mm, symbol, marks)


def _body(stock: Stock) -> Frame:
    """Return the room above the rule."""
    margin_mm = stock.margin_mm
    below_mm = (_FOOT + 2 * _FOOT_GAP) * stock.height_mm
    return Frame(
        margin_mm,
        margin_mm,
        stock.width_mm - 2 * margin_mm,
        stock.height_mm - 2 * margin_mm - below_mm,
    )


def _place_symbol(
    printed: PrintedSymbol, stock: Stock, body: Frame, rule_mm: float
) -> PlacedSymbol:
    """Put the symbol on the right, its dark modules where the margin ends.

    The quiet zone is white anyway, so it may lie on the margin, up to the rule.
    """
    beyond_mm = min(printed.quiet_mm, stock.margin_mm - _EDGE_MM)
    x_mm = stock.width_mm - stock.margin_mm + beyond_mm - printed.side_mm
    middle_mm = body.y_mm + (body.height_mm - printed.side_mm) / 2
    y_mm = min(middle_mm, rule_mm - printed.side_mm)
    return PlacedSymbol.at(printed, x_mm, y_mm)


def _groups(content: LabelContent, stock: Stock) -> list[Group]:
    height_mm = stock.height_mm
    product = Paragraph("product", content.product, _PRODUCT * height_mm, 2, bold=True)
    latin = Paragraph("product_latin", content.product_latin, _LATIN * height_mm, 3)
    head = [product, latin] if latin.text else [product]
    demo = [demo_bar(_LATIN * height_mm)] if content.demo else []
    return [demo, head, _rows(content, stock)]


def _rows(content: LabelContent, stock: Stock) -> list[Paragraph]:
    size_mm = _ROW * stock.height_mm
    rows = [
        ("lot", content.lot_label, content.lot),
        ("date", content.date_label, content.date),
        ("quantity", content.quantity_label, content.quantity),
    ]
    if stock.width_mm >= _FULL_WIDTH_MM:
        rows.append(("place", content.place_label, content.place))
        rows.append(("serial", content.serial_label, content.serial))
    return [
        Paragraph(
            field,
            text,
            size_mm,
            1 if field == "date" else 2,
            bold=field in ("lot", "date"),
            code=field in ("lot", "serial"),
            caption=caption,
        )
        for field, caption, text in rows
        if text
    ]


def _foot(
    content: LabelContent, stock: Stock, symbol: PlacedSymbol, rule_mm: float
) -> list[Mark]:
    """Return what stands below the rule: seal, cooperative, and the hint."""
    height_mm = _FOOT * stock.height_mm
    top_mm = rule_mm + _FOOT_GAP * stock.height_mm
    left_mm = stock.margin_mm
    stamp: list[Mark] = []
    if not content.demo:
        size_mm = height_mm / LONG_EM
        stamp = seal(left_mm, top_mm, size_mm, upright=True)
        left_mm += (SHORT_EM + _SEAL_GAP_EM) * size_mm
    hint_room = Frame(symbol.x_mm, top_mm, symbol.printed.side_mm, height_mm)
    hint = stack([_hint(content, stock)], hint_room).marks
    hint_mm = min((mark.x_mm for mark in hint), default=symbol.x_mm)
    width_mm = hint_mm - _HINT_GAP * stock.height_mm - left_mm
    who_room = Frame(left_mm, top_mm, width_mm, height_mm)
    return [*stamp, *stack([_who(content, stock)], who_room).marks, *hint]


def _who(content: LabelContent, stock: Stock) -> list[Paragraph]:
    size_mm = _SMALL * stock.height_mm
    names = [Paragraph("cooperative", content.cooperative, size_mm, 2)]
    if stock.width_mm >= _FULL_WIDTH_MM and content.cooperative_latin:
        latin_mm = _LESS * size_mm
        latin = content.cooperative_latin
        names.append(Paragraph("cooperative_latin", latin, latin_mm, 2))
    return names


def _hint(content: LabelContent, stock: Stock) -> list[Paragraph]:
    size_mm = _SMALL * stock.height_mm
    said = [
        ("scan_hint", content.scan_hint, size_mm),
        ("scan_hint_latin", content.scan_hint_latin, _LESS * size_mm),
    ]
    return [
        Paragraph(field, text, size, centred=True) for field, text, size in said if text
    ]
