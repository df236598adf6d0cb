"""Correcting a batch through the command, and the numbers that batches are given."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from registry.domain.records import RecordType
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.store.queries.batches import batch_by_path
from registry.store.queries.records import records_naming
from registry.store.rebuild import rebuild, snapshot
from tests.support.cast import LOT, PATH, Cast
from tests.unit.domain.samples import kg, refused

REASON = "斤 typed for kg"


def prepared(cast: Cast) -> str:
    """Register a batch and return the id of its record."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    return cast.registers_batch(cast.amina).record_id


def test_a_correction_replaces_what_the_batch_says(embedded_cast: Cast) -> None:
    first = prepared(embedded_cast)
    second = embedded_cast.registers_batch(
        embedded_cast.amina, quantity=kg("1000"), supersedes=first, reason=REASON
    )

    batch = batch_by_path(PATH)
    assert batch is not None
    assert batch.quantity == kg("1000")
    origins = records_naming([PATH])
    assert [origin.record_id for origin in origins] == [first, second.record_id]
    assert origins[1].supersedes == f"urn:uuid:{first}"
    assert origins[1].reason == REASON
    before = snapshot()
    rebuild()
    assert snapshot() == before


def test_a_correction_without_a_lot_keeps_the_lot(embedded_cast: Cast) -> None:
    first = prepared(embedded_cast)
    embedded_cast.registers_batch(
        embedded_cast.amina, lot="", supersedes=f"urn:uuid:{first}", reason=REASON
    )
    assert len(records_naming([PATH])) == 2


def test_only_the_newest_record_is_corrected(embedded_cast: Cast) -> None:
    amina, first = embedded_cast.amina, prepared(embedded_cast)
    embedded_cast.registers_batch(amina, supersedes=first, reason=REASON)
    with refused(NotFound, "supersedes", "it was corrected since"):
        embedded_cast.registers_batch(amina, supersedes=first, reason=REASON)


@pytest.mark.parametrize("what", ["unknown", "another type"])
def test_what_is_no_batch_record_is_not_corrected(
    embedded_cast: Cast, what: str
) -> None:
    prepared(embedded_cast)
    product = records_naming([PATH.partition("/10/")[0]])[0]
    assert product.record_type is RecordType.PRODUCT
    named = "nothing" if what == "unknown" else product.record_id
    with refused(NotFound, "supersedes", "no such batch record"):
        embedded_cast.registers_batch(
            embedded_cast.amina, supersedes=named, reason=REASON
        )


def test_dan_does_not_correct_the_batch_of_amina(embedded_cast: Cast) -> None:
    first = prepared(embedded_cast)
    with refused(NotAllowed, "batch", "Only its owner can do this"):
        embedded_cast.registers_batch(
            embedded_cast.dan, supersedes=first, reason=REASON
        )


def test_a_correction_respects_inputs_samples_and_labels(embedded_cast: Cast) -> None:
    cast, amina, first = embedded_cast, embedded_cast.amina, prepared(embedded_cast)
    cast.records_operation(amina, applied_on=date(2026, 10, 20))
    cast.logs_inspection(cast.ben)
    correction = {"supersedes": first, "reason": REASON}
    with refused(InvalidInput, "harvested_on", "An input was used on 2026-10-20"):
        cast.registers_batch(amina, harvested_on=date(2026, 10, 19), **correction)
    with refused(InvalidInput, "planted_on", "A sample was taken on 2026-11-02"):
        cast.registers_batch(
            amina,
            planted_on=date(2026, 11, 3),
            harvested_on=date(2026, 11, 4),
            **correction,
        )
    cast.issues_labels(amina)  # 40 x 2.5 kg
    with refused(Conflict, "quantity", "less than the 100 kg"):
        cast.registers_batch(amina, quantity=kg("99.999"), **correction)
    with refused(Conflict, "harvested_on", "cannot change without an authority"):
        cast.registers_batch(amina, harvested_on=date(2026, 10, 31), **correction)
    cast.registers_batch(amina, quantity=kg("100"), **correction)


def test_a_given_number_steps_over_one_that_was_typed(embedded_cast: Cast) -> None:
    prepared(embedded_cast)
    embedded_cast.registers_batch(embedded_cast.amina, lot="261101-003")
    embedded_cast.registers_batch(embedded_cast.amina, lot="")
    assert batch_by_path(PATH.replace(LOT, "261101-004")) is not None


def test_a_lot_that_differs_only_in_case_is_taken(embedded_cast: Cast) -> None:
    prepared(embedded_cast)
    embedded_cast.registers_batch(embedded_cast.amina, lot="Spring-a")
    with refused(Conflict, "lot", "Batch SPRING-A of this product exists already"):
        embedded_cast.registers_batch(embedded_cast.amina, lot="ｓpring-A")


def test_a_batch_harvested_after_midnight_in_shanghai_is_accepted(
    embedded_cast: Cast,
) -> None:
    prepared(embedded_cast)
    late = replace(embedded_cast, now=datetime(2026, 11, 20, 16, 30, tzinfo=UTC))
    late.registers_batch(late.amina, lot="NIGHT", harvested_on=date(2026, 11, 21))
    assert batch_by_path(PATH.replace(LOT, "NIGHT")) is not None
