"""The read-only state: what whoever sends something is told, and what an operator sees.

Reading goes on as ever. The page decides nothing: that is a command on the registry's
own machine, where size and root are typed by hand.
"""

from flask import Blueprint, Response, make_response, render_template, request

from registry.domain.roles import Action
from registry.errors import ReadOnly
from registry.store.decision import NOT_TO_DO
from registry.web import drafts, problems
from registry.web.context import allowed, registry

pages = Blueprint("state", __name__)


@pages.get("/state")
@allowed(Action.OPERATE)
def index() -> str:
    """Show whether the log accepts records, and what was decided before."""
    ledger = registry().ledger
    doubt = ledger.doubt()
    return render_template(
        "state/index.html",
        doubt=doubt,
        not_to_do=NOT_TO_DO,
        head=doubt.head if doubt else ledger.head().checkpoint,
        home=registry().settings.home,
        decisions=ledger.decisions.decisions(),
    )


@pages.app_errorhandler(ReadOnly)
def explain(error: ReadOnly) -> Response:
    """Say why nothing is accepted now, and keep what was typed."""
    answer = problems.refuse(error)
    if answer.mimetype != "text/html":
        return answer
    kept = drafts.stash() if request.method == "POST" else None
    page = render_template(
        "state/read_only.html",
        doubt=registry().ledger.doubt(),
        not_to_do=NOT_TO_DO,
        kept=kept,
        href=kept.path if kept else request.path,
    )
    response = make_response(page, answer.status_code)
    response.headers["Retry-After"] = answer.headers["Retry-After"]
    if kept:
        drafts.remember(response, kept)
    return response
