"""Label runs: never more labels than produce, and never another's serial."""

from decimal import Decimal

import pytest

from registry.commands.labels import check_serial, serials
from registry.domain.gs1 import DigitalLink
from registry.domain.labelling import LabelRun
from registry.domain.quantity import Quantity
from registry.domain.serial import MAX_INDEX
from registry.errors import Conflict, InvalidInput, NotAllowed, NotFound
from registry.store.queries.labels import label_runs
from tests.support.cast import GTIN, LOT, PATH, Cast
from tests.support.refusals import refused


def kg(amount: str) -> Quantity:
    return Quantity(Decimal(amount), "KGM")


@pytest.fixture
def ready(cast: Cast) -> Cast:
    """Amina has a batch of 2,000 kg."""
    cast.registers_product(cast.amina)
    cast.registers_plot(cast.amina)
    cast.registers_batch(cast.amina)
    return cast


def test_a_run_keeps_what_was_asked(ready: Cast) -> None:
    receipt = ready.issues_labels(ready.amina, stock="a4-24")

    (row,) = label_runs(PATH)
    assert row.record_id == receipt.record_id
    assert row.run == LabelRun(PATH, 0, 40, kg("2.5"), "a4-24")


def test_runs_are_numbered_in_order_of_issue(ready: Cast) -> None:
    ready.issues_labels(ready.amina)
    ready.issues_labels(ready.amina)

    assert [row.run.run for row in label_runs(PATH)] == [0, 1]


def test_labels_for_the_whole_batch_are_issued_to_the_last(ready: Cast) -> None:
    ready.issues_labels(ready.amina, count=800)

    with refused(ready, Conflict, "count", "only 0 kg"):
        ready.issues_labels(ready.amina, count=1)


def test_one_label_more_than_the_batch_fills_is_refused(ready: Cast) -> None:
    with refused(ready, Conflict, "count", "Print at most 800"):
        ready.issues_labels(ready.amina, count=801)


def test_what_earlier_runs_promise_counts(ready: Cast) -> None:
    ready.issues_labels(ready.amina, count=700)

    with refused(ready, Conflict, "count", "Print at most 100"):
        ready.issues_labels(ready.amina, count=101)


@pytest.mark.parametrize("count", [0, -1, MAX_INDEX + 2])
def test_a_count_outside_a_serial_is_refused(ready: Cast, count: int) -> None:
    with refused(ready, InvalidInput, "count", "cannot be issued at once"):
        ready.issues_labels(ready.amina, count=count)


@pytest.mark.parametrize("amount", ["0", "-2.5"])
def test_a_pack_of_nothing_is_refused(ready: Cast, amount: str) -> None:
    with refused(ready, InvalidInput, "net_content", "above zero"):
        ready.issues_labels(ready.amina, net_content=kg(amount))


def test_pieces_of_a_batch_that_is_weighed_are_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "net_content", "Use the batch's unit"):
        ready.issues_labels(ready.amina, net_content=Quantity(Decimal(1), "H87"))


def test_a_run_without_a_stock_is_refused(ready: Cast) -> None:
    with refused(ready, InvalidInput, "stock", "empty"):
        ready.issues_labels(ready.amina, stock="")


def test_labels_of_the_batch_of_another_are_refused(ready: Cast) -> None:
    with refused(ready, NotAllowed, "batch", "Only its owner"):
        ready.issues_labels(ready.dan)


@pytest.mark.parametrize("who", ["ben", "chloe", "grace"])
def test_only_growers_issue_labels(ready: Cast, who: str) -> None:
    with refused(ready, NotAllowed, "", "may not do this"):
        ready.issues_labels(ready.people[who])


def test_every_serial_of_a_run_is_genuine_and_the_next_one_is_not(
    ready: Cast,
) -> None:
    ready.issues_labels(ready.amina, count=3)
    (row,) = label_runs(PATH)
    link = DigitalLink(GTIN, LOT)

    links = list(serials(ready.registry, link, row.run))

    positions = [check_serial(ready.registry, one) for one in links]
    assert [(p.run, p.index) for p in positions] == [(0, 0), (0, 1), (0, 2)]
    longer = LabelRun(PATH, 0, 4, kg("2.5"), "40x30")
    *_, beyond = serials(ready.registry, link, longer)
    with pytest.raises(NotFound, match="not issued here"):
        check_serial(ready.registry, beyond)


def test_a_serial_of_one_batch_means_nothing_on_another(ready: Cast) -> None:
    ready.registers_batch(ready.amina, lot="B2")
    for path in (PATH, f"/01/{GTIN}/10/B2"):
        ready.issues_labels(ready.amina, batch_path=path)
    (row,) = label_runs(PATH)
    first = next(serials(ready.registry, DigitalLink(GTIN, LOT), row.run))

    with pytest.raises(NotFound, match="not issued here"):
        check_serial(ready.registry, DigitalLink(GTIN, "B2", first.serial))
