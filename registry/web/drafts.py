"""What was typed is not lost when a session ends in the middle of a form.

Each form carries a signed note: whose it is, its name, where it stands. A POST that
arrives without a valid session or token is refused, but its values are saved under that
note and a cookie holds the draft's id; the form, opened again by the same person, shows
them.

The note does two things that the id alone would not:

* On a shared computer the next person to sign in does not see the values.
* Another site cannot plant values: it has no note of the victim's, and a cross-site
  POST is not kept at all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from flask import Flask, Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as BaseResponse

from registry.store.drafts import Draft, Values

__all__ = [
    "Draft",
    "Drafts",
    "Kept",
    "Values",
    "forget",
    "init_drafts",
    "note",
    "remember",
    "restore",
    "stash",
]

COOKIE = "draft"
COOKIE_SECONDS = 24 * 3600
NOTE_FIELD = "kept_for"
CONTROLS = frozenset({NOTE_FIELD, "csrf_token", "add_row", "remove_row"})


class Drafts(Protocol):
    """Where drafts are stored; operational data, gone after a day."""

    def save(self, owner_key: str, form_name: str, data: Values) -> str:
        """Store the values and return an id that nobody can guess."""
        ...

    def load(self, draft_id: str) -> Draft | None:
        """Return what `save` was given, or None if there is none or it is too old."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft just saved.

    Attributes:
        path: where the form stands; opening it again shows the values.
    """

    draft_id: str
    path: str
    data: Values

    @property
    def shown(self) -> list[tuple[str, str]]:
        """What a person typed, input by input, leaving out what they did not."""
        texts = ((name, ", ".join(values)) for name, values in self.data.items())
        return [(name, text) for name, text in texts if text and name != "request_id"]


@dataclass(frozen=True, slots=True)
class _Keeper:
    drafts: Drafts
    owner: Callable[[], str]
    notes: URLSafeSerializer


def init_drafts(app: Flask, drafts: Drafts, owner: Callable[[], str]) -> None:
    """Keep the forms of `app`.

    Args:
        app: has its SECRET_KEY already.
        drafts: where typed values are stored.
        owner: a stable key of the signed-in person, empty for nobody.
    """
    notes = URLSafeSerializer(app.config["SECRET_KEY"], salt="kept-form")
    app.extensions["drafts"] = _Keeper(drafts, owner, notes)


def note(form_name: str) -> str:
    """Return the signed note for a form on this page; empty if nothing is kept."""
    keeper = _keeper()
    if keeper is None:
        return ""
    text: str | bytes = keeper.notes.dumps([keeper.owner(), form_name, request.path])
    return str(text)


def stash() -> Kept | None:
    """Save what this POST brought; None if it bears no note of ours."""
    keeper = _keeper()
    if keeper is None or request.headers.get("Sec-Fetch-Site") == "cross-site":
        return None
    try:
        owner_key, form_name, path = keeper.notes.loads(request.form[NOTE_FIELD])
    except (KeyError, BadSignature):
        return None
    data = {k: v for k, v in request.form.lists() if k not in CONTROLS}
    draft_id = keeper.drafts.save(owner_key, _place(form_name, path), data)
    return Kept(draft_id, path, data)


def remember(response: BaseResponse, kept: Kept) -> None:
    """Let the browser hold the draft's id until the form is open again."""
    response.set_cookie(
        COOKIE,
        kept.draft_id,
        max_age=COOKIE_SECONDS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def restore(form_name: str) -> Values | None:
    """Return what this person had typed into this form on this page, if kept."""
    keeper = _keeper()
    draft_id = request.cookies.get(COOKIE)
    found = keeper.drafts.load(draft_id) if keeper and draft_id else None
    if keeper is None or found is None:
        return None
    expected = (keeper.owner(), _place(form_name, request.path))
    return found.data if (found.owner_key, found.form_name) == expected else None


def forget() -> None:
    """Drop the draft's cookie: its form has been accepted."""
    if COOKIE not in request.cookies:
        return

    @after_this_request
    def drop(response: Response) -> Response:
        response.delete_cookie(COOKIE)
        return response


def _keeper() -> _Keeper | None:
    found = current_app.extensions.get("drafts")
    return found if isinstance(found, _Keeper) else None


def _place(form_name: str, path: str) -> str:
    return f"{form_name} {path}"
