"""Ed25519 keys (RFC 8032) and their text form, the Multikey of W3C CID 1.0.

`Signer` is all that the rest of the house sees of a private key, so that a key in
custody, a key in a browser and a key in a test are used alike.
"""

from dataclasses import dataclass
from typing import Protocol

import base58
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from registry.errors import BadSignature, InvalidInput

SIGNATURE_BYTES = 64
MAX_MULTIBASE = 128  # characters; decoding takes time with the square of it
_MULTICODEC = b"\xed\x01"  # ed25519-pub as a varint

_FIELD_PRIME = 2**255 - 19
# y coordinates of the eight points of small order. Under such a "key" one signature
# fits many messages, and its holder could disown what was truly signed.
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _FIELD_PRIME - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)


class Signer(Protocol):
    """Signs in the name of one verification method, whoever holds the key."""

    @property
    def verification_method(self) -> str:
        """The DID URL that verifiers find the public key by."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature over `data`."""
        ...


class Ed25519Signer:
    """A `Signer` that holds its seed in memory."""

    __slots__ = ("_key", "verification_method")

    def __init__(self, verification_method: str, seed: bytes) -> None:
        """Take a 32-byte `seed` (RFC 8032, 5.1.5)."""
        self.verification_method = verification_method
        self._key = Ed25519PrivateKey.from_private_bytes(seed)

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of an Ed25519 signature over `data`."""
        return self._key.sign(data)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key that is safe to hold its owner to.

    Attributes:
        raw: 32 bytes (RFC 8032, 5.1.2).

    Raises:
        InvalidInput: not 32 bytes, not the canonical encoding of a coordinate, or a
            point of small order.
    """

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:
            raise InvalidInput.at(
                "public_key",
                "The key has {given} bytes; an Ed25519 public key has 32.",
                given=len(self.raw),
            )
        y = int.from_bytes(self.raw, "little") & (2**255 - 1)
        if y >= _FIELD_PRIME or y in _SMALL_ORDER_Y:
            raise InvalidInput.at(
                "public_key",
                "This Ed25519 public key is weak: anyone could sign with it. "
                "Make a new key pair.",
            )

    @classmethod
    def parse(cls, multibase: str) -> "PublicKey":
        """Return the key of a Multikey text such as `z6Mk...`.

        Raises:
            InvalidInput: not multibase base58btc, not an Ed25519 Multikey, or a weak
                key.
        """
        raw = decode_multibase(multibase)
        if not raw.startswith(_MULTICODEC):
            raise InvalidInput.at(
                "public_key",
                "“{given}” is not an Ed25519 Multikey; those begin with z6Mk.",
                given=multibase,
            )
        return cls(raw.removeprefix(_MULTICODEC))

    @property
    def multibase(self) -> str:
        """The key as a Multikey: base58btc of 0xed01 and the raw key."""
        return encode_multibase(_MULTICODEC + self.raw)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Check that this key signed `data`.

        Raises:
            BadSignature: it did not.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except InvalidSignature as error:
            raise BadSignature(
                f"the signature does not match the bytes and key {self.multibase}"
            ) from error


def public_key_of(seed: bytes) -> PublicKey:
    """Return the public key of a 32-byte `seed`."""
    private_key = Ed25519PrivateKey.from_private_bytes(seed)
    return PublicKey(private_key.public_key().public_bytes_raw())


def encode_multibase(data: bytes) -> str:
    """Return `data` as multibase base58btc: `z` and the base58 text."""
    return "z" + base58.b58encode(data).decode("ascii")


def decode_multibase(text: str) -> bytes:
    """Return the bytes of a multibase base58btc `text`, in its one spelling.

    Raises:
        InvalidInput: no leading `z`, a character outside the alphabet, or more than
            `MAX_MULTIBASE` characters.
    """
    problem = InvalidInput.at(
        "multibase", "“{given}” is not multibase base58btc text.", given=text
    )
    # base58 would drop a trailing space, and a text would have two spellings.
    if not text.startswith("z") or text != text.strip() or len(text) > MAX_MULTIBASE:
        raise problem
    try:
        return base58.b58decode(text[1:])
    except ValueError as error:
        raise problem from error
