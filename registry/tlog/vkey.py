"""Verifier keys: the `name+id+key` texts of C2SP signed-note, for Ed25519.

The signature type is part of the key id, so that a note's key (0x01) and a witness's
(0x04) are told apart even when the 32 bytes are the same.
"""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from registry.errors import BadCheckpoint, InvalidInput, RegistryError
from registry.tlog.base64_text import decode_base64, encode_base64

KEY_ID_BYTES = 4
PUBLIC_KEY_BYTES = 32


def key_id(name: str, signature_type: int, public_key: bytes) -> bytes:
    """Return SHA-256(name || newline || type || key), cut to 4 bytes."""
    named = name.encode() + b"\n" + bytes([signature_type]) + public_key
    return hashlib.sha256(named).digest()[:KEY_ID_BYTES]


def encode_vkey(name: str, signature_type: int, public_key: bytes) -> str:
    """Return the key as a text to hand to those who verify."""
    identifier = key_id(name, signature_type, public_key).hex()
    material = encode_base64(bytes([signature_type]) + public_key)
    return f"{name}+{identifier}+{material}"


def parse_vkey(vkey: str, signature_type: int) -> tuple[str, bytes]:
    """Return the name and the 32-byte key of a vkey of one signature type.

    Raises:
        InvalidInput: malformed, of another signature type, or its id is not the one
            that its name and key give.
    """
    # Base 64 may hold a plus, a name and an id never do.
    name, _, rest = vkey.partition("+")
    _, _, encoded = rest.partition("+")
    try:
        material = decode_base64(encoded)
        check_key(name, material[1:])
    except ValueError as error:
        raise _not_a_vkey(vkey, signature_type) from error
    if encode_vkey(name, signature_type, material[1:]) != vkey:
        raise _not_a_vkey(vkey, signature_type)
    return name, material[1:]


def check_key(name: str, public_key: bytes) -> None:
    """Refuse what cannot name a key or be one.

    Raises:
        ValueError: the name is empty or holds a space, a plus or a control character,
            or the key has not 32 bytes.
    """
    if not is_key_name(name):
        raise ValueError(f"{name!r} cannot name a key")
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise ValueError(f"the key has {len(public_key)} bytes, expected 32")


def is_key_name(name: str) -> bool:
    """Whether `name` may stand in a signature line."""
    return bool(name) and not any(
        character == "+" or character < " " or character.isspace() for character in name
    )


def verify_ed25519(name: str, public_key: bytes, signature: bytes, data: bytes) -> None:
    """Check an Ed25519 signature made by the key called `name`.

    Raises:
        BadCheckpoint: it does not verify.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except InvalidSignature as error:
        raise BadCheckpoint(f"the signature of {name} does not verify") from error


def _not_a_vkey(vkey: str, signature_type: int) -> RegistryError:
    return InvalidInput.at(
        "vkey",
        "“{given}” is not a verifier key name+id+key of signature type {type}; copy "
        "the whole text that the key's owner published.",
        given=vkey,
        type=f"{signature_type:#04x}",
    )
