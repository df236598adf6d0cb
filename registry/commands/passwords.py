"""Passwords: argon2id (RFC 9106), and how much work a guess costs.

A demonstration makes its accounts anew at each start, with random passwords of some 59
bits; a guess there may be cheap. Everywhere else it costs what argon2 recommends for a
server.
"""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.config import Mode
from registry.errors import InvalidInput

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200

_HASHERS: Mapping[Mode, PasswordHasher] = MappingProxyType(
    {
        # RFC 9106, section 4, second choice: 64 MiB; a small box serves eight at once.
        "production": PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4),
        "demo": PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1),
    }
)


def check_password(password: str, login: str) -> None:
    """Refuse a password that is easy to guess.

    Raises:
        InvalidInput: too short, too long, or it holds the login.
    """
    text = _normal(password)
    if len(text) > LONGEST_PASSWORD:
        raise InvalidInput.at(
            "password",
            "This password has {length} characters. Use at most {most}.",
            length=len(text),
            most=LONGEST_PASSWORD,
        )
    if len(text) < SHORTEST_PASSWORD or login in text.casefold():
        raise InvalidInput.at(
            "password",
            "A password has at least {least} characters and does not hold the login. "
            "Three or four words are easy to remember.",
            least=SHORTEST_PASSWORD,
        )


def hash_password(password: str, mode: Mode) -> str:
    """Return the hash to store, as a PHC string."""
    return _HASHERS[mode].hash(_normal(password))


def is_outdated(password_hash: str, mode: Mode) -> bool:
    """Tell whether a stored hash costs less to guess than a new one would."""
    return _HASHERS[mode].check_needs_rehash(password_hash)


def matches(password: str, password_hash: str | None, mode: Mode) -> bool:
    """Tell whether a password is the one that was hashed.

    Args:
        password: as it was typed.
        password_hash: None where there is no account; the answer then takes as long.
        mode: of the service.
    """
    if password_hash is None:
        hash_password(password, mode)
        return False
    try:
        return _HASHERS[mode].verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False


def _normal(password: str) -> str:
    # A Chinese keyboard may type full-width letters where another types plain ones.
    return unicodedata.normalize("NFKC", password)
