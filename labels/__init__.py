"""Labels: text and millimetres in, bytes for a printer out.

Knows nothing of the registry, the web or a database, so that a cooperative's own
software can print with it.

What it holds to:

* A symbol that would not read from paper is refused, with the size, resolution or
  grade that would (`dots`); modules are whole dots, the quiet zone always whole.
* A character that the font lacks is refused by name, never printed blank
  (`typeface`); control and direction characters are refused (`content`).
* Text shrinks to a limit, then wraps, then is refused; it is never cut (`typeset`).
* Same content, same bytes: no dates, no random identifiers.
* It does not check that a link leads anywhere, and translates nothing: captions are
  the caller's.

Every refusal is a `LabelError` with the field, the reason and what to do.

    text and link      content, symbol
    on which paper     stock, dots
    in which places    layout -> sticker | card -> column, seal -> typeset, typeface
    as what            png, pdf, svg

>>> from labels import STOCKS, LabelContent, render_png
>>> content = LabelContent(
...     uri="https://trace.example/01/06901234567892/10/LP-2026-001",
...     product="罗平小黄姜",
...     product_latin="Luoping yellow ginger",
...     lot="LP-2026-001",
...     cooperative="罗平县板桥镇小黄姜专业合作社",
...     cooperative_latin="Luoping Banqiao Ginger Cooperative",
...     place="云南省曲靖市罗平县",
...     date_label="采收日期",
...     date="2026-11-20",
... )
>>> render_png(content, STOCKS["60x40"], dpi=203)[1:4]
b'PNG'
"""

from collections.abc import Iterable

from labels import pdf, png
from labels.content import LabelContent
from labels.dots import DPIS
from labels.errors import LabelError
from labels.stock import STOCKS, Stock, stock_named
from labels.svg import symbol_svg

__all__ = [
    "DPIS",
    "STOCKS",
    "LabelContent",
    "LabelError",
    "Stock",
    "render_pdf",
    "render_png",
    "stock_named",
    "symbol_svg",
]


def render_png(content: LabelContent, stock: Stock, dpi: int = 300) -> bytes:
    """Return one label as a 1-bit PNG at its exact size.

    Raises:
        LabelError: it cannot be printed so that it reads.
    """
    return png.render(content, stock, dpi)


def render_pdf(
    contents: Iterable[LabelContent], stock: Stock, start_at: int = 1, dpi: int = 300
) -> bytes:
    """Return labels as a PDF: on sheets of `stock`, or each on a page of its size.

    Args:
        contents: in printing order, at least one.
        stock: what they are printed on.
        start_at: first free place of a used sheet, from 1 along the rows.
        dpi: of the printer; a module is whole dots at 300 and so at 600 as well.

    Raises:
        LabelError: one cannot be printed so that it reads, or no such place.
    """
    return pdf.render(contents, stock, start_at, dpi)
