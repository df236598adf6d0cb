"""The start page for everybody, and the list of the day for those who work here."""

from flask import Blueprint, render_template

from registry.domain.roles import Action, may
from registry.store.key_uses import unseen_uses
from registry.web.context import actor, person, registry, signed_in, today
from registry.web.today import agenda

pages = Blueprint("home", __name__)


@pages.get("/")
def start() -> str:
    """Say what this is; offer to check a code and to sign in."""
    return render_template("home/start.html")


@pages.get("/today", endpoint="today")
@signed_in
def list_today() -> str:
    """Show the one list of what to do today."""
    found = person()
    if found is None or found.organisation not in found.memberships:
        return render_template("home/nowhere.html")
    return render_template(
        "home/today.html",
        agenda=agenda(registry(), actor(), today()),
        organisation=actor().organisation,
        key_uses=unseen_uses(found.account_id, found.organisation)
        if may(actor(), Action.MANAGE_PEOPLE)
        else 0,
    )
