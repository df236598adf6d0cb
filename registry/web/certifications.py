"""Certificates that a certification body issues."""

from flask import Blueprint, render_template

from registry.domain.roles import Action
from registry.store.queries.certificates import certificates_of
from registry.web.context import actor, allowed

pages = Blueprint("certifications", __name__, url_prefix="/certifications")


@pages.get("/")
@allowed(Action.CERTIFY)
def index() -> str:
    """List the body's certificates, newest first."""
    rows = certificates_of(actor().organisation.did)
    return render_template("certifications/index.html", rows=rows)
