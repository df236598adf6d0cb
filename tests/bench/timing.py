"""How long things take, where others use the same machine."""

from collections.abc import Callable
from time import perf_counter

ROUNDS = 7


def seconds(step: Callable[[], object]) -> float:
    """Return how long `step` takes, the fastest of `ROUNDS` times.

    Whatever else the machine does only ever makes a round slower.
    """
    return min(_once(step) for _ in range(ROUNDS))


def per_second(step: Callable[[int], object], times: int) -> float:
    """Return how often a second `step` is done, over `times` times."""

    def all_of_them() -> None:
        for number in range(times):
            step(number)

    return times / seconds(all_of_them)


def _once(step: Callable[[], object]) -> float:
    begin = perf_counter()
    step()
    return perf_counter() - begin
