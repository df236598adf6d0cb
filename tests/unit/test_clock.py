"""Time: one clock, legal dates of Asia/Shanghai, and forms for columns and records."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.clock import (
    SHANGHAI,
    from_millis,
    legal_date,
    to_millis,
    to_rfc3339,
    utc_now,
)

MILLIS = st.integers(0, 4_102_444_800_000)  # 1970 to 2100


def test_now_is_aware_in_utc_and_whole_milliseconds() -> None:
    now = utc_now()
    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0
    assert abs(datetime.now(UTC) - now) < timedelta(minutes=1)


def test_the_legal_day_begins_at_sixteen_hours_utc() -> None:
    midnight = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert legal_date(midnight) == date(2026, 11, 21)
    assert legal_date(midnight - timedelta(milliseconds=1)) == date(2026, 11, 20)


def test_the_legal_date_is_the_same_from_any_time_zone() -> None:
    moment = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    elsewhere = moment.astimezone(timezone(timedelta(hours=-10)))
    assert elsewhere.date() == date(2026, 11, 20)
    assert legal_date(elsewhere) == legal_date(moment) == date(2026, 11, 21)


def test_a_record_has_utc_in_whole_seconds() -> None:
    moment = datetime(2026, 11, 21, 0, 0, 59, 999999, tzinfo=SHANGHAI)
    assert to_rfc3339(moment) == "2026-11-20T16:00:59Z"


@settings(max_examples=200, deadline=None)
@given(MILLIS)
def test_milliseconds_survive_a_column(millis: int) -> None:
    assert to_millis(from_millis(millis)) == millis
    assert from_millis(millis).tzinfo is UTC


@settings(max_examples=200, deadline=None)
@given(MILLIS)
def test_the_legal_date_is_that_of_a_wall_clock_in_shanghai(millis: int) -> None:
    moment = from_millis(millis)
    assert legal_date(moment) == (moment + timedelta(hours=8)).date()
