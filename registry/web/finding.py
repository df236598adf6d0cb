"""Find a batch by scanning, by a photo or by typing; then go on with it.

The camera scans in the page where the browser can; a photo is read here; a code or a
name can be typed. All three end in `?code=`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import wtforms
from flask import redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from registry.domain.batch import Batch, State
from registry.domain.parties import Organisation
from registry.errors import InvalidInput, Message
from registry.store.queries.batches import BatchRow, batches_matching
from registry.store.queries.codes import batches_named
from registry.store.queries.organisations import organisations
from registry.web.context import actor, today
from registry.web.forms import Form, apply_problems
from registry.web.photos import read_codes


class PhotoForm(Form):
    """A photo of a label."""

    kept = False
    photo = wtforms.FileField(lazy_gettext("Photo of the label"))


@dataclass(frozen=True, slots=True)
class Finding:
    """What the page shows.

    Attributes:
        problem: why the code could not be read, or None.
        waiting: batches that nobody searched for but that are next in line.
        owners: of all batches shown, by DID.
    """

    form: PhotoForm
    code: str
    found: list[Batch]
    problem: Message | None
    waiting: list[BatchRow]
    owners: Mapping[str, Organisation]


def find_batch(waiting_in: State) -> Finding | Response:
    """Return what the code leads to, or a redirect to the code read in a photo.

    Args:
        waiting_in: batches in this state are offered while no code is given.
    """
    form = PhotoForm.opened()
    if form.validate_on_submit():
        try:
            codes = read_codes(form.photo.data.read() if form.photo.data else b"")
        except InvalidInput as error:
            apply_problems(form, error)
        else:
            return redirect(url_for(str(request.endpoint), code=codes[0]), 303)
    code = request.args.get("code", "").strip()
    found, problem = _found(code)
    waiting = [] if code else _waiting(waiting_in)
    owners = {batch.owner for batch in found} | {row.owner for row in waiting}
    return Finding(form, code, found, problem, waiting, organisations(owners))


def _found(code: str) -> tuple[list[Batch], Message | None]:
    try:
        return batches_named(code, today()), None
    except InvalidInput as error:
        return [], error.problems[0].message


def _waiting(state: State) -> list[BatchRow]:
    """Return the newest batches in a state that are not the actor's own."""
    return [
        row
        for row in batches_matching("", today())
        if row.state is state and not actor().belongs_to(row.owner)
    ]
