"""Keys of an organisation: enrolled, retired, revoked, each by a record in the log.

* A new key is enrolled by a record that an old key of the organisation signs, or an
  authority of its division. The operator may enrol an organisation's *first* key and no
  other: else it could add one for itself.
* A self-held key proves its possession, so that nobody enrols another's public key.
* Retired: what it signed before stays good. Revoked: what it signed from
  `compromisedFromIndex` on does not count. The owner can only say "from here on"; an
  earlier index needs an authority, else a laboratory could repudiate its own failure.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.divisions import Divisions
from registry.domain.parties import Actor, Kind, Organisation, Role, parse_name
from registry.domain.records import RecordType, Statement
from registry.errors import Conflict, InvalidInput, NotAllowed, VerificationError
from registry.signing.canonical import canonicalize
from registry.signing.did import verification_method
from registry.signing.keys import PublicKey, decode_multibase

POSSESSION = b"produce-registry key possession v1\0"
MOST_KEYS = 16


class Custody(enum.StrEnum):
    """Who holds the private half, in the record's words."""

    OPERATOR = "operator"
    ORGANISATION = "organisation"


class KeyChange(enum.StrEnum):
    """What a KeyRecord does."""

    ENROL = "enrol"
    RETIRE = "retire"
    REVOKE = "revoke"


@dataclass(frozen=True, slots=True)
class KeyState:
    """A key as the log has it now.

    Attributes:
        status: `active`, `retired` or `revoked`.
    """

    verification_method: str
    organisation: str
    public_key: PublicKey
    custody: Custody
    status: str


def possession_message(did: str, public_key: PublicKey) -> bytes:
    """Return what a new key signs to show that its holder wants it for `did`."""
    claim = canonicalize({"id": did, "publicKeyMultibase": public_key.multibase})
    return POSSESSION + claim


def key_claim(
    method: str, public_key: PublicKey, custody: Custody, possession: str = ""
) -> dict[str, object]:
    """Return the `key` member of a KeyRecord."""
    claim: dict[str, object] = {
        "id": method,
        "type": "Multikey",
        "publicKeyMultibase": public_key.multibase,
        "custody": str(custody),
    }
    return claim | ({"possession": possession} if possession else {})


@dataclass(frozen=True, slots=True)
class EnrolKey:
    """Input: enrol a key.

    Attributes:
        public_key: Multikey, `z6Mk...`.
        possession: multibase signature over `possession_message`; empty for a
            custodial key that the registry has just made.
    """

    organisation: str
    public_key: str
    custody: str
    possession: str = ""


def enrol_key(
    actor: Actor,
    given: EnrolKey,
    target: Organisation | None,
    held: Sequence[KeyState],
    divisions: Divisions,
) -> Statement:
    """Decide whether a key may be enrolled, and say so.

    Args:
        actor: a manager of the organisation, or an authority's officer.
        given: the key.
        target: the organisation named.
        held: every key it has had.
        divisions: the tree of administrative divisions.

    Raises:
        InvalidInput: not a key, or its possession is not proved.
        NotAllowed: the actor may not enrol it.
        Conflict: it is enrolled already, or there are too many.
    """
    owner = _require_right(actor, target, divisions)
    public_key = PublicKey.parse(given.public_key)
    custody = Custody(given.custody)
    if custody is Custody.ORGANISATION:
        _require_possession(owner.did, public_key, given.possession)
    method = verification_method(owner.did, public_key)
    if any(key.public_key == public_key for key in held):
        raise Conflict.at("public_key", "This key is enrolled already.")
    if sum(key.status == "active" for key in held) >= MOST_KEYS:
        raise Conflict.at(
            "public_key", "{most} keys are active. Retire one first.", most=MOST_KEYS
        )
    return _statement(
        actor,
        owner,
        KeyChange.ENROL,
        {"key": key_claim(method, public_key, custody, given.possession)},
    )


