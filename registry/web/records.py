"""One record: a page for people, the exact bytes for programs, and its proof file.

`/records/{id}` answers with the page, or with the bytes for `Accept: application/json`;
`.json` is always the bytes (`application/vc`, VC Data Model 2.0, section 6.2),
`.tlog-proof` the C2SP proof file with the leaf as its `extra`, `.bundle.json` the
record together with the records that its key rests on.
"""

from uuid import UUID

from flask import Blueprint, Response, render_template, request

from registry.errors import NotFound
from registry.interop.bundles import read_heads
from registry.interop.gathered import gather_record
from registry.signing.canonical import digest
from registry.store.queries.entries import StoredEntry, entry_by_id
from registry.tlog.proof import TlogProof
from registry.web.context import registry
from registry.web.phone import watched_text
from registry.web.record_facts import facts_of
from registry.web.record_words import RECORD_TYPES
from registry.web.scan_story import steps
from registry.web.signers import name_by_did, seal_of

pages = Blueprint("records", __name__)

VC_TYPE = "application/vc"
FOR_EVER = "public, max-age=31536000, immutable"


@pages.get("/records/<uuid:record_id>")
def show(record_id: UUID) -> Response:
    """Show one record, or give its bytes."""
    entry = _entry(record_id)
    offered = ["text/html", "application/json", VC_TYPE]
    wanted = request.accept_mimetypes.best_match(offered, "text/html")
    answer = _page(entry) if wanted == "text/html" else _exact(entry, wanted)
    answer.vary.add("Accept")
    return answer


@pages.get("/records/<uuid:record_id>.json")
def exact(record_id: UUID) -> Response:
    """Give the exact bytes that were signed, proof included."""
    return _exact(_entry(record_id), VC_TYPE)


@pages.get("/records/<uuid:record_id>.tlog-proof")
def proof(record_id: UUID) -> Response:
    """Give the proof that the record is in the log.

    Under the newest checkpoint that a quorum saw, if it covers the record.
    """
    entry, ledger = _entry(record_id), registry().ledger
    heads = read_heads(ledger, registry().policy)
    head = heads.over({entry.leaf_index: entry})
    path = ledger.inclusion(entry.leaf_index, head.tree_size)
    file = TlogProof(entry.leaf_index, path, head.note, entry.leaf)
    return public(file.encode(), "text/plain", "no-cache")


@pages.get("/records/<uuid:record_id>.bundle.json")
def bundle(record_id: UUID) -> Response:
    """Give the record with all that its key rests on, to be checked elsewhere."""
    found = gather_record(registry(), _entry(record_id))
    return public(found.bundle.encode(), "application/json", "no-cache")


def _entry(record_id: UUID) -> StoredEntry:
    entry = entry_by_id(str(record_id))
    if entry is None:
        raise NotFound.at(
            "record",
            "There is no record {id} here. Copy its number from the page it stands on.",
            id=record_id,
        )
    return entry


def _page(entry: StoredEntry) -> Response:
    found = gather_record(registry(), entry)
    record = found.records[0] if found.records else None
    body = render_template(
        "records/show.html",
        entry=entry,
        record=record,
        text=entry.secured.decode(errors="replace"),
        facts=facts_of(record) if record else [],
        title=RECORD_TYPES[record.record_type] if record else None,
        found=found,
        seal=seal_of(record, found) if record else None,
        steps=steps(found),
        tree_size=registry().ledger.head().tree_size if record else 0,
        watched=watched_text(found.watched),
        name_by_did=name_by_did,
    )
    answer = Response(body, mimetype="text/html")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _exact(entry: StoredEntry, mimetype: str) -> Response:
    # Kept for ever only if it is what the log committed to.
    is_whole = digest(entry.secured) == entry.digest
    return public(entry.secured, mimetype, FOR_EVER if is_whole else "no-store")


def public(body: bytes, mimetype: str, caching: str) -> Response:
    """Return evidence as it is: any site's page may fetch it, and check it."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Cache-Control"] = caching
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
