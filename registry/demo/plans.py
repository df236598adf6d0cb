"""What becomes of each batch, thought out before anything is said: no registry here.

Harvests fall into the months of the product over the two seasons before today. Most
samples pass. Each failing sample that an authority published (`public_samples.csv`) is
found again in one batch of its commodity, on a day when the edition with the published
limit was in force; where no such day lies in the two seasons, the laboratory's verdict
stands without a limit to read it by.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from registry.data import ReferenceData
from registry.demo.dice import Dice
from registry.demo.tables import DemoInput, DemoProduct, inputs
from registry.domain.commodities import canonical_commodity
from registry.domain.limits import PublishedFailure, find_limit

# Two seasons, and the weeks before them in which everybody is admitted.
SEASONS = timedelta(days=690)
ADMISSIONS = timedelta(days=40)

PLOTS = 4


class Outcome(StrEnum):
    """What the laboratory finds."""

    UNTESTED = "untested"
    PASSED = "passed"
    FAILED = "failed"
    RETESTED = "retested"


@dataclass(frozen=True, slots=True)
class Use:
    """An input used so many days before the harvest."""

    given: DemoInput
    days_before: int


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The life of one batch.

    Attributes:
        plots: numbers of the owner's plots, from 1.
        percent: of the plots' yield that this harvest is.
        failure: the published sample found again, or None.
        certify: whether it gets a certificate of its own.
        label_percent: how much of it is packed and labelled.
    """

    product: DemoProduct
    harvested_on: date
    plots: tuple[int, ...]
    percent: int
    uses: tuple[Use, ...]
    outcome: Outcome
    failure: PublishedFailure | None
    certify: bool
    label_percent: int

    @property
    def sampled_on(self) -> date:
        """The day of sampling, a day after the harvest."""
        return self.harvested_on + timedelta(days=1)


def plan_batches(
    products: Sequence[DemoProduct],
    reference: ReferenceData,
    today: date,
    dice: Dice,
) -> list[BatchPlan]:
    """Return the batches of the two seasons up to `today`, by day of harvest."""
    plans = [
        _plan(product, day, dice)
        for product in products
        for day in harvest_days(product, today, dice)
    ]
    plans.sort(key=lambda plan: plan.harvested_on)
    for sample in reference.public_samples:
        _find_again(plans, sample, reference, today)
    return plans


def harvest_days(product: DemoProduct, today: date, dice: Dice) -> Iterator[date]:
    """Yield the days of a product's harvests, spread over its months."""
    begin = today - SEASONS + ADMISSIONS
    days = [
        day
        for day in (begin + timedelta(days=n) for n in range((today - begin).days))
        if product.first_month <= day.month <= product.last_month
    ]
    width = len(days) // product.batches
    for number in range(product.batches):
        yield days[number * width + dice.between(0, width - 1)]


def _plan(product: DemoProduct, day: date, dice: Dice) -> BatchPlan:
    first = dice.between(1, PLOTS)
    second = dice.between(1, PLOTS)
    outcome = Outcome.PASSED if dice.chance(78) else Outcome.UNTESTED
    return BatchPlan(
        product=product,
        harvested_on=day,
        plots=tuple(sorted({first, second})),
        percent=dice.between(20, 90),
        uses=_uses(product, dice),
        outcome=outcome,
        failure=None,
        certify=product.certificate == "batches"
        and outcome is Outcome.PASSED
        and dice.chance(75),
        label_percent=dice.between(20, 95) if dice.chance(60) else 0,
    )


def _uses(product: DemoProduct, dice: Dice) -> tuple[Use, ...]:
    """Return what was used, now and then too close to the harvest."""
    return tuple(
        Use(given, 1 if dice.chance(3) else given.days_before + dice.between(0, 5))
        for given in inputs()[product.care]
        if dice.chance(85)
    )


def _find_again(
    plans: list[BatchPlan],
    sample: PublishedFailure,
    reference: ReferenceData,
    today: date,
) -> None:
    """Let one batch fail as the published sample did, the owners taking turns."""
    failed: dict[str, int] = {}
    for plan in plans:
        if plan.failure:
            failed[plan.product.name] = failed.get(plan.product.name, 0) + 1
    commodity = canonical_commodity(sample.commodity)
    candidates = [
        (
            not _fails_by_limit(plan, sample, reference),
            failed.get(plan.product.name, 0),
            number,
        )
        for number, plan in enumerate(plans)
        if canonical_commodity(plan.product.commodity) == commodity
        and plan.failure is None
        and (today - plan.harvested_on).days > 10
    ]
    number = min(candidates)[2]
    # The gravest is objected to, tested again by order, and passes.
    retested = sample.measured_mg_per_kg == max(
        other.measured_mg_per_kg for other in reference.public_samples
    )
    plans[number] = replace(
        plans[number],
        outcome=Outcome.RETESTED if retested else Outcome.FAILED,
        failure=sample,
        certify=False,
        label_percent=0,
    )


def _fails_by_limit(
    plan: BatchPlan, sample: PublishedFailure, reference: ReferenceData
) -> bool:
    found = find_limit(
        reference.limits, plan.product.commodity, sample.analyte, plan.sampled_on
    )
    return found is not None and found.limit_mg_per_kg == sample.limit_mg_per_kg
