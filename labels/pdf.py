"""Labels as PDF: each on a page of its own size, or many on a sheet.

A page is written as soon as it is full and the font last, so memory does not grow with
the run. A single label's symbol is one vector path; on sheets it is a 1-bit image mask
in the page's stream, which is several times faster and smaller. Printing is asked for
at actual size: a sheet that a viewer shrinks to the margins misses its labels.
"""

from collections.abc import Iterable
from io import BytesIO
from typing import BinaryIO

from labels.content import LabelContent
from labels.dots import MM_PER_INCH
from labels.errors import LabelError
from labels.layout import lay_out
from labels.pdf_content import draw, image_mask, points, vector_path
from labels.pdf_file import PdfFile
from labels.pdf_font import PdfFont
from labels.stock import Stock


def render(
    contents: Iterable[LabelContent], stock: Stock, start_at: int, dpi: int
) -> bytes:
    """Return the PDF of `contents`; see `write`."""
    out = BytesIO()
    write(contents, stock, out, start_at, dpi)
    return out.getvalue()


def write(
    contents: Iterable[LabelContent],
    stock: Stock,
    out: BinaryIO,
    start_at: int,
    dpi: int,
) -> None:
    """Write the PDF of `contents` to `out`.

    Args:
        contents: in the order of the places; taken one at a time.
        stock: what they are printed on.
        out: written forwards only.
        start_at: first free place of the first sheet, from 1.
        dpi: of the printer; modules are whole dots of it.

    Raises:
        LabelError: there is no label, no such place, or `lay_out` refuses one. What
            was written to `out` by then is no PDF.
    """
    stock.check_start(start_at)
    Document(out, stock, dpi).write(contents, start_at)


class Document:
    """A PDF on its way out."""

    def __init__(self, out: BinaryIO, stock: Stock, dpi: int) -> None:
        self._file = PdfFile(out)
        self._font = PdfFont()
        self._stock = stock
        self._dpi = dpi
        self._font_number = self._file.reserve()
        self._tree_number = self._file.reserve()
        self._pages: list[int] = []

    def write(self, contents: Iterable[LabelContent], start_at: int) -> None:
        """Write all pages, the font and the rest."""
        labels: list[bytes] = []
        place = start_at
        for content in contents:
            labels.append(self._label(content, place))
            place += 1
            if place > self._stock.places:
                self._page(labels)
                labels, place = [], 1
        if labels:
            self._page(labels)
        self._finish()

    def _label(self, content: LabelContent, place: int) -> bytes:
        layout = lay_out(content, self._stock, self._dpi)
        sheet = self._stock.sheet
        if sheet is None:
            return draw(layout, self._font, layout.height_mm, vector_path)
        # To the nearest dot, or modules would straddle the printer's grid.
        dot_mm = MM_PER_INCH / self._dpi
        x_mm, y_mm = (round(mm / dot_mm) * dot_mm for mm in sheet.corner(place))
        moved = f"q 1 0 0 1 {points(x_mm)} {points(-y_mm)} cm\n".encode("ascii")
        return moved + draw(layout, self._font, sheet.height_mm, image_mask) + b"Q\n"

    def _page(self, labels: Iterable[bytes]) -> None:
        content = self._file.add_stream(b"".join(labels))
        paper = self._stock.sheet or self._stock
        page = self._file.add(
            f"<</Type/Page/Parent {self._tree_number} 0 R"
            f"/MediaBox[0 0 {points(paper.width_mm)} {points(paper.height_mm)}]"
            f"/Resources<</Font<</F1 {self._font_number} 0 R>>>>"
            f"/Contents {content} 0 R>>"
        )
        self._pages.append(page)

    def _finish(self) -> None:
        if not self._pages:
            raise LabelError("contents", "there is no label", "Give at least one")
        self._font.embed(self._file, self._font_number)
        kids = " ".join(f"{page} 0 R" for page in self._pages)
        tree = f"<</Type/Pages/Kids[{kids}]/Count {len(self._pages)}>>"
        self._file.add(tree, self._tree_number)
        root = self._file.add(
            f"<</Type/Catalog/Pages {self._tree_number} 0 R/Lang(zh-CN)"
            "/ViewerPreferences<</PrintScaling/None>>>>"
        )
        self._file.close(root)
