"""A label as a 1-bit PNG, dot for dot as the printer prints it.

No grey: a thermal head knows none, and a driver that dithers grey edges makes text
rough and symbols unreadable. `pHYs` tells the resolution, so that the picture prints
at its size. The same label gives the same bytes.
"""

from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from labels.content import LabelContent
from labels.dots import MM_PER_INCH
from labels.layout import lay_out
from labels.marks import Box, Layout, PlacedSymbol, Text
from labels.stock import Stock
from labels.symbol import QUIET_ZONE
from labels.typeface import BOLD_EM, FONT_PATH, typeface

_WHITE, _BLACK = 255, 0
_INK_THRESHOLD = 150  # of 255: a dot is printed when two fifths of it are ink


def render(content: LabelContent, stock: Stock, dpi: int) -> bytes:
    """Return the PNG of one label.

    Raises:
        LabelError: see `labels.layout.lay_out`.
    """
    image = draw(lay_out(content, stock, dpi), dpi)
    file = BytesIO()
    image.save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def draw(layout: Layout, dpi: int) -> Image.Image:
    """Return `layout` as a 1-bit image."""
    scale = dpi / MM_PER_INCH
    size = (round(layout.width_mm * scale), round(layout.height_mm * scale))
    image = Image.new("L", size, _WHITE)
    pen = ImageDraw.Draw(image)
    for mark in layout.marks:
        match mark:
            case Box():
                _draw_box(pen, mark, scale)
            case Text():
                _draw_text(pen, mark, scale)
    flat = image.point([_BLACK] * _INK_THRESHOLD + [_WHITE] * (256 - _INK_THRESHOLD))
    _draw_symbol(ImageDraw.Draw(flat), layout.symbol)
    return flat.convert("1", dither=Image.Dither.NONE)


def _draw_box(pen: ImageDraw.ImageDraw, box: Box, scale: float) -> None:
    left, top = round(box.x_mm * scale), round(box.y_mm * scale)
    # Lines of one box, and of all boxes, come out equally thick wherever they fall.
    right = left + max(round(box.width_mm * scale), 1) - 1
    bottom = top + max(round(box.height_mm * scale), 1) - 1
    if box.line_mm:
        line = max(round(box.line_mm * scale), 1)
        pen.rectangle((left, top, right, bottom), outline=_BLACK, width=line)
    else:
        pen.rectangle((left, top, right, bottom), fill=_BLACK)


def _draw_text(pen: ImageDraw.ImageDraw, text: Text, scale: float) -> None:
    """Draw glyph by glyph, each where the layout measured it.

    Pillow rounds every advance to whole dots, which at 203 dpi lengthens a line of
    small print by a millimetre.
    """
    size = text.size_mm * scale
    font = _font(round(size, 2))
    baseline = round(text.y_mm * scale)
    x = text.x_mm * scale
    for character in text.text:
        pen.text(
            (round(x), baseline),
            character,
            fill=_WHITE if text.inverse else _BLACK,
            font=font,
            anchor="ls",
            stroke_width=BOLD_EM * size / 2 if text.bold else 0,
        )
        x += typeface().width_em(character) * size


def _draw_symbol(pen: ImageDraw.ImageDraw, placed: PlacedSymbol) -> None:
    dots = placed.printed.dots
    for row, column, length in placed.printed.symbol.runs():
        left = placed.x_dots + (column + QUIET_ZONE) * dots
        top = placed.y_dots + (row + QUIET_ZONE) * dots
        corner = (left + length * dots - 1, top + dots - 1)
        pen.rectangle((left, top, *corner), fill=_BLACK)


@lru_cache(maxsize=64)
def _font(size_dots: float) -> ImageFont.FreeTypeFont:
    """Return the font at one size; BASIC, since no text here needs shaping."""
    engine = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(FONT_PATH), size_dots, layout_engine=engine)
