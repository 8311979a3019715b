"""Pages that wait at a small site, and workers that fetch them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from config.source import Source
from database.handle import Database
from scrapers.crawl.worker import Work
from scrapers.fetch import PoliteClient
from scrapers.fetch.pace import Pace
from services.frontier import Priority, enqueue
from services.sources import register_source
from services.workflows.access import Access
from services.workflows.crawl import CrawlOptions, SourceCrawled, crawl_sources
from tests.sites import Site, detail, path_of

PATIENT = CrawlOptions(Work(patience=0))


class Swift(Access):
    """Access to a site that need not be spared."""

    def client(self, source: Source, *given: Any, **options: Any) -> PoliteClient:
        return super().client(source, *given, **{**options, "pace": Pace(100_000)})


async def queued(database: Database, site: Site, numbers: Sequence[int], **facts: Any) -> Source:
    """A source whose listings are at these pages of the site, which wait to be fetched."""
    source = Source(name="acme", hosts=("127.0.0.1",), currency="MXN", requests_per_second=50, **facts)
    await register_source(database, source)
    for number in numbers:
        site.pages.setdefault(path_of(number), detail(number))
    urls = [site.base + path_of(number) for number in numbers]
    await enqueue(database, source.name, urls, priority=Priority.NEW, reason="new")
    return source


async def lose_leases(superuser: asyncpg.Connection) -> None:
    """As if no worker had been heard of for two minutes."""
    await superuser.execute(
        "update property_manager.frontier set leased_until = now() - interval '1 minute' "
        "where state = 'claimed'"
    )
    await superuser.execute(
        "update public.scraping_sessions set heartbeat_at = now() - interval '2 minutes' "
        "where status = 'running'"
    )


async def crawled(
    database: Database, options: CrawlOptions = PATIENT, *, access: type[Access] = Access
) -> SourceCrawled:
    (found,) = await crawl_sources(database, ["acme"], options, access=access(allow_private=True))
    return found
