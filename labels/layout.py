"""Where everything stands on a label: pure geometry, in millimetres.

Origin is the label's top left corner, x to the right, y down. A layout is made for one
printer resolution, because the symbol is a whole number of its dots; words take what
the symbol leaves and never enter its quiet zone.
"""

from typing import assert_never

from labels import card, sticker
from labels.content import LabelContent
from labels.marks import Layout
from labels.stock import Stock
from labels.typeface import typeface


def lay_out(content: LabelContent, stock: Stock, dpi: int) -> Layout:
    """Return `content` as it stands on `stock` printed at `dpi`.

    Raises:
        LabelError: a character is missing from the font, the symbol would not read
            from paper, or a text has no room.
    """
    typeface().check(content.texts())
    match stock.design:
        case "sticker":
            return sticker.lay_out(content, stock, dpi)
        case "card":
            return card.lay_out(content, stock, dpi)
        case _:
            assert_never(stock.design)
