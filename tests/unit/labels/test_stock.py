import pytest

from labels import STOCKS, LabelError, stock_named


def test_a_sheet_of_24_is_counted_along_the_rows() -> None:
    sheet = STOCKS["a4-24"].sheet
    assert sheet is not None
    assert sheet.places == 24
    assert sheet.corner(1) == (7.2, 12.9)
    assert sheet.corner(3) == pytest.approx((139.2, 12.9))
    assert sheet.corner(4) == pytest.approx((7.2, 46.8))
    assert sheet.corner(24) == pytest.approx((139.2, 250.2))


def test_the_labels_of_a_sheet_lie_on_it_and_do_not_overlap() -> None:
    stock = STOCKS["a4-24"]
    assert stock.sheet is not None
    x_mm, y_mm = stock.sheet.corner(stock.places)
    assert x_mm + stock.width_mm <= stock.sheet.width_mm
    assert y_mm + stock.height_mm <= stock.sheet.height_mm
    assert stock.width_mm <= stock.sheet.pitch_x_mm
    assert stock.height_mm <= stock.sheet.pitch_y_mm


@pytest.mark.parametrize("start_at", [0, 25, -1])
def test_a_place_that_the_sheet_does_not_have_is_refused(start_at: int) -> None:
    with pytest.raises(LabelError) as caught:
        STOCKS["a4-24"].check_start(start_at)
    assert caught.value.field == "start_at"
    assert "places 1 to 24" in str(caught.value)


def test_a_roll_has_one_place() -> None:
    STOCKS["30x20"].check_start(1)
    with pytest.raises(LabelError):
        STOCKS["30x20"].check_start(2)


def test_a_stock_is_found_by_name() -> None:
    assert stock_named("60x40") is STOCKS["60x40"]


def test_an_unknown_stock_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LabelError, match="30x20, 40x30, 60x40, 100x70, a4-24"):
        stock_named("50x50")
