"""What every answer says to the browser about itself.

* A Content-Security-Policy that allows our own files and, by a nonce of this request,
  the style and script inside the page: injected markup stays text.
* Cross-site request forgery is refused for every form (`CSRFProtect`); the page that
  says so keeps what was typed (`web.forms`).
* A view may set a header itself (an upload has `sandbox`); it is then left alone.
"""

import secrets
from collections.abc import Callable

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

NONCE_BYTES = 16  # CSP level 3, section 2.3.1: at least 128 bits

POLICY = (
    "default-src 'none'; "
    "style-src 'self' 'nonce-{nonce}'; "
    "script-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "frame-ancestors 'none'; "
    "base-uri 'none'"
)

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`: the CSRF check over https compares the referrer's host.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
TRANSPORT = "max-age=31536000; includeSubDomains"

csrf = CSRFProtect()


def init_security(
    app: Flask, nonce: Callable[[], str] = lambda: secrets.token_urlsafe(NONCE_BYTES)
) -> None:
    """Protect every form and every answer of `app`.

    Args:
        app: its answers without a header of these get it.
        nonce: gives a fresh unguessable string for each request.
    """
    app.config.setdefault("SESSION_COOKIE_SAMESITE", "Lax")
    csrf.init_app(app)

    def csp_nonce() -> str:
        """Return the nonce that style and script of this page must carry."""
        if "csp_nonce" not in g:
            g.csp_nonce = nonce()
        return str(g.csp_nonce)

    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        policy = POLICY.format(nonce=csp_nonce())
        response.headers.setdefault("Content-Security-Policy", policy)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", TRANSPORT)
        return response

    app.jinja_env.globals["csp_nonce"] = csp_nonce
    app.after_request(protect)
