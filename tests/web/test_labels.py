"""Labels: looked at, issued, downloaded, and read back from what was downloaded."""

import base64
import re
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from labels import STOCKS
from registry.commands.labels import check_serial, serials
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.errors import NotFound
from registry.store.queries.labels import LabelRunRow, label_runs
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.pages import error_at
from tests.support.web import client_for, hidden_inputs, post, said, sign_in

LABELS = f"/batches/{GTIN}/{LOT}/labels"
BASE = "https://trace.example"
LINK = DigitalLink(GTIN, LOT)

Values = dict[str, str]


def typed(**changes: str) -> Values:
    """Return what is typed into the form, and the button that signs."""
    return {
        "stock": "a4-24",
        "net_content": "2.5",
        "unit": "公斤",
        "count": "30",
        "intent": "issue",
    } | changes


def read_png(content: bytes) -> list[str]:
    """Return what the codes of a picture say."""
    image = Image.open(BytesIO(content)).convert("L")
    return [code.text for code in zxingcpp.read_barcodes(image)]


def read_pdf(content: bytes) -> list[list[str]]:
    """Return what the codes of each page say, in reading order."""
    pages = []
    for page in pypdfium2.PdfDocument(content):
        image = page.render(scale=300 / 72).to_pil()
        codes = zxingcpp.read_barcodes(image)
        row_px = image.height / 24  # below the height of a label on the sheet
        codes.sort(
            key=lambda code: (
                round(code.position.top_left.y / row_px),
                code.position.top_left.x,
            )
        )
        pages.append([code.text for code in codes])
    return pages


def issued(cast: Cast, row: LabelRunRow) -> list[str]:
    """Return the address of every label of a run."""
    return [link.uri(BASE) for link in serials(cast.registry, LINK, row.run)]


@pytest.fixture
def ready(embedded_cast: Cast) -> Cast:
    """Amina has a batch of 2,000 kg."""
    embedded_cast.registers_product(embedded_cast.amina)
    embedded_cast.registers_plot(embedded_cast.amina)
    embedded_cast.registers_batch(embedded_cast.amina)
    return embedded_cast


def preview_of(answer: TestResponse) -> str:
    """Return what the code of the picture on the page says."""
    found = re.search(r'src="data:image/png;base64,([^"]+)"', answer.text)
    assert found, said(answer)
    (text,) = read_png(base64.b64decode(found[1]))
    return text


def test_the_label_on_the_page_is_a_sample_that_was_not_issued(
    amina_client: FlaskClient, ready: Cast
) -> None:
    text = preview_of(amina_client.get(LABELS))

    assert text.startswith(f"{BASE}{PATH}/21/")
    with pytest.raises(NotFound):
        check_serial(ready.registry, parse_digital_link(text))


@pytest.mark.parametrize("stock", list(STOCKS))
def test_every_stock_is_shown_and_nothing_is_issued_by_looking(
    amina_client: FlaskClient, ready: Cast, stock: str
) -> None:
    answer = post(amina_client, LABELS, typed(stock=stock, intent="preview"))

    assert answer.status_code == 200
    assert preview_of(answer).startswith(f"{BASE}{PATH}/21/")
    assert label_runs(PATH) == []


def test_a_run_is_issued_and_its_page_offers_the_files(
    amina_client: FlaskClient, ready: Cast
) -> None:
    answer = post(amina_client, LABELS, typed())

    assert (answer.status_code, answer.location) == (303, f"{LABELS}/0")
    (row,) = label_runs(PATH)
    assert (row.run.count, row.run.net_content.text) == (30, "2.5")
    page = amina_client.get(f"{LABELS}/0")
    assert f'action="{LABELS}/0.pdf"' in page.text
    assert "2.5 kg (5 jin)" in said(page)
    assert "1,925 kg" in said(amina_client.get(LABELS))


def test_every_code_of_the_pdf_is_the_one_issued_in_order(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.issues_labels(ready.amina, count=30, stock="a4-24")
    (row,) = label_runs(PATH)

    answer = amina_client.get(f"{LABELS}/0.pdf")

    assert answer.mimetype == "application/pdf"
    assert f'filename="{LOT}-1.pdf"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    links = issued(ready, row)
    assert read_pdf(answer.data) == [links[:24], links[24:]]


def test_labels_on_a_roll_stand_on_pages_of_their_own(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.issues_labels(ready.amina, count=3, stock="60x40")
    (row,) = label_runs(PATH)

    answer = amina_client.get(f"{LABELS}/0.pdf")

    assert read_pdf(answer.data) == [[link] for link in issued(ready, row)]


def test_a_part_of_a_run_begins_at_a_free_place(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.issues_labels(ready.amina, count=30)
    (row,) = label_runs(PATH)
    part = {"stock": "a4-24", "first": "11", "last": "13", "start_at": "23"}

    answer = amina_client.get(f"{LABELS}/0.pdf", query_string=part)

    links = issued(ready, row)
    assert read_pdf(answer.data) == [links[10:12], links[12:13]]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"last": "31"}, "This run has the labels 1 to 30"),
        ({"first": "0"}, "This run has the labels 1 to 30"),
        ({"first": "31", "last": "31"}, "This run has the labels 1 to 30"),
        ({"first": "5", "last": "4"}, "This run has the labels 1 to 30"),
        ({"stock": "a4-24", "start_at": "25"}, "has places 1 to 24"),
        ({"stock": "40x30", "start_at": "2"}, "has places 1 to 1"),
        ({"stock": "a3"}, "there is no stock"),
    ],
)
def test_a_file_beyond_the_run_or_the_sheet_is_refused(
    amina_client: FlaskClient, ready: Cast, query: Values, words: str
) -> None:
    ready.issues_labels(ready.amina, count=30, stock="40x30")

    answer = amina_client.get(f"{LABELS}/0.pdf", query_string=query)

    assert answer.status_code == 400
    assert words in said(answer)


