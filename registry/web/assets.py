"""Style sheets and scripts, as a page names them.

A shopper's page carries `core.css` inside itself: one request, at most 14 kB. Pages of
the desk link their files under an address that changes with the bytes, so that a
browser may keep them for ever.
"""

import hashlib
import re
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from markupsafe import Markup

STATIC = Path(__file__).parent.parent / "static"


def init_assets(app: Flask) -> None:
    """Offer `asset(name)` and `inline_css(name)` to the templates of `app`."""
    app.jinja_env.globals.update(asset=asset, inline_css=inline_css)


def asset(name: str) -> str:
    """Return the address of a static file, with the digest of its bytes."""
    return url_for("static", filename=name, v=_digest(name))


@cache
def inline_css(name: str) -> Markup:
    """Return a style sheet of ours without comments and needless space.

    Safe to mark as such: the file is ours, and CSS cannot hold `</style>` in it.
    """
    css = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text("utf-8"), flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    # Never around `+`, `-` or `(`: calc() needs its spaces.
    css = re.sub(r" ?([{};,>]) ?", r"\1", css).replace(": ", ":").replace(";}", "}")
    return Markup(css.strip())  # noqa: S704 - our own file


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
