"""Batches: what is refused, at which input, and that nothing is written then."""

import uuid
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.commands.batch_drafts import (
    discard_batch_draft,
    open_batch_draft,
    save_batch_draft,
)
from registry.commands.batches import add_batch
from registry.domain.batch import RegisterBatch
from registry.domain.gs1 import check_digit
from registry.domain.quantity import Quantity
from registry.errors import (
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
)
from registry.store.batch_drafts import BatchDraft, batch_drafts_of
from registry.store.queries.batches import batch_by_path, batches_of
from registry.store.queries.records import record_by_id
from tests.support.cast import GTIN, PATH, Cast
from tests.support.refusals import refused

TODAY = date(2026, 11, 20)
DRAFT = BatchDraft(gtin=GTIN, plots=("P1",), planted_on="2026-11-01", unit="斤")


def kg(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Amina has a product and a plot of 10 mu."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    return cast


def test_a_batch_keeps_what_was_typed(ready: Cast) -> None:
    ready.registers_batch(ready.amina)

    batch = batch_by_path(PATH)
    assert batch is not None
    assert (batch.owner, batch.quantity) == (
        ready.amina.organisation.did,
        kg("2000"),
    )
    assert [share.code for share in batch.plots] == ["P1"]


def test_an_empty_lot_becomes_harvest_date_and_number(ready: Cast) -> None:
    ready.registers_batch(ready.amina, lot="")
    ready.registers_batch(ready.amina, lot="")

    lots = [row.lot for row in batches_of(ready.amina.organisation.did, TODAY)]
    assert lots == ["261101-002", "261101-001"]


def test_the_same_request_twice_gives_one_batch(ready: Cast) -> None:
    given = RegisterBatch(
        GTIN, "", ("P1",), date(2026, 3, 1), date(2026, 11, 1), kg("2000")
    )
    request_id = ready.next_request()

    receipts = [
        add_batch(
            ready.registry, ready.amina, given, request_id=request_id, now=ready.now
        )
        for _ in range(2)
    ]

    assert receipts[0] == receipts[1]
    assert len(batches_of(ready.amina.organisation.did, TODAY)) == 1


def test_another_batch_under_the_same_request_is_a_conflict(ready: Cast) -> None:
    request_id = ready.next_request()
    dates = (date(2026, 3, 1), date(2026, 11, 1))
    first, other = (
        RegisterBatch(GTIN, lot, ("P1",), *dates, kg("2000")) for lot in ("A1", "A2")
    )
    add_batch(ready.registry, ready.amina, first, request_id=request_id, now=ready.now)

    with refused(ready, Conflict, "request_id", "sent before with other content"):
        add_batch(
            ready.registry, ready.amina, other, request_id=request_id, now=ready.now
        )


def test_harvest_before_planting_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "harvested_on", "before planting on 2026-03-01"):
        ready.registers_batch(ready.amina, harvested_on=date(2026, 2, 28))


def test_a_harvest_tomorrow_is_a_draft_not_a_batch(ready: Cast) -> None:
    with refused(ready, InvalidInput, "harvested_on", "keep it as a draft"):
        ready.registers_batch(ready.amina, harvested_on=date(2026, 11, 21))


def test_planting_a_century_ago_is_a_slip(ready: Cast) -> None:
    with refused(ready, InvalidInput, "planted_on", "Check the year"):
        ready.registers_batch(ready.amina, planted_on=date(1926, 3, 1))


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_a_quantity_that_is_not_above_zero_is_refused(ready: Cast, amount: str) -> None:
    with refused(ready, InvalidInput, "quantity", "above zero"):
        ready.registers_batch(ready.amina, quantity=kg(amount))


def test_a_quantity_that_no_such_area_bears_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "quantity", "which no crop bears"):
        ready.registers_batch(ready.amina, quantity=kg("666668"))


def test_half_a_pig_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "quantity", "whole number of pieces"):
        ready.registers_batch(ready.amina, quantity=Quantity(Decimal("1.5"), "H87"))


