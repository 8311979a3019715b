"""Listing pages → detail pages → raw rows, and how much of the scope that covered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal, Protocol

from config.errors import BlockedError, ExtractionError
from config.source import Source
from scrapers.cells import CellReader
from scrapers.extract import Index, Recipe, extract_index, extract_listing
from scrapers.fetch import FetchResult, PoliteClient
from scrapers.fetch.errors import PageError
from scrapers.staged import StagedRow
from services.crawl.start import StartPage

_AT_ONCE: Final = 8
_FAILURES_IN_A_ROW: Final = 10
_LEAST_SHARE_OF_TOTAL: Final = 0.9

Progress = Callable[["CrawlReport"], None]


class Staging(Protocol):
    """Where a crawl puts what it finds, at once, so that an interruption loses nothing."""

    async def add(self, row: StagedRow) -> None: ...
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...
    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None: ...


@dataclass(slots=True)
class CrawlReport:
    """How a crawl went; `verdict` and `reason` are its own judgement of what it covered."""

    index_pages: int = 0
    index_pages_total: int | None = None
    listings_total: int | None = None
    rows: int = 0
    failed: int = 0
    stopped_by_limit: bool = False
    stopped_by: str | None = None
    listed: set[str] = field(default_factory=set, repr=False)
    staged_before: frozenset[str] = frozenset()

    @property
    def verdict(self) -> Literal["complete", "partial", "suspect"]:
        """Complete only when the last page was reached and nothing failed or is missing."""
        if self._has_nothing or self.stopped_by is not None:
            return "suspect"
        if self.stopped_by_limit or self.failed or self._fell_short:
            return "partial"
        return "complete"

    @property
    def reason(self) -> str | None:
        """Why it is not complete, in words."""
        if self.stopped_by is not None:
            return self.stopped_by
        if self._has_nothing:
            return f"no listing could be read from {self.index_pages} pages"
        parts = []
        if self.stopped_by_limit:
            of = f" of {self.index_pages_total}" if self.index_pages_total else ""
            parts.append(f"{self.index_pages}{of} pages")
        if self.failed:
            parts.append(f"{self.failed} page{'s' if self.failed > 1 else ''} failed")
        if self._fell_short:
            parts.append(f"{len(self.listed)} listings found where the site counts {self.listings_total}")
        return ", ".join(parts) or None

    @property
    def _has_nothing(self) -> bool:
        return not self.rows and not self.staged_before

    @property
    def _fell_short(self) -> bool:
        return bool(
            self.listings_total
            and not self.stopped_by_limit
            and len(self.listed) < _LEAST_SHARE_OF_TOTAL * self.listings_total
        )


async def crawl(
    client: PoliteClient,
    source: Source,
    staging: Staging,
    start: StartPage,
    *,
    max_pages: int,
    skip: frozenset[str] = frozenset(),
    clock_offset: timedelta = timedelta(),
    on_progress: Progress = lambda report: None,
) -> CrawlReport:
    """Follow a start page to its listings, at most `max_pages` listing pages; `skip` are urls staged before.

    `clock_offset` is what the caller's clock is ahead of the machine's.
    """
    work = _Crawl(client, source, staging, CrawlReport(staged_before=skip), clock_offset)
    if start.kind == "detail":
        await work.detail(start.page, page_number=None)
        work.report.stopped_by_limit = True
        work.report.index_pages = 1
        on_progress(work.report)
        return work.report
    await _listing_pages(work, start, max_pages, on_progress)
    return work.report


async def _listing_pages(work: _Crawl, start: StartPage, max_pages: int, on_progress: Progress) -> None:
    report = work.report
    page: FetchResult | None = start.page
    visited = {start.page.url, start.page.final_url}
    while page is not None and report.stopped_by is None:
        report.index_pages += 1
        index = await work.index(page)
        await work.details(index.links, report.index_pages, on_progress)
        await work.staging.page_done(report.index_pages, report.index_pages_total, report.rows, report.failed)
        on_progress(report)
        following = index.next_url
        if following is None or following in visited:
            return
        if report.index_pages >= max_pages:
            report.stopped_by_limit = True
            return
        visited.add(following)
        page = await work.fetch(following)


class _Crawl:
    """One crawl under way: what is fetched, read and staged, and what failed."""

    def __init__(
        self, client: PoliteClient, source: Source, staging: Staging, report: CrawlReport, offset: timedelta
    ) -> None:
        self._client = client
        self._source = source
        self._recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
        self._reader = CellReader(source)
        self._offset = offset
        self._failures_in_a_row = 0
        self.staging = staging
        self.report = report

    async def fetch(self, url: str) -> FetchResult | None:
        """One page, or none and the failure noted."""
        try:
            page = await self._client.get(url, html_only=True)
        except BlockedError as error:
            await self._failed(url, "blocked", error.message, 0)
            self.report.stopped_by = error.message
            return None
        except PageError as error:
            await self._failed(url, error.error_type, error.message, error.retry_count)
            return None
        self._failures_in_a_row = 0
        return page

    async def index(self, page: FetchResult) -> Index:
        """The links of one listing page; one that has none is a failed page."""
        try:
            index = extract_index(page.text, page.final_url, self._source, self._recipe)
        except ExtractionError as error:
            await self._failed(page.url, "extraction", error.message, 0)
            return Index(links=[], cards=[], next_url=None, total=None, is_last=None)
        if not index.links:
            await self._failed(page.url, "extraction", "the listing page shows no listing", 0)
        report = self.report
        if report.index_pages == 1 and index.total is not None:
            report.listings_total = index.total
            report.index_pages_total = -(-index.total // len(index.links)) if index.links else None
        return index

    async def details(self, links: list[str], page_number: int, on_progress: Progress) -> None:
        """The listings a listing page links to, staged in its order."""
        report = self.report
        fresh = [link for link in dict.fromkeys(links) if link not in report.listed]
        report.listed.update(fresh)
        wanted = [link for link in fresh if link not in report.staged_before]
        gate = asyncio.Semaphore(_AT_ONCE)

        async def fetch(url: str) -> FetchResult | None:
            async with gate:
                return None if self.report.stopped_by else await self.fetch(url)

        pending = [asyncio.create_task(fetch(link)) for link in wanted]
        try:
            for task in pending:
                page = await task
                if page is not None:
                    await self.detail(page, page_number)
                    on_progress(self.report)
        finally:
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    async def detail(self, page: FetchResult, page_number: int | None) -> None:
        """One listing page of its own, read and staged; one that parses to nothing is an error."""
        try:
            found = extract_listing(page.text, page.final_url, self._source, self._recipe)
        except ExtractionError as error:
            await self._failed(page.url, "extraction", error.message, 0)
            return
        await self.staging.add(self._read(found.raw, found.evidence, page, page_number))
        self.report.rows += 1

    def _read(
        self, raw: Mapping[str, Any], evidence: Mapping[str, Any], page: FetchResult, page_number: int | None
    ) -> StagedRow:
        fetched_at = page.fetched_at + self._offset
        return self._reader.read(
            raw, url=page.url, page_number=page_number, fetched_at=fetched_at, evidence=evidence
        )

    async def _failed(self, url: str, error_type: str, message: str, retries: int) -> None:
        await self.staging.error(url, error_type, message, retries)
        self.report.failed += 1
        self._failures_in_a_row += 1
        if self._failures_in_a_row >= _FAILURES_IN_A_ROW and self.report.stopped_by is None:
            self.report.stopped_by = (
                f"{self._failures_in_a_row} pages in a row failed, the last one: {message}"
            )
