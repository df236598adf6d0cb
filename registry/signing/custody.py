"""Custodial seeds at rest: AES-256-GCM (NIST SP 800-38D) under a key-encryption key.

The verification method and the name of the key-encryption key are authenticated with
the seed: a row copied to another organisation, or restored under another key, opens
for nobody. Who holds both this file's output and the key-encryption key can sign as the
organisation; that is what custody means, and the shopper's page says so.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.errors import UntrustedKey

SEED_BYTES = 32
KEK_BYTES = 32
NONCE_BYTES = 12


def seal_seed(
    seed: bytes, kek: bytes, kek_id: str, verification_method: str, nonce: bytes
) -> bytes:
    """Return `nonce` followed by the sealed seed: 12 + 32 + 16 bytes.

    Args:
        seed: 32 bytes.
        kek: the key-encryption key, 32 bytes.
        kek_id: its name, so that it can be rotated; without `|`.
        verification_method: the DID URL that the seed signs for.
        nonce: 12 random bytes, never used twice with one `kek`.

    Raises:
        ValueError: a length is wrong or `kek_id` holds a `|`.
    """
    _check_length("seed", seed, SEED_BYTES)
    _check_length("nonce", nonce, NONCE_BYTES)
    cipher = _cipher(kek)
    context = _context(verification_method, kek_id)
    return nonce + cipher.encrypt(nonce, seed, context)


def open_seed(
    sealed: bytes, kek: bytes, kek_id: str, verification_method: str
) -> bytes:
    """Return the seed that `seal_seed` sealed with the same three arguments.

    Raises:
        UntrustedKey: sealed for another verification method or key-encryption key, or
            altered.
    """
    cipher = _cipher(kek)
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return cipher.decrypt(nonce, ciphertext, _context(verification_method, kek_id))
    except (InvalidTag, ValueError) as error:
        raise UntrustedKey(
            f"the sealed seed of {verification_method} does not open under {kek_id}: "
            "it was altered, moved, or sealed under another key-encryption key"
        ) from error


def _cipher(kek: bytes) -> AESGCM:
    _check_length("key-encryption key", kek, KEK_BYTES)
    return AESGCM(kek)


def _context(verification_method: str, kek_id: str) -> bytes:
    # The last bar divides the two names, whatever a DID URL may hold.
    if "|" in kek_id:
        raise ValueError(f"the key-encryption key's name {kek_id!r} holds a bar")
    return f"{verification_method}|{kek_id}".encode()


def _check_length(what: str, data: bytes, expected: int) -> None:
    if len(data) != expected:
        raise ValueError(f"the {what} has {len(data)} bytes, expected {expected}")
