"""The one module that reads the clock; everything else is given `now`.

Legal dates (harvest, sampling, issue) are calendar dates in Asia/Shanghai: a test
logged at 00:30 in Qujing is of that day, whatever UTC says.
"""

from datetime import UTC, date, datetime, timedelta, timezone

# Fixed, not from a time zone database: China has had no other offset since 1991, and
# a phone or container without tzdata must come to the same date.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def utc_now() -> datetime:
    """Return the current time, aware, in UTC, in whole milliseconds."""
    now = datetime.now(UTC)  # noqa: TID251 - the rim
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def legal_date(moment: datetime) -> date:
    """Return the Asia/Shanghai calendar date of an aware `moment`."""
    return moment.astimezone(SHANGHAI).date()


def to_rfc3339(moment: datetime) -> str:
    """Return `moment` as VC 2.0 wants it: UTC, whole seconds, `Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def to_millis(moment: datetime) -> int:
    """Return milliseconds since 1970 in UTC, as columns hold time."""
    return round(moment.timestamp() * 1000)


def from_millis(millis: int) -> datetime:
    """Return the aware UTC time of a column's milliseconds."""
    return datetime.fromtimestamp(millis / 1000, UTC)
