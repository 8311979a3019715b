"""Times of jobs: read as every scheduler reads them, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from config.errors import UsageError
from services.schedule.times import Times
from tests.tables import rows

SATURDAY = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("expression", "following", "longest"),
    [
        ("* * * * *", "2026-11-28T09:31", timedelta(minutes=1)),
        ("*/20 * * * *", "2026-11-28T09:40", timedelta(minutes=20)),
        ("30 9 * * *", "2026-11-29T09:30", DAY),
        ("0 6 * * MON-FRI", "2026-11-30T06:00", 3 * DAY),
        ("0 0 31 * *", "2026-12-31T00:00", 61 * DAY + DAY - DAY),
        ("0 12 29 2 *", "2028-02-29T12:00", 1461 * DAY),
        ("0 0 1 * sun", "2026-11-29T00:00", 7 * DAY),
        ("15,45 8-10/2 * * *", "2026-11-28T10:15", timedelta(hours=21, minutes=30)),
    ],
)
def test_the_next_time_and_the_longest_gap(expression: str, following: str, longest: timedelta) -> None:
    """The next time comes after a moment, never at it; the longest gap says when a job is late."""
    times = Times.parse(expression)
    assert times.after(SATURDAY) == datetime.fromisoformat(following).replace(tzinfo=UTC)
    assert times.longest_gap(SATURDAY) == longest


def test_times_are_utc_wherever_the_moment_is_from() -> None:
    """A moment in another zone gives the same time as the same moment in UTC."""
    mexico = timezone(timedelta(hours=-6))
    times = Times.parse("0 6 * * *")
    assert times.after(SATURDAY.astimezone(mexico)) == times.after(SATURDAY)
    assert times.after(SATURDAY.astimezone(mexico)).utcoffset() == timedelta()


def test_times_of_a_zone_keep_their_hour_when_clocks_change() -> None:
    times = Times.parse("0 6 * * *", "Europe/Madrid")
    assert times.words == "0 6 * * * Europe/Madrid"
    winter, summer = (datetime(2026, month, 2, 12, tzinfo=UTC) for month in (1, 7))
    assert [times.after(moment).hour for moment in (winter, summer)] == [5, 4]
    assert Times.parse(times.expression) == times
    with pytest.raises(UsageError, match="is not a time zone"):
        Times.parse("CRON_TZ=Europe/Nowhere 0 6 * * *")


def test_white_space_does_not_matter() -> None:
    assert Times.parse("  0  6\t* * * ") == Times("0 6 * * *")


@rows(
    "expression",
    [
        *("", "* * * *", "* * * * * *", "@daily", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *"),
        *("*/0 * * * *", "5/15 * * * *", "* * L * *", "* * * * 1#2", "* * * * 7", "* * * * 1-7", "? * * * *"),
        *("1,,2 * * * *", "30-10 * * * *", "* * * FOO *", "0 0 31 2 *", "-1 * * * *", "1.5 * * * *"),
    ],
)
def test_what_schedulers_read_differently_is_refused(expression: str) -> None:
    """Seconds, names of intervals, L, #, weekday 7 and what no calendar has are wrong usage."""
    with pytest.raises(UsageError) as refused:
        Times.parse(expression)
    assert refused.value.next_step
