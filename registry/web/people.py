"""People of an organisation, for its manager; routed by `web.accounts`."""

from collections.abc import Mapping
from types import MappingProxyType

import wtforms
from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from registry.commands.people import (
    change_role,
    invitations_of,
    invite,
    invite_first_manager,
    people_of,
    remove,
    withdraw_invitation,
)
from registry.domain.parties import Role
from registry.domain.roles import Action
from registry.errors import Message, NotFound, RegistryError, msg
from registry.store.accounts import Member
from registry.store.queries.organisations import organisation_by_slug
from registry.web.account_forms import SecretForm
from registry.web.arrivals import Route
from registry.web.context import actor, allowed, now, person, registry
from registry.web.forms import Form, apply_problems
from registry.web.i18n import say

ROLES: Mapping[str, Message] = MappingProxyType(
    {
        Role.MANAGER: msg("Manager"),
        Role.WORKER: msg("Staff"),
        Role.VIEWER: msg("May look only"),
    }
)


def _choices() -> list[SelectChoice]:
    return [SelectChoice(role, say(name)) for role, name in ROLES.items()]


class RoleForm(Form):
    """What a person is in the organisation."""

    role = wtforms.RadioField(
        lazy_gettext("Role"),
        [InputRequired()],
        choices=_choices,
        description=lazy_gettext(
            "Staff do the daily work. A manager also adds and removes people."
        ),
    )


class InviteForm(RoleForm):
    """Whom to invite."""

    name = wtforms.StringField(
        lazy_gettext("Whom do you invite?"),
        [InputRequired()],
        description=lazy_gettext("For your list; they choose login and password."),
    )


class NameForm(Form):
    """Whom to invite as the first manager."""

    name = InviteForm.name


@allowed(Action.MANAGE_PEOPLE)
def index() -> str | Response:
    """List the organisation's people, and invite another one."""
    form = InviteForm.opened(role=str(Role.WORKER))
    if form.validate_on_submit():
        name, role = form.name.data, form.role.data
        try:
            token = invite(registry(), actor(), name, role, now())
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return _show_link(token, name, url_for("accounts.people"))
    return render_template(
        "accounts/people.html",
        form=form,
        members=people_of(actor()),
        invitations=invitations_of(actor(), now()),
        roles=ROLES,
    )


@allowed(Action.MANAGE_PEOPLE)
def show(account_id: str) -> str | Response:
    """Change what a person is in the organisation."""
    member = _member(account_id)
    form = RoleForm.opened(role=str(member.role))
    if form.validate_on_submit():
        try:
            change_role(actor(), account_id, form.role.data)
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(gettext("The role of %(name)s is changed.", name=member.name))
            return _back(account_id)
    return render_template("accounts/member.html", form=form, member=member)


@allowed(Action.MANAGE_PEOPLE)
def take_away(account_id: str) -> str | Response:
    """Ask, then take a person out of the organisation."""
    member = _member(account_id)
    form = SecretForm.opened()
    if form.validate_on_submit():
        try:
            remove(actor(), account_id)
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(gettext("%(name)s no longer belongs to it.", name=member.name))
            return _back(account_id)
    return render_template("accounts/remove.html", form=form, member=member)


@allowed(Action.MANAGE_PEOPLE)
def withdraw(link_id: str) -> Response:
    """Take an invitation back."""
    if request.method == "POST":
        withdraw_invitation(actor(), link_id, now())
        flash(gettext("The invitation is withdrawn."))
    return redirect(url_for("accounts.people"), 303)


@allowed(Action.REGISTER_ORGANISATION)
def first_manager(slug: str) -> str | Response:
    """Invite the first manager of an organisation that one admitted."""
    party = organisation_by_slug(slug)
    if party is None:
        raise NotFound.at("", "There is no organisation {slug}.", slug=slug)
    form = NameForm.opened()
    if form.validate_on_submit():
        name = form.name.data
        try:
            token = invite_first_manager(registry(), actor(), party.did, name, now())
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return _show_link(token, name, url_for("home.today"))
    return render_template("accounts/first_manager.html", form=form, party=party)


def _member(account_id: str) -> Member:
    found = {member.account_id: member for member in people_of(actor())}
    if account_id not in found:
        raise NotFound.at("", "There is no such person in your organisation.")
    return found[account_id]


def _back(account_id: str) -> Response:
    """Go to the list; whoever changed their own role may no longer see it."""
    found = person()
    is_self = found is not None and found.account_id == account_id
    return redirect(url_for("home.today" if is_self else "accounts.people"), 303)


def _show_link(token: str, name: str, back: str) -> Response:
    """Show the link, this once: only its hash is stored."""
    link = f"{registry().settings.base_url}{url_for('accounts.join')}#{token}"
    page = render_template("accounts/invited.html", link=link, name=name, back=back)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


ROUTES: tuple[Route, ...] = (
    ("/people", "people", index),
    ("/people/<account_id>", "member", show),
    ("/people/<account_id>/remove", "remove", take_away),
    ("/people/invitations/<link_id>/withdraw", "withdraw", withdraw),
    ("/organisations/<slug>/first-manager", "first_manager", first_manager),
)
