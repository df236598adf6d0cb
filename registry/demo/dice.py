"""Chance that comes out the same in every run."""

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def seeded_entropy(seed: str) -> Callable[[int], bytes]:
    """Return a source of bytes that depends on `seed` and the number of calls alone."""
    state = hashlib.sha256(b"produce-registry demo " + seed.encode()).digest()
    calls = 0

    def entropy(length: int) -> bytes:
        nonlocal calls
        calls += 1
        return hashlib.shake_256(state + calls.to_bytes(8, "big")).digest(length)

    return entropy


class Dice:
    """Choices out of seeded bytes; never for keys.

    Args:
        entropy: gives bytes. The bias of taking a remainder of 64 bits is far below
            anything that a demonstration shows.
    """

    def __init__(self, entropy: Callable[[int], bytes]) -> None:
        self._entropy = entropy

    def between(self, least: int, most: int) -> int:
        """Return an integer from `least` to `most`, both inclusive."""
        return least + int.from_bytes(self._entropy(8), "big") % (most - least + 1)

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`."""
        return choices[self.between(0, len(choices) - 1)]

    def chance(self, percent: int) -> bool:
        """Return True in `percent` of 100 cases."""
        return self.between(1, 100) <= percent