def test_a_batch_without_a_plot_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "plots", "at least one plot"):
        ready.registers_batch(ready.amina, plots=())


def test_an_unknown_plot_is_refused_by_its_code(ready: Cast) -> None:
    with refused(ready, InvalidInput, "plots", "no plot P9"):
        ready.registers_batch(ready.amina, plots=("P1", "P9"))


def test_the_plot_of_another_cooperative_is_unknown(ready: Cast) -> None:
    ready.registers_plot(ready.dan, code="D1")

    with refused(ready, InvalidInput, "plots", "no plot D1"):
        ready.registers_batch(ready.amina, plots=("D1",))


def test_a_wrong_check_digit_is_refused_with_the_right_one(ready: Cast) -> None:
    with refused(ready, InvalidInput, "gtin", "check digit 2"):
        ready.registers_batch(ready.amina, gtin="06901234567893")


def test_a_product_that_nobody_registered_is_refused(ready: Cast) -> None:
    body = "0691234567890"

    with refused(ready, InvalidInput, "gtin", "Register the product first"):
        ready.registers_batch(ready.amina, gtin=body + check_digit(body))


def test_the_product_of_another_cooperative_is_refused(ready: Cast) -> None:
    ready.registers_plot(ready.dan)

    with refused(ready, NotAllowed, "gtin", "belongs to another organisation"):
        ready.registers_batch(ready.dan)


@pytest.mark.parametrize("lot", ["A 1", "甲1", "A" * 21, "A/1", "<b>"])
def test_a_lot_that_cannot_stand_in_a_code_is_refused(ready: Cast, lot: str) -> None:
    with refused(ready, InvalidInput, "lot", "letters A-Z, digits and hyphen"):
        ready.registers_batch(ready.amina, lot=lot)


def test_a_lot_that_exists_is_a_conflict_in_any_case(ready: Cast) -> None:
    ready.registers_batch(ready.amina, lot="A-1")

    with refused(ready, Conflict, "lot", "exists already"):
        ready.registers_batch(ready.amina, lot="a-1")


def test_everything_wrong_is_said_at_once(ready: Cast) -> None:
    with pytest.raises(InvalidInput) as caught:
        ready.registers_batch(
            ready.amina,
            plots=("P9",),
            harvested_on=date(2026, 2, 1),
            quantity=kg("0"),
        )

    fields = {problem.field for problem in caught.value.problems}
    assert fields == {"plots", "harvested_on", "quantity"}


@pytest.mark.parametrize("who", ["ben", "chloe", "grace", "olive"])
def test_only_growers_register_batches(ready: Cast, who: str) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        ready.registers_batch(ready.people[who])


def test_a_correction_takes_the_place_of_the_first_record(ready: Cast) -> None:
    first = ready.registers_batch(ready.amina)

    second = ready.registers_batch(
        ready.amina,
        quantity=kg("1900"),
        supersedes=first.record_id,
        reason="weighed again",
    )

    record = record_by_id(second.record_id)
    assert record is not None
    assert record.supersedes.endswith(first.record_id)
    batch = batch_by_path(PATH)
    assert batch is not None
    assert batch.quantity == kg("1900")


def test_a_correction_without_a_reason_is_refused(ready: Cast) -> None:
    first = ready.registers_batch(ready.amina)

    with refused(ready, InvalidInput, "reason", "empty"):
        ready.registers_batch(ready.amina, supersedes=first.record_id)


def test_a_record_that_was_corrected_is_not_corrected_again(ready: Cast) -> None:
    first = ready.registers_batch(ready.amina)
    again = {"supersedes": first.record_id, "reason": "weighed again"}
    ready.registers_batch(ready.amina, quantity=kg("1900"), **again)

    with refused(ready, NotFound, "supersedes", "corrected since"):
        ready.registers_batch(ready.amina, quantity=kg("1800"), **again)


