"""Find a batch by scanning, by a photo or by typing; then go on with it.

The camera scans in the page where the browser can; a photo is read here; a code or a
name can be typed. All three end in `?code=`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import wtforms
from flask import redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from registry.domain.batch import Batch, State
from registry.domain.gs1 import DigitalLink
from registry.domain.parties import Organisation
from registry.errors import InvalidInput, Message
from registry.interop.codes import Typed
from registry.store.queries.batches import (
    BatchRow,
    batch_by_path,
    batch_paths,
    batches_matching,
)
from registry.store.queries.organisations import organisations
from registry.web.context import actor, today
from registry.web.forms import Form, apply_problems
from registry.web.photos import read_codes
from registry.web.scope import read_code

# What is meant as a code and not as a name.
_LINK = re.compile(r"[(/]|https?://|[0-9 ]+$", re.IGNORECASE)


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
    """Return the batches that a code or name may mean, or why it means none."""
    if not code:
        return [], None
    try:
        paths = _paths(read_code(code))
    except InvalidInput as error:
        paths = [row.path for row in batches_matching(code, today())]
        if not paths and _LINK.match(code):
            return [], error.problems[0].message
    paths = paths or [row.path for row in batches_matching(code, today())]
    found = (batch_by_path(path) for path in dict.fromkeys(paths))
    return [batch for batch in found if batch], None


def _paths(typed: Typed) -> list[str]:
    """Return every batch that a code may name; a product names all of its batches."""
    paths = batch_paths(typed.lot)
    for link in typed.links:
        if link.lot:
            paths.append(DigitalLink(link.gtin, link.lot).path)
        else:
            paths += [row.path for row in batches_matching(link.gtin, today())]
    return paths


def _waiting(state: State) -> list[BatchRow]:
    """Return the newest batches in a state that are not the actor's own."""
    return [
        row
        for row in batches_matching("", today())
        if row.state is state and not actor().belongs_to(row.owner)
    ]