def test_a_file_of_more_labels_than_one_holds_is_refused(
    amina_client: FlaskClient, ready: Cast
) -> None:
    many = {"net_content": "0.5", "count": "4000"}
    post(amina_client, LABELS, typed(**many))

    answer = amina_client.get(f"{LABELS}/0.pdf?first=1&last=2401")

    assert answer.status_code == 400
    assert "at most 2400 labels" in said(answer)


def test_one_label_as_a_picture_says_its_own_serial(
    amina_client: FlaskClient, ready: Cast
) -> None:
    ready.issues_labels(ready.amina, count=3, stock="40x30")
    (row,) = label_runs(PATH)

    for number, link in enumerate(issued(ready, row), start=1):
        answer = amina_client.get(f"{LABELS}/0/{number}.png")
        assert answer.mimetype == "image/png"
        assert read_png(answer.data) == [link]


@pytest.mark.parametrize("number", [0, 4])
def test_a_label_beyond_the_run_is_not_drawn(
    amina_client: FlaskClient, ready: Cast, number: int
) -> None:
    ready.issues_labels(ready.amina, count=3, stock="40x30")

    assert amina_client.get(f"{LABELS}/0/{number}.png").status_code == 404


def test_a_run_that_was_never_issued_has_no_files(
    amina_client: FlaskClient, ready: Cast
) -> None:
    for path in ("/0", "/0.pdf", "/0/1.png"):
        assert amina_client.get(LABELS + path).status_code == 404


@pytest.mark.parametrize("stock", list(STOCKS))
def test_the_label_of_the_batch_says_the_batch(
    amina_client: FlaskClient, ready: Cast, stock: str
) -> None:
    png = amina_client.get(f"{LABELS}/batch.png", query_string={"stock": stock})
    pdf = amina_client.get(f"{LABELS}/batch.pdf", query_string={"stock": stock})

    assert read_png(png.data) == [BASE + PATH]
    assert read_pdf(pdf.data) == [[BASE + PATH]]


REFUSALS = [
    ({"count": "0"}, "count", "cannot be issued at once"),
    ({"count": "1.5"}, "count", "is not a whole number"),
    ({"count": "many"}, "count", "is not a plain number"),
    ({"count": "801"}, "count", "Print at most 800"),
    ({"net_content": "0"}, "net_content", "is not above zero"),
    ({"net_content": ""}, "net_content", "This is empty"),
    ({"unit": "个", "net_content": "1"}, "net_content", "Use the batch"),
    ({"stock": "a3"}, "stock", "there is no stock"),
]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("changes", "field", "words"), REFUSALS)
def test_a_refusal_stands_at_its_input_and_keeps_what_was_typed(
    ready: Cast, changes: Values, field: str, words: str, language: str
) -> None:
    client = client_for(ready.registry, language)
    sign_in(client, ready, "amina")
    values = typed() | changes

    answer = post(client, LABELS, values)

    assert answer.status_code == 200
    wrong = error_at(answer.text, field)
    if language == "en":
        assert words in wrong
    for name in ("net_content", "count"):
        assert f'value="{values[name]}"' in answer.text
    assert label_runs(PATH) == []


def test_a_name_too_long_for_a_small_label_is_refused_before_it_is_promised(
    amina_client: FlaskClient, embedded_cast: Cast
) -> None:
    name = "会泽县大海乡高山生态有机富硒红皮紫心特级小土豆礼盒装珍藏版限量款新品"
    embedded_cast.registers_product(embedded_cast.amina, name=name, name_en=name)
    embedded_cast.registers_plot(embedded_cast.amina)
    embedded_cast.registers_batch(embedded_cast.amina)

    answer = post(amina_client, LABELS, typed(stock="30x20"))

    assert "Shorten it" in said(answer)
    assert label_runs(PATH) == []


def test_a_double_click_issues_one_run(amina_client: FlaskClient, ready: Cast) -> None:
    values = hidden_inputs(amina_client.get(LABELS).text) | typed()

    answers = [amina_client.post(LABELS, data=values) for _ in range(2)]

    assert [answer.location for answer in answers] == [f"{LABELS}/0"] * 2
    assert len(label_runs(PATH)) == 1


def test_the_enter_key_shows_the_label_and_signs_nothing(
    amina_client: FlaskClient, ready: Cast
) -> None:
    answer = post(amina_client, LABELS, typed(intent=""))

    assert preview_of(answer)
    assert label_runs(PATH) == []
