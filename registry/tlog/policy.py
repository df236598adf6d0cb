"""Whose cosignatures suffice: C2SP tlog-policy.

A policy names logs, witnesses, groups of them, and one quorum. It says only when a
checkpoint is witnessed; how old a cosignature may be is decided where it is used.

Limits: Ed25519 keys (a log's 0x01, a witness's 0x04), and a file in UTF-8.
"""

import re
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from registry.errors import InvalidInput, Message, RegistryError
from registry.tlog.cosignature import CosignatureVerifier
from registry.tlog.note import NoteVerifier

NONE = "none"  # the predefined quorum that every checkpoint meets
MAX_POLICY_BYTES = 256 * 1024

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANKS = re.compile(r"[ \t]+")
_THRESHOLD = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of the policy.

    Attributes:
        name: within this policy only; groups and quorum use it.
        verifier: its key.
        url: its submission prefix without a trailing slash; empty if nobody here
            asks it.
    """

    name: str
    verifier: CosignatureVerifier
    url: str = ""

    def is_run_by(self, origin: str) -> bool:
        """Whether the witness says that it is of the log's own host.

        An operator who watches himself watches nothing. Another name for the same
        people is not found here: who writes a policy must know whom it names.
        """
        host = origin.partition("/")[0]
        own = self.verifier.name.partition("/")[0]
        return own == host or own.endswith(f".{host}")


@dataclass(frozen=True, slots=True)
class Group:
    """Witnesses a checkpoint when at least `threshold` of its `members` do."""

    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Logs, witnesses and the rule which of them suffice.

    Attributes:
        logs: keys whose names are origins.
        groups: by name.
        quorum: name of a witness or group, or `none`.
    """

    logs: tuple[NoteVerifier, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NONE

    def independent(self, origin: str) -> tuple[Witness, ...]:
        """Return the witnesses that the operator of `origin` does not run."""
        return tuple(each for each in self.witnesses if not each.is_run_by(origin))

    def is_met(self, origin: str, cosigners: Set[CosignatureVerifier]) -> bool:
        """Whether `cosigners` of a checkpoint of `origin` are a quorum.

        The operator's own witness never counts, whatever the policy says.
        """
        independent = self.independent(origin)
        names = {each.name for each in independent if each.verifier in cosigners}
        return self._has_witnessed(self.quorum, names)

    def _has_witnessed(self, name: str, names: Set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in (NONE, *names)
        found = sum(self._has_witnessed(member, names) for member in group.members)
        return found >= group.threshold


def parse_policy(text: str) -> Policy:
    """Return the policy in a file's `text`.

    Raises:
        InvalidInput: naming the line that breaks a rule of the standard.
    """
    return _Reader().read(text)


class _Reader:
    """Reads line by line; a name is known from the line that defines it."""

    def __init__(self) -> None:
        self._logs: list[NoteVerifier] = []
        self._witnesses: dict[str, Witness] = {}
        self._groups: dict[str, Group] = {}
        self._members: set[str] = set()
        self._quorum = ""

    def read(self, text: str) -> Policy:
        if len(text.encode()) > MAX_POLICY_BYTES:
            raise _refusal(0, f"the file has more than {MAX_POLICY_BYTES} bytes")
        number = 0
        for number, words in _lines(text):
            try:
                self._take(words)
            except ValueError as error:
                raise _refusal(number, str(error)) from error
            except InvalidInput as error:
                raise _refusal(number, error.problems[0].message) from error
        if not self._quorum:
            raise _refusal(number, "the quorum line is missing")
        witnesses = tuple(self._witnesses.values())
        return Policy(tuple(self._logs), witnesses, self._groups, self._quorum)

    def _take(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._add_log(NoteVerifier.parse(vkey))
            case ["witness", name, vkey]:
                self._add_witness(Witness(name, CosignatureVerifier.parse(vkey)))
            case ["witness", name, vkey, url]:
                verifier = CosignatureVerifier.parse(vkey)
                self._add_witness(Witness(name, verifier, url.rstrip("/")))
            case ["group", name, threshold, *members] if members:
                self._add_group(name, threshold, members)
            case ["quorum", name]:
                self._set_quorum(name)
            case _:
                raise ValueError(f"“{' '.join(words)[:80]}” is no line of a policy")

    def _add_log(self, verifier: NoteVerifier) -> None:
        if any(verifier.public_key == known.public_key for known in self._logs):
            raise ValueError(f"the key of {verifier.name} stands there twice")
        self._logs.append(verifier)

    def _add_witness(self, witness: Witness) -> None:
        self._define(witness.name)
        public_key = witness.verifier.public_key
        known = self._witnesses.values()
        if any(public_key == each.verifier.public_key for each in known):
            raise ValueError(f"the key of {witness.name} stands there twice")
        self._witnesses[witness.name] = witness

    def _add_group(self, name: str, threshold: str, members: list[str]) -> None:
        self._define(name)
        for member in members:
            self._require_defined(member)
            if member in self._members:
                raise ValueError(f"{member} is a member twice")
            self._members.add(member)
        needed = _needed(threshold, len(members))
        self._groups[name] = Group(needed, tuple(members))

    def _set_quorum(self, name: str) -> None:
        if self._quorum:
            raise ValueError("there is a second quorum line")
        if name != NONE:
            self._require_defined(name)
        self._quorum = name

    def _define(self, name: str) -> None:
        if name == NONE or name in self._witnesses or name in self._groups:
            raise ValueError(f"the name {name} is taken")

    def _require_defined(self, name: str) -> None:
        if name not in self._witnesses and name not in self._groups:
            raise ValueError(f"{name} is not defined on a line before")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield number, from 1, and words of the lines that say something."""
    for number, line in enumerate(text.split("\n"), start=1):
        if _CONTROL.search(line):
            raise _refusal(number, "it holds a control character")
        stripped = line.strip(" \t")
        if stripped and not stripped.startswith("#"):
            yield number, _BLANKS.split(stripped)


def _needed(threshold: str, members: int) -> int:
    if threshold == "any":
        return 1
    if threshold == "all":
        return members
    if not _THRESHOLD.fullmatch(threshold) or int(threshold) > members:
        raise ValueError(f"“{threshold}” is not any, all, or 1 to {members}")
    return int(threshold)


def _refusal(number: int, reason: str | Message) -> RegistryError:
    return InvalidInput.at(
        "policy",
        "Line {number} of the witness policy cannot be used: {reason}. See "
        "c2sp.org/tlog-policy.",
        number=number,
        reason=reason,
    )
