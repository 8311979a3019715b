"""Turns on one host, on a test clock."""

from __future__ import annotations

import pytest

from scrapers.fetch.pace import Pace


@pytest.fixture
def pace(fake_time):
    return Pace(4.0, clock=fake_time.clock, sleep=fake_time.sleep)


async def starts(pace, fake_time, host, count, **options):
    moments = []
    for _ in range(count):
        async with pace.turn(host, **options):
            moments.append(fake_time.now - 1000)
    return moments


async def test_the_first_turn_is_immediate_and_others_a_gap_apart(pace, fake_time):
    assert await starts(pace, fake_time, "a", 4) == [0, 0.25, 0.5, 0.75]


async def test_hosts_do_not_wait_for_each_other(pace, fake_time):
    await starts(pace, fake_time, "a", 1)
    assert await starts(pace, fake_time, "b", 1) == [0]


async def test_the_longer_gap_counts(pace, fake_time):
    assert await starts(pace, fake_time, "a", 3, least_gap=1.5) == [0, 1.5, 3]


async def test_the_gap_begins_when_the_request_was_sent(pace, fake_time):
    async with pace.turn("a") as sent:
        fake_time.now += 10  # connecting
        sent()
        fake_time.now += 0.1  # the answer
    assert await starts(pace, fake_time, "a", 1) == [10.25]


async def test_a_request_that_fails_unsent_releases_its_turn(pace, fake_time):
    with pytest.raises(ConnectionError):
        async with pace.turn("a"):
            raise ConnectionError
    assert await starts(pace, fake_time, "a", 1) == [0.25]


async def test_a_pause_set_while_waiting_is_kept(pace, fake_time):
    await starts(pace, fake_time, "a", 1)
    pause = [lambda: pace.pause("a", 60)]

    async def sleep(seconds):
        await fake_time.sleep(seconds)
        while pause:
            pause.pop()()

    pace._sleep = sleep
    assert await starts(pace, fake_time, "a", 1) == [60.25]


async def test_slowing_down_doubles_the_gap_and_recovering_narrows_it(pace, fake_time):
    for _ in range(10):
        pace.slow_down("a")
    assert await starts(pace, fake_time, "a", 2) == [0, 4]
    for _ in range(100):
        pace.recover("a")
    assert await starts(pace, fake_time, "a", 2) == [8, 8.25]


async def test_a_closed_host_opens_again(pace, fake_time):
    pace.close("a", 100)
    assert (pace.closed_for("a"), pace.closed_for("b")) == (100, 0)
    fake_time.now += 101
    assert pace.closed_for("a") == 0


def test_a_host_that_answers_ever_more_slowly_is_asked_less_often() -> None:
    """One slow page changes nothing; a labouring host is asked less, and more again only by and by."""
    pace = Pace(10)
    slowdowns = []
    for seconds in [0.1] * 20 + [1.5] + [0.1] * 9 + [2.0] * 20 + [0.1] * 100:
        pace.answered("slow.example", seconds)
        slowdowns.append(pace.host("slow.example").slowdown)
    assert max(slowdowns[:30]) < 1.5
    assert slowdowns[29] == 1.0
    assert slowdowns[49] > 8.0
    assert slowdowns[60] > 4.0
    assert slowdowns[-1] == 1.0


def test_a_host_that_was_always_slow_is_not_labouring() -> None:
    pace = Pace(10)
    for _ in range(50):
        pace.answered("slow.example", 3.0)
    assert pace.host("slow.example").slowdown == 1.0
