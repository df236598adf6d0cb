"""The log: a page for people, and the read path of C2SP tlog-tiles for programs.

`/log/checkpoint` changes with every entry and is never cached; a tile, full or partial,
never changes and may be kept for ever. Whoever audits needs nothing but these paths and
`/records/{id}.json`.
"""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from registry.clock import from_millis
from registry.domain.gs1 import parse_lot
from registry.errors import InvalidInput, NotFound
from registry.interop.trust import issued_list
from registry.interop.witnesses import cosigned_checkpoint, quorum_state
from registry.store.ledger import load_tile
from registry.store.queries.batches import batch_paths
from registry.store.queries.organisations import organisations
from registry.store.queries.records import leaves, newest
from registry.tlog.merkle import HASH_BYTES
from registry.tlog.tiles import (
    TILE_WIDTH,
    TileId,
    TilePath,
    encode_entry_bundle,
    parse_tile_path,
)
from registry.web import identity
from registry.web.context import registry
from registry.web.format import moment
from registry.web.phone import watched_text
from registry.web.record_words import RECORD_TYPES
from registry.web.records import FOR_EVER, public
from registry.web.signers import name_by_did

pages = Blueprint("log", __name__)
pages.register_blueprint(identity.pages)

PAGE = 25


@pages.get("/log")
def index() -> str | BaseResponse:
    """Show the newest entries, or lead to the record or batch that is searched for."""
    query = request.args.get("q", "").strip()
    record_id = _as_uuid(query)
    if record_id:
        return redirect(url_for("records.show", record_id=record_id), 303)
    head = registry().ledger.head()
    before = request.args.get("before", head.tree_size, type=int)
    records = newest(PAGE, max(0, min(before, head.tree_size)))
    return render_template(
        "log/index.html",
        query=query,
        paths=_batches(query),
        head=head,
        signed_at=from_millis(head.signed_at),
        watched=watched_text(quorum_state(registry().ledger, registry().policy)),
        has_verifier=issued_list(registry().settings.home) is not None,
        vkey=registry().ledger.verifier.vkey,
        records=records,
        parties=organisations({record.issuer for record in records}),
        logged=lambda record: moment(from_millis(record.logged_at)),
        types=RECORD_TYPES,
        name_by_did=name_by_did,
        older=records[-1].leaf_index if records else 0,
        newest_shown=before >= head.tree_size,
    )


@pages.get("/log/checkpoint")
def checkpoint() -> Response:
    """Give the newest tree head that a quorum saw (C2SP tlog-checkpoint).

    With the lines of its witnesses; where none is asked, the newest there is.
    """
    note = cosigned_checkpoint(registry().ledger, registry().policy)
    return public(note, "text/plain", "no-cache")


@pages.get("/log/vkey")
def vkey() -> Response:
    """Give the log's verifier key (C2SP signed-note)."""
    key = registry().ledger.verifier.vkey + "\n"
    return public(key.encode(), "text/plain", "no-cache")


@pages.get("/log/tile/<path:rest>")
def tile(rest: str) -> Response:
    """Give a tile of hashes or a bundle of entries, at any width that the log has."""
    try:
        asked = parse_tile_path(f"tile/{rest}")
    except InvalidInput as error:
        raise NotFound(error.problems) from error
    body = _entries(asked) if asked.level == "entries" else _hashes(asked)
    if not body:
        raise NotFound.at(
            "path",
            "The log does not reach {path} yet. Read its checkpoint for its size.",
            path=asked,
        )
    return public(body, "application/octet-stream", FOR_EVER)


def _hashes(asked: TilePath) -> bytes:
    """Return the hashes of a tile, empty where the log has not grown so far."""
    if asked.level == "entries":
        return b""
    stored = load_tile(TileId(asked.level, asked.index))
    width = asked.width * HASH_BYTES
    return stored[:width] if len(stored) >= width else b""


def _entries(asked: TilePath) -> bytes:
    """Return a bundle of leaves, empty where the log has not grown so far."""
    start = asked.index * TILE_WIDTH
    # Asked of the head first: an index beyond 2**63 fits no column.
    if start + asked.width > registry().ledger.head().tree_size:
        return b""
    return encode_entry_bundle(leaves(start, asked.width))


def _as_uuid(query: str) -> UUID | None:
    try:
        return UUID(query.removeprefix("urn:uuid:"))
    except ValueError:
        return None


def _batches(query: str) -> list[str]:
    """Return the batches with this lot; none where it cannot be a lot."""
    try:
        return batch_paths(parse_lot(query))
    except InvalidInput:
        return []
