"""Batches: first registration and correction."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clock import legal_date
from registry.domain.batch import (
    Batch,
    BatchContext,
    PlotShare,
    RegisterBatch,
    own_batch,
    register_batch,
)
from registry.domain.origin_correction import StandingOrigin, correct_batch
from registry.domain.parties import Actor
from registry.domain.records import RecordType
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.unit.domain.samples import (
    AMINA,
    BATCH,
    CONTEXT,
    DAN,
    EVE,
    GINGER,
    GTIN,
    HONEY,
    LINK,
    PLOT,
    PRODUCT,
    REGISTER,
    TODAY,
    claims_of,
    kg,
    pieces,
    refused,
    square_metres,
)

SMALL = replace(PLOT, code="P2", area=square_metres("10"))


def registered(
    given: RegisterBatch = REGISTER,
    context: BatchContext = CONTEXT,
    actor: Actor = AMINA,
) -> Batch:
    batch, statement = register_batch(actor, given, context)
    assert Batch.from_claims(claims_of(statement), GINGER.did) == batch
    assert statement.record_type is RecordType.ORIGIN
    assert statement.batches == (batch.link.path,)
    assert (statement.supersedes, statement.reason) == ("", "")
    return batch


def test_a_batch_is_registered() -> None:
    assert registered() == BATCH


def test_the_lot_is_read_as_people_type_it() -> None:
    assert registered(replace(REGISTER, lot=" ａ-1b ")).link.lot == "A-1B"


def test_a_plot_named_twice_counts_once() -> None:
    context = replace(CONTEXT, plots=(PLOT, PLOT))
    batch = registered(replace(REGISTER, plots=("P1", "P1")), context)
    assert batch.plots == (PlotShare("P1", PLOT.area),)
    assert batch.area == PLOT.area


def test_a_plot_named_twice_does_not_double_what_it_can_bear() -> None:
    context = replace(CONTEXT, plots=(SMALL, SMALL))
    bearable = replace(REGISTER, plots=("P2", "P2"), quantity=kg("1000"))
    assert registered(bearable, context).quantity == kg("1000")
    with refused(InvalidInput, "quantity", "1000.001 kg from 10 m²"):
        registered(replace(bearable, quantity=kg("1000.001")), context)


def test_a_plot_that_was_not_named_is_no_part_of_the_batch() -> None:
    batch = registered(context=replace(CONTEXT, plots=(SMALL, PLOT)))
    assert [share.code for share in batch.plots] == ["P1"]


def test_the_place_of_origin_is_where_every_plot_lies() -> None:
    elsewhere = replace(PLOT, code="A0", division="530302")
    context = replace(CONTEXT, plots=(elsewhere, PLOT))
    assert registered(replace(REGISTER, plots=("A0", "P1")), context).division == "5303"


def test_plots_in_two_provinces_make_no_one_batch() -> None:
    elsewhere = replace(PLOT, code="A0", division="520201")
    context = replace(CONTEXT, plots=(elsewhere, PLOT))
    with refused(InvalidInput, "plots", "different provinces"):
        registered(replace(REGISTER, plots=("A0", "P1")), context)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"lot": ""}, "lot", "cannot be used here"),
        ({"lot": "A/21/1"}, "lot", "cannot be used here"),
        ({"plots": ()}, "plots", "Choose at least one plot"),
        ({"plots": ("P1", "P9")}, "plots", "You have no plot P9"),
        ({"planted_on": date(2026, 11, 2)}, "harvested_on", "before planting"),
        ({"harvested_on": date(2026, 11, 21)}, "harvested_on", "in the future"),
        ({"planted_on": date(1926, 3, 1)}, "planted_on", "more than 60 years"),
        ({"quantity": kg("0")}, "quantity", "The quantity is 0"),
        ({"quantity": kg("-5")}, "quantity", "The quantity is -5"),
        ({"quantity": square_metres("5")}, "quantity", "not in MTK"),
        ({"quantity": pieces("1.5")}, "quantity", "not a whole number of pieces"),
        ({"quantity": kg("666667.001")}, "quantity", "which no crop bears"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        registered(replace(REGISTER, **change))  # type: ignore[arg-type]


def test_pieces_are_not_weighed_against_the_area() -> None:
    batch = registered(replace(REGISTER, quantity=pieces("5000000")))
    assert batch.quantity == pieces("5000000")


def test_every_wrong_field_is_named_at_once() -> None:
    given = replace(
        REGISTER,
        lot="",
        plots=(),
        planted_on=date(1900, 1, 1),
        harvested_on=TODAY + timedelta(days=1),
        quantity=kg("0"),
    )
    with pytest.raises(InvalidInput) as caught:
        registered(given)
    fields = [problem.field for problem in caught.value.problems]
    assert fields == ["lot", "harvested_on", "planted_on", "plots", "quantity"]


def test_a_harvest_just_after_midnight_in_shanghai_is_of_that_day() -> None:
    late = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    given = replace(REGISTER, harvested_on=date(2026, 11, 21))
    batch = registered(given, replace(CONTEXT, today=legal_date(late)))
    assert batch.harvested_on == date(2026, 11, 21)
    just_before = legal_date(late - timedelta(milliseconds=1))
    with refused(InvalidInput, "harvested_on", "2026-11-21 is in the future"):
        registered(given, replace(CONTEXT, today=just_before))


def test_a_product_that_nobody_registered_has_no_batch() -> None:
    with refused(InvalidInput, "gtin", f"No product with GTIN {GTIN}"):
        registered(context=replace(CONTEXT, product=None))


def test_the_product_of_another_is_refused() -> None:
    with refused(NotAllowed, "gtin", "belongs to another organisation"):
        registered(actor=DAN)


def test_the_plot_of_another_is_refused() -> None:
    context = replace(CONTEXT, plots=(replace(PLOT, owner=HONEY.did),))
    with refused(InvalidInput, "plots", "You have no plot P1"):
        registered(context=context)


def test_a_lot_in_use_is_refused() -> None:
    with refused(Conflict, "lot", "Batch 261101-001 of this product exists already"):
        registered(context=replace(CONTEXT, lot_is_taken=True))


def test_eve_registers_no_batch() -> None:
    with refused(NotAllowed, "", "may not do this"):
        registered(actor=EVE)


def test_a_batch_is_the_owners_alone() -> None:
    assert own_batch(AMINA, BATCH) is BATCH


def test_the_batch_of_another_and_no_batch_are_refused_in_the_same_words() -> None:
    answers = []
    for batch in (BATCH, None):
        with pytest.raises(NotAllowed) as caught:
            own_batch(DAN, batch)
        answers.append(caught.value.problems)
    assert answers[0] == answers[1]
    assert answers[0][0].field == "batch"


@settings(max_examples=60, deadline=None)
@given(st.decimals("0.001", "3000000", places=3), st.integers(1, 4))
def test_a_batch_never_holds_more_than_its_area_can_bear(
    value: Decimal, plots: int
) -> None:
    some = [replace(SMALL, code=f"P{n}") for n in range(plots)]
    asked = replace(
        REGISTER,
        plots=tuple(plot.code for plot in some) * 2,
        quantity=kg(str(value)),
    )
    context = replace(CONTEXT, plots=some)
    if value <= 1000 * plots:
        assert registered(asked, context).area.value == 10 * plots
    else:
        with refused(InvalidInput, "quantity", "which no crop bears"):
            registered(asked, context)


RECORD_ID = "0e37df36-f698-11e6-8dd4-cb9ced3df976"
STANDING = StandingOrigin(RECORD_ID, BATCH)
LABELLED = replace(STANDING, labelled=Decimal("100.5"))
CORRECT = replace(REGISTER, supersedes=RECORD_ID, reason="斤 typed for kg")
TAKEN = replace(CONTEXT, lot_is_taken=True)


def corrected(
    given: RegisterBatch = CORRECT,
    standing: StandingOrigin | None = STANDING,
    context: BatchContext = TAKEN,
    actor: Actor = AMINA,
) -> Batch:
    batch, statement = correct_batch(actor, given, context, standing)
    assert Batch.from_claims(claims_of(statement), GINGER.did) == batch
    assert statement.supersedes == RECORD_ID
    assert statement.reason == "斤 typed for kg"
    assert statement.batches == (LINK.path,)
    return batch


def test_the_owner_corrects_a_batch_though_its_lot_is_taken() -> None:
    assert corrected(replace(CORRECT, quantity=kg("1000"))).quantity == kg("1000")


def test_without_labels_dates_and_plots_can_be_corrected() -> None:
    context = replace(TAKEN, plots=(SMALL, PLOT))
    given = replace(CORRECT, plots=("P2", "P1"), planted_on=date(2026, 4, 1))
    batch = corrected(given, context=context)
    assert batch.planted_on == date(2026, 4, 1)
    assert len(batch.plots) == 2


def test_what_is_not_the_newest_record_of_a_batch_is_not_corrected() -> None:
    with refused(NotFound, "supersedes", "no such batch record"):
        corrected(standing=None)


def test_nobody_corrects_the_batch_of_another() -> None:
    with refused(NotAllowed, "batch", "not registered by"):
        corrected(actor=DAN)


def test_a_batch_of_another_is_not_taken_over_by_a_correction() -> None:
    theirs = replace(STANDING, batch=replace(BATCH, owner=HONEY.did))
    with refused(NotAllowed, "batch", "not registered by"):
        corrected(standing=theirs)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_a_correction_without_a_visible_reason_is_refused(reason: str) -> None:
    with refused(InvalidInput, "reason", "This "):
        corrected(replace(CORRECT, reason=reason))


def test_a_correction_passes_every_rule_of_a_registration() -> None:
    with refused(InvalidInput, "quantity", "which no crop bears"):
        corrected(replace(CORRECT, quantity=kg("666667.001")))


def test_a_correction_keeps_the_lot() -> None:
    with refused(InvalidInput, "lot", "A correction keeps product and number"):
        corrected(replace(CORRECT, lot="261101-002"))


def test_a_correction_keeps_the_product() -> None:
    other = replace(PRODUCT, gtin="06901234567908")
    with refused(InvalidInput, "lot", "A correction keeps product and number"):
        corrected(context=replace(TAKEN, product=other))


def test_a_harvest_is_not_moved_before_an_input_that_was_used() -> None:
    used = replace(STANDING, last_applied_on=date(2026, 10, 30))
    batch = corrected(replace(CORRECT, harvested_on=date(2026, 10, 30)), used)
    assert batch.harvested_on == date(2026, 10, 30)
    with refused(InvalidInput, "harvested_on", "An input was used on 2026-10-30"):
        corrected(replace(CORRECT, harvested_on=date(2026, 10, 29)), used)


def test_planting_is_not_moved_after_a_sample_that_was_taken() -> None:
    sampled = replace(STANDING, first_sampled_on=date(2026, 10, 1))
    batch = corrected(replace(CORRECT, planted_on=date(2026, 10, 1)), sampled)
    assert batch.planted_on == date(2026, 10, 1)
    with refused(InvalidInput, "planted_on", "A sample was taken on 2026-10-01"):
        corrected(replace(CORRECT, planted_on=date(2026, 10, 2)), sampled)


def test_the_quantity_falls_to_what_labels_stand_for_and_no_further() -> None:
    least = replace(CORRECT, quantity=kg("100.5"))
    assert corrected(least, LABELLED).quantity == kg("100.5")
    with refused(Conflict, "quantity", "less than the 100.5 kg"):
        corrected(replace(CORRECT, quantity=kg("100.499")), LABELLED)


def test_once_labels_are_out_the_unit_stays() -> None:
    with refused(Conflict, "quantity", "in kg. Keep the unit"):
        corrected(replace(CORRECT, quantity=pieces("5000")), LABELLED)


@pytest.mark.parametrize(
    ("field", "asked", "held"),
    [
        ("planted_on", {"planted_on": date(2026, 3, 2)}, {}),
        ("harvested_on", {"harvested_on": date(2026, 11, 2)}, {}),
        ("plots", {"plots": ("P2",)}, {"plots": (SMALL,)}),
        ("plots", {}, {"plots": (replace(PLOT, division="530302"),)}),
        ("gtin", {}, {"product": replace(PRODUCT, commodity="蒜")}),
        ("gtin", {}, {"product": replace(PRODUCT, name="文山三七")}),
        ("gtin", {}, {"product": replace(PRODUCT, product_class="tea")}),
    ],
    ids=["planting", "harvest", "plots", "place", "commodity", "name", "class"],
)
def test_once_labels_are_out_what_decides_the_verdict_stays(
    field: str, asked: dict[str, object], held: dict[str, object]
) -> None:
    given = replace(CORRECT, quantity=kg("500"), **asked)  # type: ignore[arg-type]
    context = replace(TAKEN, **held)  # type: ignore[arg-type]
    assert corrected(given, STANDING, context).quantity == kg("500")
    with refused(Conflict, field, "cannot change without an authority"):
        corrected(given, LABELLED, context)


@settings(max_examples=60, deadline=None)
@given(
    st.decimals("0.001", "5000", places=3), st.none() | st.decimals(0, 5000, places=3)
)
def test_no_correction_leaves_less_than_was_drawn(
    value: Decimal, drawn: Decimal | None
) -> None:
    try:
        batch = corrected(
            replace(CORRECT, quantity=kg(str(value))),
            replace(STANDING, labelled=drawn),
        )
    except Conflict:
        assert drawn is not None
        assert value < drawn
    else:
        assert drawn is None or batch.quantity.value >= drawn
