"""Keys of an organisation: who holds them, what they signed, enrol and end them.

`/keys` is for the reader's own organisation, `/organisations/<slug>/keys` for an
authority's officer who recovers one of the division. Who may change what is for
`domain.keys` to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from registry.clock import from_millis
from registry.commands.keys import add_custodial_key
from registry.domain.parties import Kind, Organisation, Role
from registry.errors import Message, NotFound, RegistryError, msg
from registry.store.key_uses import (
    keep_look,
    last_uses,
    names_of_people,
    uses_of,
)
from registry.store.queries.organisations import Key, keys_of, organisation_by_slug
from registry.web.context import actor, now, person, registry, signed_in
from registry.web.forms import Form, apply_problems
from registry.web.key_forms import DisownForm, EndForm, EnrolForm
from registry.web.record_words import RECORD_TYPES
from registry.web.signers import custody_text, name_of
from registry.web.signing import carry_out, device_keys
from registry.web.words import Word

pages = Blueprint("keys", __name__)
pages.add_app_template_global(device_keys)

NEWEST_USES = 20

STATES: Mapping[str, Word] = MappingProxyType(
    {
        "active": Word("green", msg("Signs")),
        "retired": Word("grey", msg("Retired")),
        "revoked": Word("red", msg("Revoked")),
    }
)


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as the page lists it.

    Attributes:
        name: the end of the public key, by which people tell keys apart.
        custody: in whose hands it is, as a sentence.
        last_used: when the newest record that it signed was logged, or None.
    """

    key: Key
    name: str
    custody: str
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class Use:
    """A record that a key signed.

    Attributes:
        key_name: as in `KeyLine`.
        person: who acted, as their own organisation knows them; else empty.
    """

    title: Message
    href: str
    logged: datetime
    key_name: str
    person: str


@pages.route("/keys", methods=["GET", "POST"], defaults={"slug": ""})
@pages.route("/organisations/<slug>/keys", methods=["GET", "POST"])
@signed_in
def index(slug: str) -> str | Response:
    """List keys and their newest uses; enrol one that its holder has made."""
    party = _party(slug)
    form = EnrolForm.opened()
    if form.validate_on_submit():
        done = _done(
            form,
            party,
            lambda: carry_out(form, "key", form.command(party.did)),
            gettext("The key is enrolled. It signs from now on."),
        )
        if done:
            return done
    return _page(party, form)


@pages.route("/keys/custodial", methods=["POST"], defaults={"slug": ""})
@pages.route("/organisations/<slug>/keys/custodial", methods=["POST"])
@signed_in
def make(slug: str) -> str | Response:
    """Make a new key in custody; the newest one signs."""
    party = _party(slug)
    form = Form.opened()
    if form.validate_on_submit():
        done = _done(
            form,
            party,
            lambda: add_custodial_key(
                registry(),
                actor(),
                party.did,
                request_id=form.request_id.data,
                now=now(),
            ),
            gettext("A new key is in custody and signs from now on."),
        )
        if done:
            return done
    return _page(party, EnrolForm(formdata=None), making=form)


@pages.route("/keys/<name>/end", methods=["GET", "POST"], defaults={"slug": ""})
@pages.route("/organisations/<slug>/keys/<name>/end", methods=["GET", "POST"])
@signed_in
def end(slug: str, name: str) -> str | Response:
    """Retire or revoke a key."""
    party = _party(slug)
    line = next((line for line in _lines(party) if line.key.public_key == name), None)
    if line is None:
        raise NotFound.at("", "There is no such key here. Look it up in the list.")
    # Only an authority can disown what was signed before.
    form = DisownForm.opened() if slug else EndForm.opened()
    if form.validate_on_submit():
        method = line.key.verification_method
        done = _done(
            form,
            party,
            lambda: carry_out(form, "end-key", form.command(method)),
            gettext("The key has ended. The log says so to everybody."),
        )
        if done:
            return done
    return render_template(
        "keys/end.html", party=party, slug=slug, line=line, form=form, states=STATES
    )


def _done(
    form: Form, party: Organisation, command: Callable[[], object], text: str
) -> Response | None:
    """Run a command; None if it was refused, and the form says why."""
    try:
        command()
    except RegistryError as error:
        apply_problems(form, error)
        return None
    flash(text)
    return redirect(_home_of(party), 303)


def _home_of(party: Organisation) -> str:
    own = party.did == actor().organisation.did
    return url_for("keys.index", slug="" if own else party.slug)


def _party(slug: str) -> Organisation:
    """Return whose keys are asked for.

    Raises:
        NotFound: no such party in the division of the actor, an authority.
    """
    own = actor().organisation
    if not slug:
        return own
    party = organisation_by_slug(slug)
    divisions = registry().reference.divisions
    if (
        party is None
        or own.kind is not Kind.AUTHORITY
        or not divisions.contains(own.division, party.division)
    ):
        raise NotFound.at(
            "",
            "There is no such organisation in your division. Look it up in the list.",
        )
    return party


def _lines(party: Organisation) -> list[KeyLine]:
    """Return every key, those that sign first, the newest first."""
    keys = sorted(
        keys_of(party.did), key=lambda key: (key.status != "active", -key.leaf_index)
    )
    used = last_uses([key.verification_method for key in keys])
    return [
        KeyLine(
            key,
            key.public_key[-8:],
            custody_text(key.custody, name_of(party)),
            used.get(key.verification_method),
        )
        for key in keys
    ]


def _page(party: Organisation, form: EnrolForm, making: Form | None = None) -> str:
    lines = _lines(party)
    own = party.did == actor().organisation.did
    reader = person()
    if own and reader:
        keep_look(reader.account_id, party.did, registry().ledger.head().tree_size)
    return render_template(
        "keys/index.html",
        party=party,
        slug="" if own else party.slug,
        own=own,
        may_change=actor().role is Role.MANAGER
        or (not own and actor().role is not Role.VIEWER),
        lines=lines,
        uses=_uses(lines, own=own),
        form=form,
        making=making or Form(formdata=None),
        states=STATES,
    )


def _uses(lines: list[KeyLine], *, own: bool) -> list[Use]:
    """Return what the keys signed; people are named to their own organisation only."""
    key_names = {line.key.verification_method: line.name for line in lines}
    records = uses_of(list(key_names), NEWEST_USES)
    people = names_of_people({one.person for one in records}) if own else {}
    return [
        Use(
            RECORD_TYPES[record.record_type],
            url_for("records.show", record_id=record.record_id),
            from_millis(record.logged_at),
            key_names[record.verification_method],
            people.get(record.person, ""),
        )
        for record in records
    ]
