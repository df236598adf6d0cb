"""The page behind the label: `/01/{gtin}/10/{lot}/21/{serial}`, and its other forms.

One URI, three answers: a page for people; with `Accept: application/json` or
`?linkType=gs1:traceability` the bundle, to be checked elsewhere; with
`application/linkset+json` or `?linkType=linkset` the links (GS1 Digital Link URI
Syntax 1.4, RFC 9264).

* A GET writes nothing, and the page needs no other request.
* A code that was not issued here gets one answer, whatever is wrong with it: the same
  status and the same bytes, so that guessing teaches nothing.
* The answer may be kept but is asked for again each time (`no-cache`): a lot that was
  recalled a minute ago must not show yesterday's green.
"""

from flask import Blueprint, Response, json, request

from registry.commands.labels import check_serial
from registry.domain.gs1 import DigitalLink, parse_digital_link
from registry.domain.labelling import LabelRun
from registry.domain.serial import SerialPosition
from registry.errors import InvalidInput, NotFound
from registry.interop.dossier import (
    Damaged,
    Dossier,
    ProductDossier,
    find_batch,
    product_dossier,
)
from registry.interop.linkset import LINKSET_TYPE, Form, form_of, linkset
from registry.web import words
from registry.web.check import check
from registry.web.compression import compressed
from registry.web.context import now, registry, today
from registry.web.i18n import say
from registry.web.phone import phone_check, watched_text
from registry.web.record_words import OPERATIONS
from registry.web.scan_facts import counted, said, worded
from registry.web.scan_story import headline, place, steps, timeline
from registry.web.shopper_page import page, tagged
from registry.web.signers import name_by_did, seal_of

pages = Blueprint("scan", __name__)
pages.add_url_rule("/check", view_func=check, methods=["GET", "POST"])

JSON_TYPE = "application/json"

# What every page behind a label says things with.
SPEECH = {
    "words": words,
    "operations": OPERATIONS,
    "place": place,
    "seal_of": seal_of,
    "name_by_did": name_by_did,
    "steps": steps,
    "said": said,
    "counted": counted,
    "worded": worded,
}


@pages.get("/01/<gtin>")
@pages.get("/01/<gtin>/10/<lot>")
@pages.get("/01/<gtin>/10/<lot>/21/<serial>")
def show(gtin: str, lot: str | None = None, serial: str | None = None) -> Response:
    """Answer for a product, a batch or one item."""
    del gtin, lot, serial  # read from the path, with its check digit, all in one place
    form = _form()
    try:
        link = parse_digital_link(request.path)
        answer = _batch(link, form) if link.lot else _product(link, form)
    except (InvalidInput, NotFound):
        answer = _unknown(form)
    answer.vary.update(("Accept", "Accept-Language", "Cookie"))
    answer.headers["Cache-Control"] = "no-cache"
    return compressed(answer)


def _form() -> Form:
    """Return which form of the answer is asked for.

    Raises:
        NotFound: a type of link that is not served (GS1 Conformant Resolver 1.0).
    """
    asked = request.args.get("linkType", "")
    form = form_of(asked)
    if form is None:
        raise NotFound.at(
            "linkType",
            "There is no link of type {asked} here. Ask for linkset to see which are.",
            asked=asked[:60],
        )
    if asked:
        return form
    forms: dict[str, Form] = {
        "text/html": "page",
        JSON_TYPE: "bundle",
        LINKSET_TYPE: "linkset",
    }
    return forms[request.accept_mimetypes.best_match(list(forms), "text/html")]


def _batch(link: DigitalLink, form: Form) -> Response:
    found = find_batch(registry(), link, now())
    if found is None:
        raise NotFound.at("code", "This code was not issued here.")
    # With damaged records no serial can be checked; red says all there is to say.
    is_whole = isinstance(found, Dossier) and not found.gathered.failures
    position = check_serial(registry(), link) if link.serial and is_whole else None
    if form == "bundle":
        return _json(found.gathered.bundle.encode(), JSON_TYPE)
    if form == "linkset":
        return _linkset(link, found)
    reasons = [say(reason.message) for reason in found.verdict.reasons]
    watched = watched_text(found.gathered.watched)
    phone = phone_check(link)
    state = (
        f"{found.gathered.revision} {found.verdict.colour} {reasons} {link.path} "
        f"{watched} {phone}"
    )
    shown = {"d": found, "reasons": reasons, "headline": headline(found)} | SPEECH
    if isinstance(found, Damaged):
        return tagged("scan/damaged.html", state, **shown)
    return tagged(
        "scan/batch.html",
        state,
        link=link,
        run=_run_of(found, position),
        position=position,
        phone=phone,
        watched=watched,
        events=timeline(found),
        today=today(),
        **shown,
    )


def _run_of(found: Dossier, position: SerialPosition | None) -> LabelRun | None:
    """Return the label run of a genuine serial."""
    runs = {run.run: run for _, run in found.label_runs}
    return runs.get(position.run) if position else None


def _product(link: DigitalLink, form: Form) -> Response:
    found = product_dossier(registry(), link.gtin)
    if found is None or link.serial:  # a serial without a lot is no label of ours
        raise NotFound.at("code", "This code was not issued here.")
    if form == "bundle":
        return _json(found.gathered.bundle.encode(), JSON_TYPE)
    if form == "linkset":
        return _linkset(link, found)
    failed = found.gathered.failure_messages
    watched = watched_text(found.gathered.watched)
    phone = phone_check(link)
    state = f"{found.gathered.revision} {failed} {link.path} {watched} {phone}"
    reasons = [say(message) for message in failed]
    return tagged(
        "scan/product.html",
        state,
        d=found,
        link=link,
        reasons=reasons,
        phone=phone,
        watched=watched,
        today=today(),
        **SPEECH,
    )


def _unknown(form: Form) -> Response:
    """Answer for whatever was not issued here; nothing of the request is repeated."""
    if form == "page":
        # Relative: the address would make one answer longer than another.
        answer = page("scan/unknown.html", here="?lang={}".format)
    else:
        answer = _json(
            b'{"status":404,"title":"Not issued here","type":"about:blank"}',
            "application/problem+json",
        )
    answer.status_code = 404
    return answer


def _linkset(link: DigitalLink, found: Dossier | Damaged | ProductDossier) -> Response:
    if isinstance(found, Dossier):
        title = found.batch.product_name
    else:
        title = found.product.name if isinstance(found, ProductDossier) else link.path
    entries = () if isinstance(found, Damaged) else found.certificates
    certificates = [entry.record.record_id for entry in entries]
    base_url = registry().settings.base_url
    document = linkset(link, base_url, title, certificates)
    return _json(json.dumps(document, ensure_ascii=False).encode(), LINKSET_TYPE)


def _json(body: bytes, mimetype: str) -> Response:
    answer = Response(body, mimetype=mimetype)
    # Public evidence: any page may fetch it, and check it.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
