"""The story: who is admitted, what they grow, and the order in which it is told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from registry.clock import legal_date
from registry.demo.admissions import admit_party, found_registry, name_product
from registry.demo.batches import BatchLife
from registry.demo.certificates import plan_certificates
from registry.demo.dice import Dice
from registry.demo.drafts import plan_draft
from registry.demo.people import Login, random_password
from registry.demo.plans import SEASONS, plan_batches
from registry.demo.schedule import Schedule, at
from registry.demo.stage import Stage
from registry.demo.tables import parties, products
from registry.service import Registry

Progress = Callable[[int, int], None]


def tell(
    registry: Registry,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
    password: Callable[[], str] = random_password,
) -> list[Login]:
    """Fill an empty registry with two seasons up to `now`.

    Args:
        registry: empty, its entropy seeded.
        now: where the story ends.
        progress: told (steps done, steps in all).
        password: gives each account its password; no record depends on it.

    Returns:
        The accounts that were made.
    """
    today = legal_date(now)
    stage = Stage(registry, Dice(registry.entropy), today, password)
    schedule = Schedule()
    begin = today - SEASONS
    schedule.add(at(begin, 9), partial(found_registry, stage))
    for party in parties():
        schedule.add(at(begin, 10), partial(admit_party, stage, party))
    for product in products():
        day = begin + timedelta(days=stage.dice.between(5, 30))
        schedule.add(at(day, 9), partial(name_product, stage, product))
        plan_certificates(stage, product, schedule)
        plan_draft(stage, product, schedule)
    for plan in plan_batches(products(), registry.reference, today, stage.dice):
        BatchLife(stage, plan).put_on(schedule)
    schedule.run(now, progress)
    return stage.logins
