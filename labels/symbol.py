"""A Digital Link as a QR symbol (ISO/IEC 18004:2015), in modules without size.

Scheme and host are a byte segment, lower case, because some phones do not open a URL
whose host is in capitals; the path and the payload are alphanumeric segments, which
cost 5.5 bits a character instead of 8. One byte segment for all would be two versions
larger (section 7.4 of the standard gives the costs).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from qrcode import constants, util
from qrcode.exceptions import DataOverflowError
from qrcode.main import QRCode

from labels.errors import LabelError

ErrorCorrection = Literal["M", "Q", "H"]
LEVELS: tuple[ErrorCorrection, ...] = get_args(ErrorCorrection)  # weakest first
QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004:2015, 5.3.8

_LEVEL_BITS = {
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
_URI = re.compile(
    r"(?P<origin>https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?)"
    r"(?P<path>/[0-9A-Z/.-]+)"
    r"(?P<hash>\#(?P<payload>[0-9A-Z]+))?",
    re.ASCII | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One QR symbol.

    Attributes:
        version: 1 to 40.
        error_correction: the level it was made with.
        modules: rows from the top, each from the left; true is dark. No quiet zone.
    """

    version: int
    error_correction: ErrorCorrection
    modules: tuple[tuple[bool, ...], ...]

    @property
    def size(self) -> int:
        """Modules a side, without the quiet zone."""
        return len(self.modules)

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Yield every horizontal run of dark modules as (row, column, length)."""
        for row, modules in enumerate(self.modules):
            marks = "".join("#" if dark else " " for dark in modules)
            for run in re.finditer("#+", marks):
                yield row, run.start(), len(run[0])


def segments(uri: str) -> tuple[util.QRData, ...]:
    """Split `uri` into the segments it is printed with.

    Raises:
        LabelError: it is no `http(s)` URL with a lower-case host, a path of
            `0-9 A-Z / . -` and, if any, a fragment of `0-9 A-Z`.
    """
    parts = _URI.fullmatch(uri)
    if parts is None:
        raise LabelError(
            "uri",
            "{uri!r} is not a link that can be printed",
            "Write scheme and host in small letters, and the rest with 0-9 A-Z / . -",
            uri=uri,
        )
    byte, alphanumeric = util.MODE_8BIT_BYTE, util.MODE_ALPHA_NUM
    split = [(parts["origin"], byte), (parts["path"], alphanumeric)]
    if parts["hash"]:
        split += [("#", byte), (parts["payload"], alphanumeric)]
    return tuple(util.QRData(text.encode(), mode) for text, mode in split)


def version_of(uri: str, error_correction: ErrorCorrection) -> int:
    """Return the smallest version that holds `uri`, without drawing it.

    Raises:
        LabelError: no version does, or `uri` cannot be printed.
    """
    try:
        return int(_qr(uri, error_correction).best_fit())
    except (DataOverflowError, ValueError) as error:
        raise LabelError(
            "uri",
            "{count} characters are more than a QR symbol holds",
            "Use the compact grade, which prints the link alone",
            count=len(uri),
        ) from error


def encode(uri: str, error_correction: ErrorCorrection) -> Symbol:
    """Return `uri` as the smallest symbol of that level.

    Raises:
        LabelError: see `version_of`.
    """
    version = version_of(uri, error_correction)
    qr = _qr(uri, error_correction)
    qr.version = version
    qr.make(fit=False)
    modules = tuple(tuple(map(bool, row)) for row in qr.modules)
    return Symbol(version, error_correction, modules)


def _qr(uri: str, error_correction: ErrorCorrection) -> QRCode:
    qr = QRCode(error_correction=_LEVEL_BITS[error_correction], border=0)
    for segment in segments(uri):
        qr.add_data(segment, optimize=0)
    return qr
