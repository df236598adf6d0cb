"""What an audit found, in people's words and for machines."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Outcome(enum.IntEnum):
    """How an audit ended; the value is the exit code."""

    GOOD = 0
    WRONG = 1
    INCOMPLETE = 2
    UNREACHABLE = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be.

    Attributes:
        code: stable reason for machines.
        where: leaf index, path or file.
        words: what it means, for a person.
        evidence: signed bytes that prove it to others, by name.
    """

    code: str
    where: str
    words: str
    evidence: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(slots=True)
class AuditReport:
    """The result of an audit.

    Attributes:
        wrong: contradictions: somebody has lied or something was altered.
        missing: what could not be checked because it is not there.
    """

    origin: str = ""
    tree_size: int = 0
    root_hash: bytes = b""
    checked: dict[str, int] = field(default_factory=dict)
    wrong: list[Finding] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    unreachable: str = ""

    @property
    def outcome(self) -> Outcome:
        """Wrong outweighs unreachable outweighs incomplete."""
        if self.wrong:
            return Outcome.WRONG
        if self.unreachable:
            return Outcome.UNREACHABLE
        return Outcome.INCOMPLETE if self.missing else Outcome.GOOD

    def count(self, what: str, number: int = 1) -> None:
        """Note that `number` more of `what` were checked and hold."""
        self.checked[what] = self.checked.get(what, 0) + number

    def accuse(self, code: str, where: object, words: str, **evidence: bytes) -> None:
        """Note a contradiction."""
        self.wrong.append(Finding(code, str(where), words, evidence))

    def miss(self, code: str, where: object, words: str) -> None:
        """Note what is not there."""
        self.missing.append(Finding(code, str(where), words))

    def as_json(self) -> dict[str, object]:
        """Return the report for a machine; evidence as hex."""

        def listed(findings: list[Finding]) -> list[dict[str, object]]:
            return [
                {
                    "code": found.code,
                    "where": found.where,
                    "words": found.words,
                    "evidence": {k: v.hex() for k, v in found.evidence.items()},
                }
                for found in findings
            ]

        return {
            "outcome": self.outcome.name.lower(),
            "origin": self.origin,
            "treeSize": self.tree_size,
            "rootHash": self.root_hash.hex(),
            "checked": dict(self.checked),
            "wrong": listed(self.wrong),
            "missing": listed(self.missing),
            "unreachable": self.unreachable,
        }
