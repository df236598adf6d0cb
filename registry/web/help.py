"""Help: what is promised and what not, how to check without us, who may do what."""

from flask import Blueprint, render_template

from registry.domain.parties import Kind
from registry.domain.roles import PERMISSIONS
from registry.web import words
from registry.web.context import registry
from registry.web.people import ROLES

pages = Blueprint("help", __name__, url_prefix="/help")


@pages.get("")
def index() -> str:
    """Tell what a signature and a log can show, and what they cannot."""
    ledger = registry().ledger
    return render_template(
        "help/index.html", origin=ledger.origin, vkey=ledger.verifier.vkey
    )


@pages.get("/roles")
def roles() -> str:
    """Show the table that the code reads."""
    return render_template(
        "help/roles.html",
        permissions=PERMISSIONS.values(),
        kinds=words.kind,
        everybody=frozenset(Kind),
        roles=ROLES,
    )
