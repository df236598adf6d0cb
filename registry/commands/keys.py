"""Keys: enrol (made here or held elsewhere), retire, revoke."""

from collections.abc import Sequence
from datetime import datetime

from registry.commands.issuing import Receipt, issue
from registry.domain.keys import (
    Custody,
    EndKey,
    EnrolKey,
    KeyState,
    end_key,
    enrol_key,
)
from registry.domain.parties import Actor
from registry.domain.records import Statement
from registry.service import Registry
from registry.signing.did import verification_method
from registry.signing.keys import PublicKey, public_key_of
from registry.store.queries.organisations import keys_of, organisation_by_did


def held_keys(did: str) -> Sequence[KeyState]:
    """Return every key that an organisation has had, oldest first."""
    return [
        KeyState(
            key.verification_method,
            key.organisation,
            PublicKey.parse(key.public_key),
            Custody(key.custody),
            key.status,
        )
        for key in keys_of(did)
    ]


def add_key(
    registry: Registry,
    actor: Actor,
    given: EnrolKey,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Enrol a key that its organisation holds itself."""

    def decide() -> list[Statement]:
        return [_enrolment(registry, actor, given)]

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]


def add_custodial_key(
    registry: Registry,
    actor: Actor,
    organisation: str,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Make a key here and keep it for the organisation: rotation in custody."""
    seed = registry.entropy(32)
    nonce = registry.entropy(12)

    def decide() -> list[Statement]:
        public_key = public_key_of(seed)
        given = EnrolKey(organisation, public_key.multibase, Custody.OPERATOR)
        statement = _enrolment(registry, actor, given)
        method = verification_method(organisation, public_key)
        registry.custody.keep(organisation, method, seed, nonce)
        return [statement]

    return issue(
        registry,
        actor.organisation.did,
        ("custodial key", organisation),
        decide,
        request_id=request_id,
        now=now,
    )[0]


def _enrolment(registry: Registry, actor: Actor, given: EnrolKey) -> Statement:
    return enrol_key(
        actor,
        given,
        organisation_by_did(given.organisation),
        held_keys(given.organisation),
        registry.reference.divisions,
    )


def finish_key(
    registry: Registry,
    actor: Actor,
    given: EndKey,
    *,
    request_id: str,
    now: datetime,
) -> Receipt:
    """Retire or revoke a key."""

    def decide() -> list[Statement]:
        return [
            end_key(
                actor,
                given,
                organisation_by_did(given.organisation),
                held_keys(given.organisation),
                registry.reference.divisions,
                registry.ledger.head().tree_size,
            )
        ]

    return issue(
        registry,
        actor.organisation.did,
        given,
        decide,
        request_id=request_id,
        now=now,
    )[0]
