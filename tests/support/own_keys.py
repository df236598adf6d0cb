"""Keys that organisations of the cast hold themselves, enrolled beside custody."""

from registry.commands.keys import add_key, finish_key
from registry.domain.keys import EndKey, EnrolKey, possession_message
from registry.domain.parties import Actor
from registry.signing.did import verification_method
from registry.signing.keys import Ed25519Signer, encode_multibase, public_key_of
from tests.support.cast import Cast
from tests.support.keys import seed


def own_seed(who: Actor, name: str = "own") -> bytes:
    """Return the seed of a key that the registry never sees."""
    return seed(f"{who.organisation.slug} {name}")


def own_signer(who: Actor, name: str = "own") -> Ed25519Signer:
    """Return a signer with that key."""
    secret = own_seed(who, name)
    method = verification_method(who.organisation.did, public_key_of(secret))
    return Ed25519Signer(method, secret)


def enrolment(who: Actor, name: str = "own") -> EnrolKey:
    """Return that key with the proof that its holder has it."""
    did = who.organisation.did
    public_key = public_key_of(own_seed(who, name))
    possession = own_signer(who, name).sign(possession_message(did, public_key))
    return EnrolKey(
        did, public_key.multibase, "organisation", encode_multibase(possession)
    )


def enrols_own(cast: Cast, who: Actor, name: str = "own") -> Ed25519Signer:
    """Enrol that key in the log, signed by the one in custody, and return it."""
    add_key(
        cast.registry,
        who,
        enrolment(who, name),
        request_id=cast.next_request(),
        now=cast.now,
    )
    return own_signer(who, name)


def ends_key(cast: Cast, who: Actor, method: str, change: str) -> None:
    """Retire or revoke a key."""
    finish_key(
        cast.registry,
        who,
        EndKey(method.partition("#")[0], method, change, "手机丢了"),
        request_id=cast.next_request(),
        now=cast.now,
    )
