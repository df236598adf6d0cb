"""Plots: where a batch grows, how large, in which township.

The outline of a household's plot is personal data (it tells who farms where), so the
record carries only its salted hash; the outline itself is an annex that the law can
have erased.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from registry.domain.claims import Claims, quantity_claim
from registry.domain.divisions import Divisions
from registry.domain.names import noted, parse_name, parse_number
from registry.domain.parties import Actor
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import Conflict, InvalidInput, Problems

# 100 km2, above any one field: a plot of any size would lift every bound on yield.
LARGEST_M2 = Decimal(100_000_000)


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


def common_division(plots: Iterable[Plot]) -> str:
    """Return the smallest division that holds every plot; empty across provinces.

    Not the first plot's: one square metre in a famous county would name the batch.
    Codes of divisions begin with the codes of those above, 2, 4, 6 and 9 digits.
    """
    codes = [plot.division for plot in plots]
    for digits in (9, 6, 4, 2):
        above = {code[:digits] for code in codes}
        if len(above) == 1:
            return above.pop()
    return ""


def parse_plot_code(text: str, field: str = "code") -> str:
    """Return a plot's code in upper case.

    Raises:
        InvalidInput: as `parse_number`, or with full-width or other signs that a
            second plot could have in another form.
    """
    code = parse_number(text, field, 20).upper()
    if unicodedata.normalize("NFKC", code).upper() != code:
        raise InvalidInput.at(
            field,
            "{given} holds full-width or composed signs. Retype it plainly, such as "
            "{plain}.",
            given=code,
            plain=unicodedata.normalize("NFKC", code).upper(),
        )
    return code


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
    code = noted(problems, parse_plot_code, given.code)
    name = noted(problems, parse_name, given.name, "name", 40)
    noted(problems, divisions.full_name, given.division)
    if given.area.unit != "MTK" or not 0 < given.area.value <= LARGEST_M2:
        problems.add(
            "area",
            "An area of {given} {unit} cannot be. Type the area of this plot alone, "
            "above 0 and at most {most} m².",
            given=given.area.text,
            unit=given.area.unit,
            most=LARGEST_M2,
        )
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
