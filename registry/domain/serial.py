"""Item serials: nothing is stored per label, yet none can be invented.

A serial is 16 characters of Crockford-like base32 = run (8 bits), index (22 bits) and
the first 50 bits of HMAC-SHA-256 over both. The key is HKDF(serial master, GTIN, lot,
run), so a serial of one lot means nothing on another. Guessing one takes 2^50 tries
against a rate limit. The alphabet has no I, L, O or U, for a code typed by hand.
"""

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import NotFound

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
INDEX_BITS = 22
MAC_BITS = 50
MAX_RUN = (1 << 8) - 1
MAX_INDEX = (1 << INDEX_BITS) - 1


@dataclass(frozen=True, slots=True)
class SerialPosition:
    """Which label it is: run 0..255 of its batch and zero-based index in the run."""

    run: int
    index: int


def run_key(master: bytes, gtin: str, lot: str, run: int) -> bytes:
    """Return the 32-byte key of one run, never rotated once labels are issued."""
    info = f"produce-registry serial v1|{gtin}|{lot}|{run}".encode()
    return HKDF(hashes.SHA256(), 32, salt=None, info=info).derive(master)


def _mac(key: bytes, run: int, index: int) -> int:
    message = run.to_bytes(1, "big") + index.to_bytes(3, "big")
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return int.from_bytes(digest[:7], "big") >> (56 - MAC_BITS)


def encode_serial(key: bytes, position: SerialPosition) -> str:
    """Return the serial of `position` under its run's key.

    Raises:
        ValueError: the run or index does not fit.
    """
    if not 0 <= position.run <= MAX_RUN or not 0 <= position.index <= MAX_INDEX:
        raise ValueError(f"no serial for {position}")
    number = position.run << INDEX_BITS | position.index
    number = number << MAC_BITS | _mac(key, position.run, position.index)
    digits = []
    for _ in range(LENGTH):
        number, digit = divmod(number, 32)
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))


def peek_run(serial: str) -> int:
    """Return the run that `serial` claims, before anything is checked.

    Raises:
        NotFound: it is not of this form.
    """
    return _decode(serial) >> (INDEX_BITS + MAC_BITS)


def open_serial(key: bytes, serial: str) -> SerialPosition:
    """Return the position that `serial` proves under its run's key.

    Raises:
        NotFound: not a serial of this run. Every failure looks alike.
    """
    number = _decode(serial)
    position = SerialPosition(
        number >> (INDEX_BITS + MAC_BITS), number >> MAC_BITS & MAX_INDEX
    )
    if not hmac.compare_digest(encode_serial(key, position).encode(), serial.encode()):
        raise _unknown()
    return position


def _unknown() -> NotFound:
    return NotFound.at("serial", "This code was not issued here.")


def _decode(serial: str) -> int:
    if len(serial) != LENGTH or any(character not in ALPHABET for character in serial):
        raise _unknown()
    number = 0
    for character in serial:
        number = number * 32 + ALPHABET.index(character)
    return number
