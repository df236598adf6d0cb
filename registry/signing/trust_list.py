"""The trust list: what a phone believes before it believes anything of a bundle.

A JSON document secured with `eddsa-jcs-2022` by an offline root key, whose `did:key` a
saved verifier has pinned. It names the log's key, the witnesses and how many of them
suffice, how old a checkpoint may be, and the label keys with their windows:

    {"@context": [...], "type": "TrustList", "version": 7,
     "issued": "2026-11-20T00:00:00Z", "expires": "2027-02-20T00:00:00Z",
     "log": {"origin": "trace.example/log", "vkey": "trace.example/log+..."},
     "witnesses": [{"name": "witness.example/union", "vkey": "..."}], "quorum": 1,
     "maxCheckpointAgeHours": 24,
     "labelKeys": [{"publicKeyMultibase": "z6Mk...", "from": "2026-09-01",
                    "until": "2027-02-28", "status": "active"}],
     "labelRuns": ["<first 16 bytes of a LabelRecord's digest, hex>", ...],
     "proof": {...}}

`labelRuns` is optional; `from` and `until` are legal dates, inclusive; members that are
not named here are signed and ignored. A verifier refuses, in this order, what is not
canonical (`bad_record`), names another key than the root (`untrusted_key`), is not
signed by it (`bad_signature`), lacks a member (`bad_record`), has a lower version than
one seen before (`rollback`), or has expired (`expired`). The root of the first load is
trust on first use, and the page says so.

A witness counts once, and none that is of the log's own host: an operator who watches
himself watches nothing.

Keys of notes stay text here (C2SP vkeys): `registry.tlog` reads them.
"""

import enum
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from registry.clock import to_rfc3339
from registry.errors import BadRecord, InvalidInput, UntrustedKey, VerificationError
from registry.signing.credential import proof_of, secure, verify_credential
from registry.signing.keys import PublicKey, Signer
from registry.signing.label_payload import RUN_BYTES, KeyStatus, LabelKey

TYPE = "TrustList"

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_RUN = re.compile(rf"[0-9a-f]{{{2 * RUN_BYTES}}}", re.ASCII)


class TrustListRollback(VerificationError):
    """The list is older than one that was seen before."""

    code = "rollback"


class TrustListExpired(VerificationError):
    """The list is past the time until which its root vouches for it."""

    code = "expired"


class Freshness(enum.StrEnum):
    """How a checkpoint's witnesses stand to the policy.

    `FEW_WITNESSES` and `STALE` make a verdict yellow; `UNWITNESSED` (the policy asks
    for none) gives it no colour.
    """

    FRESH = "fresh"
    STALE = "stale"
    FEW_WITNESSES = "few_witnesses"
    UNWITNESSED = "unwitnessed"


@dataclass(frozen=True, slots=True)
class NamedKey:
    """A log or a witness, and its key as a C2SP vkey."""

    name: str
    vkey: str


@dataclass(frozen=True, slots=True)
class TrustList:
    """What a verifier starts from.

    Attributes:
        version: 1 or more; never falls.
        issued: aware, UTC, whole seconds; as `expires`.
        log: its name is the log's origin.
        quorum: how many witnesses must have cosigned; 0 for none.
        max_checkpoint_age: of the newest cosignature that completes the quorum.
        label_runs: first 16 bytes of the digests of known LabelRecords.
    """

    version: int
    issued: datetime
    expires: datetime
    log: NamedKey
    witnesses: tuple[NamedKey, ...]
    quorum: int
    max_checkpoint_age: timedelta
    label_keys: tuple[LabelKey, ...] = ()
    label_runs: frozenset[bytes] = frozenset()

    def document(self, context: Sequence[str]) -> dict[str, object]:
        """Return the JSON document to be secured, under a JSON-LD `context`."""
        runs = sorted(run.hex() for run in self.label_runs)
        return {
            "@context": list(context),
            "type": TYPE,
            "version": self.version,
            "issued": to_rfc3339(self.issued),
            "expires": to_rfc3339(self.expires),
            "log": {"origin": self.log.name, "vkey": self.log.vkey},
            "witnesses": [{"name": w.name, "vkey": w.vkey} for w in self.witnesses],
            "quorum": self.quorum,
            "maxCheckpointAgeHours": self.max_checkpoint_age // timedelta(hours=1),
            "labelKeys": [_label_key_claim(key) for key in self.label_keys],
        } | ({"labelRuns": runs} if runs else {})

    def freshness(self, cosigned_at: Collection[datetime], now: datetime) -> Freshness:
        """Return how fresh a checkpoint is.

        Args:
            cosigned_at: aware times of the trusted witnesses that cosigned it.
            now: aware.
        """
        if not self.quorum:
            return Freshness.UNWITNESSED
        if len(cosigned_at) < self.quorum:
            return Freshness.FEW_WITNESSES
        # The quorum-th newest: before that time fewer than a quorum had seen it.
        completed_at = sorted(cosigned_at, reverse=True)[self.quorum - 1]
        is_stale = now - completed_at > self.max_checkpoint_age
        return Freshness.STALE if is_stale else Freshness.FRESH


