"""A crawl into a real session, through a client that does not wait."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tenacity import wait_none

from config.source import Source
from database.direct import DirectDatabase
from scrapers.crawl import CrawlReport, StartPage, crawl, fetch_start
from scrapers.fetch import PoliteClient
from scrapers.fetch.pace import Sleep
from services.pipeline import SyncResult, sync_session
from services.staging import SessionWriter, register_source
from tests.sites import Site

SOURCE = Source(name="little", hosts=("127.0.0.1",), currency="MXN", requests_per_second=50)


async def no_wait(seconds: float) -> None:
    await asyncio.sleep(0)


def client(source: Source = SOURCE, sleep: Sleep = no_wait) -> PoliteClient:
    return PoliteClient(source, allow_private=True, wait=wait_none(), sleep=sleep)


@dataclass
class Crawler:
    """Crawls the test site; keeps the last session and the reported progress."""

    database: DirectDatabase
    superuser: asyncpg.Connection
    site: Site
    session_id: UUID | None = None
    seen: list[tuple[int, int]] = field(default_factory=list)

    async def run(
        self,
        url: str | None = None,
        *,
        max_pages: int = 10,
        max_listings: int = 10_000,
        source: Source = SOURCE,
        sleep: Sleep = no_wait,
    ) -> CrawlReport:
        await register_source(self.database, source)
        async with client(source, sleep) as polite:
            start: StartPage = await fetch_start(polite, url or self.site.start, SOURCE)
            writer = await SessionWriter.open(
                self.database, source, scope=start.scope, kind="scrape", base_url=url
            )
            self.session_id = writer.session_id
            report = await crawl(
                polite,
                source,
                writer,
                start,
                max_pages=max_pages,
                max_listings=max_listings,
                on_progress=lambda report: self.seen.append((report.index_pages, report.rows)),
            )
        await writer.complete(report.verdict, report.reason)
        return report

    async def sync(self) -> SyncResult:
        assert self.session_id is not None
        return await sync_session(self.database, self.session_id)

    async def rows(self) -> list[asyncpg.Record]:
        return await self.superuser.fetch(
            "select * from public.property_scrapes_staging where session_id = $1 order by row_no",
            self.session_id,
        )

    async def ids(self) -> list[str]:
        return [row["property_id"] for row in await self.rows()]

    async def errors(self) -> list[tuple[str, str, int]]:
        rows = await self.superuser.fetch(
            "select url, error_type, retry_count from public.scraping_errors"
            " where session_id = $1 order by id",
            self.session_id,
        )
        return [(row[0].removeprefix(self.site.base), row[1], row[2]) for row in rows]

    async def session(self) -> dict[str, Any]:
        row = await self.superuser.fetchrow(
            "select * from public.scraping_sessions where id = $1", self.session_id
        )
        assert row is not None
        return dict(row)


@pytest.fixture
def crawler(database: DirectDatabase, superuser: asyncpg.Connection, site: Site) -> Crawler:
    return Crawler(database, superuser, site)
