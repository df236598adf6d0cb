"""Amina's label, and a reader that is not ours."""

from dataclasses import replace
from typing import TypedDict, Unpack

import zxingcpp
from PIL import Image

from labels import LabelContent

COMPACT = "https://trace.example/01/06901234567892/10/LP-2026-001/21/7K3Q9M2A4B6C8D0E"
# 91 bytes in base32, as the offline grade carries them.
OFFLINE = COMPACT + "#" + "AECZ6NB7" * 18 + "4Q"

AMINAS_LABEL = LabelContent(
    uri=COMPACT,
    product="罗平小黄姜",
    product_latin="Luoping yellow ginger",
    lot="LP-2026-001",
    cooperative="罗平县板桥镇小黄姜专业合作社",
    cooperative_latin="Luoping Banqiao Ginger Cooperative",
    place="云南省曲靖市罗平县",
    date_label="采收日期",
    date="2026-11-20",
    serial="7K3Q9M2A4B6C8D0E",
    quantity="5 kg",
)


class Changes(TypedDict, total=False):
    """Fields that a test changes."""

    uri: str
    product: str
    lot: str
    cooperative: str
    place: str
    date_label: str
    date: str
    serial: str
    demo: bool
    scan_hint: str


def make_label(**changes: Unpack[Changes]) -> LabelContent:
    """Return Amina's label with some fields changed."""
    return replace(AMINAS_LABEL, **changes)


def read_symbols(image: Image.Image) -> list[str]:
    """Return what a scanner reads in a picture, along the rows from the top."""
    codes = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(image.convert("L"), formats=codes)
    placed = [
        (code.position.top_left.y // 20, code.position.top_left.x, code.text)
        for code in found
    ]
    return [text for _, _, text in sorted(placed)]
