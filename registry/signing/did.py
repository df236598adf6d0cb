"""Names of organisations: `did:web`, and the DID documents that mirror the log.

Standards: W3C DID Core 1.0, did:web method, Multikey of W3C CID 1.0. Keys are read from
the log; a DID document shows them to software that knows no log and decides nothing
here. An organisation's own domain appears only as `alsoKnownAs` and is never fetched.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from registry.errors import InvalidInput, RegistryError
from registry.signing.keys import PublicKey

CONTEXTS = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::[1-9][0-9]{{0,4}})?", re.ASCII)
_SEGMENT = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
_MAX_HOST = 253


@dataclass(frozen=True, slots=True)
class DidWeb:
    """A `did:web` taken apart.

    Attributes:
        host: lower-case host, with `:port` where one is named.
        path: path segments, empty for a DID that is a bare host.
    """

    host: str
    path: tuple[str, ...] = ()

    def __str__(self) -> str:
        # The colon divides segments, so a port's colon is percent-encoded (did:web).
        return ":".join(("did:web", self.host.replace(":", "%3A"), *self.path))


def organisation_did(identity_host: str, slug: str) -> str:
    """Return the DID of the organisation `slug` of the registry at `identity_host`.

    Raises:
        InvalidInput: the host or the slug cannot stand in a `did:web`.
    """
    named = DidWeb(identity_host, ("orgs", slug))
    # A colon in the slug would name another path.
    if parse_did_web(str(named)) != named:
        raise _not_did_web(str(named))
    return str(named)


def verification_method(did: str, public_key: PublicKey) -> str:
    """Return the DID URL of one key: the DID, `#`, and the key as a Multikey."""
    return f"{did}#{public_key.multibase}"


def parse_verification_method(method: str) -> tuple[str, PublicKey]:
    """Return the DID and the key that `verification_method` made `method` of.

    Raises:
        InvalidInput: it has no fragment, or the fragment is no Ed25519 Multikey.
    """
    did, _, fragment = method.partition("#")
    return did, PublicKey.parse(fragment)


def did_document(
    did: str, keys: Sequence[PublicKey], also_known_as: Sequence[str] = ()
) -> dict[str, object]:
    """Return the DID document that lists `keys` for making statements.

    Args:
        did: subject and controller of the keys.
        keys: those that may sign now, oldest first.
        also_known_as: the organisation's other names, such as its own `did:web`.
    """
    methods = [verification_method(did, key) for key in keys]
    names: dict[str, object] = (
        {"alsoKnownAs": list(also_known_as)} if also_known_as else {}
    )
    return {
        "@context": list(CONTEXTS),
        "id": did,
        **names,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": key.multibase,
            }
            for method, key in zip(methods, keys, strict=True)
        ],
        "assertionMethod": methods,
    }


def parse_did_web(did: str) -> DidWeb:
    """Return the parts of a `did:web`.

    Raises:
        InvalidInput: another method, a host that is not lower-case ASCII, or a path
            segment with a character other than letters, digits, `.`, `_` and `-`.
    """
    method, _, identifier = did.partition("did:web:")
    host, *path = identifier.split(":")
    parsed = DidWeb(host.replace("%3A", ":"), tuple(path))
    if (
        method
        or str(parsed) != did
        or len(parsed.host) > _MAX_HOST
        or not _HOST.fullmatch(parsed.host)
        or not all(map(_is_segment, path))
    ):
        raise _not_did_web(did)
    return parsed


def _not_did_web(did: str) -> RegistryError:
    return InvalidInput.at(
        "did",
        "“{given}” is not a did:web such as did:web:trace.example:orgs:amina.",
        given=did,
    )


def _is_segment(text: str) -> bool:
    # A segment of dots would climb out of the path that the DID resolves to.
    return _SEGMENT.fullmatch(text) is not None and bool(text.strip("."))