@dataclass(frozen=True, slots=True)
class EndKey:
    """Input: retire or revoke a key.

    Attributes:
        compromised_from: tree size from which it was in wrong hands; only an authority
            may name one, None means from here on.
    """

    organisation: str
    verification_method: str
    change: str
    reason: str
    compromised_from: int | None = None


def end_key(
    actor: Actor,
    given: EndKey,
    target: Organisation | None,
    held: Sequence[KeyState],
    divisions: Divisions,
    tree_size: int,
) -> Statement:
    """Decide whether a key may be retired or revoked, and say so.

    Args:
        actor: a manager of the organisation, or an authority's officer.
        given: which key, how and why.
        target: the organisation named.
        held: every key it has had.
        divisions: the tree of administrative divisions.
        tree_size: of the log now.

    Raises:
        InvalidInput: no reason, or an index beyond the log.
        NotAllowed: the actor may not, or an owner named an earlier index.
        Conflict: the key has ended, or nobody could sign for the organisation then.
    """
    owner = _require_right(actor, target, divisions)
    if given.change not in {KeyChange.RETIRE, KeyChange.REVOKE}:
        raise InvalidInput.at("change", "Unknown change: {given}.", given=given.change)
    reason = parse_name(given.reason, "reason", 200)
    key = next(
        (k for k in held if k.verification_method == given.verification_method), None
    )
    if key is None or key.status != "active":
        raise Conflict.at(
            "verification_method",
            "This key is not an active key of {organisation}.",
            organisation=owner.name,
        )
    own = actor.organisation.did == owner.did
    others = [k for k in held if k.status == "active" and k != key]
    if own and given.change == KeyChange.RETIRE and not others:
        raise Conflict.at(
            "verification_method",
            "This is the last active key. Enrol another one first.",
        )
    claim: dict[str, object] = {"key": {"id": key.verification_method}}
    if given.compromised_from is not None:
        claim["compromisedFromIndex"] = _earlier_index(
            given.compromised_from, tree_size, own=own
        )
    return _statement(actor, owner, KeyChange(given.change), claim | {"reason": reason})


def _earlier_index(compromised_from: int, tree_size: int, *, own: bool) -> int:
    if own:
        raise NotAllowed.at(
            "compromised_from",
            "You can revoke your key from here on. What it signed before can only be "
            "disowned by an authority.",
        )
    if not 0 <= compromised_from <= tree_size:
        raise InvalidInput.at(
            "compromised_from",
            "{given} is not an index of the log, which has {size} entries.",
            given=compromised_from,
            size=tree_size,
        )
    return compromised_from


def _require_right(
    actor: Actor, target: Organisation | None, divisions: Divisions
) -> Organisation:
    """Return the organisation if the actor may change its keys."""
    if target is not None:
        own = actor.organisation
        if own.did == target.did and actor.role is Role.MANAGER:
            return target
        governs = own.kind is Kind.AUTHORITY and divisions.contains(
            own.division, target.division
        )
        # Not over its equal: two authorities of one county, or of the root's province,
        # could else end each other's keys.
        is_peer = target.kind is Kind.AUTHORITY and target.division == own.division
        if governs and not is_peer and actor.role is Role.MANAGER:
            return target
    raise NotAllowed.at(
        "organisation",
        "Only a manager of the organisation, or an authority of its division, can "
        "change its keys.",
    )


def _require_possession(did: str, public_key: PublicKey, possession: str) -> None:
    try:
        signature = decode_multibase(possession)
        public_key.verify(signature, possession_message(did, public_key))
    except (VerificationError, InvalidInput) as error:
        raise InvalidInput.at(
            "possession",
            "The proof that you hold this key does not fit. Make it again on the "
            "device that holds the key.",
        ) from error


def _statement(
    actor: Actor, owner: Organisation, change: KeyChange, claim: dict[str, object]
) -> Statement:
    subject: dict[str, object] = {
        "id": owner.did,
        "type": "OrganisationKey",
        "action": str(change),
    }
    return Statement(
        RecordType.KEY, actor.organisation.did, subject | claim, person=actor.person
    )
