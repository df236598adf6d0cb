"""The cookie of a signed-in browser: given at each sign-in anew, taken at the end."""

from flask import redirect, request, session
from werkzeug.wrappers import Response

from registry.commands.accounts import SESSION_LENGTH, sign_out
from registry.web.context import COOKIE


def held_token() -> str:
    """Return the session token that this browser sent, empty for none."""
    return request.cookies.get(COOKIE, "")


def address() -> str:
    """Return the network address that asks, empty where a proxy hides it."""
    proxied = {"Forwarded", "X-Forwarded-For", "X-Real-Ip"} & set(
        request.headers.keys()
    )
    return "" if proxied else request.remote_addr or ""


def enter(token: str, target: str) -> Response:
    """Go to `target` with a new session; the one that this browser held ends.

    The token against cross-site requests is dropped too: whoever planted one before
    the sign-in must not know it after.
    """
    sign_out(held_token())
    session.clear()
    response = redirect(target, 303)
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LENGTH.total_seconds()),
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def leave(target: str) -> Response:
    """Go to `target` without a session."""
    sign_out(held_token())
    session.clear()
    response = redirect(target, 303)
    response.delete_cookie(COOKIE)
    return response
