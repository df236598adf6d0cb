"""The witness over HTTP: C2SP tlog-witness, a WSGI application of three routes.

Submission and monitoring prefix are both where the application is mounted. Serve it
behind TLS; the protocol itself needs none, since everything in it is signed.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request, Response

from registry.errors import BadCheckpoint, BadConsistency, RegistryError
from registry.tlog.witness import (
    ADD_CHECKPOINT,
    MAX_REQUEST_BYTES,
    SIZE_MEDIA_TYPE,
    encode_conflict,
)
from registry.witness.cosigning import Cosigning, SizeConflict
from registry.witness.pages import render_page

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_TEXT = "text/plain; charset=utf-8"
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}


class WitnessApp:
    """The application of one witness.

    Args:
        cosigning: decides.
        now: the clock.
    """

    def __init__(self, cosigning: Cosigning, now: Callable[[], datetime]) -> None:
        self._cosigning = cosigning
        self._now = now

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        request.max_content_length = MAX_REQUEST_BYTES
        response = self._answer(request)
        response.headers.update(_SAFE)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == f"/{ADD_CHECKPOINT}":
            if request.method != "POST":
                return _refuse(405, "Use POST.", {"Allow": "POST"})
            return self._add_checkpoint(request)
        if request.method not in ("GET", "HEAD"):
            return _refuse(405, "Use GET.", {"Allow": "GET, HEAD"})
        try:
            return self._show(request.path)
        except RegistryError as error:
            return _refuse(error.status, str(error))

    def _add_checkpoint(self, request: Request) -> Response:
        try:
            line = self._cosigning.add_checkpoint(request.get_data(), self._now())
        except RequestEntityTooLarge:
            return _refuse(413, f"A request has at most {MAX_REQUEST_BYTES} bytes.")
        except SizeConflict as conflict:
            body = encode_conflict(conflict.tree_size)
            return Response(body, 409, content_type=SIZE_MEDIA_TYPE)
        except RegistryError as error:
            return _refuse(error.status, str(error))
        except BadCheckpoint as error:
            return _refuse(403, str(error))
        except BadConsistency as error:
            return _refuse(422, str(error))
        return Response(str(line), content_type=_TEXT)

    def _show(self, path: str) -> Response:
        heads = self._cosigning.seen()
        if path == "/":
            page = render_page(self._cosigning.verifier, heads)
            return Response(page, content_type="text/html; charset=utf-8")
        for head in heads:
            origin_hash = hashlib.sha256(head.origin.encode()).hexdigest()
            if path == f"/{origin_hash}/checkpoint" and head.note:
                return Response(self._cosigning.cosigned(head), content_type=_TEXT)
        return _refuse(404, "There is nothing here.")


def _refuse(
    status: int, reason: str, headers: dict[str, str] | None = None
) -> Response:
    return Response(f"{reason}\n", status, headers, content_type=_TEXT)
