import string
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from labels import LabelError
from labels.symbol import (
    LEVELS,
    QUIET_ZONE,
    ErrorCorrection,
    Symbol,
    encode,
    segments,
    version_of,
)
from tests.unit.labels.samples import OFFLINE, make_label, read_symbols

ORIGIN = "https://trace.example"
PATH = st.text(string.ascii_uppercase + string.digits + "/-.", min_size=1, max_size=60)
PAYLOAD = st.text(string.ascii_uppercase + "234567", max_size=150)


def picture(symbol: Symbol) -> Image.Image:
    """Return `symbol` with 4 dots a module, from its runs."""
    side = symbol.size + 2 * QUIET_ZONE
    image = Image.new("L", (side, side), 255)
    for row, column, length in symbol.runs():
        for step in range(length):
            image.putpixel((column + step + QUIET_ZONE, row + QUIET_ZONE), 0)
    return image.resize((4 * side, 4 * side), Image.Resampling.NEAREST)


@settings(max_examples=40, deadline=None)
@given(path=PATH, payload=PAYLOAD, level=st.sampled_from(LEVELS))
def test_a_scanner_reads_what_was_encoded(
    path: str, payload: str, level: ErrorCorrection
) -> None:
    uri = f"{ORIGIN}/{path}" + (f"#{payload}" if payload else "")
    assert read_symbols(picture(encode(uri, level))) == [uri]


@settings(max_examples=15, deadline=None)
@given(path=PATH)
def test_runs_cover_the_dark_modules_and_nothing_else(path: str) -> None:
    symbol = encode(f"{ORIGIN}/{path}", "M")
    covered = {
        (row, column + step)
        for row, column, length in symbol.runs()
        for step in range(length)
    }
    assert covered == {
        (row, column)
        for row, modules in enumerate(symbol.modules)
        for column, dark in enumerate(modules)
        if dark
    }


def test_host_and_hash_are_bytes_and_the_rest_alphanumeric() -> None:
    split = segments(OFFLINE)
    assert [part.mode for part in split] == [4, 2, 4, 2]
    assert b"".join(part.data for part in split).decode() == OFFLINE
    assert split[0].data == b"https://trace.example"
    assert split[2].data == b"#"


def test_mixed_segments_save_two_versions_on_the_offline_grade() -> None:
    assert version_of(OFFLINE, "M") == 9
    assert len(OFFLINE) > 213  # one byte segment of this needs version 11


def test_the_version_foretold_is_the_version_drawn() -> None:
    for level in get_args(ErrorCorrection):
        symbol = encode(make_label().uri, level)
        assert symbol.version == version_of(make_label().uri, level)
        assert symbol.size == 17 + 4 * symbol.version


def test_encoding_twice_gives_the_same_symbol() -> None:
    assert encode(OFFLINE, "Q") == encode(OFFLINE, "Q")


@pytest.mark.parametrize(
    "uri",
    [
        "HTTPS://TRACE.EXAMPLE/01/06901234567892",
        "https://Trace.example/01/06901234567892",
        "https://trace.example/01/06901234567892/10/lp-1",
        "https://trace.example/01/06901234567892/10/LP%2F1",
        "https://trace.example/01/06901234567892?linkType=ALL",
        "https://trace.example/01/06901234567892#abc",
        "https://trace.example",
        "ftp://trace.example/01/06901234567892",
        "javascript:alert(1)",
        "https://trace.example/01/06901234567892\n",
        "",
    ],
)
def test_a_link_that_would_cost_size_or_not_open_is_refused(uri: str) -> None:
    with pytest.raises(LabelError) as caught:
        segments(uri)
    assert caught.value.field == "uri"
    assert "small letters" in caught.value.hint


def test_more_than_a_symbol_holds_is_refused() -> None:
    with pytest.raises(LabelError, match="more than a QR symbol holds"):
        version_of(f"{ORIGIN}/" + "A" * 4000, "M")
