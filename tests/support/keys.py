"""Fixed keys from a name, so that vectors can be made again byte for byte."""

import hashlib


def seed(name: str) -> bytes:
    """Return the 32-byte Ed25519 seed of `name`, worthless outside tests."""
    return hashlib.sha256(b"produce-registry test key " + name.encode()).digest()
