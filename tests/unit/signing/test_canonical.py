import json
from collections.abc import Callable
from enum import StrEnum

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadRecord
from registry.signing.canonical import (
    MAX_DEPTH,
    MAX_RECORD_BYTES,
    MAX_SAFE_INTEGER,
    canonicalize,
    digest,
    parse_canonical,
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALARS = (
    st.none() | st.booleans() | st.integers(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER) | TEXT
)


def _in_list(value: object) -> object:
    return [value]


def _in_object(value: object) -> object:
    return {"in": value}


def documents(keys: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, object]]:
    values = st.recursive(
        SCALARS,
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4)
        ),
        max_leaves=12,
    )
    return st.dictionaries(keys, values, max_size=5)


@settings(max_examples=200, deadline=None)
@given(documents(TEXT) | documents(st.text(st.characters(codec="ascii"))))
def test_canonical_bytes_are_those_of_an_independent_implementation(
    document: dict[str, object],
) -> None:
    assert canonicalize(document) == rfc8785.dumps(document)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(documents(TEXT))
def test_canonical_bytes_are_read_back(document: dict[str, object]) -> None:
    assert parse_canonical(canonicalize(document)) == document


def test_keys_sort_by_utf_16_unit_as_rfc_8785_section_3_2_3_prints_them() -> None:
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\u0080", "\u00f6"]
    in_order = ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    canonical = canonicalize(dict.fromkeys(keys, 0))
    assert list(json.loads(canonical)) == in_order


def test_tuples_and_enumerations_are_written_as_lists_and_text() -> None:
    class Unit(StrEnum):
        KILOGRAM = "KGM"

    assert canonicalize({"units": (Unit.KILOGRAM,)}) == b'{"units":["KGM"]}'


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.0, "float"),
        (float("nan"), "float"),
        (2**53, "beyond"),
        (-(2**53), "beyond"),
        ("\ud800", "Unicode"),
        ({"\ud800": 1}, "Unicode"),
        ({1: "one"}, "not text"),
        (b"bytes", "bytes"),
        ([{"deep": [1.5]}], "float"),
    ],
)
def test_what_two_readers_could_read_differently_is_not_signed(
    value: object, reason: str
) -> None:
    with pytest.raises(BadRecord, match=reason):
        canonicalize({"value": value})


@pytest.mark.parametrize("wrap", [_in_list, _in_object])
def test_nesting_ends_at_the_limit(wrap: Callable[[object], object]) -> None:
    value: object = "core"
    for _ in range(MAX_DEPTH - 1):
        value = wrap(value)
    canonicalize({"value": value})
    with pytest.raises(BadRecord, match="deeper"):
        canonicalize({"value": wrap(value)})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'{"a":1,"a":1}', "repeats a key"),
        (b'{"a":{"b":1,"b":2}}', "repeats a key"),
        (b'{"a":1.5}', "float 1.5"),
        (b'{"a":1e2}', "float 1e2"),
        (b'{"a":NaN}', "float NaN"),
        (b'{"a":-0}', "canonical form"),
        (b'{"b":1,"a":2}', "canonical form"),
        (b'{"a": 1}', "canonical form"),
        (b'{"a":1}\n', "canonical form"),
        (b'{"a":"\\u0041"}', "canonical form"),
        (b'{"a":"\\ud800"}', "not Unicode"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        (b'{"a":"\xff"}', "not JSON"),
        (b'{"a":' + b"9" * 5000 + b"}", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "list"),
        (b"", "not JSON"),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(BadRecord, match=reason):
        parse_canonical(data)


def test_a_record_may_have_256_kib_and_no_byte_more() -> None:
    frame = len(canonicalize({"a": ""}))
    largest = canonicalize({"a": "x" * (MAX_RECORD_BYTES - frame)})
    assert len(largest) == MAX_RECORD_BYTES
    assert canonicalize(parse_canonical(largest)) == largest
    with pytest.raises(BadRecord, match="262145 bytes"):
        parse_canonical(canonicalize({"a": "x" * (MAX_RECORD_BYTES - frame + 1)}))


def test_a_digest_is_lower_case_hexadecimal_sha_256() -> None:
    # FIPS 180-2, appendix B.1
    assert digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
