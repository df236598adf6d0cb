"""Trust lists, and those a phone must refuse."""

from collections.abc import Mapping
from datetime import timedelta

from registry.clock import to_rfc3339
from registry.signing.credential import secure
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.signing.trust_list import issue_trust_list, root_method
from tests.support.keys import seed
from tests.vectors.phone_cast import CONTEXT, NOW, ROOT, ROOT_SIGNER, trust_list

LIST = trust_list(frozenset({bytes(range(16))}))
GENUINE = issue_trust_list(LIST, CONTEXT, ROOT_SIGNER)
EVE = public_key_of(seed("eve"))


def vectors() -> dict[str, object]:
    """Return each case by its name."""
    same_seen = {"last_version": 7, "result": 7}
    return {
        "genuine": {
            "seed": seed("root").hex(),
            "document": LIST.document(CONTEXT),
            **_case(GENUINE, result=7),
        },
        "same_version_seen": _case(GENUINE) | same_seen,
        "unknown_member": _case(_secured({"note": "signed, ignored"}), result=7),
        "refused_rollback": _case(GENUINE, "rollback") | {"last_version": 8},
        "refused_expired": _case(GENUINE, "expired")
        | {"now": to_rfc3339(LIST.expires)},
        "refused_other_root": _case(
            issue_trust_list(
                LIST, CONTEXT, Ed25519Signer(root_method(EVE), seed("eve"))
            ),
            "untrusted_key",
        ),
        "refused_signed_by_eve": _case(
            issue_trust_list(
                LIST, CONTEXT, Ed25519Signer(root_method(ROOT), seed("eve"))
            ),
            "bad_signature",
        ),
        "refused_quorum_lowered": _case(
            GENUINE.replace(b'"quorum":2', b'"quorum":0'), "bad_signature"
        ),
        "refused_space_added": _case(
            GENUINE.replace(b'"quorum":2', b'"quorum": 2'), "bad_record"
        ),
        "refused_proof_missing": _case(
            GENUINE[: GENUINE.index(b'"proof"')] + b'"x":0}', "bad_record"
        ),
        **{
            f"refused_{name}": _case(_secured(change), "bad_record")
            for name, change in _wrong().items()
        },
    }


def _case(data: bytes, code: str = "", result: int = 0) -> dict[str, object]:
    case = {
        "list": data.decode(),
        "root": ROOT.multibase,
        "last_version": 0,
        "now": to_rfc3339(NOW),
    }
    return case | ({"code": code} if code else {"result": result})


def _secured(change: Mapping[str, object]) -> bytes:
    """Return a list with other members, truly signed by the root."""
    document = LIST.document(CONTEXT) | dict(change)
    return secure(document, ROOT_SIGNER, LIST.issued)


def _wrong() -> dict[str, dict[str, object]]:
    union, university = (
        {"name": named.name, "vkey": named.vkey} for named in LIST.witnesses
    )
    own = {"name": "trace.example/witness", "vkey": union["vkey"]}
    key = {
        "publicKeyMultibase": EVE.multibase,
        "from": "2026-09-01",
        "until": "2027-02-28",
        "status": "active",
    }
    later = to_rfc3339(NOW + timedelta(days=1)).replace("Z", "+00:00")
    return {
        "other_type": {"type": "PriceList"},
        "version_0": {"version": 0},
        "version_as_text": {"version": "7"},
        "time_with_offset": {"expires": later},
        "log_without_key": {"log": {"origin": "trace.example/log"}},
        "quorum_above_witnesses": {"quorum": 3},
        "quorum_true": {"quorum": True},
        "witness_twice": {"witnesses": [union, university, union]},
        "witness_of_the_log": {"witnesses": [own, university]},
        "no_age": {"maxCheckpointAgeHours": 0},
        "key_status_unknown": {"labelKeys": [key | {"status": "lost"}]},
        "key_day_without_hyphens": {"labelKeys": [key | {"from": "20260901"}]},
        "key_no_multikey": {"labelKeys": [key | {"publicKeyMultibase": "z6Mk"}]},
        "run_in_upper_case": {"labelRuns": ["AB" * 16]},
    }
