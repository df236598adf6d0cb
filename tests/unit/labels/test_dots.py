import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels import DPIS, LabelError
from labels.dots import (
    check_dpi,
    dots_per_module,
    fit,
    least_dots,
    least_side_mm,
    modules_across,
)
from labels.symbol import version_of
from tests.unit.labels.samples import OFFLINE, make_label


@pytest.mark.parametrize(("dpi", "dots"), [(203, 3), (300, 4), (600, 8)])
def test_a_module_has_whole_dots_and_a_third_of_a_millimetre(
    dpi: int, dots: int
) -> None:
    assert least_dots(dpi) == dots


# Computed by hand from ISO/IEC 18004 sizes; 300 and 600 dpi meet in 0.339 mm a module.
@pytest.mark.parametrize(
    ("version", "at_203", "at_300_and_600"),
    [
        (4, 15.4, 13.9),
        (5, 16.9, 15.3),
        (6, 18.4, 16.6),
        (7, 19.9, 18.0),
        (8, 21.4, 19.4),
        (9, 22.9, 20.7),
        (11, 26.0, 23.4),
    ],
)
def test_the_smallest_readable_side_of_a_version(
    version: int, at_203: float, at_300_and_600: float
) -> None:
    assert least_side_mm(version, 203) == at_203
    assert least_side_mm(version, 300) == at_300_and_600
    assert least_side_mm(version, 600) == at_300_and_600


@settings(max_examples=200, deadline=None)
@given(version=st.integers(1, 40), dpi=st.sampled_from(DPIS))
def test_the_side_that_a_refusal_names_is_large_enough(version: int, dpi: int) -> None:
    side_mm = least_side_mm(version, dpi)
    assert dots_per_module(version, side_mm, dpi) >= least_dots(dpi)
    assert dots_per_module(version, side_mm - 0.1, dpi) < least_dots(dpi)


@settings(max_examples=200, deadline=None)
@given(version=st.integers(1, 40), dots=st.integers(1, 40), dpi=st.sampled_from(DPIS))
def test_a_side_of_exactly_so_many_dots_loses_none(
    version: int, dots: int, dpi: int
) -> None:
    side_mm = modules_across(version) * dots * 25.4 / dpi
    assert dots_per_module(version, side_mm, dpi) == dots


def test_the_offline_grade_needs_22_9_mm_at_203_dpi() -> None:
    printed = fit(OFFLINE, 22.9, 203)
    assert printed.symbol.version == 9
    assert printed.symbol.error_correction == "M"
    assert printed.dots == 3
    assert printed.side_mm == pytest.approx(22.897, abs=0.001)
    with pytest.raises(LabelError):
        fit(OFFLINE, 22.8, 203)


def test_the_highest_error_correction_that_keeps_the_dots_is_taken() -> None:
    assert fit(OFFLINE, 25.9, 203).symbol.error_correction == "M"
    side_mm = least_side_mm(version_of(OFFLINE, "Q"), 203)
    assert fit(OFFLINE, side_mm, 203).symbol.error_correction == "Q"
    side_mm = least_side_mm(version_of(OFFLINE, "H"), 203)
    assert fit(OFFLINE, side_mm, 203).symbol.error_correction == "H"


def test_room_left_over_stays_white() -> None:
    printed = fit(make_label().uri, 19.8, 203)
    modules = printed.symbol.size + 8
    assert printed.side_mm == pytest.approx(modules * printed.dots * 25.4 / 203)
    assert printed.side_mm <= 19.8
    assert printed.quiet_mm == pytest.approx(4 * printed.module_mm)


def test_a_refusal_names_the_side_and_the_printer_that_work() -> None:
    with pytest.raises(LabelError) as caught:
        fit(OFFLINE, 21, 203)
    error = caught.value
    assert error.field == "stock"
    assert error.values["least"] == "22.9"
    assert error.values["finer"] == "300"
    assert "Print at 300 dpi" in str(error)


def test_a_refusal_that_no_printer_helps_names_the_side_alone() -> None:
    with pytest.raises(LabelError) as caught:
        fit(OFFLINE, 17, 600)
    assert "20.7 mm" in str(caught.value)
    assert "compact grade" in caught.value.hint


@pytest.mark.parametrize("dpi", [0, 96, 301, -300])
def test_an_unknown_resolution_is_refused(dpi: int) -> None:
    with pytest.raises(LabelError, match="expected one of 203, 300, 600"):
        check_dpi(dpi)
