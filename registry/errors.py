"""What can go wrong, said once.

Two families, never mixed:

* `RegistryError`: this request cannot be carried out. It carries `Problem`s, each
  naming the field, what was expected and what to do, in words that `web` and `cli`
  can say in the reader's language. Mapped to HTTP in `web.problems` only.
* `VerificationError`: a proof does not hold. It carries a stable `code` for
  machines and is never caught broadly: a forged record and a bug must not look alike.

A `Message` keeps its English sentence and its values apart, so that the catalogue in
`registry/translations` can say the same in Chinese. Nothing here imports anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with named holes, and what fills them.

    `template` is the message id of the catalogue; a value may itself be a `Message`,
    to be said in the same language. `str()` gives the English.
    """

    template: str
    values: "MappingProxyType[str, str | Message]" = field(
        default_factory=lambda: MappingProxyType({})
    )

    def __str__(self) -> str:
        return self.template.format_map(self.values)

    def __hash__(self) -> int:
        return hash((self.template, tuple(self.values.items())))


def msg(template: str, /, **values: object) -> Message:
    """Return a `Message`; `msg` is the keyword that the catalogue is extracted by."""
    return Message(
        template,
        MappingProxyType(
            {k: v if isinstance(v, Message) else str(v) for k, v in values.items()}
        ),
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Attributes:
        field: the input's name as the command spells it, dotted for nested ones
            (`results.2.value`); empty for the request as a whole.
        message: what was given, what was expected, what to do.
    """

    field: str
    message: Message

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else str(self.message)


class RegistryError(Exception):
    """A request that cannot be carried out; nothing was written."""

    status = 400

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))

    @classmethod
    def at(cls, field: str, template: str, /, **values: object) -> Self:
        """Return the error with one problem at `field`."""
        return cls([Problem(field, msg(template, **values))])


class InvalidInput(RegistryError):
    """The input is malformed or breaks a rule of its own (400)."""

    status = 400


class NotAllowed(RegistryError):
    """The actor may not do this (403)."""

    status = 403


class NotFound(RegistryError):
    """There is no such thing, or the actor may not see it (404)."""

    status = 404


class Conflict(RegistryError):
    """The state of the registry forbids it now (409)."""

    status = 409


class ReadOnly(RegistryError):
    """The log refuses to grow until a person has decided (503)."""

    status = 503


class Problems:
    """Collects what is wrong, so that a form hears all of it at once."""

    def __init__(self) -> None:
        self._found: list[Problem] = []

    def add(self, field: str, template: str, /, **values: object) -> None:
        """Note one problem at `field`."""
        self._found.append(Problem(field, msg(template, **values)))

    def extend(self, problems: Iterable[Problem], prefix: str = "") -> None:
        """Note what another check found, its fields under `prefix`."""
        for problem in problems:
            name = ".".join(part for part in (prefix, problem.field) if part)
            self._found.append(Problem(name, problem.message))

    def __bool__(self) -> bool:
        return bool(self._found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(self._found)

    def raise_if_any(self, error: type[RegistryError] = InvalidInput) -> None:
        """Raise `error` with everything noted, if anything was."""
        if self._found:
            raise error(self._found)


class VerificationError(Exception):
    """A proof does not hold.

    Attributes:
        code: stable reason for machines, such as `bad_signature`.
    """

    code = "verification_failed"


class BadSignature(VerificationError):
    """The signature does not match the bytes and the key."""

    code = "bad_signature"


class UntrustedKey(VerificationError):
    """The key is unknown, of another organisation, revoked or out of its window."""

    code = "untrusted_key"


class NotInLog(VerificationError):
    """An inclusion proof does not lead to the root."""

    code = "not_in_log"


class BadConsistency(VerificationError):
    """Two tree heads are not of one append-only log."""

    code = "bad_consistency"


class BadCheckpoint(VerificationError):
    """A checkpoint is malformed, unsigned, or of another log."""

    code = "bad_checkpoint"


class BadRecord(VerificationError):
    """A record is not canonical, lacks its proof, or its digest differs."""

    code = "bad_record"
