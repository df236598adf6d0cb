"""Inputs used: what is refused, and that what is late is heard all the same."""

from datetime import date

import pytest

from registry.domain.inputs import check_harvest
from registry.domain.operations import OperationKind
from registry.errors import InvalidInput, NotAllowed
from registry.store.queries.batches import operations_on
from tests.support.cast import PATH, Cast
from tests.support.refusals import refused


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Amina has a batch, planted on 1 March and harvested on 1 November."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    return cast


def test_a_use_keeps_what_was_typed(ready: Cast) -> None:
    ready.records_operation(ready.amina)

    (use,) = operations_on(PATH)
    assert (use.kind, use.substance) == (OperationKind.PLANT_PROTECTION, "噻虫嗪")
    assert (use.formulation, use.dose, use.purpose) == ("25% WG", "10 g/亩", "蓟马")
    assert use.applied_on == date(2026, 7, 1)


def test_a_banned_substance_is_refused_with_its_legal_basis(ready: Cast) -> None:
    with refused(ready, InvalidInput, "substance", "农业部公告第199号"):
        ready.records_operation(ready.amina, substance="六六六")


def test_a_banned_substance_by_another_name_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "substance", "banned on this crop"):
        ready.records_operation(ready.amina, substance="ＤＤＴ")


def test_a_substance_banned_on_vegetables_only_is_refused_on_ginger(
    ready: Cast,
) -> None:
    with refused(ready, InvalidInput, "substance", "蔬菜"):
        ready.records_operation(ready.amina, substance="克百威")


def test_a_use_without_a_substance_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "substance", "empty"):
        ready.records_operation(ready.amina, substance="  ")


def test_a_use_tomorrow_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "applied_on", "in the future"):
        ready.records_operation(ready.amina, applied_on=date(2026, 11, 21))


def test_a_use_after_the_harvest_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "applied_on", "after the harvest on 2026-11-01"):
        ready.records_operation(ready.amina, applied_on=date(2026, 11, 2))


def test_a_use_years_before_planting_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "applied_on", "Check the year"):
        ready.records_operation(ready.amina, applied_on=date(2024, 7, 1))


def test_an_unknown_kind_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "kind", "Unknown kind of operation: magic"):
        ready.records_operation(ready.amina, kind="magic")


def test_an_invisible_character_in_a_dose_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "dose", "U+202E"):
        ready.records_operation(ready.amina, dose="10 \u202eg")


def test_a_use_on_the_batch_of_another_is_refused(ready: Cast) -> None:
    with refused(ready, NotAllowed, "batch", "Only its owner"):
        ready.records_operation(ready.dan)


def test_an_unknown_batch_is_refused_as_a_foreign_one_is(ready: Cast) -> None:
    with refused(ready, NotAllowed, "batch", "Only its owner"):
        ready.records_operation(ready.amina, batch_path=f"{PATH}9")


@pytest.mark.parametrize("who", ["ben", "chloe", "grace"])
def test_only_growers_record_uses(ready: Cast, who: str) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        ready.records_operation(ready.people[who])


def test_a_use_too_close_to_harvest_is_recorded_and_found(cast: Cast) -> None:
    cast.registers_product(cast.amina, commodity="豇豆", name="陆良豇豆")
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)

    cast.records_operation(
        cast.amina,
        substance="阿维菌素",
        formulation="1.8% EC",
        applied_on=date(2026, 10, 29),
    )

    (finding,) = check_harvest(
        operations_on(PATH), date(2026, 11, 1), "豇豆", cast.registry.reference
    )
    assert (finding.rule, finding.days_short) == ("pre_harvest_interval", 2)
