"""A listing is removed when its own page has said twice that it is gone, while pages of others answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from aiohttp import web

from database.handle import Database
from scrapers.crawl.worker import Work
from services.frontier import Priority, enqueue
from services.history.explain import explain
from services.pipeline import apply_plan, discard_plan
from services.workflows.crawl import CrawlOptions, crawl_sources
from services.workflows.verify import Verification, verify_source
from tests.catalogue import on
from tests.services.scans.portal import ACCESS, Kept, Portal
from tests.sites import CHALLENGE, detail


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal.up() as portal:
        yield portal


async def _status(superuser: asyncpg.Connection, number: int) -> str:
    found: str = await superuser.fetchval(
        "select status from public.properties_live where source_url like '%' || $1", f"casa-{5000 + number}"
    )
    return found


async def test_gone_twice_is_removed_with_its_proof_and_comes_back(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    price = portal.homes.pop(7)
    await kept.scan(1)
    assert (await kept.verify(1)).asked == 0  # missed once
    assert (await kept.scan(2)).found.candidates == 1

    first = await kept.verify(2)
    assert (first.gone, first.proven, first.sync) == (1, 0, None)
    assert (await kept.verify(2.2)).asked == 0  # too soon for a second proof
    assert await _status(superuser, 7) == "active"

    second = await kept.verify(3)
    assert second.proven == 1
    assert second.canaries == 5
    assert second.sync is not None
    assert (second.sync.status, second.sync.metrics.removed_properties) == ("applied", 1)
    assert await _status(superuser, 7) == "removed"
    change = await superuser.fetchrow(
        "select change_type, change_reason from public.property_changes where field_name = 'status'"
    )
    assert tuple(change) == (
        "removed",
        "gone by its own page: 404 on 2025-11-03 00:00 UTC, and 404 on 2025-11-04 00:00 UTC;"
        " missed by 2 complete index scans",
    )

    (status,) = (await explain(database, "portal", "casa-5007", "status")).fields
    assert [(each.answer, each.sign, each.status) for each in status.page_answers] == [
        ("gone", "404", 404)
    ] * 2
    assert len({each.page_hash for each in status.page_answers}) == 1

    portal.homes[7] = price
    back = (await kept.scan(3.5)).found
    assert (back.relisted, back.queued) == (1, 1)

    await kept.undo(second)
    assert await _status(superuser, 7) == "active"


async def test_what_proves_nothing_removes_nothing(database: Database, superuser: asyncpg.Connection) -> None:
    async with Portal.up(homes=30) as portal:
        kept = await Kept(database, portal).scraped()
        answers: dict[int, web.Response | int | str] = {
            3: 403,
            7: web.Response(text=CHALLENGE, content_type="text/html"),
            11: web.Response(text="", content_type="text/html"),
            15: web.Response(text="<h1>Lo sentimos</h1>", content_type="text/html"),
            19: "/",  # a redirect that is not the site's sign
        }
        prices = {number: portal.homes.pop(number) for number in (*answers, 23)}
        await kept.scan(1)
        assert (await kept.scan(2)).found.candidates == 6
        portal.details |= answers
        portal.homes[23] = prices[23]  # it is only not listed by the scans

        first = await kept.verify(2)
        assert (first.alive, first.gone, first.unknown) == (1, 0, 5)
        assert sorted(first.unknown_signs.values()) == [1, 2, 2]
        later = [await kept.verify(day) for day in (3, 4)]

    assert [(each.asked, each.proven) for each in later] == [(5, 0), (5, 0)]
    removed = "select count(*) from public.properties_live where status <> 'active'"
    assert await superuser.fetchval(removed) == 0


@pytest.mark.parametrize("kind", ["redirect", "page"])
async def test_the_sites_own_sign_for_listings_that_never_were_counts(
    database: Database, superuser: asyncpg.Connection, portal: Portal, kind: str
) -> None:
    kept = await Kept(database, portal).scraped()
    gone = "<html><title>Anuncio no disponible</title><h1>Este anuncio ya no existe</h1></html>"
    portal.missing = "/homes" if kind == "redirect" else web.Response(text=gone, content_type="text/html")

    result = await kept.proven_gone(7)

    assert result.sign is not None
    assert result.sign.kind == kind
    assert result.proven == 1
    assert await _status(superuser, 7) == "removed"


async def test_canaries_that_are_silent_hold_everything(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    portal.homes.pop(7)
    await kept.scan(1)
    await kept.scan(2)
    portal.details = dict.fromkeys(range(1, 13), 404)  # the site has lost its detail pages

    for day in (2, 3):
        result = await kept.verify(day)
        assert result.suspect is not None
        assert (result.proven, result.sync) == (0, None)
    assert await _status(superuser, 7) == "active"

    portal.details = {}
    assert (await kept.verify(4)).gone == 1  # for the first time: what was found before did not count
    assert await _status(superuser, 7) == "active"


async def test_more_removals_than_the_source_allows_wait_for_a_person(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal, removal={"most_rows": 1, "most_share": 0}).scraped()

    result = await kept.proven_gone(6, 7)

    assert result.sync is not None
    assert result.sync.status == "held"
    assert [reason.code for reason in result.sync.reasons] == ["removal_cap"]
    assert await _status(superuser, 7) == "active"
    assert result.sync.plan_id is not None
    await apply_plan(database, result.sync.plan_id, on(3.5))
    assert [await _status(superuser, number) for number in (6, 7)] == ["removed", "removed"]


async def test_a_verification_that_was_killed_proves_nothing(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    portal.homes.pop(7)
    await kept.scan(1)
    await kept.scan(2)
    asked = 0

    def killed(result: Verification) -> None:
        nonlocal asked
        asked += result.gone
        raise asyncio.CancelledError

    for day in (2, 3):
        with pytest.raises(asyncio.CancelledError):
            await verify_source(database, kept.source, access=ACCESS, options=on(day), on_progress=killed)
    assert asked == 2

    assert (await kept.verify(4)).proven == 0  # this answer is the first that other pages have answered after
    assert (await kept.verify(5)).proven == 1
    # nor does what comes next wait for its share of the site
    assert await superuser.fetchval("select count(*) from property_manager.site_shares") == 0


@pytest.mark.parametrize("proof", ["page", "misses"])
async def test_what_scrapes_miss_is_removed_as_its_source_says(
    database: Database, superuser: asyncpg.Connection, portal: Portal, proof: str
) -> None:
    kept = await Kept(database, portal, removal={"proof": proof}).scraped()
    price = portal.homes.pop(7)  # gone
    there = detail(9, offers={"@type": "Offer", "price": portal.homes.pop(9), "priceCurrency": "MXN"})
    portal.details[9] = web.Response(text=there, content_type="text/html")  # no list names it

    await kept.scrape(1)
    assert [await _status(superuser, number) for number in (7, 9)] == ["inactive", "inactive"]
    portal.homes[4] += 1  # absence counts in new content alone
    second = (await kept.scrape(2)).verification
    if proof == "misses":
        assert second is None
        assert [await _status(superuser, number) for number in (7, 9)] == ["removed", "removed"]
        return
    assert second is not None
    assert (second.gone, second.alive, second.canaries) == (1, 1, 5)
    assert [await _status(superuser, number) for number in (7, 9)] == ["inactive", "active"]

    portal.homes[4] += 1
    third = (await kept.scrape(3)).verification
    assert third is not None
    assert third.proven == 1
    assert [await _status(superuser, number) for number in (7, 9)] == ["removed", "inactive"]
    reason = await superuser.fetchval(
        "select change_reason from public.property_changes where change_type = 'removed'"
    )
    assert reason.endswith("404 on 2025-11-04 00:00 UTC; missed by 3 complete scrapes")
    portal.homes[7] = price
    await kept.scrape(4)
    assert await _status(superuser, 7) == "active"


async def test_a_removal_that_a_person_refuses_is_not_planned_again(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal, removal={"most_rows": 0, "most_share": 0}).scraped()
    held = (await kept.proven_gone(7)).sync
    assert held is not None
    assert held.plan_id is not None
    await discard_plan(database, held.plan_id, actor="ana")

    await kept.scan(4)
    assert (await kept.verify(4)).session_id is None
    plans = (
        "select p.status, count(*) from property_manager.plans p join public.scraping_sessions s"
        " on s.id = p.session_id where s.kind = 'verification' group by 1"
    )
    assert [tuple(row) for row in await superuser.fetch(plans)] == [("discarded", 1)]


async def test_a_worker_asks_the_pages_that_wait_for_a_removal(
    database: Database, superuser: asyncpg.Connection, portal: Portal
) -> None:
    kept = await Kept(database, portal).scraped()
    portal.homes.pop(7)
    await kept.scan(1)
    await kept.scan(2)
    await enqueue(
        database, "portal", [f"{portal.base}/homes/casa-5003"], priority=Priority.STALE, reason="stale"
    )
    for day in (2, 3):
        portal.asked.clear()
        options = CrawlOptions(Work(patience=0), sync=on(day))
        (crawled,) = await crawl_sources(database, ["portal"], options, access=ACCESS)
        assert crawled.verification is not None
        assert (crawled.verification.gone, crawled.verification.canaries) == (1, 5)
    assert await _status(superuser, 7) == "removed"
    page = await superuser.fetchrow(
        "select priority, reason, state, outcome from property_manager.frontier where url like '%5007'"
    )
    assert tuple(page) == (3, "missing", "done", "gone")
