"""A private key in a file of its own: encrypted PKCS#8 (RFC 5958) in PEM.

Any tool that knows PKCS#8 opens it with the passphrase. The file is its owner's to
read, and never written over another: a key that is gone cannot be made again.
"""

import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.signing.keys import PublicKey, public_key_of

# In characters: whoever copies the file can try as many as he likes.
SHORTEST_PASSPHRASE = 12


def write_key_file(path: Path, seed: bytes, passphrase: str) -> PublicKey:
    """Keep a 32-byte `seed` in a new file, mode 0400; return its public key.

    Raises:
        InvalidInput: the passphrase is too short.
        Conflict: the file exists.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise InvalidInput.at(
            "passphrase",
            "A passphrase of {given} characters is too short; type {least} or more.",
            given=len(passphrase),
            least=SHORTEST_PASSPHRASE,
        )
    pem = Ed25519PrivateKey.from_private_bytes(seed).private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        BestAvailableEncryption(passphrase.encode()),
    )
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError as error:
        raise Conflict.at(
            "file", "{path} exists. A key is never written over.", path=path
        ) from error
    path.write_bytes(pem)
    path.chmod(0o400)
    return public_key_of(seed)


def read_key_file(path: Path, passphrase: str) -> bytes:
    """Return the 32-byte seed in a file.

    Raises:
        InvalidInput: missing, damaged, no Ed25519 key, the wrong passphrase, or others
            can read it.
    """
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode())
    except FileNotFoundError as error:
        raise _unusable(path, "it is missing") from error
    except (ValueError, TypeError) as error:
        raise _unusable(path, "it is damaged, or the passphrase is wrong") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _unusable(path, "it is no Ed25519 key")
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise _unusable(path, "others can read it; run chmod 0400")
    return key.private_bytes_raw()


def _unusable(path: Path, reason: str) -> RegistryError:
    return InvalidInput.at(
        "file", "The key {path} cannot be used: {reason}.", path=path, reason=reason
    )
