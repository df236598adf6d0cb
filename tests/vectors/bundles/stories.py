"""Whole bundles with the trust list they are checked by, and those to refuse."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from registry.clock import to_rfc3339
from registry.domain.records import RecordType
from registry.signing.canonical import canonicalize
from registry.signing.credential import secure
from registry.signing.keys import Ed25519Signer
from registry.signing.trust_list import issue_trust_list
from registry.tlog.batch_index import recompute_batch_index, sign_batch_index
from registry.tlog.cosignature import CosignatureSigner
from tests.support.keys import seed
from tests.vectors.phone_cast import (
    AMINA,
    BEN,
    CONTEXT,
    COSIGNED_AT,
    EVE,
    GRACE,
    LOG,
    NOW,
    ORIGIN,
    PATH,
    ROOT,
    ROOT_SIGNER,
    SIGNED_AT,
    UNION,
    UNIVERSITY,
    Log,
    Party,
    Said,
    about,
    admission,
    checkpoint_note,
    genesis,
    product,
    story,
    trust_list,
    write_log,
)

TRUST = issue_trust_list(trust_list(), CONTEXT, ROOT_SIGNER).decode()
Document = dict[str, Any]  # a bundle as JSON, to be spoiled


def bundle(
    log: Log, cosigned_at: Mapping[CosignatureSigner, datetime] | None = None
) -> Document:
    """Return the bundle of `PATH`: what names it, and all who signed."""
    head = log.checkpoint
    index = recompute_batch_index(log.leaves, PATH, head)
    identities = [n for n, batches in enumerate(log.batches) if not batches]
    indexes = sorted({*index.leaf_indexes, *identities})
    encoded = log.bundle(PATH, indexes, checkpoint_note(head, cosigned_at)).encode()
    document: Document = json.loads(encoded)
    note = sign_batch_index(index, LOG).decode()
    return document | {"batchIndex": note, "trustVersion": 7}


GENUINE = bundle(write_log(story()))


def vectors() -> dict[str, object]:
    """Return each case by its name."""
    old = dict.fromkeys((UNION, UNIVERSITY), NOW - timedelta(hours=25))
    log = write_log(story())
    unwitnessed = issue_trust_list(trust_list(version=8), CONTEXT, ROOT_SIGNER).decode()
    fresh = _case(GENUINE) | {"result": _result("fresh")}
    return {
        "genuine": fresh,
        "cosigned_25_hours_ago": _case(bundle(log, old)) | {"result": _result("stale")},
        "one_cosignature_of_two": _case(bundle(log, {UNION: COSIGNED_AT}))
        | {"result": _result("few_witnesses")},
        "one_cosignature_old": _case(bundle(log, old | {UNION: COSIGNED_AT}))
        | {"result": _result("stale")},
        "made_by_a_newer_list": _case(GENUINE | {"trustVersion": 8})
        | {"result": _result("fresh") | {"newerTrust": True}},
        "checked_by_a_newer_list": _case(GENUINE)
        | {"trust_list": unwitnessed, "result": _result("fresh")},
        **{
            f"refused_{name}": _case(spoiled) | {"code": code}
            for name, (code, spoiled) in (_spoiled() | _forged()).items()
        },
    }


def _case(document: Document | str) -> Document:
    text = document if isinstance(document, str) else canonicalize(document).decode()
    return {
        "bundle": text,
        "trust_list": TRUST,
        "root": ROOT.multibase,
        "now": to_rfc3339(NOW),
    }


def _result(freshness: str) -> Document:
    return {
        "batch": PATH,
        "treeSize": 18,
        "leafIndexes": list(range(13)),
        "freshness": freshness,
        "newerTrust": False,
    }


def _spoiled() -> dict[str, tuple[str, Document | str]]:
    """Return bundles that were changed after they were made."""
    text = canonicalize(GENUINE).decode()

    def changed(change: Callable[[Document], object]) -> Document:
        document: Document = json.loads(text)
        change(document)
        return document

    def record(old: str, new: str, index: int = 8) -> Document:
        def change(document: Document) -> None:
            entry = document["records"][index]
            assert old in entry["record"]
            entry["record"] = entry["record"].replace(old, new)

        return changed(change)

    other_tree = bundle(write_log([*story(), *about(f"{PATH}B")]))
    log_line = next(
        line
        for line in GENUINE["checkpoint"].split("\n")
        if line.startswith(f"\u2014 {ORIGIN}")
    )
    forged = CosignatureSigner(UNION.verifier.name, seed("eve"))
    head = write_log(story()).checkpoint
    forged_line = str(forged.cosign(head, COSIGNED_AT)).split(" ")[2]
    union_line = next(
        line for line in GENUINE["checkpoint"].split("\n") if "union" in line
    )
    return {
        "not_json": ("bad_record", text[:-1]),
        "no_object": ("bad_record", "[]"),
        "other_format": ("bad_record", GENUINE | {"format": "other/v1"}),
        "records_missing": (
            "incomplete_bundle",
            changed(lambda d: d.update(records=[])),
        ),
        "quantity_changed": ("not_in_log", record('"2000"', '"9000"')),
        "space_added": ("bad_record", record('"2000"', ' "2000"')),
        "float": ("bad_record", record('"2000"', "2000.5")),
        "repeated_key": ("bad_record", record('"lot":', '"lot":"1","lot":')),
        "proof_removed": ("bad_record", record('"proof":', '"proofs":')),
        "leaf_index_changed": (
            "not_in_log",
            changed(lambda d: d["records"][8].update(leafIndex=13)),
        ),
        "batches_changed": (
            "not_in_log",
            changed(lambda d: d["records"][8].update(batches=[f"{PATH}B"])),
        ),
        "path_shortened": (
            "not_in_log",
            changed(lambda d: d["records"][8]["path"].pop()),
        ),
        "path_of_another_record": (
            "not_in_log",
            changed(lambda d: d["records"][8].update(path=d["records"][9]["path"])),
        ),
        "path_no_base64": (
            "bad_record",
            changed(lambda d: d["records"][8].update(path=["?"])),
        ),
        "record_twice": (
            "bad_record",
            changed(lambda d: d["records"].append(d["records"][8])),
        ),
        "genesis_missing": (
            "untrusted_key",
            changed(lambda d: d["records"].pop(0)),
        ),
        "key_record_missing": (
            "untrusted_key",
            changed(lambda d: d["records"].pop(2)),
        ),
        "record_withheld": (
            "incomplete_bundle",
            changed(lambda d: d["records"].pop(10)),
        ),
        "log_signature_missing": (
            "bad_checkpoint",
            changed(
                lambda d: d.update(checkpoint=d["checkpoint"].replace(log_line, "", 1))
            ),
        ),
        "cosignature_forged": (
            "bad_checkpoint",
            changed(
                lambda d: d.update(
                    checkpoint=d["checkpoint"].replace(
                        union_line, _same_key_id(union_line, forged_line)
                    )
                )
            ),
        ),
        "batch_index_missing": (
            "bad_batch_index",
            changed(lambda d: d.pop("batchIndex")),
        ),
        "batch_index_of_a_later_tree": (
            "bad_batch_index",
            GENUINE | {"batchIndex": other_tree["batchIndex"]},
        ),
        "batch_renamed": (
            "bad_batch_index",
            GENUINE | {"batch": f"{PATH}B"},
        ),
    }


def _same_key_id(line: str, forged: str) -> str:
    """Return the cosignature `line` with the signature of another key."""
    dash, name, blob = line.split(" ")
    raw = base64.b64decode(blob)[:4] + base64.b64decode(forged)[4:]
    return f"{dash} {name} {base64.b64encode(raw).decode()}"


def _forged() -> dict[str, tuple[str, Document]]:
    """Return sound bundles of a log that took what it should have refused."""
    begin = [genesis(), *admission(AMINA), *admission(BEN)]
    origin = about(PATH)[0]
    eves = (EVE, *origin[1:])
    eve_by_amina = admission(EVE, by=AMINA)
    first_key = admission(EVE)[1]
    revokes = {
        "id": AMINA.did,
        "type": "OrganisationKey",
        "action": "revoke",
        "key": {"id": AMINA.method},
    }
    return {
        "key_never_enrolled": ("untrusted_key", _log([*begin, eves])),
        "admitted_by_a_cooperative": ("untrusted_key", _log([*begin, *eve_by_amina])),
        "key_enrolled_after_use": (
            "untrusted_key",
            _log([*begin, eves, *admission(EVE)]),
        ),
        "key_of_another_organisation": (
            "untrusted_key",
            _resigned([*begin, product(), origin], 6, BEN.method, BEN),
        ),
        "signed_with_another_key": (
            "bad_signature",
            _resigned([*begin, product(), origin], 6, AMINA.method, EVE),
        ),
        "second_genesis": ("untrusted_key", _log([*begin, genesis()])),
        "genesis_by_another": (
            "untrusted_key",
            _log([(AMINA, *genesis()[1:]), origin]),
        ),
        "key_under_another_name": (
            "bad_record",
            _log([*begin, _renamed_key(first_key)]),
        ),
        "key_record_that_revokes": (
            "bad_record",
            _log([*begin, (GRACE, RecordType.KEY, revokes, ())]),
        ),
    }


def _log(said: Sequence[Said]) -> Document:
    return bundle(write_log(said))


def _renamed_key(said: Said) -> Said:
    party, record_type, subject, batches = said
    key = EVE.key() | {"id": AMINA.method}
    return party, record_type, {**subject, "key": key}, batches


def _resigned(said: Sequence[Said], index: int, method: str, by: Party) -> Document:
    """Return the bundle of a log whose record `index` is signed otherwise."""
    log = write_log(said)
    document = json.loads(log.secured[index])
    del document["proof"]
    forged = secure(document, Ed25519Signer(method, seed(by.slug)), SIGNED_AT)
    secured = (*log.secured[:index], forged, *log.secured[index + 1 :])
    return bundle(Log(secured, log.batches))
