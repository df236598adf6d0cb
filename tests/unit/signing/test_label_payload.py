import base64
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import VerificationError
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.signing.label_payload import (
    FIRST_DAY,
    LAST_DAY,
    PAYLOAD_BYTES,
    LabelHeader,
    LabelKey,
    RunStanding,
    SignedLabel,
    build_payload,
    parse_label,
    verify_label,
)
from tests.support.keys import seed

KEY = LabelKey(public_key_of(seed("label")), FIRST_DAY, LAST_DAY)
SIGN = Ed25519Signer("", seed("label")).sign
RUN = bytes(range(16))
HEADER = LabelHeader(KEY.key_id, date(2026, 11, 22), RUN)
PATH = "/01/06901234567892/10/261101-001/21/0G0001M4VJ8QH2TZ"


def text_of(header: LabelHeader = HEADER, path: str = PATH) -> str:
    return f"https://trace.example{path}#{build_payload(header, path, SIGN)}"


@settings(max_examples=50, deadline=None)
@given(
    st.binary(min_size=16, max_size=16),
    st.dates(FIRST_DAY, LAST_DAY),
    st.from_regex(
        r"/01/[0-9]{14}/10/[0-9A-Z-]{1,20}(/21/[0-9A-Z-]{1,20})?", fullmatch=True
    ),
)
def test_what_was_built_is_read_and_verified(run: bytes, day: date, path: str) -> None:
    header = LabelHeader(KEY.key_id, day, run)
    label = parse_label(text_of(header, path))
    assert (label.header, label.path, label.host) == (header, path, "trace.example")
    assert verify_label(label, [KEY], {run}) is RunStanding.CONFIRMED
    assert verify_label(label, [KEY]) is RunStanding.NOT_CONFIRMED


@settings(max_examples=100, deadline=None)
@given(st.integers(0, PAYLOAD_BYTES * 8 - 1))
def test_one_bit_changed_is_refused(bit: int) -> None:
    link, _, payload = text_of().partition("#")
    raw = bytearray(base64.b32decode(payload + "======"))
    raw[bit // 8] ^= 1 << bit % 8
    changed = f"{link}#{base64.b32encode(raw).decode().rstrip('=')}"
    with pytest.raises(VerificationError):
        verify_label(parse_label(changed), [KEY], {RUN})


def test_the_payload_has_146_characters_of_the_alphanumeric_mode() -> None:
    payload = build_payload(HEADER, PATH, SIGN)
    assert len(payload) == 146
    assert set(payload) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_the_first_and_last_day_of_a_key_are_good() -> None:
    day = HEADER.day
    label = parse_label(text_of())
    for first, last in ((day, day), (day - timedelta(1), day)):
        key = LabelKey(KEY.public_key, first, last)
        assert verify_label(label, [key], {RUN}) is RunStanding.CONFIRMED


def test_a_signature_does_not_move_to_another_serial() -> None:
    label = parse_label(text_of())
    moved = SignedLabel(label.host, PATH[:-1] + "0", label.header, label.signature)
    with pytest.raises(VerificationError) as caught:
        verify_label(moved, [KEY], {RUN})
    assert caught.value.code == "bad_signature"


@pytest.mark.parametrize(
    ("key_id", "day", "run"),
    [
        (bytes(7), HEADER.day, RUN),
        (bytes(8), FIRST_DAY - timedelta(1), RUN),
        (bytes(8), LAST_DAY + timedelta(1), RUN),
        (bytes(8), HEADER.day, RUN[:-1]),
    ],
)
def test_a_header_that_does_not_fit_is_not_made(
    key_id: bytes, day: date, run: bytes
) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        LabelHeader(key_id, day, run)
