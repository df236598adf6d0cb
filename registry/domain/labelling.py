"""Label runs: so many labels for a batch, and never more than it can fill.

A LabelRecord is one row however long the run: run number, count and net content. What
all runs of a batch promise together is drawn on its quantity.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from registry.domain.batch import Batch, check_goods, own_batch
from registry.domain.claims import Claims, quantity_claim
from registry.domain.names import noted, parse_name
from registry.domain.parties import Actor
from registry.domain.quantity import Quantity
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.domain.serial import MAX_INDEX, MAX_RUN
from registry.errors import Conflict, Problems


@dataclass(frozen=True, slots=True)
class LabelRun:
    """A print run.

    Attributes:
        run: 0..255, in order of issue inside the batch.
        count: item labels with serials 0..count-1.
        net_content: what one labelled item holds.
        stock: name of the label stock it is laid out for.
    """

    batch_path: str
    run: int
    count: int
    net_content: Quantity
    stock: str

    def subject(self, batch_id: str) -> dict[str, object]:
        """Return the `credentialSubject` of its LabelRecord."""
        return {
            "id": batch_id,
            "type": "LabelRun",
            "run": self.run,
            "count": self.count,
            "netContent": quantity_claim(self.net_content),
            "stock": self.stock,
            "grade": "compact",
        }

    @classmethod
    def from_claims(cls, subject: Claims, batch_path: str) -> "LabelRun":
        """Read it back from a record."""
        return cls(
            batch_path,
            subject.integer("run", 0, MAX_RUN),
            subject.integer("count", 1, MAX_INDEX + 1),
            subject.quantity("netContent"),
            subject.text("stock"),
        )


@dataclass(frozen=True, slots=True)
class IssueLabels:
    """Input: issue item labels of one batch."""

    batch_path: str
    count: int
    net_content: Quantity
    stock: str


def labelled(runs: Sequence[LabelRun]) -> Decimal:
    """Return how much of a batch its runs have promised, in the batch's unit."""
    return sum((run.net_content.value * run.count for run in runs), Decimal(0))


def issue_labels(
    actor: Actor,
    given: IssueLabels,
    batch: Batch | None,
    runs: Sequence[LabelRun],
    identity_host: str,
    *,
    failed: bool = False,
) -> tuple[LabelRun, Statement]:
    """Decide whether the batch can fill so many labels, and say so.

    Args:
        actor: who asks.
        given: what is asked.
        batch: the batch named, whoever owns it.
        runs: every run of the batch so far.
        identity_host: of the registry.
        failed: whether a failed inspection of the batch stands.

    Raises:
        InvalidInput: every wrong field at once.
        NotAllowed: the batch is another's.
        Conflict: the batch failed, the balance is too small, or the batch has had its
            256 runs.
    """
    require(actor, Action.ISSUE_LABELS)
    own = own_batch(actor, batch)
    if failed:
        raise Conflict.at(
            "batch",
            "An inspection of this batch failed. It gets no labels unless an ordered "
            "retest clears it.",
        )
    problems = Problems()
    if not 1 <= given.count <= MAX_INDEX + 1:
        problems.add(
            "count",
            "{given} labels cannot be issued at once; 1 to {most} can.",
            given=given.count,
            most=MAX_INDEX + 1,
        )
    stock = noted(problems, parse_name, given.stock, "stock", 40)
    check_goods(given.net_content, "net_content", problems)
    if given.net_content.unit != own.quantity.unit:
        problems.add(
            "net_content",
            "The batch is measured in {batch_unit}, the label's net content in "
            "{unit}. Use the batch's unit.",
            batch_unit=own.quantity.unit,
            unit=given.net_content.unit,
        )
    problems.raise_if_any()
    free = own.quantity.value - labelled(runs)
    wanted = given.net_content.value * given.count
    if wanted > free:
        raise Conflict.at(
            "count",
            "These labels would stand for {wanted} {unit}, but only {free} {unit} of "
            "the batch have no label yet. Print at most {most}.",
            wanted=Quantity(wanted, own.quantity.unit).text,
            free=Quantity(free, own.quantity.unit).text,
            unit="kg" if own.quantity.unit == "KGM" else own.quantity.unit,
            most=int(free // given.net_content.value),
        )
    if len(runs) > MAX_RUN:
        raise Conflict.at(
            "count", "This batch has had 256 print runs, the most that one can have."
        )
    run = LabelRun(own.link.path, len(runs), given.count, given.net_content, stock)
    return run, Statement(
        RecordType.LABEL,
        actor.organisation.did,
        run.subject(own.link.uri(f"https://{identity_host}")),
        (own.link.path,),
        actor.person,
    )
