"""Plots: where a batch grows, how large, in which township.

The outline of a household's plot is personal data (it tells who farms where), so the
record carries only its salted hash; the outline itself is an annex that the law can
have erased.
"""

from dataclasses import dataclass

from registry.domain.claims import Claims, quantity_claim
from registry.domain.divisions import Divisions
from registry.domain.parties import Actor, parse_name
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, InvalidInput, Problems


@dataclass(frozen=True, slots=True)
class Plot:
    """A piece of land.

    Attributes:
        code: unique inside its organisation.
        division: GB/T 2260 code, township where known.
        area: in m2 (MTK).
        outline_digest: SHA-256(salt || GeoJSON bytes) of the annex, or empty.
    """

    owner: str
    code: str
    name: str
    division: str
    area: Quantity
    outline_digest: str = ""

    def subject(self) -> dict[str, object]:
        """Return the `credentialSubject` of its PlotRecord."""
        subject: dict[str, object] = {
            "id": f"{self.owner}:plots:{self.code}",
            "type": "Plot",
            "code": self.code,
            "name": self.name,
            "division": self.division,
            "area": quantity_claim(self.area),
        }
        if self.outline_digest:
            subject["outline"] = {"digest": self.outline_digest, "audience": "parties"}
        return subject

    @classmethod
    def from_claims(cls, subject: Claims, owner: str) -> "Plot":
        """Read it back from a record of `owner`."""
        outline = subject.optional_claims("outline")
        return cls(
            owner=owner,
            code=subject.text("code"),
            name=subject.text("name"),
            division=subject.text("division"),
            area=subject.quantity("area"),
            outline_digest=outline.text("digest") if outline else "",
        )


@dataclass(frozen=True, slots=True)
class RegisterPlot:
    """Input: name a plot. `area` is normalised; `outline` is canonical GeoJSON."""

    code: str
    name: str
    division: str
    area: Quantity
    outline: str = ""


def register_plot(
    actor: Actor,
    given: RegisterPlot,
    *,
    taken: bool,
    outline_digest: str,
    divisions: Divisions,
) -> tuple[Plot, Statement]:
    """Decide whether `actor` may register the plot, and say so.

    Args:
        actor: who asks.
        given: what is asked.
        taken: whether the organisation has a plot of this code.
        outline_digest: salted hash of the outline's annex, or empty.
        divisions: the tree of administrative divisions.

    Raises:
        InvalidInput: every wrong field at once.
        Conflict: the code is taken.
    """
    require(actor, Action.REGISTER_PLOT)
    problems = Problems()
    code = name = ""
    try:
        code = parse_name(given.code, "code", 20).upper()
        name = parse_name(given.name, "name", 40)
    except InvalidInput as error:
        problems.extend(error.problems)
    try:
        divisions.get(given.division)
    except InvalidInput as error:
        problems.extend(error.problems)
    problems.raise_if_any()
    if taken:
        raise Conflict.at(
            "code",
            "Plot {code} is already registered. Give this plot another code.",
            code=code,
        )
    owner = actor.organisation.did
    plot = Plot(owner, code, name, given.division, given.area, outline_digest)
    return plot, Statement(RecordType.PLOT, owner, plot.subject(), person=actor.person)
