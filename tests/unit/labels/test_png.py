from io import BytesIO

import pytest
from PIL import Image

from labels import DPIS, STOCKS, LabelError, Stock, render_png
from tests.unit.labels.samples import OFFLINE, make_label, read_symbols

EVERY_STOCK = pytest.mark.parametrize("stock", STOCKS.values(), ids=STOCKS)


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


@EVERY_STOCK
@pytest.mark.parametrize("dpi", DPIS)
def test_a_scanner_reads_the_link(stock: Stock, dpi: int) -> None:
    image = opened(render_png(make_label(), stock, dpi))
    assert read_symbols(image) == [make_label().uri]


@pytest.mark.parametrize("name", ["40x30", "60x40", "100x70", "a4-24"])
@pytest.mark.parametrize("dpi", [203, 300])
def test_a_scanner_reads_the_offline_grade(name: str, dpi: int) -> None:
    image = opened(render_png(make_label(uri=OFFLINE), STOCKS[name], dpi))
    assert read_symbols(image) == [OFFLINE]


@EVERY_STOCK
@pytest.mark.parametrize("dpi", DPIS)
def test_the_picture_is_one_bit_and_has_its_size_on_paper(
    stock: Stock, dpi: int
) -> None:
    image = opened(render_png(make_label(), stock, dpi))
    assert image.mode == "1"
    assert image.width == round(stock.width_mm * dpi / 25.4)
    assert image.height == round(stock.height_mm * dpi / 25.4)
    assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.05)


@EVERY_STOCK
def test_a_module_is_whole_dots(stock: Stock) -> None:
    """Along the top finder pattern: 7 modules dark, all of one whole width."""
    image = opened(render_png(make_label(), stock, 203)).convert("L")
    pixels = [
        "".join("#" if image.getpixel((x, y)) == 0 else " " for x in range(image.width))
        for y in range(image.height)
    ]
    finder = {
        dots
        for row in pixels
        for dots in range(3, 12)
        if f" {'#' * dots}{' ' * dots}{'#' * 3 * dots}{' ' * dots}{'#' * dots} " in row
    }
    assert len(finder) == 1


def test_the_same_label_gives_the_same_bytes() -> None:
    first = render_png(make_label(), STOCKS["60x40"], 300)
    assert render_png(make_label(), STOCKS["60x40"], 300) == first


def test_rare_characters_leave_ink() -> None:
    """Two names that differ in one rare character must not look alike."""
    drawn = {
        render_png(make_label(product=f"{c}小黄姜"), STOCKS["60x40"], 203)
        for c in "䶮㛃𬭎𬶍𫖯\u3000"
    }
    assert len(drawn) == 6


def test_a_trial_label_has_a_black_bar() -> None:
    trial = opened(render_png(make_label(demo=True), STOCKS["60x40"], 203))
    bar = trial.convert("L").crop((18, 15, 60, 24)).tobytes()
    assert bar.count(0) > len(bar) / 2


def test_an_unknown_resolution_is_refused() -> None:
    with pytest.raises(LabelError) as caught:
        render_png(make_label(), STOCKS["60x40"], 72)
    assert caught.value.field == "dpi"
