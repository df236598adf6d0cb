"""The demonstration's tables and plans; the story itself is in tests/journeys."""

from collections import Counter
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clock import SHANGHAI
from registry.data import reference_data
from registry.demo.dice import Dice, seeded_entropy
from registry.demo.people import random_password
from registry.demo.plans import SEASONS, BatchPlan, Outcome, harvest_days, plan_batches
from registry.demo.schedule import Schedule, at
from registry.demo.tables import DemoParty, inputs, parties, products
from registry.domain.gs1 import parse_gtin
from registry.domain.inputs import check_operation
from registry.domain.limits import find_limit
from registry.domain.parties import Kind
from registry.domain.uscc import parse_uscc

TODAY = date(2026, 11, 22)


def plans(seed: str = "1", today: date = TODAY) -> list[BatchPlan]:
    dice = Dice(seeded_entropy(seed))
    return plan_batches(products(), reference_data(), today, dice)


def test_every_example_product_is_grown() -> None:
    grown = {product.name for product in products()}
    assert {example.name_zh for example in reference_data().example_products} <= grown


def test_there_are_enough_growers_products_and_batches() -> None:
    kinds = Counter(party.given.kind for party in parties())
    assert kinds[Kind.COOPERATIVE] >= 12
    assert kinds[Kind.INSPECTION_BODY] == kinds[Kind.CERTIFICATION_BODY] == 2
    assert kinds[Kind.MARKET] == kinds[Kind.SERVICE_STATION] == 1
    assert len(products()) >= 30
    assert len(plans()) >= 200


@pytest.mark.parametrize("party", parties(), ids=lambda party: party.given.slug)
def test_an_organisation_says_that_it_is_invented_and_has_a_right_code(
    party: DemoParty,
) -> None:
    given = party.given
    assert "演示" in given.name
    assert "(demo)" in given.name_en
    assert given.division in reference_data().divisions
    if given.kind != Kind.AUTHORITY:
        assert parse_uscc(given.uscc) == given.uscc


def test_codes_of_organisations_differ() -> None:
    codes = [party.given.uscc for party in parties() if party.given.uscc]
    assert len(set(codes)) == len(codes)


def test_gtins_are_of_the_prefix_set_aside_for_demonstrations() -> None:
    gtins = [product.gtin for product in products() if product.gtin]
    assert len(set(gtins)) == len(gtins) > 5
    assert all(parse_gtin(gtin).startswith("0952") for gtin in gtins)


def test_no_input_is_banned_on_its_crop() -> None:
    for product in products():
        for used in inputs()[product.care]:
            check_operation(
                used.substance,
                product.commodity,
                TODAY,
                reference_data(),
                product.product_class,
            )


def test_each_published_failure_is_found_again_below_its_limit_in_force() -> None:
    found = [plan for plan in plans() if plan.failure]
    assert {plan.failure for plan in found} == set(reference_data().public_samples)
    for plan in found:
        assert plan.failure is not None
        limit = find_limit(
            reference_data().limits,
            plan.product.commodity,
            plan.failure.analyte,
            plan.sampled_on,
        )
        # 甲拌磷 on chives is banned outright since the edition that had its limit.
        if plan.failure.analyte != "甲拌磷":
            assert limit is not None
            assert limit.limit_mg_per_kg == plan.failure.limit_mg_per_kg


def test_one_failure_is_settled_by_a_retest() -> None:
    outcomes = Counter(plan.outcome for plan in plans())
    assert outcomes[Outcome.RETESTED] == 1
    assert outcomes[Outcome.FAILED] == len(reference_data().public_samples) - 1


@settings(max_examples=15, deadline=None)
@given(today=st.dates(date(2026, 1, 1), date(2035, 12, 31)))
def test_on_any_day_harvests_lie_in_the_two_seasons_and_their_months(
    today: date,
) -> None:
    dice = Dice(seeded_entropy("any day"))
    for product in products():
        days = list(harvest_days(product, today, dice))
        assert len(days) == product.batches
        for day in days:
            assert today - SEASONS < day < today
            assert product.first_month <= day.month <= product.last_month


def test_the_same_seed_gives_the_same_plans_and_another_seed_others() -> None:
    assert plans("a") == plans("a")
    assert plans("a") != plans("b")


def test_dice_reach_both_ends_and_nothing_beyond() -> None:
    dice = Dice(seeded_entropy("ends"))
    assert {dice.between(1, 3) for _ in range(100)} == {1, 2, 3}
    assert not any(dice.chance(0) for _ in range(50))
    assert all(dice.chance(100) for _ in range(50))


def test_a_schedule_runs_in_the_order_of_time_and_stops_at_the_end() -> None:
    schedule = Schedule()
    done: list[str] = []
    told: list[tuple[int, int]] = []

    def does(name: str, day: date) -> None:
        schedule.add(at(day, 9), lambda _now: done.append(name))

    does("second", date(2026, 1, 2))
    does("first", date(2026, 1, 1))
    does("also second", date(2026, 1, 2))
    does("never", date(2026, 1, 4))
    schedule.run(datetime(2026, 1, 3, tzinfo=SHANGHAI), lambda *step: told.append(step))

    assert done == ["first", "second", "also second"]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_passwords_are_long_and_differ() -> None:
    drawn = {random_password() for _ in range(200)}
    assert len(drawn) == 200
    assert all(len(password) == 14 for password in drawn)
