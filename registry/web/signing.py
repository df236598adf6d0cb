"""Signing on the reader's device, for every view that carries out a command.

A form offers "Sign on this device" beside its own button (`keys/_sign.html`). Pressed,
the view comes to `carry_out` with `sign_with`: the rules run, and a page shows the
documents, which the browser canonicalises, hashes and signs itself (`static/sign.js`).
That page sends the same form once more, now with signatures, so that whatever is
refused is shown where it was typed.
"""

from collections.abc import Mapping, Sequence

from flask import Response, abort, make_response, render_template, request
from flask_babel import gettext

from registry.clock import to_rfc3339
from registry.commands.catalogue import command_named
from registry.commands.issuing import Receipt
from registry.commands.presigned import PreparedCommand, prepare, submit
from registry.domain.claims import Claims
from registry.domain.records import RecordType
from registry.errors import BadRecord, BadSignature, Conflict
from registry.signing.canonical import canonicalize
from registry.signing.keys import decode_multibase
from registry.store.queries.organisations import Key, keys_of
from registry.web import words
from registry.web.context import actor, now, person, registry
from registry.web.format import SYMBOLS
from registry.web.forms import Form
from registry.web.i18n import say
from registry.web.record_words import MEMBERS, OPERATIONS, RECORD_TYPES
from registry.web.scan_story import place

METHOD, SIGNATURE = "sign_with", "signature"


def carry_out(form: Form, command: str, given: object) -> Receipt:
    """Carry out a command, signed in custody or with the key of the reader's device.

    Args:
        form: as sent; its request id names the request from prepare to submit.
        command: its name in the catalogue.
        given: its input.

    Raises:
        RegistryError: the rules refuse it, or the signature does not fit.
        HTTPException: an answer that is not the view's: the page that signs.
    """
    request_id = form.request_id.data
    if SIGNATURE in request.form:
        return _submit(request_id)
    if METHOD in request.form:
        waiting = prepare(
            registry(),
            actor(),
            command,
            given,
            verification_method=request.form[METHOD],
            request_id=request_id,
            now=now(),
        )
        abort(_page(form, waiting))
    return command_named(command).run(
        registry(), actor(), given, request_id=request_id, now=now()
    )


def device_keys() -> list[Key]:
    """Return the keys that the reader's organisation holds itself and may sign with."""
    found = person()
    keys = keys_of(found.organisation) if found else []
    return [
        key for key in keys if key.custody == "organisation" and key.status == "active"
    ]


def _submit(request_id: str) -> Receipt:
    signatures = [decode_multibase(text) for text in request.form.getlist(SIGNATURE)]
    try:
        return submit(registry(), actor(), request_id, signatures, now=now())
    except (BadSignature, BadRecord) as error:
        raise Conflict.at(
            "",
            "What was signed is not what would be registered. Nothing was registered. "
            "Look at what is typed here, then sign again.",
        ) from error


def _page(form: Form, waiting: PreparedCommand) -> Response:
    documents = [
        {
            "title": RECORD_TYPES[_type(each.document)],
            "text": canonicalize(each.document).decode(),
            "created": to_rfc3339(each.created),
            "hash": each.hash_data.hex(),
        }
        for each in waiting.documents
    ]
    body = render_template(
        "keys/sign.html",
        form=form,
        sent=[(k, v) for k, values in request.form.lists() for v in values],
        method=waiting.verification_method,
        documents=documents,
        words=_words([each.document for each in waiting.documents]),
    )
    return make_response(body)


def _type(document: Mapping[str, object]) -> RecordType:
    return RecordType(Claims(document).texts("type")[-1])


def _words(documents: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return the words in which the browser says what these documents say."""
    members = {name: say(label) for name, label in MEMBERS.items()}
    members |= {
        "plots": gettext("Plot"),
        "results": gettext("Result"),
        "key": gettext("Key"),
        "supersedes": gettext("Corrects"),
    }
    enumerations = {
        "kind": words.kind,
        "operation": OPERATIONS,
        "scheme": words.scheme,
        "change": words.change,
        "verdict": {key: shown.word for key, shown in words.verdict.items()},
    }
    values = {
        name: {str(key): say(word) for key, word in known.items()}
        for name, known in enumerations.items()
    }
    subjects = [Claims(document).claims("credentialSubject") for document in documents]
    codes = {subject.optional_text("division") for subject in subjects} - {""}
    places = {code: place(code) for code in codes}
    return {
        "members": members,
        "values": values | {"unitCode": SYMBOLS, "division": places},
    }
