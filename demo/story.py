"""Four days of the sample portal and an evening, run through the real program on a clock of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial

from config.source import Removal, Source
from database.handle import Database
from demo.portal.days import SCRAPED, Day
from demo.portal.server import Portal
from scrapers.crawl import OnProgress
from services.pipeline import SyncOptions
from services.reports.plans import plan_rows
from services.verdicts import resume_source
from services.workflows.access import Access
from services.workflows.crawl import CrawlOptions, crawl_sources
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from services.workflows.tiers import Tiered, TierRun

NAME = "sample-portal"
_HOURS = (12, 18, 24)
"""When the index is scanned on Thursday, and when a page is asked for the second time."""


@dataclass(frozen=True, slots=True)
class DayResult:
    """One day of the story: its date and the result of its scrape."""

    day: Day
    date: datetime
    scraped: ScrapeResult
    only_price_cuts: bool


@dataclass(frozen=True, slots=True)
class ScanResultOfDay:
    """One look at the index alone, and what it led to; `details` counts the detail pages it had read."""

    date: datetime
    ran: TierRun
    details: int
    read: int = 0
    """Listings that were read from the detail pages that the scan had queued."""


async def run_story(
    database: Database, *, today: datetime | None = None, on_progress: OnProgress = lambda report: None
) -> AsyncIterator[DayResult | ScanResultOfDay]:
    """Scrape and sync the portal on each day: start, price cuts and new homes, outage, removal and return.

    On the evening of the last day only its index is scanned, twice, and the page of a home that is missing is
    asked twice. Every run has a source of its own (sample-portal, sample-portal-2 …), so that it begins from
    nothing.
    """
    source = await _new_source(database)
    async with Portal() as portal:
        for day in SCRAPED:
            portal.day = day
            date = _date_of(day, today or datetime.now(UTC))
            await resume_source(database, source.name, actor="demo")  # the outage of the day before is over
            options = SyncOptions(clock=partial(_at, date))
            scraper = EnhancedPropertyScraper(database, access=Access(allow_private=True), options=options)
            scraped = await scraper.scrape_and_sync(
                portal.url, f"{source.name} {day.name.title()}", source=source, on_progress=on_progress
            )
            yield DayResult(day, date, scraped, await _only_price_cuts(database, scraped))
        portal.day = Day.EVE
        thursday = _date_of(Day.THU, today or datetime.now(UTC)).replace(hour=0)
        for hour in _HOURS:
            yield await _scanned(database, source, portal, thursday + timedelta(hours=hour))


async def _scanned(database: Database, source: Source, portal: Portal, date: datetime) -> ScanResultOfDay:
    """Scan the index and read what it queued; in the last hour only ask the page of the missing home."""
    access, options = Access(allow_private=True), SyncOptions(clock=partial(_at, date))
    tiers = Tiered(database, access, options)
    if date.hour == 0:
        ran = await tiers.run_verification(source.name)
    else:
        ran = await tiers.run_tier(source.name, "whole", (portal.url,))
    before, read = portal.details_asked, 0
    if ran.queued:
        (crawled,) = await crawl_sources(database, [source.name], CrawlOptions(sync=options), access=access)
        read = crawled.report.items
    return ScanResultOfDay(date, ran, portal.details_asked - before, read)


async def _only_price_cuts(database: Database, scraped: ScrapeResult) -> bool:
    """Whether every update of the day is only a lower price."""
    if scraped.sync is None or scraped.sync.plan_id is None:
        return False
    updates = [row async for row in plan_rows(database, scraped.sync.plan_id) if row.action == "update"]
    changes = [change for row in updates for change in row.changes]
    return bool(changes) and all(change.field == "price" and change.new < change.old for change in changes)


def _at(moment: datetime) -> datetime:
    """Return the same time always: a clock that stands still."""
    return moment


def _date_of(day: Day, today: datetime) -> datetime:
    """Return that day, 06:00 UTC, of the last Monday to Thursday before `today`."""
    friday = today.date() - timedelta(days=(today.weekday() - 4) % 7)
    return datetime.combine(friday - timedelta(days=4 - day), time(6), UTC)


async def _new_source(database: Database) -> Source:
    taken = {row["name"] for row in await database.rows("source_names")}
    names = (NAME if n == 1 else f"{NAME}-{n}" for n in range(1, len(taken) + 2))
    return Source(
        name=next(name for name in names if name not in taken),
        hosts=("127.0.0.1",),
        currency="MXN",
        country="MX",
        language="spanish",
        requests_per_second=50,
        removal=Removal(hours_apart=6),
    )
