import re
from xml.etree import ElementTree as ET

import pytest
from PIL import Image, ImageDraw

from labels import LabelError, symbol_svg
from tests.unit.labels.samples import OFFLINE, make_label, read_symbols

SVG = "{http://www.w3.org/2000/svg}"


def rasterised(svg: str, dots: int = 4) -> Image.Image:
    """Draw the runs of the path as any renderer would."""
    root = ET.fromstring(svg)
    side = int(root.attrib["viewBox"].split()[2])
    image = Image.new("L", (side * dots, side * dots), 255)
    pen = ImageDraw.Draw(image)
    _, dark = root.iter(f"{SVG}path")
    for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", dark.attrib["d"]):
        x, y, length = (int(number) * dots for number in run)
        pen.rectangle((x, y, x + length - 1, y + dots - 1), fill=0)
    return image


def test_a_scanner_reads_the_link() -> None:
    assert read_symbols(rasterised(symbol_svg(make_label().uri))) == [make_label().uri]


def test_a_scanner_reads_the_offline_grade() -> None:
    assert read_symbols(rasterised(symbol_svg(OFFLINE))) == [OFFLINE]


def test_the_quiet_zone_is_painted_white() -> None:
    root = ET.fromstring(symbol_svg(make_label().uri))
    side = root.attrib["viewBox"].split()[2]
    white, dark = root.iter(f"{SVG}path")
    assert white.attrib == {"fill": "#fff", "d": f"M0 0h{side}v{side}H0z"}
    assert dark.attrib["d"].startswith("M4 4h7")


def test_the_picture_is_named_by_its_link() -> None:
    root = ET.fromstring(symbol_svg(make_label().uri))
    assert root.findtext(f"{SVG}title") == make_label().uri


def test_markup_does_not_reach_the_page() -> None:
    with pytest.raises(LabelError):
        symbol_svg('https://trace.example/"><script>')
