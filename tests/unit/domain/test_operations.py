"""Inputs used on a batch."""

from dataclasses import replace
from datetime import date

import pytest

from registry.domain.batch import Batch
from registry.domain.operations import (
    Operation,
    OperationKind,
    RecordOperation,
    record_operation,
)
from registry.domain.parties import Actor
from registry.errors import InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    BATCH,
    DAN,
    EVE,
    HOST,
    LINK,
    REFERENCE,
    TODAY,
    claims_of,
    refused,
)

GIVEN = RecordOperation(
    LINK.path,
    "plant_protection",
    "噻虫嗪",
    " 25% WG ",
    "10 g/亩",
    date(2026, 7, 1),
    "蓟马",
)


def recorded(
    given: RecordOperation = GIVEN,
    batch: Batch | None = BATCH,
    actor: Actor = AMINA,
    today: date = TODAY,
) -> Operation:
    operation, statement = record_operation(
        actor, given, batch, REFERENCE, today=today, identity_host=HOST
    )
    assert Operation.from_claims(claims_of(statement), LINK.path) == operation
    assert statement.batches == (LINK.path,)
    return operation


def test_a_use_is_recorded() -> None:
    assert recorded() == Operation(
        LINK.path,
        OperationKind.PLANT_PROTECTION,
        "噻虫嗪",
        "25% WG",
        "10 g/亩",
        date(2026, 7, 1),
        "蓟马",
    )


def test_what_is_not_known_is_left_out_of_the_record() -> None:
    operation = recorded(replace(GIVEN, formulation="", dose=" ", purpose=""))
    assert not {"formulation", "dose", "purpose"} & operation.subject("x").keys()


def test_a_use_on_the_day_of_harvest_is_recorded_though_too_late() -> None:
    assert recorded(replace(GIVEN, applied_on=BATCH.harvested_on)).applied_on == (
        BATCH.harvested_on
    )


def test_the_soil_may_be_treated_a_year_before_planting() -> None:
    assert recorded(replace(GIVEN, applied_on=date(2025, 2, 28))).dose == "10 g/亩"


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"substance": ""}, "substance", "empty"),
        ({"substance": "噻虫\u200b嗪"}, "substance", "invisible"),
        ({"formulation": "25%\u202eWG"}, "formulation", "invisible"),
        ({"dose": "1\u20600 g"}, "dose", "invisible"),
        ({"purpose": "x" * 61}, "purpose", "at most 60"),
        ({"kind": "praying"}, "kind", "Unknown kind of operation: praying"),
        ({"applied_on": date(2026, 11, 2)}, "applied_on", "after the harvest"),
        ({"applied_on": date(2026, 11, 21)}, "applied_on", "in the future"),
        ({"applied_on": date(2025, 2, 27)}, "applied_on", "more than a year before"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        recorded(replace(GIVEN, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("substance", ["克百威", "呋 喃丹"])
def test_a_banned_substance_is_refused_with_every_announcement(substance: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        recorded(replace(GIVEN, substance=substance))
    said = [(p.field, str(p.message)) for p in caught.value.problems]
    assert {field for field, _ in said} == {"substance"}
    for announcement in ("公告第736号", "公告第199号"):
        assert any(announcement in words for _, words in said)


def test_every_wrong_field_is_named_at_once() -> None:
    given = replace(GIVEN, substance="", kind="", dose="\u200bx", applied_on=date.max)
    with pytest.raises(InvalidInput) as caught:
        recorded(given)
    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"substance", "kind", "dose", "applied_on"}


@pytest.mark.parametrize("batch", [BATCH, None], ids=["another's", "unknown"])
def test_dan_records_nothing_on_a_batch_that_is_not_his(batch: Batch | None) -> None:
    with refused(NotAllowed, "batch", "Only its owner can do this"):
        recorded(batch=batch, actor=DAN)


def test_eve_records_nothing() -> None:
    with refused(NotAllowed, "", "may not do this"):
        recorded(actor=EVE)
