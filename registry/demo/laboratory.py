"""What the laboratories of the demonstration find, line by line."""

from datetime import date, timedelta

from registry.demo.plans import BatchPlan
from registry.demo.stage import Stage
from registry.domain.inspection import (
    AnalyteResult,
    GivenResult,
    Sample,
    parse_result,
)
from registry.domain.limits import find_limit

NOT_DETECTED = "未检出"
LOQ = "0.005"
TRACES = ("0.006", "0.008", "0.010")

# The methods of 2026 replace those before on this day (test_methods.csv).
NEW_METHODS = date(2026, 3, 1)
_METHODS = {
    "草甘膦": ("GB/T 23750", "GB 23200.122-2026"),
    "喹啉铜": ("GB 23200.117-2019", "GB 23200.117-2019"),
    "恩诺沙星": ("GB/T 21312-2007", "GB/T 21312-2007"),
}
_MULTI_RESIDUE = ("GB 23200.121-2021", "GB 23200.121-2026")

TESTED_AFTER = timedelta(days=2)

# Residues that a laboratory looks for; feed and fertiliser are none.
_TESTED_KINDS = frozenset({"plant_protection", "veterinary_medicine"})

# What every sample is screened for, whatever was used.
_SCREENED = ("毒死蜱",)
_SCREENED_IN_ANIMALS = ("恩诺沙星",)
_ANIMAL_CLASSES = frozenset({"livestock_poultry", "egg"})


def results_of(stage: Stage, plan: BatchPlan) -> tuple[AnalyteResult, ...]:
    """Return the lines of the first report, the published failure among them."""
    failed = plan.failure.analyte if plan.failure else ""
    given = [_harmless(stage, plan, name) for name in _analytes(stage, plan, failed)]
    if plan.failure:
        value = str(plan.failure.measured_mg_per_kg)
        given.insert(0, _line(plan.sampled_on, failed, value))
    return _parsed(stage, plan, plan.sampled_on, given)


def retest_of(
    stage: Stage, plan: BatchPlan, sampled_on: date
) -> tuple[AnalyteResult, ...]:
    """Return the lines of the retest: what had failed is not found."""
    failed = plan.failure.analyte if plan.failure else ""
    line = _line(sampled_on, failed, NOT_DETECTED)
    return _parsed(stage, plan, sampled_on, [line])


def _analytes(stage: Stage, plan: BatchPlan, besides: str) -> list[str]:
    """Return what was used (用什么药、检什么药), what has limits, what is screened."""
    used = [use.given.substance for use in plan.uses if use.given.kind in _TESTED_KINDS]
    limited = [
        limit.analyte
        for limit in stage.registry.reference.limits
        if limit.commodity == plan.product.commodity
        and limit.in_force_on(plan.sampled_on)
    ]
    animal = plan.product.product_class in _ANIMAL_CLASSES
    screened = _SCREENED_IN_ANIMALS if animal else _SCREENED
    return [
        name
        for name in dict.fromkeys([*used, *limited[:3], *screened])
        if name != besides
    ]


def _harmless(stage: Stage, plan: BatchPlan, analyte: str) -> GivenResult:
    """Return a line that passes: mostly not detected, now and then a trace."""
    found = find_limit(
        stage.registry.reference.limits,
        plan.product.commodity,
        analyte,
        plan.sampled_on,
    )
    trace = found is not None and stage.dice.chance(25)
    value = stage.dice.pick(TRACES) if trace else NOT_DETECTED
    return _line(plan.sampled_on, analyte, value)


def _line(sampled_on: date, analyte: str, value: str) -> GivenResult:
    before, after = _METHODS.get(analyte, _MULTI_RESIDUE)
    method = after if sampled_on + TESTED_AFTER >= NEW_METHODS else before
    return GivenResult(analyte, value, "mg/kg", LOQ, method)


def _parsed(
    stage: Stage, plan: BatchPlan, sampled_on: date, given: list[GivenResult]
) -> tuple[AnalyteResult, ...]:
    sample = Sample(
        plan.product.commodity,
        sampled_on,
        sampled_on + TESTED_AFTER,
        plan.product.product_class,
    )
    return tuple(
        parse_result(line, sample, stage.registry.reference, f"results.{position}")
        for position, line in enumerate(given)
    )
