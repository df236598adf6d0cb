"""Operations: an input used on a batch, such as a spraying.

A use that the law forbids is refused with the announcement that forbids it. A use too
close to harvest is *recorded* and shown as a finding: refusing the record would only
teach people to leave it out.
"""

import enum
from dataclasses import dataclass
from datetime import date, timedelta

from registry.domain.batch import Batch, own_batch
from registry.domain.claims import Claims
from registry.domain.inputs import InputReference, check_operation
from registry.domain.names import noted, parse_name, parse_optional_name
from registry.domain.parties import Actor
from registry.domain.records import RecordType, Statement
from registry.domain.roles import Action, require
from registry.errors import InvalidInput, Problems

# Soil and seed are treated before planting, but not years before: a date that early
# would also come before the ban that the use is checked against.
LONGEST_PREPARATION = timedelta(days=366)


class OperationKind(enum.StrEnum):
    """What was done."""

    PLANT_PROTECTION = "plant_protection"
    FERTILISING = "fertilising"
    VETERINARY_MEDICINE = "veterinary_medicine"
    FEEDING = "feeding"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Operation:
    """One use of one input.

    Attributes:
        substance: active ingredient, in the words of the national lists.
        formulation: content and form as on the label of the pack, `20% EC`; or empty.
        dose: amount in the words of the field book, such as `30 mL/亩`.
    """

    batch_path: str
    kind: OperationKind
    substance: str
    formulation: str
    dose: str
    applied_on: date
    purpose: str = ""

    def subject(self, batch_id: str) -> dict[str, object]:
        """Return the `credentialSubject` of its OperationRecord."""
        subject: dict[str, object] = {
            "id": batch_id,
            "type": "Operation",
            "operation": str(self.kind),
            "substance": self.substance,
            "formulation": self.formulation,
            "dose": self.dose,
            "appliedOn": self.applied_on.isoformat(),
            "purpose": self.purpose,
        }
        return {key: value for key, value in subject.items() if value}

    @classmethod
    def from_claims(cls, subject: Claims, batch_path: str) -> "Operation":
        """Read it back from a record."""
        return cls(
            batch_path=batch_path,
            kind=subject.choice("operation", OperationKind),
            substance=subject.text("substance"),
            formulation=subject.optional_text("formulation"),
            dose=subject.optional_text("dose"),
            applied_on=subject.day("appliedOn"),
            purpose=subject.optional_text("purpose"),
        )


@dataclass(frozen=True, slots=True)
class RecordOperation:
    """Input: record the use of an input on a batch."""

    batch_path: str
    kind: str
    substance: str
    formulation: str
    dose: str
    applied_on: date
    purpose: str = ""


def record_operation(
    actor: Actor,
    given: RecordOperation,
    batch: Batch | None,
    reference: InputReference,
    *,
    today: date,
    identity_host: str,
) -> tuple[Operation, Statement]:
    """Decide whether the use can be recorded, and say so.

    Args:
        actor: who asks.
        given: the use.
        batch: the batch named, whoever owns it.
        reference: holds the bans, with the days they came into force.
        today: legal date.
        identity_host: of the registry.

    Raises:
        InvalidInput: every wrong field at once.
        NotAllowed: the batch is another's.
    """
    require(actor, Action.RECORD_OPERATION)
    own = own_batch(actor, batch)
    problems = Problems()
    substance = noted(problems, parse_name, given.substance, "substance", 40)
    formulation, dose, purpose = (
        noted(problems, parse_optional_name, getattr(given, name), name)
        for name in ("formulation", "dose", "purpose")
    )
    if given.kind not in set(OperationKind):
        problems.add("kind", "Unknown kind of operation: {given}.", given=given.kind)
    _check_day(given.applied_on, own, today, problems)
    try:
        check_operation(
            substance, own.commodity, given.applied_on, reference, own.product_class
        )
    except InvalidInput as error:
        problems.extend(error.problems)
    problems.raise_if_any()
    operation = Operation(
        own.link.path,
        OperationKind(given.kind),
        substance,
        formulation,
        dose,
        given.applied_on,
        purpose,
    )
    return operation, Statement(
        RecordType.OPERATION,
        actor.organisation.did,
        operation.subject(own.link.uri(f"https://{identity_host}")),
        (own.link.path,),
        actor.person,
    )


def _check_day(day: date, batch: Batch, today: date, problems: Problems) -> None:
    """Note a use outside the time that the batch was in the field."""
    if day > today:
        problems.add(
            "applied_on",
            "{day} is in the future. Record the use on the day or after it.",
            day=day.isoformat(),
        )
    elif day > batch.harvested_on:
        problems.add(
            "applied_on",
            "{day} is after the harvest on {harvested}. Check the date.",
            day=day.isoformat(),
            harvested=batch.harvested_on.isoformat(),
        )
    elif day < batch.planted_on - LONGEST_PREPARATION:
        problems.add(
            "applied_on",
            "{day} is more than a year before planting on {planted}. Check the year.",
            day=day.isoformat(),
            planted=batch.planted_on.isoformat(),
        )
