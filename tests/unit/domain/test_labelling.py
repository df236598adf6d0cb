"""Label runs never promise more than a batch holds."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.batch import Batch
from registry.domain.claims import Claims
from registry.domain.labelling import IssueLabels, LabelRun, issue_labels, labelled
from registry.domain.parties import Actor
from registry.domain.serial import MAX_INDEX, MAX_RUN
from registry.errors import BadRecord, Conflict, InvalidInput, NotAllowed
from tests.unit.domain.samples import (
    AMINA,
    BATCH,
    DAN,
    EVE,
    HOST,
    LINK,
    claims_of,
    kg,
    pieces,
    refused,
    square_metres,
)

GIVEN = IssueLabels(LINK.path, 40, kg("2.5"), "40x30")
HUGE = replace(BATCH, quantity=kg("999999999"))


def issued(
    given: IssueLabels = GIVEN,
    runs: tuple[LabelRun, ...] = (),
    batch: Batch | None = BATCH,
    actor: Actor = AMINA,
) -> LabelRun:
    run, statement = issue_labels(actor, given, batch, runs, HOST)
    assert LabelRun.from_claims(claims_of(statement), LINK.path) == run
    assert statement.batches == (LINK.path,)
    return run


def a_run(number: int, count: int, net: str) -> LabelRun:
    return LabelRun(LINK.path, number, count, kg(net), "40x30")


def test_labels_are_issued_in_numbered_runs() -> None:
    first = issued()
    assert first == a_run(0, 40, "2.5")
    assert issued(runs=(first,)).run == 1
    assert labelled([first]) == 100


def test_a_batch_can_be_labelled_to_the_last_gram_and_no_further() -> None:
    assert issued(replace(GIVEN, count=800)).count == 800
    with refused(Conflict, "count", "only 2000 kg of the batch"):
        issued(replace(GIVEN, count=801))


def test_earlier_runs_are_drawn_on_the_same_batch() -> None:
    earlier = (a_run(0, 700, "2.5"), a_run(1, 90, "2.5"))
    assert issued(replace(GIVEN, count=10), earlier).run == 2
    with refused(Conflict, "count", "only 25 kg of the batch have no label yet"):
        issued(replace(GIVEN, count=11), earlier)


def test_the_refusal_tells_how_many_can_be_printed() -> None:
    with refused(Conflict, "count", "Print at most 3."):
        issued(replace(GIVEN, count=4), (a_run(0, 797, "2.5"),))


def test_pieces_are_counted_in_pieces() -> None:
    eggs = replace(BATCH, quantity=pieces("100"))
    given = replace(GIVEN, count=10, net_content=pieces("10"))
    assert issued(given, batch=eggs).net_content == pieces("10")
    with refused(Conflict, "count", "only 100 H87"):
        issued(replace(given, count=11), batch=eggs)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"count": 0}, "count", "0 labels cannot be issued at once"),
        ({"count": -1}, "count", "-1 labels cannot be issued at once"),
        ({"count": MAX_INDEX + 2}, "count", f"1 to {MAX_INDEX + 1} can"),
        ({"net_content": kg("0")}, "net_content", "Type an amount above zero"),
        ({"net_content": kg("-2.5")}, "net_content", "Type an amount above zero"),
        ({"net_content": pieces("5")}, "net_content", "net content in H87"),
        ({"stock": ""}, "stock", "empty"),
        ({"stock": "item\u200b"}, "stock", "invisible"),
    ],
)
def test_a_wrong_field_is_refused(
    change: dict[str, object], field: str, words: str
) -> None:
    with refused(InvalidInput, field, words):
        issued(replace(GIVEN, **change), batch=HUGE)  # type: ignore[arg-type]


def test_half_a_piece_is_not_a_net_content() -> None:
    with refused(InvalidInput, "net_content", "not a whole number of pieces"):
        issued(
            replace(GIVEN, net_content=pieces("0.5")),
            batch=replace(BATCH, quantity=pieces("100")),
        )


def test_an_area_is_not_a_net_content() -> None:
    with pytest.raises(InvalidInput) as caught:
        issued(replace(GIVEN, net_content=square_metres("1")))
    assert {problem.field for problem in caught.value.problems} == {"net_content"}


def test_a_batch_has_256_runs_and_no_more() -> None:
    runs = tuple(a_run(number, 1, "0.001") for number in range(MAX_RUN))
    assert issued(runs=runs).run == MAX_RUN
    with refused(Conflict, "count", "has had 256 print runs"):
        issued(runs=(*runs, a_run(MAX_RUN, 1, "0.001")))


def test_the_longest_run_fits_a_large_batch() -> None:
    given = replace(GIVEN, count=MAX_INDEX + 1, net_content=kg("0.001"))
    assert issued(given, batch=HUGE).count == MAX_INDEX + 1


@pytest.mark.parametrize("batch", [BATCH, None], ids=["another's", "unknown"])
def test_dan_labels_no_batch_that_is_not_his(batch: Batch | None) -> None:
    with refused(NotAllowed, "batch", "Only its owner can do this"):
        issued(batch=batch, actor=DAN)


def test_eve_labels_nothing() -> None:
    with refused(NotAllowed, "", "may not do this"):
        issued(actor=EVE)


@pytest.mark.parametrize(
    ("member", "value"), [("run", 256), ("run", -1), ("count", 0), ("count", 2**23)]
)
def test_a_record_of_an_impossible_run_is_bad(member: str, value: int) -> None:
    subject = a_run(0, 1, "1").subject("x") | {member: value}
    with pytest.raises(BadRecord, match=f"/{member} is not a whole number of"):
        LabelRun.from_claims(Claims(subject), LINK.path)


@settings(max_examples=80, deadline=None)
@given(
    st.decimals("0.001", 1000, places=3),
    st.lists(
        st.tuples(st.integers(-2, 60), st.decimals(-2, 40, places=3)), max_size=12
    ),
)
def test_no_sequence_of_requests_overdraws_a_batch(
    harvested: Decimal, requests: list[tuple[int, Decimal]]
) -> None:
    batch = replace(BATCH, quantity=kg(str(harvested)))
    runs: tuple[LabelRun, ...] = ()
    for count, net in requests:
        asked = replace(GIVEN, count=count, net_content=kg(str(net)))
        before = labelled(runs)
        try:
            runs += (issued(asked, runs, batch),)
        except InvalidInput:
            assert count < 1 or net <= 0
        except Conflict:
            assert before + count * net > harvested
        assert before <= labelled(runs) <= harvested
        assert [run.run for run in runs] == list(range(len(runs)))


def test_a_failed_batch_gets_no_labels() -> None:
    with refused(Conflict, "batch", "gets no labels unless"):
        issue_labels(AMINA, GIVEN, BATCH, (), HOST, failed=True)
