"""Batch indexes, and those a phone must refuse."""

from registry.tlog.base64_text import encode_base64
from registry.tlog.batch_index import recompute_batch_index, sign_batch_index
from registry.tlog.note import NoteSigner, sign_note
from tests.support.keys import seed
from tests.vectors.phone_cast import (
    LOG,
    ORIGIN,
    OTHER_PATH,
    PATH,
    checkpoint_note,
    story,
    write_log,
)

WRITTEN = write_log(story())
HEAD = WRITTEN.checkpoint
INDEX = recompute_batch_index(WRITTEN.leaves, PATH, HEAD)
GENUINE = sign_batch_index(INDEX, LOG)
RECORDS = {
    index: WRITTEN.batches[index]
    for index in range(len(WRITTEN.batches))
    if index in INDEX.leaf_indexes or not WRITTEN.batches[index]
}


def vectors() -> dict[str, object]:
    """Return each case by its name."""
    named = {"result": list(INDEX.leaf_indexes)}
    missing = {n: batches for n, batches in RECORDS.items() if n != 10}
    return {
        "genuine": {
            "leaves": [leaf.decode() for leaf in WRITTEN.leaves],
            "text": INDEX.text,
            **_case(GENUINE),
            **named,
        },
        **{
            f"refused_{name}": _case(note) | {"code": "bad_batch_index"}
            for name, note in _wrong().items()
        },
        "refused_record_withheld": _case(GENUINE, missing)
        | {"code": "incomplete_bundle"},
        "refused_record_of_another_batch": _case(GENUINE, RECORDS | {13: (OTHER_PATH,)})
        | {"code": "incomplete_bundle"},
    }


def _case(
    note: bytes, records: dict[int, tuple[str, ...]] | None = None
) -> dict[str, object]:
    held = RECORDS if records is None else records
    return {
        "log_vkey": LOG.verifier.vkey,
        "origin": ORIGIN,
        "path": PATH,
        "tree_size": HEAD.tree_size,
        "root_hash": encode_base64(HEAD.root_hash),
        "records": {str(index): list(batches) for index, batches in held.items()},
        "note": note.decode(),
    }


def _wrong() -> dict[str, bytes]:
    text = INDEX.text
    eve = NoteSigner(ORIGIN, seed("eve"))
    root = encode_base64(HEAD.root_hash)

    def spoiled(old: str, new: str) -> bytes:
        return sign_note(text.replace(old, new), [LOG])

    return {
        "signed_by_eve": sign_note(text, [eve]),
        "text_changed": GENUINE.replace(b"\n12\n", b"\n"),
        "a_checkpoint": checkpoint_note(HEAD),
        "other_log": spoiled(f"{ORIGIN}/", "other.example/log/"),
        "other_batch": spoiled(PATH, OTHER_PATH),
        "no_path": spoiled(PATH, "/01/06901234567892/21/1"),
        "other_tree": spoiled(f"\n{HEAD.tree_size}\n", f"\n{HEAD.tree_size - 1}\n"),
        "other_root": spoiled(root, encode_base64(bytes(32))),
        "root_too_short": spoiled(root, encode_base64(bytes(31))),
        "not_ascending": spoiled("\n9\n10\n", "\n10\n9\n"),
        "index_twice": spoiled("\n9\n10\n", "\n9\n9\n10\n"),
        "index_beyond_the_tree": spoiled("\n12\n", f"\n12\n{HEAD.tree_size}\n"),
        "leading_zero": spoiled("\n9\n", "\n09\n"),
        "sign": spoiled("\n9\n", "\n+9\n"),
        "empty_line": spoiled("\n9\n", "\n\n9\n"),
        "two_lines": sign_note(f"{ORIGIN}/batch-index\n{PATH}\n", [LOG]),
    }
