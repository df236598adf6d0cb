"""How large a symbol must be to read from paper: the dot rule.

A module is a whole number of printer dots, at least 3 of them and at least 0.33 mm,
or it blurs: 3 dots at 203 dpi, 4 at 300, 8 at 600. Whoever resamples a symbol to fill
its box loses it at arm's length, so what is left of the box stays white.

>>> from labels.dots import fit
>>> printed = fit("https://trace.example/01/06901234567892/10/A1", 20, 203)
>>> printed.dots, printed.symbol.error_correction
(3, 'H')
"""

import math
from dataclasses import dataclass

from labels.errors import LabelError
from labels.symbol import (
    LEVELS,
    QUIET_ZONE,
    Symbol,
    encode,
    version_of,
)

MM_PER_INCH = 25.4
DPIS = (203, 300, 600)
LEAST_DOTS = 3
LEAST_MODULE_MM = 0.33


@dataclass(frozen=True, slots=True)
class PrintedSymbol:
    """A symbol at its size on paper.

    Attributes:
        dots: printer dots a module.
        dpi: the printer's dots an inch.
    """

    symbol: Symbol
    dots: int
    dpi: int

    @property
    def module_mm(self) -> float:
        """Side of one module."""
        return self.dots * MM_PER_INCH / self.dpi

    @property
    def quiet_mm(self) -> float:
        """Width of the quiet zone on each side."""
        return QUIET_ZONE * self.module_mm

    @property
    def side_mm(self) -> float:
        """Side with the quiet zone."""
        return (self.symbol.size + 2 * QUIET_ZONE) * self.module_mm


def check_dpi(dpi: int) -> None:
    """Refuse a resolution that no label printer of ours has.

    Raises:
        LabelError: `dpi` is not among `DPIS`.
    """
    if dpi not in DPIS:
        raise LabelError(
            "dpi",
            "{dpi} dpi was given, expected one of {known}",
            "Look for the resolution in the printer's manual",
            dpi=dpi,
            known=", ".join(map(str, DPIS)),
        )


def modules_across(version: int) -> int:
    """Return modules a side with the quiet zone (ISO/IEC 18004:2015, 5.3.1)."""
    return 17 + 4 * version + 2 * QUIET_ZONE


def dots_per_module(version: int, side_mm: float, dpi: int) -> int:
    """Return the whole dots a module gets when the symbol has `side_mm` of room."""
    # The rounding keeps a side that is exactly n dots from losing one to binary
    # fractions; 10^-6 dots are far below what a printer can place.
    room_dots = round(side_mm / MM_PER_INCH * dpi, 6)
    return math.floor(room_dots / modules_across(version))


def least_dots(dpi: int) -> int:
    """Return the fewest dots a module may have at `dpi`."""
    return max(LEAST_DOTS, math.ceil(LEAST_MODULE_MM / MM_PER_INCH * dpi))


def least_side_mm(version: int, dpi: int) -> float:
    """Return the smallest readable side with quiet zone, rounded up to 0.1 mm."""
    side_mm = modules_across(version) * least_dots(dpi) * MM_PER_INCH / dpi
    return math.ceil(round(side_mm * 10, 6)) / 10


def fit(uri: str, side_mm: float, dpi: int) -> PrintedSymbol:
    """Return `uri` with the highest error correction that keeps the dot rule.

    Level L is never tried: it costs 5 to 15 in a hundred scans of a worn label.

    Args:
        uri: what the symbol says.
        side_mm: room for the symbol with its quiet zone.
        dpi: one of `DPIS`.

    Raises:
        LabelError: not even level M keeps it; the hint names what would.
    """
    check_dpi(dpi)
    for level in reversed(LEVELS):
        dots = dots_per_module(version_of(uri, level), side_mm, dpi)
        if dots >= least_dots(dpi):
            return PrintedSymbol(encode(uri, level), dots, dpi)
    raise _too_small(version_of(uri, LEVELS[0]), side_mm, dpi)


def _too_small(version: int, side_mm: float, dpi: int) -> LabelError:
    finer = [d for d in DPIS if least_side_mm(version, d) <= side_mm]
    if finer:
        hint = "Print at {finer} dpi, or use a stock with {least} mm for the symbol"
    else:
        hint = "Use a stock with {least} mm for the symbol, or the compact grade"
    return LabelError(
        "stock",
        "the symbol needs a side of {least} mm at {dpi} dpi, there are {side} mm",
        hint,
        least=f"{least_side_mm(version, dpi):.1f}",
        side=f"{side_mm:.1f}",
        dpi=dpi,
        finer=finer[0] if finer else "",
    )
