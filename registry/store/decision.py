"""When a person must look before the log may grow, and what they decided.

Five things stop it. Four are contradictions between the log and its high-water mark;
the fifth is a witness that knows another history, and lies in a file `alarm` until
somebody has decided, so that every process and every restart sees it.

What was decided stands in `decisions.jsonl` beside the mark, one JSON object a line,
written and fsynced before the mark moves: whoever asks later why the log went on from
an older state finds who said so, and the mark that was given up. Nothing in this
program takes a decision by itself.
"""

import enum
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from registry.clock import to_rfc3339
from registry.errors import Message, msg
from registry.signing.canonical import canonicalize
from registry.store.highwater import Mark, replace_durably, sync_folder
from registry.tlog.checkpoint import Checkpoint


class Cause(enum.StrEnum):
    """Why the log refuses to grow."""

    BEHIND = "behind"
    FORKED = "forked"
    UNMARKED = "unmarked"
    DAMAGED = "damaged"
    ALARM = "alarm"


MEANINGS: Mapping[Cause, Message] = MappingProxyType(
    {
        Cause.BEHIND: msg(
            "The log has fewer entries than were acknowledged. This looks like an old "
            "backup that was started: what came after it would be lost."
        ),
        Cause.FORKED: msg(
            "The first entries are not those that were acknowledged. This is another "
            "history: two copies of the registry may be running."
        ),
        Cause.UNMARKED: msg(
            "The high-water mark is missing, so nobody knows how far the log was "
            "acknowledged. That is so after a restore, or on a new machine."
        ),
        Cause.DAMAGED: msg(
            "The newest checkpoint, the tiles or the high-water mark cannot be read. "
            "A disk fails, or somebody edited them."
        ),
        Cause.ALARM: msg(
            "A witness knows a larger log or another history. Either this registry is "
            "an old backup or a copy, or the witness is mistaken."
        ),
    }
)

NOT_TO_DO = (
    msg("Do not delete or edit the high-water mark: it is the evidence."),
    msg("Do not start a second copy of the registry to go on meanwhile."),
    msg("Do not accept a smaller log before the newest backup was looked for."),
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What was found, for the person who decides.

    Attributes:
        cause: which of the five.
        head: what the log is now; None if it cannot be read.
        mark: what was acknowledged; None if it is missing or cannot be read.
        root_then: the log's root at the mark's size; None where it has none.
        detail: of the damage or the alarm, in English.
    """

    cause: Cause
    head: Checkpoint | None = None
    mark: Mark | None = None
    root_then: bytes | None = None
    detail: str = ""

    @property
    def meaning(self) -> Message:
        """What it means."""
        return MEANINGS[self.cause]

    def __str__(self) -> str:
        return f"{self.meaning} {self.detail}".rstrip()


def find_doubt(
    head: Checkpoint,
    mark: Mark | None,
    root_at: Callable[[int], bytes],
    alarm: str,
) -> Doubt | None:
    """Compare a log with its mark; None if it extends what was acknowledged.

    Args:
        head: the log now.
        mark: what was acknowledged.
        root_at: gives the log's root at a size up to `head`'s.
        alarm: what a witness said, or empty.
    """
    if alarm:
        return Doubt(Cause.ALARM, head, mark, detail=alarm)
    if mark is None:
        return Doubt(Cause.UNMARKED, head) if head.tree_size else None
    if head.tree_size < mark.tree_size:
        return Doubt(Cause.BEHIND, head, mark)
    root_then = root_at(mark.tree_size)
    if root_then != mark.root_hash:
        return Doubt(Cause.FORKED, head, mark, root_then)
    return None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided.

    Attributes:
        decided_at: RFC 3339, UTC.
        cause: what had stopped the log; empty strings and zeros below where there was
            no mark.
        root_hash: accepted, lower-case hex; `old_root_hash` was acknowledged before.
        alarm: what a witness had said.
        reason: in the person's words.
    """

    decided_at: str
    cause: str
    tree_size: int
    root_hash: str
    old_tree_size: int
    old_root_hash: str
    alarm: str
    reason: str


def decision_on(
    doubt: Doubt, accepted: Checkpoint, reason: str, now: datetime
) -> Decision:
    """Return the decision that `accepted` is the log from now on."""
    mark = doubt.mark
    return Decision(
        to_rfc3339(now),
        str(doubt.cause),
        accepted.tree_size,
        accepted.root_hash.hex(),
        mark.tree_size if mark else 0,
        mark.root_hash.hex() if mark else "",
        doubt.detail,
        reason,
    )


class DecisionBook:
    """The alarm that waits for a person and the journal of decisions, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._alarm = folder / "alarm"
        self._journal = folder / "decisions.jsonl"

    def alarm(self) -> str:
        """Return what a witness said that nobody has decided on, or empty."""
        try:
            return self._alarm.read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def raise_alarm(self, reason: str) -> None:
        """Stop the log, durably, until a person has decided; the first alarm stays."""
        if not self.alarm():
            replace_durably(self._alarm, f"{reason}\n".encode())

    def write(self, decision: Decision) -> None:
        """Add a decision to the journal durably."""
        claims = {name: getattr(decision, name) for name in Decision.__slots__}
        with self._journal.open("ab") as file:
            file.write(canonicalize(claims) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._journal)

    def clear_alarm(self) -> None:
        """Take the alarm away, after the decision on it is written."""
        self._alarm.unlink(missing_ok=True)
        sync_folder(self._alarm)

    def decisions(self) -> list[Decision]:
        """Return every decision, oldest first."""
        try:
            lines = self._journal.read_text("utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [Decision(**json.loads(line)) for line in lines]
