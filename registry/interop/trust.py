"""The registry's trust list: what its settings come to, signed by the offline root.

    HOME/trust-list.json        the newest, which is served and named by bundles
    HOME/trust-list.<N>.json    every version, kept

A version never falls: phones that saw a newer one refuse an older. The root stays, too:
phones and saved verifiers have pinned it, and another one looks like an attack to them.
"""

import os
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from registry.domain.records import CONTEXT_PATH, CREDENTIALS_V2
from registry.errors import (
    BadRecord,
    Conflict,
    InvalidInput,
    RegistryError,
    VerificationError,
)
from registry.signing.canonical import parse_canonical
from registry.signing.credential import proof_of, verify_credential
from registry.signing.keys import Ed25519Signer, PublicKey, public_key_of
from registry.signing.trust_list import (
    NamedKey,
    TrustList,
    issue_trust_list,
    root_method,
)
from registry.tlog.note import NoteVerifier
from registry.tlog.policy import NONE, Policy, Witness

FILE = "trust-list.json"
MAX_CHECKPOINT_AGE = timedelta(hours=24)

_KEPT = re.compile(r"trust-list\.([1-9][0-9]{0,8})\.json")
_ROOT = re.compile(r"did:key:(z[1-9A-HJ-NP-Za-km-z]+)#\1")


@dataclass(frozen=True, slots=True)
class IssuedList:
    """A trust list as it is served.

    Attributes:
        root: whose signature it bears; whether that is *the* root, a reader must know.
    """

    version: int
    root: PublicKey
    data: bytes


def parse_issued(data: bytes) -> IssuedList:
    """Return a trust list that is signed by the root which it names itself.

    Raises:
        VerificationError: it is not.
    """
    root = root_of(data)
    version = verify_credential(data, root).get("version")
    if not isinstance(version, int):
        raise BadRecord("the trust list has no version")
    return IssuedList(version, root, data)


def root_of(data: bytes) -> PublicKey:
    """Return the root that a trust list names; nothing is verified.

    Raises:
        BadRecord: it names none.
    """
    named = _ROOT.fullmatch(proof_of(data).verification_method)
    if named is None:
        raise BadRecord("the trust list names no did:key as its root")
    try:
        return PublicKey.parse(named[1])
    except InvalidInput as error:
        raise BadRecord(str(error)) from error


def parse_root(text: str) -> PublicKey:
    """Return the key of a root given as `did:key:z6Mk...`, or as the Multikey alone.

    Raises:
        InvalidInput: neither.
    """
    return PublicKey.parse(text.strip().removeprefix("did:key:").partition("#")[0])


def issued_list(home: Path) -> IssuedList | None:
    """Return the newest list of a home, or None.

    None also where the file is damaged: pages then say that the server checked.
    """
    try:
        return _parsed((home / FILE).read_bytes())
    except (FileNotFoundError, VerificationError):
        return None


def trust_version(home: Path) -> int:
    """Return the version that bundles name; 0 where there is no list."""
    issued = issued_list(home)
    return issued.version if issued else 0


_parsed = lru_cache(maxsize=8)(parse_issued)


def next_trust_list(
    log: NoteVerifier, policy: Policy, version: int, now: datetime, lasts: timedelta
) -> TrustList:
    """Return what the next list says.

    Raises:
        InvalidInput: the policy's quorum cannot be said as a number of witnesses.
    """
    witnesses, quorum = _flat(policy, log.name)
    issued = now.replace(microsecond=0)
    return TrustList(
        version=version,
        issued=issued,
        expires=issued + lasts,
        log=NamedKey(log.name, log.vkey),
        witnesses=tuple(
            NamedKey(each.verifier.name, each.verifier.vkey) for each in witnesses
        ),
        quorum=quorum,
        max_checkpoint_age=MAX_CHECKPOINT_AGE,
    )


def issue_next(
    home: Path,
    log: NoteVerifier,
    policy: Policy,
    root_seed: bytes,
    now: datetime,
    lasts: timedelta,
) -> IssuedList:
    """Sign the next version of the list into `home` and return it.

    Args:
        home: of the registry.
        log: its key.
        policy: its witnesses.
        root_seed: 32 bytes.
        now: aware; when it is issued.
        lasts: until it expires.

    Raises:
        Conflict: the list there is signed by another root.
        InvalidInput: the policy cannot be said in a list.
        VerificationError: the list there is damaged.
    """
    root = public_key_of(root_seed)
    _require_same_root(home, root)
    version = 1 + max(_versions(home), default=0)
    wanted = next_trust_list(log, policy, version, now, lasts)
    host = log.name.partition("/")[0]
    data = issue_trust_list(
        wanted,
        (CREDENTIALS_V2, f"https://{host}{CONTEXT_PATH}"),
        Ed25519Signer(root_method(root), root_seed),
    )
    _write(home / f"trust-list.{version}.json", data)
    _write(home / FILE, data)
    return IssuedList(version, root, data)


def _require_same_root(home: Path, root: PublicKey) -> None:
    path = home / FILE
    if not path.exists():
        return
    pinned = parse_issued(path.read_bytes()).root
    if pinned != root:
        raise Conflict.at(
            "root",
            "{path} is signed by did:key:{pinned}, which phones have pinned. Sign with "
            "that root; another one looks like an attack to them.",
            path=path,
            pinned=pinned.multibase,
        )


def _versions(home: Path) -> list[int]:
    kept = [
        int(match[1])
        for each in home.iterdir()
        if (match := _KEPT.fullmatch(each.name))
    ]
    newest = home / FILE
    if newest.exists():
        version = parse_canonical(newest.read_bytes()).get("version")
        kept += [version] if isinstance(version, int) else []
    return kept


def _flat(policy: Policy, origin: str) -> tuple[tuple[Witness, ...], int]:
    """Return the witnesses and how many of them suffice, as a list can say it."""
    independent = policy.independent(origin)
    if policy.quorum == NONE:
        return independent, 0
    group = policy.groups.get(policy.quorum)
    members = group.members if group else (policy.quorum,)
    threshold = group.threshold if group else 1
    if any(member in policy.groups for member in members):
        raise _unsaid("its quorum is a group of groups")
    counted = tuple(each for each in independent if each.name in members)
    if len(counted) < threshold:
        raise _unsaid(f"{threshold} witnesses are asked for, but {len(counted)} count")
    return counted, threshold


def _unsaid(reason: str) -> RegistryError:
    return InvalidInput.at(
        "policy",
        "A trust list cannot say this witness policy: {reason}. It knows one list of "
        "independent witnesses and how many of them suffice.",
        reason=reason,
    )


def _write(path: Path, data: bytes) -> None:
    """Write atomically and durably."""
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
