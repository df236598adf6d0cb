"""Batches still in the field, which their cooperatives keep as drafts."""

from datetime import datetime, timedelta

from registry.commands.batch_drafts import save_batch_draft
from registry.demo.plans import PLOTS
from registry.demo.schedule import Schedule, at
from registry.demo.stage import Stage
from registry.demo.tables import DemoProduct
from registry.store.batch_drafts import BatchDraft

PERCENT_GROWING = 35
NOTED_AFTER = timedelta(days=3)


def plan_draft(stage: Stage, product: DemoProduct, schedule: Schedule) -> None:
    """Schedule, for some products, the draft of a batch that is growing today."""
    if not stage.dice.chance(PERCENT_GROWING):
        return
    age = min(stage.dice.between(8, 40), product.growth_days - 1)
    planted_on = stage.today - timedelta(days=age)
    plot = f"P{stage.dice.between(1, PLOTS)}"

    def note(now: datetime) -> None:
        draft = BatchDraft(
            gtin=stage.gtins[product.name],
            plots=(plot,),
            planted_on=planted_on.isoformat(),
            unit="kg",
        )
        save_batch_draft(
            stage.owner(product), draft, draft_id=stage.request_id(), now=now
        )

    schedule.add(at(planted_on + NOTED_AFTER, 20), note)
