"""Prepare, sign elsewhere, submit: commands signed with a key that is not here.

*Prepare* runs the command up to the moment of signing and puts the request aside, with
the seed of its random numbers, so that *submit* comes to the same bytes. *Submit* runs
the command again, rules and all: what has become forbidden in between is refused, and a
signature over anything else than the rules' own document does not fit.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from registry.commands.catalogue import command_named
from registry.commands.issuing import Receipt
from registry.domain.parties import Actor
from registry.errors import Conflict, NotAllowed, NotFound
from registry.service import Registry
from registry.signing.credential import prepare as prepare_credential
from registry.signing.signatory import Preparation, Presented, SignatureNeeded
from registry.store.prepared import PreparedRequest, prepared_request, put_aside
from registry.store.queries.organisations import key_by_method

GOOD_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class ToSign:
    """One document for the holder of the key.

    The holder canonicalises and hashes the document itself and never signs a hash that
    it is given; `hash_data` is for comparison.

    Attributes:
        document: the unsigned credential.
        created: goes into the proof, RFC 3339.
    """

    document: dict[str, object]
    created: datetime
    hash_data: bytes


@dataclass(frozen=True, slots=True)
class PreparedCommand:
    """A command that waits for signatures."""

    request_id: str
    command: str
    verification_method: str
    documents: tuple[ToSign, ...]


def _seeded(seed: bytes) -> Callable[[int], bytes]:
    """Return random bytes that are the same for prepare and submit of one request."""
    counter = 0

    def entropy(length: int) -> bytes:
        nonlocal counter
        counter += 1
        return hashlib.shake_256(seed + counter.to_bytes(8, "big")).digest(length)

    return entropy


def prepare(
    registry: Registry,
    actor: Actor,
    command: str,
    given: object,
    *,
    verification_method: str,
    request_id: str,
    now: datetime,
) -> PreparedCommand:
    """Run a command up to its signature and put it aside.

    Raises:
        RegistryError: from the rules; nothing was put aside.
        NotAllowed: the key is not an active key of the actor's organisation.
        Conflict: the request was carried out already.
    """
    _require_own_key(actor, verification_method)
    seed = registry.entropy(32)
    # Whole seconds: the document holds no finer time.
    at = now.replace(microsecond=0)
    preparing = replace(registry, signatory=Preparation(), entropy=_seeded(seed))
    found = command_named(command)
    try:
        found.run(preparing, actor, given, request_id=request_id, now=at)
    except SignatureNeeded as needed:
        documents = needed.documents
    else:
        raise Conflict.at("request_id", "This request was carried out already.")
    put_aside(
        PreparedRequest(
            request_id,
            actor.organisation.did,
            command,
            found.dump(given),
            verification_method,
            seed,
            at,
        )
    )
    return PreparedCommand(
        request_id,
        command,
        verification_method,
        tuple(
            ToSign(
                dict(document),
                at,
                prepare_credential(document, verification_method, at).hash_data,
            )
            for document in documents
        ),
    )


def submit(
    registry: Registry,
    actor: Actor,
    request_id: str,
    signatures: Sequence[bytes],
    *,
    now: datetime,
) -> Receipt:
    """Carry out a prepared command with its signatures.

    A second submit of the same request gives the same receipt.

    Raises:
        NotFound: nothing was prepared under this id, or it is too old.
        NotAllowed: it was prepared by another organisation, or the key has ended.
        BadSignature: the signature is over another document.
        RegistryError: the rules refuse it now.
    """
    waiting = prepared_request(request_id)
    if waiting is None or now - waiting.at > GOOD_FOR:
        raise NotFound.at(
            "request_id",
            "Nothing waits for a signature under this number. Prepare it again.",
        )
    if waiting.organisation != actor.organisation.did:
        raise NotAllowed.at("request_id", "This was prepared for another organisation.")
    _require_own_key(actor, waiting.verification_method)
    found = command_named(waiting.command)
    signing = replace(
        registry,
        signatory=Presented(waiting.verification_method, tuple(signatures)),
        entropy=_seeded(waiting.entropy_seed),
    )
    return found.run(
        signing,
        actor,
        found.parse(waiting.given),
        request_id=request_id,
        now=waiting.at,
    )


def _require_own_key(actor: Actor, method: str) -> None:
    key = key_by_method(method)
    if (
        key is None
        or key.organisation != actor.organisation.did
        or key.status != "active"
    ):
        raise NotAllowed.at(
            "verification_method",
            "{method} is not an active key of {organisation}. Enrol it first.",
            method=method,
            organisation=actor.organisation.name,
        )
