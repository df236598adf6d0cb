"""Correcting an OriginRecord: the same batch, described again by its owner.

A correction is a full record, so every rule of a first registration runs again. Beyond
those, what others have built on the batch must still fit it: labels drawn, inputs used,
samples taken. Once labels are out, whoever holds one may rely on what decides the
verdict, and the owner alone can no longer change that.
"""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from registry.domain.batch import (
    Batch,
    BatchContext,
    RegisterBatch,
    own_batch,
    register_batch,
)
from registry.domain.names import noted, parse_name
from registry.domain.parties import Actor
from registry.domain.quantity import decimal_text
from registry.domain.records import Statement
from registry.errors import Conflict, NotFound, Problems


@dataclass(frozen=True, slots=True)
class StandingOrigin:
    """A batch as its newest OriginRecord has it, and what hangs on it.

    Attributes:
        record_id: UUID of that record.
        labelled: what label runs have drawn, in the batch's unit; None before the
            first run.
        first_sampled_on: legal date of the earliest sample, or None.
        last_applied_on: legal date of the latest use of an input, or None.
    """

    record_id: str
    batch: Batch
    labelled: Decimal | None = None
    first_sampled_on: date | None = None
    last_applied_on: date | None = None


def correct_batch(
    actor: Actor,
    given: RegisterBatch,
    context: BatchContext,
    standing: StandingOrigin | None,
) -> tuple[Batch, Statement]:
    """Decide whether `actor` may correct the batch so, and say so.

    Args:
        actor: who asks.
        given: the batch as it should have been registered, with a reason.
        context: as for a first registration; that the lot is taken is no obstacle.
        standing: what `given.supersedes` names, None unless it is the newest
            OriginRecord of a batch.

    Raises:
        NotFound: nothing to correct.
        NotAllowed: the batch is another's.
        InvalidInput: every wrong field at once; another product or lot; no reason.
        Conflict: labels are out that this would belie.
    """
    if standing is None:
        raise NotFound.at(
            "supersedes",
            "There is no such batch record, or it was corrected since. Open the batch "
            "again and correct what it says now.",
        )
    old = own_batch(actor, standing.batch)
    new, statement = register_batch(actor, given, replace(context, lot_is_taken=False))
    problems = Problems()
    reason = noted(problems, parse_name, given.reason, "reason", 200)
    _check_history(new, standing, problems)
    problems.raise_if_any()
    if standing.labelled is not None:
        _require_kept_promises(old, new, standing.labelled)
    return new, replace(statement, supersedes=standing.record_id, reason=reason)


def _check_history(new: Batch, standing: StandingOrigin, problems: Problems) -> None:
    """Note what does not fit the batch's number or what was recorded of it since."""
    if new.link != standing.batch.link:
        problems.add(
            "lot",
            "A correction keeps product and number, {path}. Register another batch "
            "instead.",
            path=standing.batch.link.path,
        )
    used, sampled = standing.last_applied_on, standing.first_sampled_on
    if used and new.harvested_on < used:
        problems.add(
            "harvested_on",
            "An input was used on {used}, after a harvest on {harvested}. Check the "
            "date.",
            used=used.isoformat(),
            harvested=new.harvested_on.isoformat(),
        )
    if sampled and new.planted_on > sampled:
        problems.add(
            "planted_on",
            "A sample was taken on {sampled}, before planting on {planted}. Check the "
            "date.",
            sampled=sampled.isoformat(),
            planted=new.planted_on.isoformat(),
        )


def _require_kept_promises(old: Batch, new: Batch, labelled: Decimal) -> None:
    """Refuse, once labels are out, to change what they stand for."""
    problems = Problems()
    decisive = {
        "gtin": (old.product_name, old.commodity, old.product_class)
        != (new.product_name, new.commodity, new.product_class),
        "plots": (old.division, set(old.plots)) != (new.division, set(new.plots)),
        "planted_on": old.planted_on != new.planted_on,
        "harvested_on": old.harvested_on != new.harvested_on,
    }
    for field in (name for name, changed in decisive.items() if changed):
        problems.add(
            field,
            "Labels of this batch are out, so this cannot change without an "
            "authority. Speak to the agricultural bureau of your division.",
        )
    if new.quantity.unit != old.quantity.unit:
        problems.add(
            "quantity",
            "Labels of this batch are out, in {unit}. Keep the unit.",
            unit="kg" if old.quantity.unit == "KGM" else old.quantity.unit,
        )
    elif new.quantity.value < labelled:
        problems.add(
            "quantity",
            "{given} {unit} is less than the {labelled} {unit} that labels stand for "
            "already. Check the quantity.",
            given=new.quantity.text,
            labelled=decimal_text(labelled),
            unit="kg" if new.quantity.unit == "KGM" else new.quantity.unit,
        )
    problems.raise_if_any(Conflict)
