"""How new people come in: by a link whose token stands in its fragment.

A browser sends no fragment to a server, so no log and no proxy sees the token before it
is used. The page's script puts it into the form; without scripts it is pasted.
"""

from collections.abc import Callable

from flask import render_template, url_for
from werkzeug.wrappers import Response

from registry.commands.accounts import (
    Person,
    become_administrator,
    open_for,
    require_local,
)
from registry.commands.people import join_also, join_newly
from registry.errors import RegistryError
from registry.web.account_forms import NewAccountForm, TokenForm
from registry.web.context import now, person, registry
from registry.web.entering import address, enter
from registry.web.forms import apply_problems


def setup() -> str | Response:
    """Make an administrator of the operator, by the link that the terminal showed."""
    require_local(registry(), address())
    form = NewAccountForm.opened()
    if form.validate_on_submit():
        try:
            token = become_administrator(
                registry(), form.token.data, form.credentials(), address(), now()
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return enter(token, url_for("home.today"))
    return render_template("accounts/setup.html", form=form)


def join() -> str | Response:
    """Take an invitation: with the account one has, or with a new one."""
    found = person()
    return _join_newly() if found is None else _join_also(found)


def _join_newly() -> str | Response:
    form = NewAccountForm.opened()
    if form.validate_on_submit():
        try:
            account_id, organisation = join_newly(
                registry(), form.token.data, form.credentials(), now()
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return _go_in(account_id, organisation)
    return render_template("accounts/join.html", form=form)


def _join_also(found: Person) -> str | Response:
    form = TokenForm.opened()
    if form.validate_on_submit():
        try:
            organisation = join_also(found, form.token.data, now())
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return _go_in(found.account_id, organisation)
    return render_template("accounts/join.html", form=form)


def _go_in(account_id: str, organisation: str) -> Response:
    token = open_for(registry(), account_id, now(), organisation)
    return enter(token, url_for("home.today"))


Route = tuple[str, str, Callable[..., str | Response]]

ROUTES: tuple[Route, ...] = (
    ("/setup", "setup", setup),
    ("/join", "join", join),
)
