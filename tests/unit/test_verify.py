"""Verifying a bundle: what holds, what does not, and whatever a stranger sends."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import (
    BadCheckpoint,
    BadRecord,
    NotInLog,
    UntrustedKey,
    VerificationError,
)
from registry.interop.verify_report import verify_report
from registry.tlog.note import NoteVerifier
from registry.verify import Trust, checks, parse_bundle, verify_bundle
from tests.support.keys import seed

Json = dict[str, object]
Change = Callable[[Json], None]

CASE = json.loads(
    (Path(__file__).parents[1] / "vectors/bundles/genuine.json").read_text("utf-8")
)
GENUINE: str = CASE["bundle"]
LOG = json.loads(CASE["trust_list"])["log"]
TRUST = Trust(LOG["origin"], NoteVerifier.parse(LOG["vkey"]))

FEW = settings(max_examples=60, deadline=None)
QUICK = settings(max_examples=150, deadline=None)


def changed(change: Change) -> bytes:
    """Return the genuine bundle with one thing changed."""
    document = json.loads(GENUINE)
    change(document)
    return json.dumps(document).encode()


def record(document: Json, number: int) -> Json:
    return cast("list[Json]", document["records"])[number]


def failed_steps(data: bytes) -> set[str]:
    """Return the names of the steps that do not hold."""
    return {c.step for c in checks(parse_bundle(data), TRUST) if not c.holds}


def test_a_genuine_bundle_holds() -> None:
    bundle = parse_bundle(GENUINE.encode())

    assert len(verify_bundle(bundle, TRUST)) == len(bundle.records)
    assert all(check.holds for check in checks(bundle, TRUST))
    assert all(check.holds for check in verify_report(GENUINE.encode(), TRUST))


def test_a_bundle_is_encoded_as_it_was_parsed() -> None:
    bundle = parse_bundle(GENUINE.encode())

    assert parse_bundle(bundle.encode()) == bundle


def swap_records(document: Json) -> None:
    one, two = record(document, -1), record(document, -2)
    one["record"], two["record"] = two["record"], one["record"]


def swap_paths(document: Json) -> None:
    one, two = record(document, -1), record(document, -2)
    one["path"], two["path"] = two["path"], one["path"]


def other_batch(document: Json) -> None:
    record(document, -1)["batches"] = ["/01/06901234567892/10/OTHER"]


def repeat(document: Json) -> None:
    cast("list[Json]", document["records"]).append(record(document, 0))


def without_genesis(document: Json) -> None:
    del cast("list[Json]", document["records"])[0]


def beyond_the_tree(document: Json) -> None:
    record(document, -1)["leafIndex"] = 10**9


@pytest.mark.parametrize(
    ("change", "error", "step"),
    [
        (swap_records, NotInLog, "inclusion"),
        (swap_paths, NotInLog, "inclusion"),
        (other_batch, NotInLog, "inclusion"),
        (beyond_the_tree, NotInLog, "inclusion"),
        (repeat, VerificationError, "inclusion"),
        (without_genesis, UntrustedKey, "signature"),
        (lambda d: d.update(checkpoint=""), BadCheckpoint, "checkpoint"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_fault_fails_its_step(
    change: Change, error: type[VerificationError], step: str
) -> None:
    data = changed(change)

    assert step in failed_steps(data)
    with pytest.raises(error):
        verify_bundle(parse_bundle(data), TRUST)
    assert any(not check.holds for check in verify_report(data, TRUST))


def test_every_step_fails_under_another_log_s_key() -> None:
    stranger = NoteVerifier(LOG["origin"], seed("eve"))
    found = checks(parse_bundle(GENUINE.encode()), Trust(LOG["origin"], stranger))

    failed = {check.step for check in found if not check.holds}
    assert failed == {"checkpoint", "inclusion", "completeness"}


def test_one_proof_does_not_serve_another_record() -> None:
    """Every record with every path: only its own leads to the root."""
    count = len(json.loads(GENUINE)["records"])
    for i in range(count):
        for j in range(count):
            if i == j:
                continue

            def mix(document: Json, i: int = i, j: int = j) -> None:
                mixed = record(document, j)
                record(document, i)["path"] = mixed["path"]
                record(document, i)["leafIndex"] = mixed["leafIndex"]
                cast("list[Json]", document["records"])[j : j + 1] = []

            assert "inclusion" in failed_steps(changed(mix)), (i, j)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe",
        b'{"format":"produce-registry/bundle/v2"}',
        b"[" * 100_000,
        b'{"records":' + b"9" * 5000 + b"}",
        b" " * (4 * 1024 * 1024 + 1),
    ],
    ids=range(9),
)
def test_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(BadRecord):
        parse_bundle(data)
    [check] = verify_report(data, TRUST)
    assert (check.step, check.code) == ("format", "bad_record")


HOSTILE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(max_size=8)
    | st.sampled_from(["\ud800", "AA==", "é", "did:web:x", "2026-13-01", "z6Mk"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "type", "proof", "key"]), inner)
    ),
    max_leaves=6,
)


def places(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    """Return the path of every value in a JSON document."""
    found = [path]
    if isinstance(value, dict):
        for key, member in value.items():
            found += places(member, (*path, key))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            found += places(item, (*path, number))
    return found


def put(document: object, path: tuple[object, ...], value: object) -> object:
    """Return the document with `value` at `path`."""
    if not path:
        return value
    head, *rest = path
    copy = dict(document) if isinstance(document, dict) else list(document)  # type: ignore[call-overload]
    copy[head] = put(copy[head], tuple(rest), value)
    return cast("object", copy)


def only_verification_errors(data: bytes) -> None:
    """Check a stranger's bundle; anything but a VerificationError is a bug."""
    try:
        bundle = parse_bundle(data)
    except VerificationError:
        return
    found = checks(bundle, TRUST)
    try:
        verify_bundle(bundle, TRUST)
    except VerificationError:
        assert any(not check.holds for check in found)
    else:
        assert all(check.holds for check in found)


