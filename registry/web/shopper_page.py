"""The shopper's page as an HTTP answer: one request, its own policy, its own tag.

The policy names the page's style sheet by its digest. A nonce would change with every
answer, and a 304 would bring a page that was kept a policy that forbids its style.
"""

import base64
import hashlib
from functools import cache

from flask import Response, current_app, g, make_response, render_template, request

from registry.interop.linkset import LINKSET_TYPE
from registry.web.assets import inline_css
from registry.web.context import today
from registry.web.i18n import language
from registry.web.standalone import script_version

STYLE = "core.css"
SHARED = ("base.html", "_macros.html", "scan/_parts.html")


def tagged(template: str, state: str, **values: object) -> Response:
    """Return the page, or "not modified" if the browser has this very one.

    Args:
        template: its file.
        state: all that the page depends on but language, day and the code itself.
        values: for the template.
    """
    tag = _etag(template, state)
    if request.if_none_match.contains_weak(tag):
        answer = Response(status=304)
        # Browsers keep the newer policy with the page that they have.
        answer.headers["Content-Security-Policy"] = _policy()
    else:
        answer = page(template, **values)
    answer.set_etag(tag, weak=True)
    return answer


def page(template: str, **values: object) -> Response:
    """Return the page with its headers."""
    g.csp_nonce = ""
    answer = make_response(render_template(template, **{"shell": "shopper"}, **values))
    answer.headers["Content-Security-Policy"] = _policy()
    answer.headers["Link"] = (
        f'<?linkType=linkset>; rel="linkset"; type="{LINKSET_TYPE}"'
    )
    return answer


def _etag(template: str, state: str) -> str:
    named = f"{state} {language()} {today()} {_version(template)}"
    return hashlib.sha256(named.encode()).hexdigest()[:24]


@cache
def _version(template: str) -> str:
    """Return a digest of what a page is made of, so that a release is seen at once."""
    environment = current_app.jinja_env
    sources = [
        environment.loader.get_source(environment, name)[0]
        for name in (*SHARED, template)
        if environment.loader
    ]
    made_of = "".join((*sources, inline_css(STYLE), script_version()))
    return hashlib.sha256(made_of.encode()).hexdigest()[:12]


@cache
def _policy() -> str:
    """Return the page's own policy: its style sheet, our script, our proofs."""
    digest = hashlib.sha256(inline_css(STYLE).encode()).digest()
    style = base64.b64encode(digest).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src 'self' data:; "
        "script-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
