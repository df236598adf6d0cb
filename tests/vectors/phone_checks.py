"""What the Python code makes of a vector; the page of the tests does the same in JS."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from registry.errors import VerificationError
from registry.signing.keys import PublicKey
from registry.signing.label_payload import (
    KeyStatus,
    LabelKey,
    parse_label,
    verify_label,
)
from registry.signing.trust_list import verify_trust_list
from registry.tlog.base64_text import decode_base64
from registry.tlog.batch_index import BadBatchIndex, check_batch_index
from registry.tlog.checkpoint import Checkpoint
from registry.tlog.cosignature import CosignatureVerifier, open_cosigned_checkpoint
from registry.tlog.note import NoteVerifier
from registry.verify import Trust, parse_bundle, verify_bundle

Case = Mapping[str, Any]  # a vector file, as JSON gives it


def outcome(kind: str, case: Case) -> dict[str, object]:
    """Return `{"result": ...}` or `{"code": ...}` of one vector."""
    try:
        return {"result": CHECKS[kind](case)}
    except VerificationError as error:
        return {"code": error.code}


def check_label(case: Case) -> str:
    """Return the standing of a label's run."""
    label = parse_label(case["label"])
    keys = [_label_key(key) for key in case["labelKeys"]]
    return str(verify_label(label, keys, set(map(bytes.fromhex, case["labelRuns"]))))


def check_trust_list(case: Case) -> int:
    """Return the version of a trust list."""
    root = PublicKey.parse(case["root"])
    data, now = case["list"].encode(), _time(case["now"])
    return verify_trust_list(data, root, case["last_version"], now).version


def check_index(case: Case) -> list[int]:
    """Return the leaf indexes of a batch index."""
    root_hash = decode_base64(case["root_hash"])
    index = check_batch_index(
        case["note"].encode(),
        case["path"],
        Checkpoint(case["origin"], case["tree_size"], root_hash),
        {int(n): batches for n, batches in case["records"].items()},
        NoteVerifier.parse(case["log_vkey"]),
    )
    return list(index.leaf_indexes)


def check_bundle(case: Case) -> dict[str, object]:
    """Return what a whole bundle proves under a trust list."""
    now = _time(case["now"])
    root = PublicKey.parse(case["root"])
    trusted = verify_trust_list(case["trust_list"].encode(), root, 0, now)
    log = NoteVerifier.parse(trusted.log.vkey)
    witnesses = [CosignatureVerifier.parse(w.vkey) for w in trusted.witnesses]
    data = case["bundle"].encode()
    bundle = parse_bundle(data)
    cosigned = open_cosigned_checkpoint(
        bundle.checkpoint_note, trusted.log.name, log, witnesses
    )
    records = verify_bundle(bundle, Trust(trusted.log.name, log))
    more = json.loads(data)
    if not isinstance(more.get("batchIndex"), str):
        raise BadBatchIndex("the bundle has no batch index")
    check_batch_index(
        more["batchIndex"].encode(),
        bundle.path,
        cosigned.checkpoint,
        {record.leaf_index: record.batches for record in bundle.records},
        log,
    )
    return {
        "batch": bundle.path,
        "treeSize": cosigned.checkpoint.tree_size,
        "leafIndexes": [record.leaf_index for record in records],
        "freshness": str(trusted.freshness(cosigned.cosigned_at.values(), now)),
        "newerTrust": more["trustVersion"] > trusted.version,
    }


CHECKS: Mapping[str, Callable[[Case], object]] = {
    "label_payload": check_label,
    "trust_list": check_trust_list,
    "batch_index": check_index,
    "bundles": check_bundle,
}


def _label_key(claim: Case) -> LabelKey:
    return LabelKey(
        PublicKey.parse(claim["publicKeyMultibase"]),
        date.fromisoformat(claim["from"]),
        date.fromisoformat(claim["until"]),
        KeyStatus(claim["status"]),
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