def root_method(root: PublicKey) -> str:
    """Return the DID URL of an offline root: its `did:key` and itself."""
    return f"did:key:{root.multibase}#{root.multibase}"


def issue_trust_list(
    trust_list: TrustList, context: Sequence[str], signer: Signer
) -> bytes:
    """Return the list secured by the root, whose method is `root_method`."""
    return secure(trust_list.document(context), signer, trust_list.issued)


def verify_trust_list(
    data: bytes, root: PublicKey, last_version: int, now: datetime
) -> TrustList:
    """Check that the pinned root vouches for `data` now; return the list.

    Args:
        data: the secured bytes.
        root: the pinned key.
        last_version: of the list seen before; 0 for none.
        now: aware.

    Raises:
        BadRecord: not canonical, or not a trust list.
        UntrustedKey: it names another key than the root.
        BadSignature: the root did not sign it.
        TrustListRollback: its version is below `last_version`.
        TrustListExpired: `now` is not before it expires.
    """
    method = proof_of(data).verification_method
    if method != root_method(root):
        raise UntrustedKey(f"the list is signed by {method}, not by the pinned root")
    trust_list = _read(verify_credential(data, root))
    if trust_list.version < last_version:
        raise TrustListRollback(
            f"version {trust_list.version}, but {last_version} was seen before"
        )
    if now >= trust_list.expires:
        raise TrustListExpired(f"the list expired at {trust_list.expires}")
    return trust_list


def _read(document: Mapping[str, object]) -> TrustList:
    try:
        return _trust_list(document)
    except (KeyError, TypeError, ValueError, OverflowError, InvalidInput) as error:
        raise BadRecord(f"not a trust list: {error!r}") from error


def _trust_list(document: Mapping[str, object]) -> TrustList:
    if document["type"] != TYPE:
        raise ValueError(f"type {document['type']!r}")
    log = _named(document["log"], "origin")
    witnesses = tuple(_named(entry, "name") for entry in _list(document["witnesses"]))
    _require_independent(log, witnesses)
    quorum = _number(document["quorum"], 0)
    if quorum > len(witnesses):
        raise ValueError(f"a quorum of {quorum} of {len(witnesses)} witnesses")
    return TrustList(
        version=_number(document["version"], 1),
        issued=_time(document["issued"]),
        expires=_time(document["expires"]),
        log=log,
        witnesses=witnesses,
        quorum=quorum,
        max_checkpoint_age=timedelta(
            hours=_number(document["maxCheckpointAgeHours"], 1)
        ),
        label_keys=tuple(map(_label_key, _list(document["labelKeys"]))),
        label_runs=frozenset(map(_run, _list(document.get("labelRuns", [])))),
    )


def _require_independent(log: NamedKey, witnesses: Sequence[NamedKey]) -> None:
    # A vkey is name+id+key: two names with one key are one witness.
    keys = {witness.vkey.split("+", 2)[-1] for witness in witnesses}
    host = log.name.partition("/")[0]
    for witness in witnesses:
        own = witness.name.partition("/")[0]
        if own == host or own.endswith(f".{host}"):
            raise ValueError(f"the witness {witness.name} is run by the log's operator")
    if len(keys) != len(witnesses):
        raise ValueError("a witness stands there twice")


def _label_key_claim(key: LabelKey) -> dict[str, object]:
    return {
        "publicKeyMultibase": key.public_key.multibase,
        "from": key.first_day.isoformat(),
        "until": key.last_day.isoformat(),
        "status": str(key.status),
    }


def _label_key(value: object) -> LabelKey:
    claim = _object(value)
    return LabelKey(
        PublicKey.parse(_text(claim["publicKeyMultibase"])),
        _day(claim["from"]),
        _day(claim["until"]),
        KeyStatus(_text(claim["status"])),
    )


def _named(value: object, member: str) -> NamedKey:
    claim = _object(value)
    return NamedKey(_text(claim[member]), _text(claim["vkey"]))


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is not an object")
    return value


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is not a list")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


def _number(value: object, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{value!r} is not a number from {least}")
    return value


def _run(value: object) -> bytes:
    text = _text(value)
    if not _RUN.fullmatch(text):
        raise ValueError(f"{text!r} is not {RUN_BYTES} bytes in lower-case hex")
    return bytes.fromhex(text)


def _time(value: object) -> datetime:
    text = _text(value)
    if not _TIME.fullmatch(text):
        raise ValueError(f"{text!r} is not a time in UTC, whole seconds")
    return datetime.fromisoformat(text).astimezone(UTC)


def _day(value: object) -> date:
    day = date.fromisoformat(_text(value))
    if day.isoformat() != value:  # 3.11 also reads 20260901
        raise ValueError(f"{value!r} is not a date YYYY-MM-DD")
    return day
