"""Accounts: signing in and out, and one's own account.

How others come in (`web.arrivals`) and whom a manager lets in (`web.people`) are pages
of this blueprint too.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.commands.accounts import (
    Person,
    act_for,
    change_password,
    choose_language,
    organisations_of,
    sign_in,
)
from registry.errors import NotFound, RegistryError
from registry.web import arrivals, people
from registry.web.account_forms import LanguageForm, LoginForm, PasswordForm, SecretForm
from registry.web.context import now, person, registry, signed_in
from registry.web.entering import enter, held_token, leave
from registry.web.forms import apply_problems
from registry.web.i18n import COOKIE as LANGUAGE_COOKIE
from registry.web.i18n import language, safe_path

pages = Blueprint("accounts", __name__)

for rule, name, view in (*arrivals.ROUTES, *people.ROUTES):
    pages.add_url_rule(rule, name, view, methods=["GET", "POST"])


@pages.route("/login", methods=["GET", "POST"])
def login() -> str | Response:
    """Sign in and go on with `?next=`; `?expired=1` where a form was cut short."""
    form = LoginForm.opened()
    if form.validate_on_submit():
        asked = request.remote_addr or ""
        try:
            token = sign_in(
                registry(), form.login.data, form.password.data, asked, now()
            )
        except RegistryError as error:
            apply_problems(form, error)
        else:
            return enter(token, _next())
    was_cut_short = request.args.get("expired") == "1"
    return render_template("accounts/login.html", form=form, expired=was_cut_short)


def _next() -> str:
    """Return where `?next=` leads on this host; for nowhere, the list of the day."""
    target = safe_path(request.args.get("next"))
    return url_for("home.today") if target == "/" else target


@pages.route("/logout", methods=["GET", "POST"])
def logout() -> Response:
    """End the session, here and in the database; a link to here only asks."""
    if request.method == "POST":
        return leave(url_for("home.start"))
    return redirect(url_for("accounts.account"), 303)


@pages.get("/account")
@signed_in
def account() -> str:
    """Show who one is, for whom one acts, and what one may change."""
    found = _signed_in_person()
    return render_template(
        "accounts/account.html",
        form=SecretForm(formdata=None),
        languages_form=LanguageForm(
            formdata=None, language=found.language or language()
        ),
        organisations=organisations_of(found),
        roles=people.ROLES,
    )


def _signed_in_person() -> Person:
    found = person()
    if found is None:
        raise NotFound.at("", "Sign in first.")
    return found


@pages.post("/account/organisation")
@signed_in
def switch() -> Response:
    """Act for another of one's organisations."""
    act_for(held_token(), request.form.get("organisation", ""), now())
    return redirect(url_for("home.today"), 303)


@pages.post("/account/language")
@signed_in
def choose() -> Response:
    """Keep the language one reads, on every device."""
    choose_language(_signed_in_person(), request.form.get("language", ""))
    response = redirect(url_for("accounts.account"), 303)
    # A choice kept on this device would come before it.
    response.delete_cookie(LANGUAGE_COOKIE)
    return response


@pages.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response:
    """Change one's own password."""
    form = PasswordForm.opened()
    if form.validate_on_submit():
        old, new = form.old_password.data, form.password.data
        try:
            change_password(registry(), held_token(), old, new, now())
        except RegistryError as error:
            apply_problems(form, error)
        else:
            flash(
                gettext(
                    "Your password is changed. Other devices have to sign in again."
                )
            )
            return redirect(url_for("accounts.account"), 303)
    return render_template("accounts/password.html", form=form)
