"""The witness's key: one line, name and seed, in a file that only its owner reads."""

import stat
from pathlib import Path

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.tlog.cosignature import CosignatureSigner

SEED_BYTES = 32


def write_key(path: Path, name: str, seed: bytes) -> CosignatureSigner:
    """Keep a new key in the file at `path`, mode 0400; return it.

    Args:
        path: of the file; never over another.
        name: a schema-less URL, such as `witness.example/union`.
        seed: 32 random bytes.

    Raises:
        InvalidInput: `name` cannot name a key.
        Conflict: the file exists.
    """
    try:
        signer = CosignatureSigner(name, seed)
    except ValueError as error:
        raise InvalidInput.at(
            "name",
            "“{name}” cannot name a witness. Use a name such as "
            "witness.example/union, without spaces or plus.",
            name=name,
        ) from error
    try:
        path.touch(mode=0o400, exist_ok=False)
    except FileExistsError as error:
        raise Conflict.at(
            "directory", "{path} exists. A witness keeps one key.", path=path
        ) from error
    path.chmod(0o600)
    path.write_text(f"{name} {seed.hex()}\n", "utf-8")
    path.chmod(0o400)
    return signer


def read_key(path: Path) -> CosignatureSigner:
    """Return the key in the file at `path`.

    Raises:
        InvalidInput: missing, damaged, or others can read it.
    """
    try:
        name, digits = path.read_text("utf-8").split()
        signer = CosignatureSigner(name, bytes.fromhex(digits))
    except FileNotFoundError as error:
        raise _unusable(path, "it is missing") from error
    except ValueError as error:
        raise _unusable(path, "it is damaged") from error
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise _unusable(path, "others can read it; run chmod 0400")
    return signer


def _unusable(path: Path, reason: str) -> RegistryError:
    return InvalidInput.at(
        "key",
        "The witness's key {path} cannot be used: {reason}.",
        path=path,
        reason=reason,
    )
