"""Find a batch by its label: typed, scanned elsewhere, or in a photo."""

from io import BytesIO

import pytest
import qrcode
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.refusals import error_at
from tests.support.web import hidden_inputs

BROKEN_PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def ready(embedded_cast: Cast) -> Cast:
    """Amina has a batch that nobody has tested."""
    embedded_cast.registers_product(embedded_cast.amina)
    embedded_cast.registers_plot(embedded_cast.amina)
    embedded_cast.registers_batch(embedded_cast.amina)
    return embedded_cast


def png(image: Image.Image) -> BytesIO:
    """Return an image as a browser uploads it."""
    out = BytesIO()
    image.save(out, "PNG")
    out.seek(0)
    return out


@pytest.mark.parametrize(
    "code",
    [
        LOT,
        "261101",
        "小黄姜",
        f"{GTIN} {LOT}",
        f"(01){GTIN}(10){LOT}",
        PATH,
        f"https://elsewhere.example{PATH}/21/ABC?x=1#PAYLOAD",
        "２６１１０１－００１",
        GTIN,
        GTIN[1:],
    ],
)
def test_a_batch_is_found_by_what_stands_on_its_label(
    ready: Cast, ben_client: FlaskClient, code: str
) -> None:
    page = ben_client.get("/inspections/find", query_string={"code": code})

    assert "One batch found" in page.text
    assert f'href="/inspections/new?batch={PATH}"' in page.text


def test_a_code_with_a_wrong_check_digit_says_so(
    ready: Cast, ben_client: FlaskClient
) -> None:
    code = f"https://trace.example/01/{GTIN[:-1]}9/10/{LOT}"
    page = ben_client.get("/inspections/find", query_string={"code": code})

    assert "One digit is wrong" in error_at(page.text, "code")


def test_what_is_not_registered_is_said_and_stays_text(
    ready: Cast, ben_client: FlaskClient
) -> None:
    page = ben_client.get("/inspections/find", query_string={"code": "<b>大蒜</b>"})

    assert "No batch found" in page.text
    assert "<b>大蒜" not in page.text
    assert "&lt;b&gt;大蒜" in page.text


def test_batches_that_wait_for_a_test_are_offered(
    ready: Cast, ben_client: FlaskClient
) -> None:
    offered = f'href="/inspections/new?batch={PATH}"'
    assert offered in ben_client.get("/inspections/find").text

    ready.logs_inspection(ready.ben)

    assert offered not in ben_client.get("/inspections/find").text


def uploads(client: FlaskClient, photo: BytesIO | None) -> TestResponse:
    page = client.get("/inspections/find")
    values: dict[str, object] = dict(hidden_inputs(page.text))
    if photo:
        values["photo"] = (photo, "label.png")
    return client.post("/inspections/find", data=values)


def test_a_photo_of_a_label_leads_to_its_batch(
    ready: Cast, ben_client: FlaskClient
) -> None:
    code = f"HTTPS://TRACE.EXAMPLE{PATH}"
    photo = png(qrcode.make(code).convert("L"))

    answer = uploads(ben_client, photo)

    assert answer.status_code == 303
    page = ben_client.get(answer.location)
    assert f'href="/inspections/new?batch={PATH}"' in page.text


@pytest.mark.parametrize(
    ("photo", "words"),
    [
        pytest.param(None, "This is not a photo", id="none"),
        pytest.param(BytesIO(b"GIF89a"), "This is not a photo", id="another file"),
        pytest.param(
            BytesIO(BROKEN_PNG),
            "This is not a photo",
            id="broken",
        ),
        pytest.param(
            png(Image.new("L", (60, 60), "white")), "No code was found", id="no code"
        ),
        pytest.param(
            png(Image.new("1", (10_000, 6_000))), "too many pixels", id="too large"
        ),
    ],
)
def test_a_photo_that_cannot_be_read_is_refused(
    ben_client: FlaskClient, photo: BytesIO | None, words: str
) -> None:
    answer = uploads(ben_client, photo)

    assert answer.status_code == 200
    assert words in error_at(answer.text, "photo")
