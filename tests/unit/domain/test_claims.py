"""Typed reading of records from disk or strangers."""

import enum
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.batch import Batch
from registry.domain.certification import Certificate
from registry.domain.claims import Claims, quantity_claim
from registry.domain.inspection_report import Report
from registry.domain.labelling import LabelRun
from registry.domain.operations import Operation
from registry.domain.parties import Organisation
from registry.domain.plots import Plot
from registry.domain.products import Product
from registry.domain.quantity import Quantity
from registry.errors import BadRecord
from tests.unit.domain.samples import kg


class Fruit(enum.StrEnum):
    PEAR = "pear"
    PLUM = "plum"


WHOLE = Claims(
    {
        "text": "姜",
        "texts": ["a", "b"],
        "integer": 7,
        "flag": True,
        "day": "2026-11-01",
        "decimal": "12.50",
        "quantity": {"value": "2000", "unitCode": "KGM"},
        "object": {"inner": "x"},
        "objects": [{"n": 1}, {"n": 2}],
        "fruit": "plum",
    }
)


def test_each_member_is_read_as_what_it_is() -> None:
    assert WHOLE.text("text") == WHOLE.optional_text("text") == "姜"
    assert WHOLE.texts("texts") == ("a", "b")
    assert WHOLE.integer("integer") == 7
    assert WHOLE.flag("flag")
    assert WHOLE.day("day") == WHOLE.optional_day("day") == date(2026, 11, 1)
    assert WHOLE.decimal("decimal") == Decimal("12.50")
    assert WHOLE.quantity("quantity") == kg("2000")
    assert WHOLE.choice("fruit", Fruit) is Fruit.PLUM
    assert WHOLE.claims("object").text("inner") == "x"
    assert [item.integer("n") for item in WHOLE.each("objects")] == [1, 2]
    assert "text" in WHOLE
    assert "other" not in WHOLE


def test_what_may_be_absent_has_an_empty_value() -> None:
    nothing = Claims({})
    assert nothing.optional_text("a") == ""
    assert nothing.texts("a") == ()
    assert nothing.flag("a") is False
    assert nothing.optional_day("a") is None
    assert nothing.optional_claims("a") is None
    assert nothing.each("a") == []
    present = WHOLE.optional_claims("object")
    assert present
    assert present.text("inner") == "x"


Read = Callable[[Claims], object]
READS: list[tuple[str, Read]] = [
    ("text", lambda c: c.text("a")),
    ("optional_text", lambda c: c.optional_text("a")),
    ("texts", lambda c: c.texts("a")),
    ("integer", lambda c: c.integer("a")),
    ("flag", lambda c: c.flag("a")),
    ("day", lambda c: c.day("a")),
    ("optional_day", lambda c: c.optional_day("a")),
    ("decimal", lambda c: c.decimal("a")),
    ("quantity", lambda c: c.quantity("a")),
    ("choice", lambda c: c.choice("a", Fruit)),
    ("claims", lambda c: c.claims("a")),
    ("optional_claims", lambda c: c.optional_claims("a")),
    ("each", lambda c: c.each("a")),
]


