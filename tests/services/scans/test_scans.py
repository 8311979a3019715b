"""An index scan says what is new, repriced and missing; it changes no listing and is not easily fooled."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from aiohttp import web

from database.handle import Database
from scrapers.scan import ScanReport
from services.verdicts import resume_source
from tests.catalogue import at
from tests.services.scans.portal import Kept, Portal


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal.up() as portal:
        yield portal


async def _live(superuser: asyncpg.Connection) -> dict[int, asyncpg.Record]:
    rows = await superuser.fetch(
        "select l.source_url, l.price, l.status, public.last_seen_at(l) as seen from public.properties_live l"
    )
    return {int(row["source_url"].rpartition("-")[2]) - 5000: row for row in rows}


async def test_a_scan_finds_what_moved_and_queues_only_that(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    before = await _live(superuser)
    portal.homes = {13: 1_500_000, **{n: p for n, p in portal.homes.items() if n != 7}}
    portal.homes[4] = 900_000

    found = (await kept.scan(1)).found

    assert (found.verdict, found.pages, found.shown) == ("complete", 3, 12)
    assert (found.new, found.repriced, found.relisted, found.unmoved) == (1, 1, 0, 10)
    assert (found.missing, found.candidates, found.queued) == (1, 0, 2)
    assert portal.details_asked == []
    after = await _live(superuser)
    assert {n: (row["price"], row["status"]) for n, row in after.items()} == {
        n: (row["price"], row["status"]) for n, row in before.items()
    }
    assert {row["seen"] for n, row in after.items() if n != 7} == {at(1)}
    assert after[7]["seen"] == at(0)
    waiting = await superuser.fetch(
        "select right(url, 4) as home, priority, reason from property_manager.frontier order by priority"
    )
    assert [tuple(row) for row in waiting] == [("5013", 1, "new"), ("5004", 2, "repriced")]

    again = (await kept.scan(1.5)).found
    assert (again.new, again.repriced, again.queued) == (1, 0, 0)  # what waits already waits once


async def test_the_first_pages_prove_no_absence(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal, tiers={"newest": {"every_hours": 6, "pages": 1}}).scraped()
    portal.homes.pop(3)

    found = (await kept.scan(1, "newest")).found

    assert (found.verdict, found.reason, found.pages) == ("partial", "the first page", 1)
    assert (found.unmoved, found.missing) == (5, 0)
    assert {n for n, row in (await _live(superuser)).items() if row["seen"] == at(1)} == {1, 2, 4, 5, 6}


async def test_a_home_that_moves_past_the_scan_is_seen_in_the_second_reading(
    database: Database, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()

    def leave(page: int) -> None:
        if page == 2:
            portal.homes.pop(1, None)  # the first home of page 2 moves to page 1

    portal.hook = leave
    found = (await kept.scan(1)).found
    assert (found.verdict, found.shown, found.passed_over, found.missing) == ("complete", 12, 1, 0)


@pytest.mark.parametrize("states_total", [True, False])
async def test_a_last_page_that_repeats_for_ever_ends_the_scan(
    database: Database, portal: Portal, states_total: bool
) -> None:
    kept = await Kept(database, portal).scraped()
    portal.repeats_last, portal.states_total = True, states_total
    portal.homes.pop(12)

    found = (await kept.scan(1)).found

    assert len([path for path in portal.asked if "page=" in path]) < 10
    assert found.shown == 11
    # without the site's own count the end is not certain, so nothing is missed
    assert (found.verdict, found.missing) == (("complete", 1) if states_total else ("partial", 0))


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (404, "partial"),
        ("<html><body>Sorry</body></html>", "partial"),
        ("<html><title>Just a moment...</title><h1>Checking your browser</h1></html>", "suspect"),
    ],
)
async def test_an_outage_in_the_middle_proves_nothing(
    database: Database, superuser: asyncpg.Connection, portal: Portal, answer: int | str, verdict: str
) -> None:
    kept = await Kept(database, portal).scraped()

    def fail(page: int) -> web.Response | None:
        if page != 2:
            return None
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer, content_type="text/html")

    portal.hook = fail
    found = (await kept.scan(1)).found

    assert (found.verdict, found.missing, found.finished) == (verdict, 0, False)
    missed = await superuser.fetchval("select count(*) from property_manager.listing_scopes where misses > 0")
    assert missed == 0


async def test_a_scan_that_shows_much_less_than_usual_is_suspect_until_a_scrape_shows_no_more(
    database: Database, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    await kept.scan(0.5)
    portal.homes = {n: p for n, p in portal.homes.items() if n <= 6}

    for day in (1, 1.5):
        found = (await kept.scan(day)).found
        assert (found.verdict, found.missing) == ("suspect", 0)
        assert found.reason == "6 listings shown, usual 12: looks like an outage or a block"
        await resume_source(database, "portal", actor="ana")

    await kept.scrape(2)
    assert (await kept.scan(3)).found.verdict == "complete"


async def test_an_interrupted_scan_goes_on_where_it_was(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()

    def stop(report: ScanReport) -> None:
        if report.pages == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await kept.scan(1, on_progress=stop)
    portal.asked.clear()

    resumed = await kept.scan(1)

    assert [path for path in portal.asked if "page=" in path][:2] == ["/homes?page=2", "/homes?page=3"]
    assert (resumed.found.verdict, resumed.found.pages, resumed.found.shown) == ("complete", 3, 12)
    sessions = await superuser.fetch("select status from public.scraping_sessions where kind = 'index'")
    assert [row["status"] for row in sessions] == ["completed"]
