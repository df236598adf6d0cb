"""`/check`: a code typed by hand or read from a photo leads to its page here.

A code that names another site is told apart and shown; it is never followed.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

import wtforms
from flask import redirect, render_template, request
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.errors import InvalidInput, Message, msg
from registry.interop.codes import Typed, parse_typed
from registry.store.queries.batches import batch_by_path, batch_paths
from registry.store.queries.entries import is_named
from registry.store.queries.organisations import organisation_by_did
from registry.store.queries.products import product_by_gtin
from registry.web.context import registry
from registry.web.forms import Form, apply_problems
from registry.web.i18n import language
from registry.web.photos import read_codes
from registry.web.signers import name_of
from registry.web.typed import Needed


class PhotoForm(Form):
    """A photo of a label."""

    kept = False
    photo = wtforms.FileField(lazy_gettext("Photo of the label"), [Needed()])


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things that a code may mean."""

    href: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a code leads to, where it is not one page here.

    Attributes:
        problem: why it leads nowhere, or None.
        choices: what it may mean.
        foreign: the code's own reading, where it names another site.
        host: that site.
    """

    problem: Message | None = None
    choices: tuple[Choice, ...] = ()
    foreign: DigitalLink | None = None
    host: str = ""


def check() -> str | Response:
    """Show the form, or lead to what was typed or photographed."""
    form = PhotoForm.opened()
    code = _asked()
    if form.validate_on_submit():
        try:
            code = _best(read_codes(form.photo.data.read() if form.photo.data else b""))
        except InvalidInput as error:
            apply_problems(form, error)
    answer = _look_up(code) if code else Answer()
    if isinstance(answer, DigitalLink):
        return redirect(answer.path, 303)
    return render_template("scan/check.html", form=form, code=code, answer=answer)


def _asked() -> str:
    """Return the code of the address; a product's page sends GTIN and lot apart."""
    code = request.args.get("code", "").strip()
    gtin = request.args.get("gtin", "")
    return f"{gtin} {code}" if gtin and code and not {"/", "("} & set(code) else code


def _best(codes: tuple[str, ...]) -> str:
    """Return the code that says most: an address beside the digits of a bar code."""
    return max(codes, key=lambda code: "/" in code)


def _look_up(code: str) -> DigitalLink | Answer:
    try:
        typed = parse_typed(code, _own_hosts())
    except InvalidInput as error:
        return Answer(problem=error.problems[0].message)
    if typed.host:
        return Answer(foreign=next(iter(typed.links), None), host=typed.host)
    known = _known(typed)
    if len(known) == 1:
        return known[0]
    if known:
        return Answer(choices=tuple(map(_choice, known)))
    if len(typed.links) == 1:
        return typed.links[0]  # the grey page there says what to do next
    return Answer(
        problem=msg(
            "No batch with the number {lot} is registered here. Compare it with the "
            "label once more, or type the number under the barcode before it.",
            lot=code[:60],
        )
    )


def _own_hosts() -> frozenset[str]:
    served = urlsplit(registry().settings.base_url).netloc.lower()
    return frozenset({served, registry().identity_host})


def _known(typed: Typed) -> list[DigitalLink]:
    """Return the readings of a code that something here answers to."""
    batches = [DigitalLink(one.gtin, one.lot).path for one in typed.links]
    links = [
        link for link, path in zip(typed.links, batches, strict=True) if is_named(path)
    ]
    lots = [parse_digital_link(path) for path in batch_paths(typed.lot)]
    return [*links, *(link for link in lots if link not in links)]


def _choice(link: DigitalLink) -> Choice:
    batch, product = batch_by_path(link.path), product_by_gtin(link.gtin)
    if batch:
        name, name_en, owner = batch.product_name, batch.product_name_en, batch.owner
    elif product:
        name, name_en, owner = product.name, product.name_en, product.owner
    else:
        return Choice(link.path, link.path, "")
    party = organisation_by_did(owner)
    number = link.lot or link.gtin
    return Choice(
        link.path,
        name if language() == "zh" else name_en,
        f"{number} · {name_of(party)}" if party else number,
    )