@QUICK
@given(st.data())
def test_a_hostile_bundle_fails_as_a_bundle_and_never_otherwise(
    data: st.DataObject,
) -> None:
    document = json.loads(GENUINE)
    path = data.draw(st.sampled_from(places(document)))
    hostile = put(document, path, data.draw(HOSTILE))

    only_verification_errors(json.dumps(hostile).encode())
    verify_report(json.dumps(hostile).encode(), TRUST)


@QUICK
@given(st.data())
def test_a_hostile_record_in_a_bundle_fails_as_a_record(data: st.DataObject) -> None:
    document = json.loads(GENUINE)
    number = data.draw(st.integers(0, len(document["records"]) - 1))
    inner = json.loads(document["records"][number]["record"])
    path = data.draw(st.sampled_from(places(inner)))
    hostile = put(inner, path, data.draw(HOSTILE))
    text = json.dumps(
        hostile, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    document["records"][number]["record"] = text

    only_verification_errors(json.dumps(document).encode())
    verify_report(text.encode(errors="surrogatepass"), TRUST)


@FEW
@given(st.integers(0, len(GENUINE) - 1), st.integers(0, 127))
def test_one_changed_character_is_never_accepted_as_something_else(
    position: int, code: int
) -> None:
    text = GENUINE[:position] + chr(code) + GENUINE[position + 1 :]
    genuine = verify_bundle(parse_bundle(GENUINE.encode()), TRUST)

    try:
        found = verify_bundle(parse_bundle(text.encode()), TRUST)
    except VerificationError:
        return
    # The bundle's own name, its cosignatures and its index are not the records'.
    assert [one.secured for one in found] == [one.secured for one in genuine]


@FEW
@given(st.integers(0, 5), st.integers(0, 31), st.integers(0, 7))
def test_one_flipped_bit_of_a_proof_is_found(number: int, byte: int, bit: int) -> None:
    def flip(document: Json) -> None:
        path = cast("list[str]", record(document, number)["path"])
        node = bytearray(base64.b64decode(path[0]))
        node[byte] ^= 1 << bit
        path[0] = base64.b64encode(bytes(node)).decode()

    assert failed_steps(changed(flip)) == {"inclusion"}


# What somebody holds in their hand.


def lone_record() -> bytes:
    return str(json.loads(GENUINE)["records"][-1]["record"]).encode()


def test_a_lone_record_never_passes_as_a_whole() -> None:
    found = {check.step: check for check in verify_report(lone_record(), TRUST)}

    assert found["signature"].holds
    assert found["inclusion"].code == "not_in_log"
    assert found["key"].code == "untrusted_key"


def test_a_changed_lone_record_does_not_fit_its_key() -> None:
    text = lone_record().replace(b'"proofPurpose"', b'"proofpurpose"')

    assert [c.step for c in verify_report(text, TRUST)] == ["format"]
    text = lone_record().replace(b"2026-", b"2027-", 1)
    [signature, *_] = verify_report(text, TRUST)
    assert signature.code == "bad_signature"


@pytest.mark.parametrize("proof", [b"x", b"c2sp.org/tlog-proof@v1\nindex 0\n\n"])
def test_a_lone_record_with_a_malformed_proof_is_not_in_the_log(proof: bytes) -> None:
    found = {c.step: c for c in verify_report(lone_record(), TRUST, proof)}

    assert not found["inclusion"].holds


def test_a_bundle_that_lacks_its_own_subject_is_refused() -> None:
    data = changed(lambda d: d.update(batch="/01/06901234567892/10/OTHER"))

    failed = [check.step for check in verify_report(data, TRUST) if not check.holds]
    assert failed == ["completeness", "subject"]


@pytest.mark.parametrize("name", ["", "x", "/01/1", "/01/06901234567892/21/A"])
def test_a_bundle_under_a_name_that_is_no_batch_is_refused(name: str) -> None:
    data = changed(lambda d: d.update(batch=name))

    assert any(not check.holds for check in verify_report(data, TRUST))
