"""Inspections: reports that an inspection body logs."""

from flask import Blueprint, render_template

from registry.domain.roles import Action
from registry.store.queries.inspections import inspections_by
from registry.web.context import actor, allowed

pages = Blueprint("inspections", __name__, url_prefix="/inspections")


@pages.get("/")
@allowed(Action.LOG_INSPECTION)
def index() -> str:
    """List the body's reports, newest first."""
    rows = inspections_by(actor().organisation.did)
    return render_template("inspections/index.html", rows=rows)
