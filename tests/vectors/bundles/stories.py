"""Whole bundles with the trust list they are checked by, and those to refuse."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from registry.clock import to_rfc3339
from registry.domain.keys import possession_message
from registry.signing.canonical import canonicalize
from registry.signing.credential import secure
from registry.signing.keys import Ed25519Signer, encode_multibase, public_key_of
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
    OLIVE,
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
    ending,
    enrolment,
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
            name: _case(_log(said)) | {"result": _result("fresh", said)}
            for name, said in _ended().items()
        },
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


def _result(freshness: str, said: Sequence[Said] = ()) -> Document:
    return {
        "batch": PATH,
        "treeSize": len(said) or 18,
        "leafIndexes": list(range(len(said) or 13)),
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
    others = replace(BEN, slug="other", division="5303")
    second = replace(AMINA, slug="second")
    said: dict[str, tuple[str, list[Said]]] = {
        "key_never_enrolled": ("untrusted_key", [*begin, eves]),
        "admitted_by_a_cooperative": (
            "untrusted_key",
            [*begin, *admission(EVE, by=AMINA)],
        ),
        "admitted_outside_the_division": (
            "untrusted_key",
            [*begin, *admission(others)],
        ),
        "inspector_admitted_by_the_operator": (
            "untrusted_key",
            [genesis(), *admission(OLIVE), *admission(BEN, by=OLIVE)],
        ),
        "second_key_by_the_operator": (
            "untrusted_key",
            [*begin, *admission(OLIVE), enrolment(AMINA, second.slug, by=OLIVE)],
        ),
        "key_enrolled_after_use": ("untrusted_key", [*begin, eves, *admission(EVE)]),
        "key_enrolled_twice": ("untrusted_key", [*begin, admission(AMINA)[1]]),
        "key_under_another_name": (
            "bad_record",
            [*begin, admission(EVE)[0], _key_claim(EVE, {"id": AMINA.method})],
        ),
        "key_without_possession": (
            "bad_record",
            [*begin, admission(EVE)[0], _key_claim(EVE, {"custody": "organisation"})],
        ),
        "possession_of_another_key": (
            "bad_signature",
            [*begin, admission(EVE)[0], _key_claim(EVE, _possession(EVE, "amina"))],
        ),
        "signed_after_retirement": (
            "untrusted_key",
            [*begin, ending(AMINA, "retire", AMINA), origin],
        ),
        "signed_before_revocation_when_compromised": (
            "untrusted_key",
            [*begin, origin, ending(AMINA, "revoke", GRACE, 5)],
        ),
        "owner_disowns_what_it_signed": (
            "untrusted_key",
            [*begin, origin, ending(AMINA, "revoke", AMINA, 5)],
        ),
        "key_change_unknown": (
            "bad_record",
            [*begin, ending(AMINA, "sell", GRACE)],
        ),
        "second_genesis": ("untrusted_key", [*begin, genesis()]),
        "genesis_by_another": ("untrusted_key", [(AMINA, *genesis()[1:]), origin]),
    }
    resigned = [*begin, product(), origin]
    return {
        **{name: (code, _log(log)) for name, (code, log) in said.items()},
        "key_of_another_organisation": (
            "untrusted_key",
            _resigned(resigned, 6, BEN.method, BEN),
        ),
        "signed_with_another_key": (
            "bad_signature",
            _resigned(resigned, 6, AMINA.method, EVE),
        ),
    }


def _ended() -> dict[str, list[Said]]:
    """Return logs in which a key has ended, and what it signed stays good."""
    begin = [genesis(), *admission(AMINA)]
    origin = about(PATH)[0]
    held = _key_claim(EVE, _possession(EVE, "eve"))
    return {
        "key_retired_later": [*begin, origin, ending(AMINA, "retire", GRACE)],
        "key_revoked_later": [*begin, origin, ending(AMINA, "revoke", GRACE)],
        "key_compromised_later": [*begin, origin, ending(AMINA, "revoke", GRACE, 4)],
        "key_held_by_its_owner": [*begin, origin, admission(EVE)[0], held],
    }


def _key_claim(party: Party, change: Mapping[str, object]) -> Said:
    """Return the enrolment of `party`'s key with other members of its claim."""
    by, record_type, subject, batches = admission(party)[1]
    return by, record_type, {**subject, "key": party.key() | dict(change)}, batches


def _possession(party: Party, signer: str) -> dict[str, object]:
    message = possession_message(party.did, public_key_of(seed(party.slug)))
    signature = Ed25519Signer("", seed(signer)).sign(message)
    return {"custody": "organisation", "possession": encode_multibase(signature)}


def _log(said: Sequence[Said]) -> Document:
    return bundle(write_log(said))


def _resigned(said: Sequence[Said], index: int, method: str, by: Party) -> Document:
    """Return the bundle of a log whose record `index` is signed otherwise."""
    log = write_log(said)
    document = json.loads(log.secured[index])
    del document["proof"]
    forged = secure(document, Ed25519Signer(method, seed(by.slug)), SIGNED_AT)
    secured = (*log.secured[:index], forged, *log.secured[index + 1 :])
    return bundle(Log(secured, log.batches))
