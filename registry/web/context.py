"""Who is asking, for whom, and when: what every view starts from.

The session cookie holds a random token; its row is looked up once a request, so a role
that was taken away is gone with the next click.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.clock import legal_date
from registry.commands.accounts import Person, actor_of, person_of
from registry.domain.parties import Actor, Kind
from registry.domain.roles import Action, may, require
from registry.errors import NotFound
from registry.service import Registry
from registry.web import drafts

P = ParamSpec("P")
R = TypeVar("R")

COOKIE = "session_token"


@dataclass(frozen=True, slots=True)
class Desk:
    """What the application works with."""

    registry: Registry
    now: Callable[[], datetime]

    def preference(self) -> Literal["zh", "en"] | None:
        """Return the signed-in person's language, if they chose one."""
        found = person()
        if found is None or found.language not in {"zh", "en"}:
            return None
        return cast("Literal['zh', 'en']", found.language)

    def draft_owner(self) -> str:
        """Return a stable key of the signed-in person, empty for nobody."""
        found = person()
        return found.account_id if found else ""


def init_context(app: Flask, desk: Desk) -> None:
    """Give views and templates of `app` what they start from."""
    app.extensions["desk"] = desk
    app.context_processor(_shared)


def _desk() -> Desk:
    return cast("Desk", current_app.extensions["desk"])


def registry() -> Registry:
    """Return the open registry."""
    return _desk().registry


def now() -> datetime:
    """Return the time of this request, the same for all of it."""
    if "now" not in g:
        g.now = _desk().now()
    return cast("datetime", g.now)


def today() -> date:
    """Return the legal date of this request (Asia/Shanghai)."""
    return legal_date(now())


def person() -> Person | None:
    """Return who is signed in, or None."""
    if "person" not in g:
        token = request.cookies.get(COOKIE, "")
        g.person = person_of(token, now()) if token else None
    return cast("Person | None", g.person)


def actor() -> Actor:
    """Return the signed-in person acting for their organisation.

    Raises:
        NotFound: nobody is signed in, or they belong to no organisation; views that
            need an actor are wrapped by `signed_in`, which asks for a login first.
    """
    if "actor" not in g:
        found = person()
        if found is None:
            raise NotFound.at("", "Sign in first.")
        g.actor = actor_of(found)
    return cast("Actor", g.actor)


def signed_in(view: Callable[P, R]) -> Callable[P, R | Response]:
    """Let only signed-in people in; others sign in and come back.

    What a POST brought is kept: the form shows it again after the login.
    """

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | Response:
        if person() is not None:
            return view(*args, **kwargs)
        kept = drafts.stash() if request.method == "POST" else None
        here = kept.path if kept else request.full_path.rstrip("?")
        response = make_response(
            redirect(url_for("accounts.login", next=here, expired=int(bool(kept))), 303)
        )
        if kept:
            drafts.remember(response, kept)
        return response

    return wrapped


def allowed(action: Action) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """Let only those in whom the table of roles lets do `action`.

    The command asks the same table again: this one saves a person from typing a form
    that would be refused.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R | Response]:
        @wraps(view)
        def wrapped(*args: P.args, **kwargs: P.kwargs) -> R | Response:
            require(actor(), action)
            return view(*args, **kwargs)

        return signed_in(wrapped)

    return decorate


@dataclass(frozen=True, slots=True)
class NavItem:
    """A place in the navigation of the desk."""

    label: str
    href: str
    icon: str
    current: bool


def _nav_items() -> list[NavItem]:
    found = person()
    if found is None or found.organisation not in found.memberships:
        return []
    who = actor()
    places = [("home.today", gettext("Today"), "home", True)]
    places += [
        ("batches.index", gettext("Batches"), "batch", may(who, Action.REGISTER_BATCH)),
        ("plots.index", gettext("Plots"), "field", may(who, Action.REGISTER_PLOT)),
        (
            "products.index",
            gettext("Products"),
            "label",
            may(who, Action.REGISTER_PRODUCT),
        ),
        (
            "inspections.index",
            gettext("Inspections"),
            "flask",
            may(who, Action.LOG_INSPECTION),
        ),
        (
            "certifications.index",
            gettext("Certificates"),
            "stamp",
            may(who, Action.CERTIFY),
        ),
        (
            "organisations.index",
            gettext("Organisations"),
            "people",
            who.organisation.kind in {Kind.AUTHORITY, Kind.OPERATOR},
        ),
        (
            "accounts.people",
            gettext("People"),
            "people",
            may(who, Action.MANAGE_PEOPLE),
        ),
        (
            "keys.index",
            gettext("Keys"),
            "stamp",
            may(who, Action.MANAGE_PEOPLE),
        ),
        ("log.index", gettext("Log"), "log", True),
    ]
    return [
        NavItem(label, url_for(endpoint), icon, _is_current(endpoint))
        for endpoint, label, icon, shown in places
        if shown
    ]


# Pages of a batch's own that have no place in the navigation.
_BELONGS = {"operations": "batches", "labels": "batches"}


def _is_current(endpoint: str) -> bool:
    """Tell whether the page shown belongs to a place of the navigation."""
    shown = request.blueprint or ""
    return _BELONGS.get(shown, shown) == endpoint.partition(".")[0]


def _shared() -> dict[str, object]:
    """Return what every template may use."""
    found = person()
    return {
        "nav_items": _nav_items() if found else [],
        "person": found,
        "today": today(),
        "is_demo": registry().settings.mode == "demo",
    }
