"""Things to do, in the order of simulated time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from registry.clock import SHANGHAI

Action = Callable[[datetime], None]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of a legal date, in Asia/Shanghai."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@dataclass(slots=True)
class Schedule:
    """Actions with their moments; those after the end never happen."""

    _entries: list[tuple[datetime, int, Action]] = field(default_factory=list)

    def add(self, moment: datetime, action: Action) -> None:
        """Let `action` happen at `moment`, after what was added for the same."""
        self._entries.append((moment, len(self._entries), action))

    def run(self, until: datetime, progress: Callable[[int, int], None]) -> None:
        """Do everything up to `until`, telling `progress` (done, of how many)."""
        due = sorted(
            (entry for entry in self._entries if entry[0] <= until),
            key=lambda entry: entry[:2],
        )
        for done, (moment, _, action) in enumerate(due, 1):
            action(moment)
            progress(done, len(due))
