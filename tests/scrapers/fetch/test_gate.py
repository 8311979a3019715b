"""When a source may be fetched from: its quiet hours, its pages of a day, and by other means than `get`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from config.errors import (
    AddressRefusedError,
    BadUrlError,
    NotNowError,
    RobotsDisallowedError,
    UsageError,
)
from config.source import Source
from scrapers.fetch import Gate, PoliteClient
from scrapers.fetch.gate import quiet_until
from tests.scrapers.fetch.conftest import Site

MAZATLAN = ZoneInfo("America/Mazatlan")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (("22:00-06:30",), "2026-03-01 21:59", None),
        (("22:00-06:30",), "2026-03-01 22:00", "2026-03-02 06:30"),
        (("22:00-06:30",), "2026-03-02 06:29", "2026-03-02 06:30"),
        (("22:00-06:30",), "2026-03-02 06:30", None),
        (("12:00-14:00", "13:30-16:00"), "2026-03-01 12:30", "2026-03-01 16:00"),
        (("20:00-24:00", "00:00-05:00"), "2026-03-01 21:00", "2026-03-02 05:00"),
        (("00:00-24:00",), "2026-03-01 12:00", "2026-03-03 00:00"),
        ((), "2026-03-01 12:00", None),
    ],
)
def test_quiet_hours_end_where_the_last_of_them_ends(
    quiet: tuple[str, ...], now: str, until: str | None
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=MAZATLAN)
    expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=MAZATLAN)
    assert quiet_until(quiet, moment) == expected


def test_quiet_hours_follow_the_clocks_of_the_zone() -> None:
    """The night in which clocks go forward has an hour less."""
    now = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    until = quiet_until(("22:00-06:00",), now)
    assert until is not None
    assert (until.astimezone(UTC) - now.astimezone(UTC)).total_seconds() == 6 * 3600


async def test_nothing_is_asked_in_quiet_hours(make_client: Callable[..., PoliteClient], site: Site) -> None:
    source = Source(name="sample", quiet_hours=("22:00-06:00",), time_zone="America/Mexico_City")
    moment = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)  # 23:00 there
    async with make_client(gate=Gate(source, now=lambda: moment)) as client:
        with pytest.raises(NotNowError, match="quiet hours until 2026-03-02 06:00") as refused:
            await client.get(site.url("/"))
    assert refused.value.until == datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert site.pages_asked == []


class TwoPages:
    """A budget that has two pages left."""

    left = 2

    async def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


async def test_a_spent_budget_ends_until_the_next_day(
    make_client: Callable[..., PoliteClient], site: Site
) -> None:
    source = Source(name="sample", pages_per_day=2, time_zone="Europe/Berlin")
    gate = Gate(source, budget=TwoPages(), now=lambda: datetime(2026, 7, 1, 22, 30, tzinfo=UTC))
    async with make_client(gate=gate) as client:
        await client.get(site.url("/"))
        await client.get(site.url("/"))
        with pytest.raises(NotNowError, match="2 pages a day of source sample") as refused:
            await client.get(site.url("/"))
    assert refused.value.until == datetime(2026, 7, 3, 0, 0, tzinfo=BERLIN)
    assert len(site.pages_asked) == 2


def test_an_unknown_time_zone_is_an_error_of_the_source() -> None:
    with pytest.raises(UsageError, match="there is no time zone 'Mars/Base'"):
        Gate(Source(name="sample", time_zone="Mars/Base"))


async def test_pages_fetched_by_other_means_keep_the_same_rules(
    make_client: Callable[..., PoliteClient], site: Site
) -> None:
    site.page("/robots.txt", {"text": "User-agent: *\nDisallow: /closed"})
    source = Source(name="sample", pages_per_day=2)
    async with make_client(gate=Gate(source, budget=TwoPages())) as client:
        async with client.turn(site.url("/")) as sent:
            sent()
        for url in ("file:///etc/passwd", "http://169.254.169.254/latest", "http://10.0.0.1/"):
            with pytest.raises((AddressRefusedError, BadUrlError), match=r"only http|private or reserved"):
                await client.check_request(url)
        with pytest.raises(RobotsDisallowedError):
            async with client.turn(site.url("/closed")):
                pass
        async with client.turn(site.url("/")):
            pass
        with pytest.raises(NotNowError):
            async with client.turn(site.url("/")):
                pass
