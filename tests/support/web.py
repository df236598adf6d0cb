"""The real application for tests: a client, a server, signing in as one of the cast."""

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from registry.app import create_app
from registry.commands.passwords import hash_password
from registry.service import Registry
from registry.store.accounts import (
    StoredAccount,
    account_by_login,
    keep_account,
    keep_membership,
)
from tests.support.cast import Cast, request_id
from tests.support.registry import NOW

HTML = {"Accept": "text/html"}


def password_of(name: str) -> str:
    """Return the password of one of the cast."""
    return f"a long secret, {name[::-1]}"


def app_for(registry: Registry, now: Callable[[], datetime] = lambda: NOW) -> Flask:
    """Return the application, asked over https and with the test's clock."""
    app = create_app(registry, now)
    app.config["PREFERRED_URL_SCHEME"] = "https"
    return app


def client_for(registry: Registry, language: str = "en") -> FlaskClient:
    """Return a browser without scripts that reads `language`, or `zh`."""
    client = app_for(registry).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html"
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    return client


def enrol(cast: Cast, name: str) -> str:
    """Give one of the cast an account with their pseudonym and role; return its id.

    Whoever has none of the organisations, like Eve, gets an account all the same.
    """
    found = account_by_login(name)
    if found:
        return found.account_id
    actor = cast.people.get(name)
    account = StoredAccount(
        account_id=request_id("account", name),
        login=name,
        name=name.title(),
        person=actor.person if actor else f"urn:uuid:{request_id('person', name)}",
        password_hash=hash_password(password_of(name), cast.registry.settings.mode),
    )
    keep_account(account, cast.now)
    if actor:
        keep_membership(account.account_id, actor.organisation.did, actor.role)
    return account.account_id


def sign_in(
    client: FlaskClient, cast: Cast, name: str, target: str = ""
) -> TestResponse:
    """Sign in as one of the cast through the form, and return its answer."""
    enrol(cast, name)
    values = {"login": name, "password": password_of(name)}
    answer = post(client, "/login", values, query={"next": target} if target else {})
    assert answer.status_code == 303, said(answer)
    return answer


def post(
    client: FlaskClient,
    path: str,
    values: dict[str, str] | None = None,
    *,
    form_at: str = "",
    query: dict[str, str] | None = None,
) -> TestResponse:
    """Send a form as a browser does: open its page first, send its hidden inputs too.

    Args:
        client: keeps the cookies.
        path: where the form is sent.
        values: what is typed.
        form_at: the page that shows the form, if it is another one.
        query: of both addresses.
    """
    page = client.get(form_at or path, query_string=query)
    assert page.status_code == 200, said(page)
    sent = hidden_inputs(page.text) | (values or {})
    return client.post(path, data=sent, query_string=query)


def hidden_inputs(page: str) -> dict[str, str]:
    """Return what the hidden inputs of the last form of a page hold."""
    tags = re.findall(r'<input[^>]*type="hidden"[^>]*>', page)
    found = {}
    for tag in tags:
        name, value = (
            re.search(r'name="([^"]+)"', tag),
            re.search(r'value="([^"]*)"', tag),
        )
        if name and value:
            found[name[1]] = value[1]
    return found


def said(answer: TestResponse) -> str:
    """Return what a page says to a person, for the message of a failed assertion."""
    main = answer.text.partition("<main")[2] or answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


class _Quiet(WSGIRequestHandler):
    """Answers without a line on the terminal for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@contextlib.contextmanager
def serve(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; yield its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
