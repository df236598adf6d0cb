import re
import zlib
from collections.abc import Iterator
from io import BytesIO

import pypdfium2
import pytest

from labels import STOCKS, LabelContent, LabelError, pdf, render_pdf
from labels.pdf_content import inline_data, pack_rows
from labels.symbol import encode
from tests.unit.labels.samples import make_label, read_symbols

ROLLS = [name for name, stock in STOCKS.items() if stock.sheet is None]
SHEET = STOCKS["a4-24"]


def pages(data: bytes) -> list[pypdfium2.PdfPage]:
    return list(pypdfium2.PdfDocument(data))


def numbered(count: int) -> Iterator[LabelContent]:
    for number in range(count):
        serial = f"7K3Q9M2A4B6C{number:04d}"
        uri = f"https://trace.example/01/06901234567892/10/LP-2026-001/21/{serial}"
        yield make_label(uri=uri, serial=serial)


@pytest.mark.parametrize("name", ROLLS)
def test_a_scanner_reads_each_single_label(name: str) -> None:
    labels = list(numbered(2))
    drawn = pages(render_pdf(labels, STOCKS[name]))
    images = [page.render(scale=300 / 72).to_pil() for page in drawn]
    assert [read_symbols(image) for image in images] == [[at.uri] for at in labels]


@pytest.mark.parametrize("name", ROLLS)
def test_a_single_label_has_a_page_of_its_size(name: str) -> None:
    (page,) = pages(render_pdf([make_label()], STOCKS[name]))
    width_mm, height_mm = (points * 25.4 / 72 for points in page.get_size())
    assert width_mm == pytest.approx(STOCKS[name].width_mm, abs=0.001)
    assert height_mm == pytest.approx(STOCKS[name].height_mm, abs=0.001)


def test_a_scanner_reads_every_label_of_every_sheet_in_order() -> None:
    labels = list(numbered(30))
    first, second = pages(render_pdf(labels, SHEET))
    read = read_symbols(first.render(scale=200 / 72).to_pil())
    assert read == [label.uri for label in labels[:24]]
    read = read_symbols(second.render(scale=200 / 72).to_pil())
    assert read == [label.uri for label in labels[24:]]


def test_a_used_sheet_is_begun_at_its_first_free_place() -> None:
    labels = list(numbered(3))
    first, second = pages(render_pdf(labels, SHEET, start_at=23))
    image = first.render(scale=200 / 72).to_pil()
    assert read_symbols(image) == [label.uri for label in labels[:2]]
    used = image.crop((0, 0, image.width, round(image.height * 0.84)))
    assert used.convert("L").getextrema() == (255, 255)
    assert read_symbols(second.render(scale=200 / 72).to_pil()) == [labels[2].uri]


def test_a_full_sheet_is_not_followed_by_an_empty_one() -> None:
    assert len(pages(render_pdf(numbered(24), SHEET))) == 1


@pytest.mark.parametrize("name", STOCKS)
def test_text_can_be_copied_out(name: str) -> None:
    rare = make_label(product="䶮𬭎小黄姜")
    (page,) = pages(render_pdf([rare], STOCKS[name]))
    text = page.get_textpage().get_text_range()
    for said in ("䶮𬭎小黄姜", "2026-11-20", "LP-2026-001", "扫码查验"):
        assert said in text


def test_a_trial_label_says_so() -> None:
    (page,) = pages(render_pdf([make_label(demo=True)], SHEET))
    assert "DEMO 演示" in page.get_textpage().get_text_range()


@pytest.mark.parametrize("name", ["60x40", "a4-24"])
def test_the_same_labels_give_the_same_bytes(name: str) -> None:
    first = render_pdf(numbered(3), STOCKS[name])
    assert render_pdf(numbered(3), STOCKS[name]) == first


def test_other_labels_have_another_identifier() -> None:
    def identifier(data: bytes) -> bytes:
        (found,) = re.findall(rb"/ID\[<([0-9a-f]{32})><\1>\]", data)
        return bytes(found)

    one = render_pdf([make_label()], STOCKS["60x40"])
    other = render_pdf([make_label(date="2026-11-21")], STOCKS["60x40"])
    assert identifier(one) != identifier(other)


def test_printing_is_asked_for_at_actual_size() -> None:
    assert b"/PrintScaling/None" in render_pdf([make_label()], SHEET)


def test_every_object_is_where_the_cross_references_say() -> None:
    data = render_pdf(numbered(2), STOCKS["40x30"])
    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    offsets = re.findall(rb"(\d{10}) 00000 n ", data[start:])
    assert len(offsets) > 8
    for number, offset in enumerate(offsets, 1):
        assert data[int(offset) :].startswith(b"%d 0 obj\n" % number)


def test_modules_are_whole_dots_of_the_printer() -> None:
    """The symbol's scale and place, in points, are whole dots at 203 dpi."""
    data = render_pdf([make_label()], SHEET, start_at=5, dpi=203)
    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    content = zlib.decompress(streams[0])
    (moved, symbol) = re.findall(rb"q (\S+) 0 0 (\S+) (\S+) (\S+) cm", content)[:2]
    place = [float(moved[2]), float(symbol[2]), float(symbol[0])]
    for points in place:
        assert points / 72 * 203 == pytest.approx(round(points / 72 * 203), abs=0.001)


def test_pages_are_written_before_the_run_has_ended() -> None:
    out = BytesIO()
    seen: list[int] = []

    def watched() -> Iterator[LabelContent]:
        for label in numbered(49):
            seen.append(out.tell())
            yield label

    pdf.write(watched(), SHEET, out, start_at=1, dpi=300)
    assert seen[0] == seen[23] < seen[24] == seen[47] < seen[48]


def test_no_labels_make_no_pdf() -> None:
    with pytest.raises(LabelError) as caught:
        render_pdf([], SHEET)
    assert caught.value.field == "contents"


def test_a_place_beyond_the_sheet_is_refused() -> None:
    with pytest.raises(LabelError) as caught:
        render_pdf([make_label()], SHEET, start_at=25)
    assert caught.value.field == "start_at"


def test_an_unknown_resolution_is_refused() -> None:
    with pytest.raises(LabelError) as caught:
        render_pdf([make_label()], SHEET, dpi=72)
    assert caught.value.field == "dpi"


def test_a_mask_that_would_end_its_image_early_is_written_in_hexadecimal() -> None:
    assert inline_data(b"\x01\nEI \x02") == (b"010a45492002>", "/F/AHx")
    assert inline_data(b"\x01xEIx") == (b"\x01xEIx", "")


def test_rows_of_a_mask_start_at_a_byte_with_the_left_module_highest() -> None:
    symbol = encode("https://trace.example/01/06901234567892", "M")
    rows = pack_rows(symbol)
    row_bytes = (symbol.size + 7) // 8
    assert len(rows) == row_bytes * symbol.size
    assert rows[0] >> 1 == 0b1111111  # the finder pattern
