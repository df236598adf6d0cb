"""What is on a label once it is laid out: text, boxes and one symbol, in millimetres.

Printers of every kind (`png`, `pdf`) draw these and decide nothing.
"""

import math
from dataclasses import dataclass

from labels.dots import MM_PER_INCH, PrintedSymbol


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text.

    Attributes:
        x_mm: left end of the baseline.
        y_mm: the baseline.
        size_mm: em size.
        inverse: true is white, to stand on a filled box.
    """

    text: str
    x_mm: float
    y_mm: float
    size_mm: float
    bold: bool = False
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: filled, or outlined inside its edges when it has a `line_mm`."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    line_mm: float = 0


@dataclass(frozen=True, slots=True)
class PlacedSymbol:
    """The symbol and the dot its top left corner falls on, quiet zone included."""

    printed: PrintedSymbol
    x_dots: int
    y_dots: int

    @classmethod
    def at(cls, printed: PrintedSymbol, x_mm: float, y_mm: float) -> "PlacedSymbol":
        """Return it with its corner on the last dot before a place.

        Never after it: what stands right of and below a symbol keeps its distance.
        """
        dots_per_mm = printed.dpi / MM_PER_INCH
        return cls(
            printed, math.floor(x_mm * dots_per_mm), math.floor(y_mm * dots_per_mm)
        )

    @property
    def x_mm(self) -> float:
        """Left edge of the quiet zone."""
        return self.x_dots * MM_PER_INCH / self.printed.dpi

    @property
    def y_mm(self) -> float:
        """Top edge of the quiet zone."""
        return self.y_dots * MM_PER_INCH / self.printed.dpi


Mark = Text | Box


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole label; `marks` are drawn in their order."""

    width_mm: float
    height_mm: float
    symbol: PlacedSymbol
    marks: tuple[Mark, ...]
