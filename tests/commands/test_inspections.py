"""Inspections: what is refused, at which input, and that nothing is written then."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from registry.domain.inspection import AnalyteResult
from registry.domain.parties import Actor
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.store.queries.inspection_lists import (
    failures_within,
    inspections_matching,
)
from registry.store.queries.inspections import (
    inspection_by_id,
    inspections_of_batch,
)
from tests.support.cast import PATH, Cast
from tests.support.refusals import refused

THIAMETHOXAM = AnalyteResult(
    "噻虫嗪", None, Decimal("0.01"), "mg/kg", "GB 23200.121-2026"
)
BANNED = replace(THIAMETHOXAM, analyte="毒死蜱", value=Decimal("0.05"))


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Amina has a batch that nobody has tested."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    return cast


def beside(actor: Actor, *others: Actor) -> Actor:
    """Return a person who also belongs to the organisations of `others`."""
    dids = actor.memberships | {other.organisation.did for other in others}
    return replace(actor, memberships=dids)


def test_a_report_stands_in_the_lists_of_its_laboratory(ready: Cast) -> None:
    receipt = ready.logs_inspection(ready.ben)

    [row] = inspections_matching(ready.ben.organisation.did, "LP-2026")
    assert (row.record_id, row.path, row.verdict) == (receipt.record_id, PATH, "pass")
    assert inspections_matching(ready.ben.organisation.did, "小黄姜") == [row]
    assert inspections_matching(ready.ben.organisation.did, PATH) == [row]
    assert inspections_matching(ready.ben.organisation.did, "大蒜") == []
    assert inspections_matching(ready.chloe.organisation.did) == []


def test_a_standing_failure_is_listed_in_its_division_and_above(ready: Cast) -> None:
    ready.logs_inspection(ready.ben, verdict="fail", results=(BANNED,))

    assert [row.path for row in failures_within("530324")] == [PATH]
    assert [row.path for row in failures_within("53")] == [PATH]
    assert failures_within("530303") == []


def test_a_failure_that_a_retest_settled_is_listed_no_more(ready: Cast) -> None:
    failed = ready.logs_inspection(ready.ben, verdict="fail", results=(BANNED,))

    ready.logs_inspection(
        ready.another_laboratory(),
        number="LP-2026-0002",
        retest=True,
        supersedes=f"urn:uuid:{failed.record_id}",
        reason="罗农复检[2026]3号",
    )

    assert failures_within("530324") == []
    settled = inspection_by_id(failed.record_id)
    assert settled is not None
    assert settled.superseded_by


def test_a_correction_may_keep_the_number_of_the_report_it_corrects(
    ready: Cast,
) -> None:
    first = ready.logs_inspection(ready.ben)

    ready.logs_inspection(
        ready.ben,
        sample_number="S-0002",
        supersedes=f"urn:uuid:{first.record_id}",
        reason="样品编号录入有误",
    )

    numbers = [row.report.sample_number for row in inspections_of_batch(PATH)]
    assert numbers == ["S-0001", "S-0002"]


def test_an_analyte_without_a_known_limit_is_kept(ready: Cast) -> None:
    strange = replace(THIAMETHOXAM, analyte="某新农药", value=Decimal("3"))

    receipt = ready.logs_inspection(ready.ben, results=(strange,))

    row = inspection_by_id(receipt.record_id)
    assert row is not None
    assert row.report.results == (strange,)


def test_the_owner_does_not_inspect(ready: Cast) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        ready.logs_inspection(ready.amina)


def test_an_inspector_who_belongs_to_the_owner_is_refused(ready: Cast) -> None:
    with refused(ready, NotAllowed, "batch", "Another inspector must test it"):
        ready.logs_inspection(beside(ready.ben, ready.amina))


def test_a_batch_that_is_not_registered_is_refused(ready: Cast) -> None:
    with refused(ready, NotFound, "batch", "is registered here"):
        ready.logs_inspection(ready.ben, batch_path=f"{PATH}9")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        pytest.param(
            {"sampled_on": date(2026, 11, 5)},
            "tested_on",
            "Tested on 2026-11-04, before the sample was taken on 2026-11-05",
            id="tested before sampling",
        ),
        pytest.param(
            {"tested_on": date(2026, 11, 21)},
            "tested_on",
            "2026-11-21 is in the future",
            id="tested in the future",
        ),
        pytest.param(
            {"sampled_on": date(2026, 11, 21), "tested_on": date(2026, 11, 22)},
            "sampled_on",
            "2026-11-21 is in the future",
            id="sampled in the future",
        ),
        pytest.param(
            {"sampled_on": date(2026, 2, 28)},
            "sampled_on",
            "before the batch was planted on 2026-03-01",
            id="sampled before planting",
        ),
        pytest.param({"number": " "}, "number", "This is empty", id="no number"),
        pytest.param(
            {"sample_number": ""}, "sample_number", "This is empty", id="no sample"
        ),
        pytest.param({"verdict": ""}, "verdict", "Choose the verdict", id="no verdict"),
        pytest.param(
            {"verdict": "good"}, "verdict", "pass or fail", id="another verdict"
        ),
        pytest.param(
            {"results": ()}, "results", "at least one analyte", id="no results"
        ),
        pytest.param(
            {"results": (THIAMETHOXAM, THIAMETHOXAM)},
            "results.1.analyte",
            "噻虫嗪 is reported twice",
            id="an analyte twice",
        ),
        pytest.param(
            {"results": (THIAMETHOXAM, BANNED)},
            "results.1.value",
            "but the report says pass",
            id="a pass over a failing figure",
        ),
        pytest.param(
            {"results": (replace(THIAMETHOXAM, value=Decimal("0.001")),)},
            "results.0.value",
            "not below its LOQ",
            id="a figure below the LOQ",
        ),
        pytest.param(
            {"retest": True},
            "supersedes",
            "Name the report",
            id="a retest of nothing",
        ),
    ],
)
def test_a_report_that_cannot_be_is_refused(
    ready: Cast, changes: dict[str, object], field: str, words: str
) -> None:
    with refused(ready, InvalidInput, field, words):
        ready.logs_inspection(ready.ben, **changes)


def test_every_wrong_input_is_named_at_once(ready: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        ready.logs_inspection(
            ready.ben, number="", verdict="", tested_on=date(2027, 1, 1)
        )

    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"number", "verdict", "tested_on"}


def test_a_report_number_is_taken_once(ready: Cast) -> None:
    ready.logs_inspection(ready.ben)

    with refused(ready, Conflict, "number", "already logged report LP-2026-0001"):
        ready.logs_inspection(ready.ben, sample_number="S-0002")


def test_a_failure_is_not_corrected_into_a_pass(ready: Cast) -> None:
    failed = ready.logs_inspection(ready.ben, verdict="fail", results=(BANNED,))

    with refused(ready, Conflict, "verdict", "only by an ordered retest"):
        ready.logs_inspection(
            ready.ben,
            supersedes=f"urn:uuid:{failed.record_id}",
            reason="录入有误",
        )


def test_a_correction_says_why(ready: Cast) -> None:
    first = ready.logs_inspection(ready.ben)

    with refused(ready, InvalidInput, "reason", "This is empty"):
        ready.logs_inspection(ready.ben, supersedes=f"urn:uuid:{first.record_id}")


def test_a_report_is_corrected_once(ready: Cast) -> None:
    first = ready.logs_inspection(ready.ben)
    correction = {"supersedes": f"urn:uuid:{first.record_id}", "reason": "更正"}
    ready.logs_inspection(ready.ben, number="LP-2", **correction)

    with refused(ready, NotFound, "supersedes", "not one of this batch"):
        ready.logs_inspection(ready.ben, number="LP-3", **correction)


def test_a_laboratory_does_not_clear_its_own_failure(ready: Cast) -> None:
    failed = ready.logs_inspection(ready.ben, verdict="fail", results=(BANNED,))

    with refused(ready, NotAllowed, "retest", "made by another accredited laboratory"):
        ready.logs_inspection(
            ready.ben,
            number="LP-2026-0002",
            retest=True,
            supersedes=f"urn:uuid:{failed.record_id}",
            reason="罗农复检[2026]3号",
        )
