"""Help pages: the one table of roles, and what is promised."""

import re

import pytest
from flask.testing import FlaskClient

from registry.domain.parties import Kind
from registry.domain.roles import PERMISSIONS
from registry.errors import Message
from registry.web import words
from registry.web.i18n import say
from registry.web.people import ROLES
from tests.support.cast import Cast
from tests.support.web import app_for, client_for, said

LANGUAGES = ["zh", "en"]


def rows(page: str) -> list[list[str]]:
    """Return the cells of each row of the page's table."""
    body = page.partition("<tbody")[2].partition("</tbody>")[0]
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in body.split("</tr>")[:-1]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_the_very_table_that_the_code_reads(
    embedded_cast: Cast, language: str
) -> None:
    shown = rows(client_for(embedded_cast.registry, language).get("/help/roles").text)

    def spoken(message: Message) -> str:
        with app_for(embedded_cast.registry).test_request_context(f"/?lang={language}"):
            return say(message).replace("'", "&#39;")

    assert len(shown) == len(PERMISSIONS)
    for (about, kinds, roles), permission in zip(
        shown, PERMISSIONS.values(), strict=True
    ):
        assert about == spoken(permission.about)
        if permission.kinds != frozenset(Kind):
            expected = {spoken(words.kind[kind]) for kind in permission.kinds}
            assert set(kinds.split(" · ")) == expected
        assert set(roles.split(" · ")) == {spoken(ROLES[r]) for r in permission.roles}


def test_what_everybody_may_do_is_said_in_two_words(client: FlaskClient) -> None:
    assert "Every organisation" in client.get("/help/roles").text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/help", "/help/roles"])
def test_help_needs_no_login(embedded_cast: Cast, path: str, language: str) -> None:
    page = client_for(embedded_cast.registry, language).get(path)
    assert page.status_code == 200
    assert f'lang="{"zh-Hans" if language == "zh" else "en"}"' in page.text


def test_help_names_the_log_and_its_key(
    client: FlaskClient, embedded_cast: Cast
) -> None:
    page = client.get("/help").text
    assert "trace.example/log" in page
    assert embedded_cast.registry.ledger.verifier.vkey in page


def test_help_does_not_promise_that_statements_are_true(client: FlaskClient) -> None:
    page = said(client.get("/help"))
    promised, _, not_promised = page.partition("Not promised")
    assert "That a statement is true." in not_promised
    assert "is true" not in promised


def test_what_help_says_of_the_evidence_holds(embedded_cast: Cast) -> None:
    embedded_cast.tells_the_story()
    client = client_for(embedded_cast.registry)
    answer = client.get(
        "/01/06901234567892/10/261101-001", headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert answer.is_json
