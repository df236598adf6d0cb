"""Organisations: what an authority sees of its division, and whom it lets in."""

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from registry.commands.admissions import Admission, admit_with_manager
from registry.commands.people import unmanaged
from registry.domain.parties import Kind, Organisation
from registry.domain.roles import Action, may, require
from registry.errors import NotFound, RegistryError
from registry.store.accounts import managed_organisations
from registry.store.queries.batches import batches_of, batches_within
from registry.store.queries.inspection_lists import failures_within
from registry.store.queries.organisations import (
    organisation_by_did,
    organisation_by_slug,
    organisations,
    organisations_within,
)
from registry.web import words
from registry.web.context import actor, allowed, now, registry, signed_in, today
from registry.web.forms import apply_problems
from registry.web.organisation_form import OrganisationForm
from registry.web.paging import asked_page

pages = Blueprint("organisations", __name__, url_prefix="/organisations")

PAGE_ROWS = 50


@pages.get("")
@signed_in
def index() -> str:
    """List failed tests first, then the parties of the actor's division."""
    division = _overseen()
    text = request.args.get("q", "").strip()
    parties = [p for p in organisations_within(division) if _matches(p, text)]
    page = asked_page(len(parties), PAGE_ROWS)
    return render_template(
        "organisations/index.html",
        parties=parties[page.first : page.first + page.size],
        page=page,
        text=text,
        may_admit=may(actor(), Action.REGISTER_ORGANISATION),
        divisions=registry().reference.divisions,
        words=words,
        **_failures(division),
    )


@pages.get("/batches")
@allowed(Action.SEE_DIVISION)
def batches() -> str:
    """List failed tests first, then the batches grown in the actor's division."""
    division = actor().organisation.division
    offset = max(0, request.args.get("offset", 0, type=int))
    rows = batches_within(division, today(), offset=offset, limit=PAGE_ROWS + 1)
    return render_template(
        "organisations/batches.html",
        rows=rows[:PAGE_ROWS],
        owners=organisations({row.owner for row in rows}),
        offset=offset,
        step=PAGE_ROWS,
        has_more=len(rows) > PAGE_ROWS,
        divisions=registry().reference.divisions,
        words=words,
        **_failures(division),
    )


@pages.route("/new", methods=["GET", "POST"])
@allowed(Action.REGISTER_ORGANISATION)
def new() -> str | Response:
    """Admit an organisation, and invite its first manager."""
    own = actor().organisation
    form = OrganisationForm.opened()
    form.offer(own)
    if form.validate_on_submit():
        try:
            admission = admit_with_manager(
                registry(),
                actor(),
                form.command(registry().reference.divisions, own.division),
                form.manager.data or "",
                request_id=form.request_id.data,
                now=now(),
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return _admitted(admission, form.manager.data or "")
    return render_template("organisations/new.html", form=form, own=own)


@pages.get("/<slug>")
@signed_in
def show(slug: str) -> str:
    """Show a party and its newest batches."""
    division = _overseen()
    party = organisation_by_slug(slug)
    if party is None or not party.division.startswith(division):
        raise NotFound.at(
            "",
            "There is no such organisation in your division. Look it up in the list.",
        )
    return render_template(
        "organisations/show.html",
        party=party,
        voucher=organisation_by_did(party.vouched_by) if party.vouched_by else None,
        place=registry().reference.divisions.full_name(party.division),
        rows=batches_of(party.did, today(), limit=PAGE_ROWS),
        is_managed=party.did in managed_organisations(),
        may_invite=may(actor(), Action.REGISTER_ORGANISATION)
        and party in unmanaged(actor()),
        may_recover=actor().organisation.kind is Kind.AUTHORITY,
        words=words,
    )


def _overseen() -> str:
    """Return the division that the actor sees: an authority its own, an operator all.

    Raises:
        NotAllowed: the actor is of neither.
    """
    if actor().organisation.kind is Kind.OPERATOR:
        require(actor(), Action.REGISTER_ORGANISATION)
        return ""
    require(actor(), Action.SEE_DIVISION)
    return actor().organisation.division


def _failures(division: str) -> dict[str, object]:
    """Return the standing failures of a division; an operator judges none."""
    if not may(actor(), Action.SEE_DIVISION):
        return {"failures": [], "sees_batches": False}
    failures = failures_within(division)
    named = {row.owner for row in failures} | {row.issuer for row in failures}
    return {
        "failures": failures,
        "failed_parties": organisations(named),
        "sees_batches": True,
    }


def _matches(party: Organisation, text: str) -> bool:
    wanted = text.casefold()
    names = (party.name, party.name_en, party.uscc, party.slug)
    return any(wanted in name.casefold() for name in names)


def _admitted(admission: Admission, manager: str) -> Response:
    """Show the invitation once: the link is stored nowhere, not even by a browser."""
    base = registry().settings.base_url
    response = make_response(
        render_template(
            "organisations/admitted.html",
            party=admission.organisation,
            manager=manager,
            invited=bool(admission.token),
            link=f"{base}{url_for('accounts.join')}#{admission.token}",
        )
    )
    response.headers["Cache-Control"] = "no-store"
    return response
