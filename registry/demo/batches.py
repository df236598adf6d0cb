"""The life of a batch: registered, field book copied, labelled, tested, certified."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from registry.commands.batches import add_batch, add_operation
from registry.commands.inspections import add_inspection
from registry.commands.labels import add_label_run
from registry.demo.certificates import grant_for_batch
from registry.demo.laboratory import TESTED_AFTER, results_of, retest_of
from registry.demo.plans import BatchPlan, Outcome
from registry.demo.schedule import Schedule, at
from registry.demo.stage import Stage
from registry.domain.batch import Batch, RegisterBatch
from registry.domain.inspection import AnalyteResult
from registry.domain.inspection_report import LogInspection
from registry.domain.labelling import IssueLabels
from registry.domain.operations import RecordOperation
from registry.domain.parties import Actor
from registry.domain.quantity import Quantity
from registry.store.queries.batches import batch_by_path
from registry.store.queries.products import plots_of
from registry.store.queries.records import record_by_id

SQUARE_METRES_PER_MU = Decimal("666.67")
NET_CONTENT = {"KGM": Decimal("2.5"), "H87": Decimal(1)}
MOST_LABELS = 4000

RETEST_AFTER = timedelta(days=12)
CERTIFIED_AFTER = timedelta(days=8)


@dataclass(slots=True)
class BatchLife:
    """One batch on the stage; its path is known once it is registered."""

    stage: Stage
    plan: BatchPlan
    path: str = ""
    report_id: str = ""
    retesting: bool = False

    def put_on(self, schedule: Schedule) -> None:
        """Schedule everything that will happen to the batch."""
        plan = self.plan
        schedule.add(at(plan.harvested_on, 17), self.register)
        schedule.add(at(plan.harvested_on, 18), self.copy_field_book)
        if plan.label_percent:
            schedule.add(at(plan.harvested_on, 19), self.label)
        if plan.outcome is not Outcome.UNTESTED:
            schedule.add(at(plan.sampled_on + timedelta(days=3), 15), self.test)
        if plan.outcome is Outcome.RETESTED:
            schedule.add(at(plan.sampled_on + RETEST_AFTER, 15), self.test_again)
        if plan.certify:
            schedule.add(at(plan.harvested_on + CERTIFIED_AFTER, 10), self.certify)

    @property
    def owner(self) -> Actor:
        """Who acts for the cooperative."""
        return self.stage.owner(self.plan.product)

    @property
    def batch(self) -> Batch:
        """The batch as registered."""
        batch = batch_by_path(self.path)
        if batch is None:
            raise RuntimeError(f"{self.path} is not registered")
        return batch

    def register(self, now: datetime) -> None:
        """Register origin and quantity; the lot is the registry's to number."""
        plan = self.plan
        codes = tuple(f"P{number}" for number in plan.plots)
        receipt = add_batch(
            self.stage.registry,
            self.owner,
            RegisterBatch(
                gtin=self.stage.gtins[plan.product.name],
                lot="",
                plots=codes,
                planted_on=plan.harvested_on - timedelta(days=plan.product.growth_days),
                harvested_on=plan.harvested_on,
                quantity=self._harvest(codes),
            ),
            request_id=self.stage.request_id(),
            now=now,
        )
        record = record_by_id(receipt.record_id)
        if record is not None:
            (self.path,) = record.batches

    def _harvest(self, codes: tuple[str, ...]) -> Quantity:
        """Return what the plots yielded, in tens of kilograms or whole animals."""
        plots = plots_of(self.owner.organisation.did, codes)
        area = sum((plot.area.value for plot in plots), Decimal(0))
        product = self.plan.product
        whole = area / SQUARE_METRES_PER_MU * product.per_mu * self.plan.percent / 100
        step = Decimal(10 if product.unit == "KGM" else 1)
        rounded = (whole / step).to_integral_value(ROUND_FLOOR) * step
        return Quantity(max(rounded, step), product.unit)

    def copy_field_book(self, now: datetime) -> None:
        """Record what was used on the batch while it grew."""
        for use in self.plan.uses:
            add_operation(
                self.stage.registry,
                self.owner,
                RecordOperation(
                    self.path,
                    use.given.kind,
                    use.given.substance,
                    use.given.formulation,
                    use.given.dose,
                    self.plan.harvested_on - timedelta(days=use.days_before),
                    use.given.purpose,
                ),
                request_id=self.stage.request_id(),
                now=now,
            )

    def label(self, now: datetime) -> None:
        """Issue item labels for a part of the batch."""
        quantity = self.batch.quantity
        net = NET_CONTENT[quantity.unit]
        fillable = quantity.value * self.plan.label_percent / 100 // net
        if fillable < 1:
            return
        add_label_run(
            self.stage.registry,
            self.owner,
            IssueLabels(
                self.path,
                min(int(fillable), MOST_LABELS),
                Quantity(net, quantity.unit),
                "40x30",
            ),
            request_id=self.stage.request_id(),
            now=now,
        )

    def test(self, now: datetime) -> None:
        """Log the inspection, passed or failed."""
        failed = self.plan.failure is not None
        day = self.plan.sampled_on
        results = results_of(self.stage, self.plan)
        report = self._report(day, "fail" if failed else "pass", results)
        self.report_id = self._log(report, now)

    def test_again(self, now: datetime) -> None:
        """Log the ordered retest that supersedes the failure."""
        self.retesting = True
        day = self.plan.sampled_on + RETEST_AFTER - timedelta(days=3)
        results = retest_of(self.stage, self.plan, day)
        report = replace(
            self._report(day, "pass", results),
            retest=True,
            supersedes=f"urn:uuid:{self.report_id}",
            reason="生产者提出异议,曲靖市农业农村局(演示)下达复检通知",
        )
        self._log(report, now)

    def _report(
        self, day: date, verdict: str, results: tuple[AnalyteResult, ...]
    ) -> LogInspection:
        inspector = self._inspector.organisation.short_name
        number = self.stage.number(f"{inspector}-{day.year}")
        return LogInspection(
            batch_path=self.path,
            number=number,
            sample_number=f"{number}-A",
            sampled_on=day,
            tested_on=day + TESTED_AFTER,
            verdict=verdict,
            results=results,
        )

    def _log(self, given: LogInspection, now: datetime) -> str:
        receipt = add_inspection(
            self.stage.registry,
            self._inspector,
            given,
            request_id=self.stage.request_id(),
            now=now,
        )
        return receipt.record_id

    @property
    def _inspector(self) -> Actor:
        """Who tests: the county's own laboratory, and another one for a retest."""
        county = self.plan.product.division.startswith("530324")
        near, other = "luoping-inspection", "qujing-inspection"
        return self.stage.people[near if county != self.retesting else other]

    def certify(self, now: datetime) -> None:
        """Let the certification body certify this batch alone."""
        grant_for_batch(self.stage, self.plan.product, self.path, now)
