"""What labels are printed on, in millimetres: single labels and sheets of them.

Origin is the top left corner, x to the right, y down.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from labels.errors import LabelError

Design = Literal["sticker", "card"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of equal labels.

    Attributes:
        left_mm: from the page's edge to the first label.
        top_mm: the same, down.
        pitch_x_mm: from one label's left edge to the next one's.
        pitch_y_mm: the same, down.
    """

    width_mm: float
    height_mm: float
    columns: int
    rows: int
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float

    @property
    def places(self) -> int:
        """Labels a page."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return x and y in mm of the top left corner of `place`.

        Places count from 1, along the rows, as people count on a used sheet.
        """
        row, column = divmod(place - 1, self.columns)
        return (
            self.left_mm + column * self.pitch_x_mm,
            self.top_mm + row * self.pitch_y_mm,
        )


@dataclass(frozen=True, slots=True)
class Stock:
    """One kind of label.

    Attributes:
        name: what people ask for it by.
        margin_mm: kept white on every side but for the symbol's quiet zone.
        symbol_mm: room for the symbol with its quiet zone.
        design: which layout suits it.
        sheet: the page it comes on, or None for a roll of single labels.
    """

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float
    symbol_mm: float
    design: Design = "card"
    sheet: Sheet | None = None

    @property
    def places(self) -> int:
        """Labels a page; 1 on a roll."""
        return self.sheet.places if self.sheet else 1

    def check_start(self, start_at: int) -> None:
        """Refuse a first place that the page does not have.

        Raises:
            LabelError: `start_at` is not between 1 and `places`.
        """
        if not 1 <= start_at <= self.places:
            raise LabelError(
                "start_at",
                "place {place} was given, {stock} has places 1 to {places}",
                "Count the free places from the top left, along the rows",
                place=start_at,
                stock=self.name,
                places=self.places,
            )


ITEM_STICKER = Stock("30x20", 30, 20, 1.2, 17.4, design="sticker")
ITEM_LABEL = Stock("40x30", 40, 30, 1.5, 23.2)
BOX_LABEL = Stock("60x40", 60, 40, 2.2, 29.5)
CASE_LABEL = Stock("100x70", 100, 70, 3.6, 45)
A4_24_UP = Stock(
    "a4-24",
    63.5,
    33.9,
    2.2,
    25.2,
    sheet=Sheet(210, 297, 3, 8, 7.2, 12.9, 66.0, 33.9),
)

STOCKS = MappingProxyType(
    {
        stock.name: stock
        for stock in (ITEM_STICKER, ITEM_LABEL, BOX_LABEL, CASE_LABEL, A4_24_UP)
    }
)


def stock_named(name: str) -> Stock:
    """Return the stock that people call `name`.

    Raises:
        LabelError: there is none.
    """
    try:
        return STOCKS[name]
    except KeyError:
        raise LabelError(
            "stock",
            "there is no stock {name!r}",
            "Choose one of {known}",
            name=name,
            known=", ".join(STOCKS),
        ) from None
