import pytest

from labels import DPIS, STOCKS, LabelError, Stock
from labels.layout import lay_out
from labels.marks import Box, Layout, Mark, Text
from labels.typeface import ASCENT_EM, DESCENT_EM, typeface
from tests.unit.labels.samples import OFFLINE, make_label

EVERY_STOCK = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)
EVERY_DPI = pytest.mark.parametrize("dpi", DPIS)

Edges = tuple[float, float, float, float]


def edges(mark: Mark) -> Edges:
    """Return left, top, right and bottom of what is printed, in mm."""
    if isinstance(mark, Box):
        right, bottom = mark.x_mm + mark.width_mm, mark.y_mm + mark.height_mm
        return mark.x_mm, mark.y_mm, right, bottom
    return (
        mark.x_mm,
        mark.y_mm - ASCENT_EM * mark.size_mm,
        mark.x_mm + typeface().width_em(mark.text) * mark.size_mm,
        mark.y_mm + DESCENT_EM * mark.size_mm,
    )


def overlap(one: Edges, other: Edges) -> bool:
    slack_mm = 0.01
    apart = (
        one[2] <= other[0] + slack_mm
        or other[2] <= one[0] + slack_mm
        or one[3] <= other[1] + slack_mm
        or other[3] <= one[1] + slack_mm
    )
    return not apart


def symbol_edges(layout: Layout) -> Edges:
    x_mm, y_mm = layout.symbol.x_mm, layout.symbol.y_mm
    side_mm = layout.symbol.printed.side_mm
    return x_mm, y_mm, x_mm + side_mm, y_mm + side_mm


def words(layout: Layout) -> str:
    return "\n".join(mark.text for mark in layout.marks if isinstance(mark, Text))


@EVERY_STOCK
@EVERY_DPI
@pytest.mark.parametrize("demo", [False, True])
def test_nothing_leaves_the_label_or_enters_the_quiet_zone(
    stock: Stock, dpi: int, demo: bool
) -> None:
    layout = lay_out(make_label(demo=demo), stock, dpi)
    quiet = symbol_edges(layout)
    assert min(quiet[:2]) >= 0
    assert quiet[2] <= stock.width_mm
    assert quiet[3] <= stock.height_mm
    for mark in layout.marks:
        left, top, right, bottom = edges(mark)
        assert left >= stock.margin_mm - 0.01, mark
        assert top >= stock.margin_mm - 0.01, mark
        assert right <= stock.width_mm - stock.margin_mm + 0.01, mark
        assert bottom <= stock.height_mm - stock.margin_mm + 0.01, mark
        assert not overlap((left, top, right, bottom), quiet), mark


@EVERY_STOCK
@EVERY_DPI
def test_no_text_stands_on_another(stock: Stock, dpi: int) -> None:
    layout = lay_out(make_label(), stock, dpi)
    texts = [mark for mark in layout.marks if isinstance(mark, Text)]
    for place, one in enumerate(texts):
        for other in texts[place + 1 :]:
            assert not overlap(edges(one), edges(other)), (one, other)


@EVERY_STOCK
def test_the_product_is_the_largest_text(stock: Stock) -> None:
    texts = [m for m in lay_out(make_label(), stock, 203).marks if isinstance(m, Text)]
    assert max(texts, key=lambda text: text.size_mm).text == "罗平小黄姜"


@EVERY_STOCK
def test_every_label_says_product_lot_date_and_what_to_do(stock: Stock) -> None:
    said = words(lay_out(make_label(), stock, 300))
    for text in ("罗平小黄姜", "LP-2026-001", "采收日期", "2026-11-20", "扫码查验"):
        assert text in said
    assert "源" in said


@EVERY_STOCK
def test_a_large_label_says_more_than_a_small_one(stock: Stock) -> None:
    said = words(lay_out(make_label(), stock, 300))
    full = stock.width_mm >= 60
    assert ("7K3Q9M2A4B6C8D0E" in said) == full
    assert ("云南省曲靖市罗平县" in said) == full
    assert ("Luoping Banqiao Ginger Cooperative" in said) == full
    assert ("5 kg" in said) == (stock.design == "card")


@EVERY_STOCK
def test_a_trial_label_says_so_and_carries_no_seal(stock: Stock) -> None:
    real = lay_out(make_label(), stock, 203)
    trial = lay_out(make_label(demo=True), stock, 203)
    assert "DEMO 演示" not in words(real)
    assert "DEMO 演示" in words(trial)
    assert "\n源\n证" in "\n" + words(real)
    assert "\n源\n证" not in "\n" + words(trial)


@pytest.mark.parametrize("name", ["40x30", "60x40", "100x70", "a4-24"])
@EVERY_DPI
def test_the_offline_grade_fits_every_card(name: str, dpi: int) -> None:
    layout = lay_out(make_label(uri=OFFLINE), STOCKS[name], dpi)
    assert layout.symbol.printed.symbol.version >= 9


def test_the_offline_grade_does_not_fit_the_item_sticker() -> None:
    with pytest.raises(LabelError) as caught:
        lay_out(make_label(uri=OFFLINE), STOCKS["30x20"], 203)
    assert caught.value.field == "stock"
    assert caught.value.values["least"] == "22.9"


@EVERY_STOCK
@EVERY_DPI
def test_the_longest_lot_and_serial_have_room(stock: Stock, dpi: int) -> None:
    lot, serial = "LP-2026-001-ABCDEFGH", "7K3Q9M2A4B6C8D0EFGHJ"
    uri = f"https://trace.example/01/06901234567892/10/{lot}/21/{serial}"
    layout = lay_out(make_label(uri=uri, lot=lot, serial=serial), stock, dpi)
    assert lot in words(layout).replace("\n", "")


@EVERY_STOCK
def test_a_missing_character_is_refused_before_anything_is_drawn(stock: Stock) -> None:
    with pytest.raises(LabelError, match="the label font has no 🥕"):
        lay_out(make_label(product="胡萝卜🥕"), stock, 300)


@pytest.mark.parametrize("name", ["30x20", "40x30", "60x40", "a4-24"])
def test_a_name_too_long_for_the_stock_is_refused_by_field(name: str) -> None:
    with pytest.raises(LabelError) as caught:
        lay_out(make_label(cooperative="合作社" * 20), STOCKS[name], 300)
    assert caught.value.field == "cooperative"


def test_texts_that_fit_alone_but_not_together_are_refused() -> None:
    label = make_label(
        product="云南曲靖罗平板桥小黄姜",
        lot="LP-2026-001-ABCDEFGH",
        cooperative="罗平县板桥镇玉马村小黄姜专业种植合作社",
    )
    with pytest.raises(LabelError, match="the texts need more than"):
        lay_out(label, STOCKS["30x20"], 203)
