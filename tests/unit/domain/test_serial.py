"""Item serials."""

import hmac

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.domain.serial import (
    ALPHABET,
    LENGTH,
    MAX_INDEX,
    MAX_RUN,
    SerialPosition,
    encode_serial,
    open_serial,
    peek_run,
    run_key,
)
from registry.errors import NotFound
from tests.support.keys import seed
from tests.unit.domain.samples import GTIN, refused

MASTER = seed("serial master")
LOT = "261101-001"
KEY = run_key(MASTER, GTIN, LOT, 3)
POSITIONS = st.builds(
    SerialPosition, st.integers(0, MAX_RUN), st.integers(0, MAX_INDEX)
)
quick = settings(max_examples=150, deadline=None)


@quick
@given(POSITIONS)
def test_a_serial_opens_to_its_position(position: SerialPosition) -> None:
    key = run_key(MASTER, GTIN, LOT, position.run)
    serial = encode_serial(key, position)
    assert len(serial) == LENGTH
    assert set(serial) <= set(ALPHABET)
    assert peek_run(serial) == position.run
    assert open_serial(key, serial) == position


@quick
@given(
    st.integers(0, MAX_INDEX),
    st.integers(0, LENGTH - 1),
    st.sampled_from(ALPHABET),
)
def test_any_changed_character_is_refused(index: int, place: int, other: str) -> None:
    serial = encode_serial(KEY, SerialPosition(3, index))
    forged = serial[:place] + other + serial[place + 1 :]
    if forged == serial:
        return
    with refused(NotFound, "serial", "was not issued here"):
        open_serial(KEY, forged)


@pytest.mark.parametrize(
    ("gtin", "lot", "run"),
    [
        ("06901234567908", LOT, 3),
        (GTIN, "261101-002", 3),
        (GTIN, LOT, 4),
        (GTIN + "|1", LOT, 3),
    ],
)
def test_a_serial_of_another_product_lot_or_run_is_refused(
    gtin: str, lot: str, run: int
) -> None:
    serial = encode_serial(run_key(MASTER, gtin, lot, run), SerialPosition(3, 7))
    with refused(NotFound, "serial", "was not issued here"):
        open_serial(KEY, serial)


def test_a_serial_under_another_master_is_refused() -> None:
    other = run_key(seed("another master"), GTIN, LOT, 3)
    with refused(NotFound, "serial", "was not issued here"):
        open_serial(KEY, encode_serial(other, SerialPosition(3, 7)))


NO_SERIALS = ["", "0" * 15, "0" * 17, "0" * 15 + "U", "0" * 15 + "o", "０" * 16]


@pytest.mark.parametrize("typed", [*NO_SERIALS, "\ud800" * 16], ids=ascii)
def test_what_is_no_serial_is_refused_in_the_same_words(typed: str) -> None:
    for look in (peek_run, lambda serial: open_serial(KEY, serial)):
        with refused(NotFound, "serial", "This code was not issued here."):
            look(typed)


@pytest.mark.parametrize(
    ("run", "index"), [(-1, 0), (MAX_RUN + 1, 0), (0, -1), (0, MAX_INDEX + 1)]
)
def test_a_position_that_does_not_fit_has_no_serial(run: int, index: int) -> None:
    with pytest.raises(ValueError, match="no serial for"):
        encode_serial(KEY, SerialPosition(run, index))


def test_serials_of_a_run_differ() -> None:
    serials = {encode_serial(KEY, SerialPosition(3, index)) for index in range(500)}
    assert len(serials) == 500


def test_a_serial_is_made_as_the_format_says() -> None:
    # HKDF (RFC 5869) and the packing by hand: labels outlive this code.
    info = f"produce-registry serial v1|{GTIN}|{LOT}|3".encode()
    extracted = hmac.digest(bytes(32), MASTER, "sha256")
    key = hmac.digest(extracted, info + b"\x01", "sha256")
    mac = int.from_bytes(hmac.digest(key, bytes([3, 0, 1, 0]), "sha256"), "big") >> 206
    number = (3 << 72) | (256 << 50) | mac
    serial = "".join(ALPHABET[number >> 5 * n & 31] for n in reversed(range(16)))
    assert encode_serial(KEY, SerialPosition(3, 256)) == serial
