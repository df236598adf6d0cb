"""Organisations: whom an authority or the operator has let in."""

from flask import Blueprint, render_template

from registry.domain.roles import Action
from registry.store.queries.organisations import organisations_within
from registry.web.context import actor, allowed

pages = Blueprint("organisations", __name__, url_prefix="/organisations")


@pages.get("/")
@allowed(Action.REGISTER_ORGANISATION)
def index() -> str:
    """List the parties of the actor's division."""
    rows = organisations_within(actor().organisation.division)
    return render_template("organisations/index.html", rows=rows)
