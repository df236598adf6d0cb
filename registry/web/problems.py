"""Errors as answers: the one place that turns them into HTTP.

A person reads a page that says what happened and one thing to do next; a program reads
`application/problem+json` (RFC 9457). Both in the reader's language, neither with a
stack trace. An error of ours (500) is a page that needs nothing else to work: neither
catalogue nor database nor the page's frame.
"""

import logging
from dataclasses import dataclass

from flask import (
    Flask,
    Response,
    current_app,
    json,
    make_response,
    render_template,
    request,
)
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.http import HTTP_STATUS_CODES

from registry.errors import Message, ReadOnly, RegistryError, VerificationError, msg
from registry.web import drafts
from registry.web.i18n import say

log = logging.getLogger(__name__)

RETRY_SECONDS = 60
HERE = ""  # the page that was asked for, by GET


@dataclass(frozen=True, slots=True)
class Page:
    """What a status means to a person, and the one next action."""

    title: Message
    detail: Message
    action: Message
    href: str = HERE


_START = msg("Go to the start page")
_BACK = msg("Open the page again")
PAGES = {
    400: Page(
        msg("This could not be done"),
        msg("Something in the request was not as expected. Nothing was changed."),
        _BACK,
    ),
    403: Page(
        msg("You may not do this"),
        msg("Your account has no permission for it. Nothing was changed."),
        _START,
        "/",
    ),
    404: Page(
        msg("There is nothing here"),
        msg("The address may be mistyped. Type the code from the label by hand."),
        msg("Type in a code"),
        "/check",
    ),
    405: Page(
        msg("This address works differently"),
        msg("It was asked for in a way that it does not answer. Nothing was changed."),
        _BACK,
    ),
    409: Page(
        msg("The registry forbids this now"),
        msg("It conflicts with what is registered. Nothing was changed."),
        _BACK,
    ),
    413: Page(
        msg("That was too large"),
        msg("Nothing was stored. Make the photo or file smaller and send it again."),
        _BACK,
    ),
    429: Page(
        msg("Too many attempts"),
        msg("Wait a minute, then try again."),
        _BACK,
    ),
    503: Page(
        msg("The registry is read-only now"),
        msg("Nothing was changed. Send it again later."),
        _BACK,
    ),
}
BROKEN = Page(
    msg("A proof does not hold"),
    msg("What is shown here cannot be relied on. Do not act on it; tell the registry."),
    _START,
    "/",
)


def init_problems(app: Flask) -> None:
    """Answer every error of `app`."""
    app.register_error_handler(RegistryError, refuse)
    app.register_error_handler(VerificationError, distrust)
    app.register_error_handler(CSRFError, expire)
    app.register_error_handler(HTTPException, answer)
    app.register_error_handler(InternalServerError, fail)


def refuse(error: RegistryError) -> Response:
    """Say what the request must change."""
    errors = [{"field": p.field, "detail": say(p.message)} for p in error.problems]
    detail = " ".join(one["detail"] for one in errors)
    page = PAGES.get(error.status, PAGES[400])
    response = _respond(error.status, page, {"detail": detail, "errors": errors})
    if isinstance(error, ReadOnly):
        response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def distrust(error: VerificationError) -> Response:
    """Say that a proof fails: 409 for what was sent to us, 500 for what we hold."""
    ours = request.method in {"GET", "HEAD"}
    if ours:
        log.error("%s: %s at %s", error.code, error, request.path)
    return _respond(500 if ours else 409, BROKEN, {"code": error.code})


def expire(_error: CSRFError) -> Response:
    """Say that the form is too old, and keep what was typed."""
    kept = drafts.stash()
    if kept is None or _wants_json():
        return _respond(400, PAGES[400], {"code": "expired_form"})
    response = make_response(render_template("errors/expired.html", kept=kept), 400)
    drafts.remember(response, kept)
    return response


def answer(error: HTTPException) -> Response:
    """Say what an HTTP status means, keeping the headers that belong to it."""
    if error.response is not None or error.code is None:
        return make_response(error.get_response())
    response = _respond(error.code, PAGES.get(error.code, PAGES[400]), {})
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def fail(_error: InternalServerError) -> Response:
    """Say that we are at fault; Flask has logged the cause."""
    if _wants_json():
        return _problem_json({"title": HTTP_STATUS_CODES[500], "status": 500})
    # Not render_template: what it puts into each page may be what is broken.
    page = current_app.jinja_env.get_template("errors/failed.html").render()
    return make_response(page, 500)


def _respond(status: int, page: Page, extra: dict[str, object]) -> Response:
    if _wants_json():
        members = {
            "title": HTTP_STATUS_CODES.get(status, ""),
            "status": status,
            "detail": say(page.detail),
        }
        return _problem_json(members | extra)
    href = page.href or request.path
    body = render_template("errors/problem.html", page=page, href=href, **extra)
    return make_response(body, status)


def _problem_json(members: dict[str, object]) -> Response:
    response = Response(
        json.dumps({"type": "about:blank"} | members, ensure_ascii=False),
        mimetype="application/problem+json",
    )
    response.status_code = int(str(members["status"]))
    return response


def _wants_json() -> bool:
    if request.is_json or request.path.startswith("/api/"):
        return True
    offered = ["text/html", "application/problem+json", "application/json"]
    return request.accept_mimetypes.best_match(offered, "text/html") != offered[0]
