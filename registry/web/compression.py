"""Compressed answers, for pages that hold no secret of the reader's.

Never for a page with a form token: compressing a secret beside text that a stranger
chose tells the stranger the secret by its length (BREACH).
"""

import gzip

from flask import Response, request

SMALLEST = 600  # bytes; below it the answer fits one packet anyway
LEVEL = 6


def compressed(response: Response) -> Response:
    """Return `response`, its body compressed if the browser takes that."""
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if len(body) < SMALLEST or not request.accept_encodings["gzip"]:
        return response
    # No time stamp in it: the same page is the same bytes.
    response.set_data(gzip.compress(body, LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response