def test_a_correction_below_what_labels_stand_for_is_refused(ready: Cast) -> None:
    first = ready.registers_batch(ready.amina)
    ready.issues_labels(ready.amina, count=40)  # 100 kg

    with refused(ready, Conflict, "quantity", "less than the 100"):
        ready.registers_batch(
            ready.amina,
            quantity=kg("99"),
            supersedes=first.record_id,
            reason="weighed again",
        )


def test_a_draft_is_found_again_as_it_was_typed(ready: Cast) -> None:
    save_batch_draft(ready.amina, DRAFT, draft_id="d1", now=ready.now)

    assert open_batch_draft(ready.amina, "d1").draft == DRAFT


def test_saving_a_draft_again_changes_it_and_makes_no_second(ready: Cast) -> None:
    save_batch_draft(ready.amina, DRAFT, draft_id="d1", now=ready.now)
    changed = BatchDraft(gtin=GTIN, quantity="about 900?")
    save_batch_draft(ready.amina, changed, draft_id="d1", now=ready.now)

    kept = batch_drafts_of(ready.amina.organisation.did)
    assert [one.draft for one in kept] == [changed]


def test_a_draft_is_in_no_log(ready: Cast) -> None:
    before = ready.registry.ledger.head().tree_size

    save_batch_draft(ready.amina, DRAFT, draft_id="d1", now=ready.now)

    assert ready.registry.ledger.head().tree_size == before


def test_another_cooperative_neither_opens_nor_changes_a_draft(ready: Cast) -> None:
    save_batch_draft(ready.amina, DRAFT, draft_id="d1", now=ready.now)

    with refused(ready, NotFound, "", "no such draft"):
        open_batch_draft(ready.dan, "d1")
    with refused(ready, NotFound, "", "no such draft"):
        save_batch_draft(ready.dan, BatchDraft(gtin="x"), draft_id="d1", now=ready.now)
    discard_batch_draft(ready.dan, "d1")
    assert open_batch_draft(ready.amina, "d1").draft == DRAFT


def test_a_discarded_draft_is_gone_and_discarding_twice_is_no_error(
    ready: Cast,
) -> None:
    save_batch_draft(ready.amina, DRAFT, draft_id="d1", now=ready.now)

    discard_batch_draft(ready.amina, "d1")
    discard_batch_draft(ready.amina, "d1")

    assert batch_drafts_of(ready.amina.organisation.did) == []


def test_an_empty_draft_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "", "Nothing is filled in yet"):
        save_batch_draft(
            ready.amina, BatchDraft(unit="斤"), draft_id="d1", now=ready.now
        )
    assert batch_drafts_of(ready.amina.organisation.did) == []


def test_a_draft_larger_than_any_form_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "", "at most"):
        save_batch_draft(
            ready.amina, BatchDraft(lot="1" * 201), draft_id="d1", now=ready.now
        )
    with refused(ready, InvalidInput, "", "at most"):
        many = tuple(map(str, range(501)))
        save_batch_draft(
            ready.amina, BatchDraft(plots=many), draft_id="d1", now=ready.now
        )


def test_an_inspector_keeps_no_drafts_of_batches(ready: Cast) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        save_batch_draft(ready.ben, DRAFT, draft_id="d1", now=ready.now)


text = st.text(max_size=30)


@given(
    draft=st.builds(
        BatchDraft,
        gtin=st.just(GTIN),
        lot=text,
        plots=st.lists(text, max_size=4).map(tuple),
        planted_on=text,
        harvested_on=text,
        quantity=text,
        unit=text,
    )
)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_text_in_a_draft_comes_back(embedded_cast: Cast, draft: BatchDraft) -> None:
    draft_id = str(uuid.uuid4())
    save_batch_draft(
        embedded_cast.amina, draft, draft_id=draft_id, now=embedded_cast.now
    )

    assert open_batch_draft(embedded_cast.amina, draft_id).draft == draft
