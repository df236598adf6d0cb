"""The log's proofs as an API, its records in bulk, and "is this in the log?".

* `/log/records/<N>[.p/<W>]`: the records of 256 leaves (`tlog.record_bundle`);
* `/log/proof/inclusion?leaf=&size=` and `/log/proof/consistency?old=&new=`: RFC 6962
  paths as JSON, base64 nodes; an answer depends on its query, so caches must too;
* `/log/contains`: somebody holds a file and asks whether it is in the log, unchanged.
"""

import base64
from collections.abc import Sequence

from flask import Blueprint, Response, json, render_template, request
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms.validators import InputRequired

from registry.errors import (
    BadRecord,
    InvalidInput,
    Message,
    NotFound,
    VerificationError,
    msg,
)
from registry.signing.canonical import digest
from registry.store.queries.entries import entry_by_id
from registry.store.queries.records import secured_records
from registry.tlog.record_bundle import encode_record_bundle
from registry.tlog.tiles import TILE_WIDTH, parse_tile_path
from registry.verify.bundle import LARGEST, read_record
from registry.web.context import registry
from registry.web.forms import Form
from registry.web.records import FOR_EVER, public

pages = Blueprint("proofs", __name__, url_prefix="/log")


@pages.get("/records/<path:rest>")
def record_bundle(rest: str) -> Response:
    """Give the exact bytes of up to 256 records in one file."""
    try:
        asked = parse_tile_path(f"tile/entries/{rest}")
    except InvalidInput as error:
        raise NotFound(error.problems) from error
    start = asked.index * TILE_WIDTH
    if start + asked.width > registry().ledger.head().tree_size:
        raise NotFound.at("path", "The log does not reach this bundle yet.")
    body = encode_record_bundle(secured_records(start, asked.width))
    return public(body, "application/octet-stream", FOR_EVER)


@pages.get("/proof/inclusion")
def inclusion() -> Response:
    """Give the path from a leaf to the root at a tree size."""
    size = _size("size", registry().ledger.head().tree_size)
    leaf = _number("leaf")
    if leaf >= size:
        raise InvalidInput.at(
            "leaf",
            "Leaf {leaf} is not under a tree of {size} entries.",
            leaf=leaf,
            size=size,
        )
    path = registry().ledger.inclusion(leaf, size)
    return _proof({"leafIndex": leaf, "treeSize": size}, path, size)


@pages.get("/proof/consistency")
def consistency() -> Response:
    """Give the path that shows that an older tree is the beginning of a newer one."""
    new = _size("new", registry().ledger.head().tree_size)
    old = _number("old")
    if not 0 < old <= new:
        raise InvalidInput.at(
            "old",
            "{old} is not a size of 1 to {new} entries.",
            old=old,
            new=new,
        )
    path = registry().ledger.consistency(old, new)
    return _proof({"oldSize": old, "treeSize": new}, path, new)


def _proof(members: dict[str, object], path: Sequence[bytes], size: int) -> Response:
    root = registry().ledger.root_at(size)
    body = json.dumps(
        members
        | {
            "rootHash": base64.b64encode(root).decode(),
            "path": [base64.b64encode(node).decode() for node in path],
        }
    )
    return public(body.encode(), "application/json", "no-cache")


def _number(name: str) -> int:
    text = request.args.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 15:
        raise InvalidInput.at(
            name, "{name} is “{given}”; type a number.", name=name, given=text
        )
    return int(text)


def _size(name: str, tree_size: int) -> int:
    """Return a tree size up to the present one, which is also the default."""
    if name not in request.args:
        return tree_size
    size = _number(name)
    if not 0 < size <= tree_size:
        raise InvalidInput.at(
            name,
            "{given} is not a size of this log, which has {size} entries.",
            given=size,
            size=tree_size,
        )
    return size


class ContainsForm(Form):
    """A file that may be a record of this log."""

    kept = False
    record = FileField(lazy_gettext("Record file"), [InputRequired()])


@pages.route("/contains", methods=["GET", "POST"])
def contains() -> str:
    """Tell whether a record's file is in the log, byte for byte."""
    form = ContainsForm.opened()
    answer: tuple[str, Message, str] | None = None
    if form.validate_on_submit() and isinstance(form.record.data, FileStorage):
        answer = _look_up(form.record.data.stream.read(LARGEST + 1))
    return render_template("log/contains.html", form=form, answer=answer)


def _look_up(data: bytes) -> tuple[str, Message, str]:
    """Return colour, sentence and the record's address (or empty)."""
    try:
        record = read_record(data.removesuffix(b"\n"))
    except (VerificationError, BadRecord) as error:
        return "grey", msg("This is not a record: {reason}.", reason=error), ""
    entry = entry_by_id(record.record_id)
    if entry is None:
        return "grey", msg("No record of this number is in the log."), ""
    where = f"/records/{record.record_id}"
    if entry.digest != digest(record.secured):
        return (
            "red",
            msg(
                "Entry {index} has this number, but other content. Your file, or what "
                "is shown here, was changed.",
                index=entry.leaf_index,
            ),
            where,
        )
    return (
        "green",
        msg(
            "This record is entry {index} of the log, byte for byte.",
            index=entry.leaf_index,
        ),
        where,
    )
