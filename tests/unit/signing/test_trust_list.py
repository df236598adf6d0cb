from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.errors import BadSignature, VerificationError
from registry.signing.keys import Ed25519Signer, public_key_of
from registry.signing.label_payload import KeyStatus, LabelKey
from registry.signing.trust_list import (
    Freshness,
    NamedKey,
    TrustList,
    TrustListExpired,
    TrustListRollback,
    issue_trust_list,
    root_method,
    verify_trust_list,
)
from tests.support.keys import seed

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ROOT = public_key_of(seed("root"))
SIGNER = Ed25519Signer(root_method(ROOT), seed("root"))
CONTEXT = ["https://trace.example/contexts/produce-registry/v1"]
LIST = TrustList(
    version=3,
    issued=NOW,
    expires=NOW + timedelta(days=90),
    log=NamedKey("trace.example/log", "trace.example/log+00+log"),
    witnesses=(
        NamedKey("union.example", "union.example+00+union"),
        NamedKey("school.example", "school.example+00+school"),
    ),
    quorum=2,
    max_checkpoint_age=timedelta(hours=24),
    label_keys=(
        LabelKey(public_key_of(seed("label")), date(2026, 1, 1), date(2026, 12, 31)),
    ),
)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 2**53 - 1),
    st.integers(0, 2),
    st.sampled_from(KeyStatus),
    st.frozensets(st.binary(min_size=16, max_size=16), max_size=4),
)
def test_a_list_comes_back_as_it_was_issued(
    version: int, quorum: int, status: KeyStatus, runs: frozenset[bytes]
) -> None:
    issued = replace(
        LIST,
        version=version,
        quorum=quorum,
        label_keys=(replace(LIST.label_keys[0], status=status),),
        label_runs=runs,
    )
    data = issue_trust_list(issued, CONTEXT, SIGNER)
    assert verify_trust_list(data, ROOT, version, NOW) == issued


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_is_refused(data: st.DataObject) -> None:
    secured = bytearray(issue_trust_list(LIST, CONTEXT, SIGNER))
    position = data.draw(st.integers(0, len(secured) - 1))
    secured[position] ^= data.draw(st.integers(1, 255))
    with pytest.raises(VerificationError):
        verify_trust_list(bytes(secured), ROOT, 0, NOW)


def test_a_lower_version_than_seen_is_a_rollback() -> None:
    data = issue_trust_list(LIST, CONTEXT, SIGNER)
    with pytest.raises(TrustListRollback):
        verify_trust_list(data, ROOT, 4, NOW)


def test_a_list_is_good_until_the_second_it_expires() -> None:
    data = issue_trust_list(LIST, CONTEXT, SIGNER)
    verify_trust_list(data, ROOT, 3, LIST.expires - timedelta(seconds=1))
    with pytest.raises(TrustListExpired):
        verify_trust_list(data, ROOT, 3, LIST.expires)


def test_rollback_and_expiry_are_not_believed_of_an_unsigned_list() -> None:
    eve = Ed25519Signer(root_method(ROOT), seed("eve"))
    data = issue_trust_list(replace(LIST, expires=NOW), CONTEXT, eve)
    with pytest.raises(BadSignature):
        verify_trust_list(data, ROOT, 9, NOW)


@pytest.mark.parametrize(
    ("quorum", "hours", "expected"),
    [
        (0, [], Freshness.UNWITNESSED),
        (0, [1], Freshness.UNWITNESSED),
        (1, [], Freshness.FEW_WITNESSES),
        (2, [1], Freshness.FEW_WITNESSES),
        (1, [24, 90], Freshness.FRESH),
        (2, [1, 24], Freshness.FRESH),
        (2, [1, 25], Freshness.STALE),
        (1, [25], Freshness.STALE),
    ],
)
def test_the_newest_quorum_decides_how_fresh_a_checkpoint_is(
    quorum: int, hours: list[int], expected: Freshness
) -> None:
    times = [NOW - timedelta(hours=age) for age in hours]
    assert replace(LIST, quorum=quorum).freshness(times, NOW) is expected