@pytest.mark.parametrize(("name", "read"), READS, ids=[name for name, _ in READS])
def test_a_null_is_no_value_of_any_kind(name: str, read: Read) -> None:
    with pytest.raises(BadRecord, match=r"^subject/a is not "):
        read(Claims({"a": None}, "subject"))


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        (1, READS[0][1], "text"),
        ("ab", READS[2][1], "a list of text"),
        (["a", 1], READS[2][1], "a list of text"),
        ("7", READS[3][1], "a whole number"),
        (True, READS[3][1], "a whole number"),
        (-1, READS[3][1], "a whole number of 0 to"),
        (2**53, READS[3][1], "a whole number of 0 to"),
        (0, READS[4][1], "true or false"),
        ("2026-11-31", READS[5][1], "a date YYYY-MM-DD"),
        ("20261101", READS[5][1], "a date YYYY-MM-DD"),
        ("2026-W44-7", READS[5][1], "a date YYYY-MM-DD"),
        ("２０２６-11-01", READS[5][1], "a date YYYY-MM-DD"),
        ("1e5", READS[7][1], "a decimal"),
        ("-1", READS[7][1], "a decimal"),
        ("NaN", READS[7][1], "a decimal"),
        ("1.", READS[7][1], "a decimal"),
        ("１", READS[7][1], "a decimal"),
        ({"value": "1", "unitCode": "LBR"}, READS[8][1], "in a unit that records use"),
        ("apple", READS[9][1], "one of pear, plum"),
        ([], READS[10][1], "an object"),
        ({}, READS[12][1], "a list of objects"),
        ([{}, "a"], READS[12][1], "a list of objects"),
    ],
)
def test_a_member_of_another_type_is_refused(
    value: object, read: Read, expected: str
) -> None:
    with pytest.raises(BadRecord) as caught:
        read(Claims({"a": value}, "subject"))
    assert f"subject/a is not {expected}" in str(caught.value)


def test_the_path_of_a_nested_fault_is_named() -> None:
    claims = Claims({"results": [{}, {"value": {}}]}, "subject")
    with pytest.raises(BadRecord, match="subject/results/1/value/unit is not text"):
        claims.each("results")[1].claims("value").text("unit")


def test_an_integer_out_of_its_range_is_refused() -> None:
    assert Claims({"a": 255}).integer("a", 0, 255) == 255
    with pytest.raises(BadRecord, match="0 to 255"):
        Claims({"a": 256}).integer("a", 0, 255)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["2026-11-01", "0000-00-00", "12.5", "KGM", "pass", "plum"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "value", "unitCode"]) | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_reading_whatever_json_gives_a_value_or_bad_record(value: object) -> None:
    for _, read in READS:
        try:
            read(Claims({"a": value}))
        except BadRecord:
            continue


SUBJECTS: dict[str, tuple[list[str], Read]] = {
    "organisation": (
        ["id", "kind", "name", "nameEn", "shortName", "division", "schemes", "tier"],
        lambda c: Organisation.from_claims(c, None),
    ),
    "product": (
        ["gtin", "name", "nameEn", "commodity", "productClass", "division", "brand"],
        lambda c: Product.from_claims(c, "did:a"),
    ),
    "plot": (
        ["code", "name", "division", "area", "outline"],
        lambda c: Plot.from_claims(c, "did:a"),
    ),
    "batch": (
        ["gtin", "lot", "productName", "plots", "plantedOn", "quantity"],
        lambda c: Batch.from_claims(c, "did:a"),
    ),
    "operation": (
        ["operation", "substance", "appliedOn"],
        lambda c: Operation.from_claims(c, "/01/1"),
    ),
    "report": (
        ["reportNumber", "sampledOn", "testedOn", "verdict", "results", "retest"],
        lambda c: Report.from_claims(c, "/01/1", "did:a"),
    ),
    "certificate": (
        ["certificateNumber", "id", "scheme", "standard", "scope", "validFrom"],
        lambda c: Certificate.from_claims(c, "did:a"),
    ),
    "label run": (
        ["run", "count", "netContent", "stock"],
        lambda c: LabelRun.from_claims(c, "/01/1"),
    ),
}


@pytest.mark.parametrize("noun", SUBJECTS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_no_subject_makes_a_reader_raise_anything_but_bad_record(
    noun: str, data: st.DataObject
) -> None:
    keys, read = SUBJECTS[noun]
    members = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys(keys, JSON)))
    try:
        read(Claims(members))
    except BadRecord:
        return


@settings(max_examples=50, deadline=None)
@given(st.decimals(0, 10**9, places=3), st.sampled_from(["KGM", "MTK", "H87"]))
def test_a_quantity_survives_its_record(value: Decimal, unit: str) -> None:
    quantity = Quantity(value, unit)
    read = Claims({"q": quantity_claim(quantity)}).quantity("q")
    assert read == quantity
