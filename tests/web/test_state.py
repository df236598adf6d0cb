"""The read-only state in a browser: explained to all, decided by nobody there."""

import json

import pytest
from flask.testing import FlaskClient

from tests.support.cast import Cast
from tests.support.web import client_for, post, said, sign_in


@pytest.fixture
def stopped(embedded_cast: Cast) -> Cast:
    """A registry that was told of a larger log than it has."""
    embedded_cast.registry.settings.mark_path.write_text(f"999 {'ab' * 32}\n")
    return embedded_cast


def write(client: FlaskClient) -> tuple[int, str]:
    values = {"code": "P9", "name": "河边", "division": "530324", "area": "3"}
    answer = post(client, "/plots/new", values)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "What not to do"), ("zh", 'lang="zh')],
)
def test_a_write_answers_503_and_says_what_was_found(
    stopped: Cast, language: str, words: str
) -> None:
    client = client_for(stopped.registry, language)
    sign_in(client, stopped, "amina")

    status, page = write(client)

    assert status == 503
    assert words in page
    assert "ab" * 32 in page
    assert stopped.registry.ledger.head().checkpoint.root_hash.hex() in page
    assert "999" in page


def test_what_was_typed_is_in_the_form_again(stopped: Cast) -> None:
    client = client_for(stopped.registry)
    sign_in(client, stopped, "amina")
    write(client)
    assert "河边" in client.get("/plots/new").text


def test_a_program_reads_problem_json_and_when_to_come_back(stopped: Cast) -> None:
    client = client_for(stopped.registry)
    sign_in(client, stopped, "amina")
    page = client.get("/plots/new").text
    token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    answer = client.post(
        "/plots/new",
        data={
            "csrf_token": token,
            "code": "P9",
            "name": "x",
            "division": "530324",
            "area": "3",
            "request_id": "5e0ad5d0-9a3b-4b56-9ca3-ee6f0ef0a5a4",
        },
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json"
    assert "Retry-After" in answer.headers
    assert "looked at" in json.loads(answer.text)["detail"]


@pytest.mark.parametrize("path", ["/", "/log", "/log/checkpoint", "/help"])
def test_reading_goes_on(stopped: Cast, path: str) -> None:
    assert client_for(stopped.registry).get(path).status_code == 200


def test_the_operator_sees_the_command_with_size_and_root(stopped: Cast) -> None:
    client = client_for(stopped.registry)
    sign_in(client, stopped, "olive")
    head = stopped.registry.ledger.head().checkpoint

    page = said(client.get("/state"))

    assert f"--size {head.tree_size} --root {head.root_hash.hex()}" in page
    assert "Do not delete or edit the high-water mark" in page


def test_the_operator_sees_what_was_decided_before(stopped: Cast) -> None:
    head = stopped.registry.ledger.head().checkpoint
    stopped.registry.ledger.accept(
        head.tree_size, head.root_hash, "the mark was typed by a test", stopped.now
    )
    client = client_for(stopped.registry)
    sign_in(client, stopped, "olive")

    page = said(client.get("/state"))

    assert "The log accepts records." in page
    assert "the mark was typed by a test" in page


def test_the_page_decides_nothing(stopped: Cast) -> None:
    client = client_for(stopped.registry)
    sign_in(client, stopped, "olive")
    assert client.post("/state").status_code in {400, 405}
    assert stopped.registry.ledger.doubt() is not None


def test_nobody_but_the_operator_sees_the_state(stopped: Cast) -> None:
    client = client_for(stopped.registry)
    assert client.get("/state").status_code == 303
    sign_in(client, stopped, "amina")
    assert client.get("/state").status_code == 403
