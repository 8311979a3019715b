"""Crawls index pages and their detail pages; each row goes to the sink as it is read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from config.errors import (
    BlockedError,
    ExtractionError,
    FetchError,
    HTTPStatusError,
    NotNowError,
    ParseError,
    RobotsDisallowedError,
)
from config.secrets import mask_url, secrets_in
from config.source import Source
from parsing.canonical import canonical
from parsing.links import parse_url
from parsing.rows import CellReader
from parsing.staged import StagedRow
from scrapers.crawl.failures import Failures
from scrapers.crawl.limits import Spent
from scrapers.crawl.lists import IndexPage, Lists
from scrapers.crawl.paging import is_document, is_end, landmarks, may_be_document, read_index
from scrapers.crawl.report import CrawlReport, Witness
from scrapers.crawl.rows import row_of
from scrapers.crawl.sink import Sink
from scrapers.crawl.start import StartPage
from scrapers.extract import Extracted, Index, Page, Recipe, extract_listing
from scrapers.fetch import Fetcher, FetchResult

MAX_LISTINGS: Final = 10_000
"""The most detail pages of one scrape, unless the caller says otherwise."""
_AT_ONCE: Final = 8

OnProgress = Callable[[CrawlReport], None]


async def crawl(
    client: Fetcher,
    source: Source,
    sink: Sink,
    start: StartPage,
    *,
    max_pages: int,
    max_listings: int = MAX_LISTINGS,
    skip: frozenset[str] = frozenset(),
    failed_before: frozenset[str] = frozenset(),
    clock_offset: timedelta = timedelta(),
    on_progress: OnProgress = lambda report: None,
) -> CrawlReport:
    """Crawl the listings that a start page leads to, at most `max_listings` over `max_pages` index pages.

    `skip` and `failed_before` are the urls that an interrupted crawl staged, and those that failed in it.
    `clock_offset` is added to the time of each fetch.
    """
    work = Crawl(
        client,
        source,
        sink,
        report=CrawlReport(staged_before=skip),
        failed_before=failed_before,
        secrets=frozenset(secrets_in(start.fetched.url)),
        clock_offset=clock_offset,
        on_progress=on_progress,
    )
    if start.kind == "detail":
        await work.detail_page(start)
    else:
        await work.lists(start, max_pages, max_listings)
    return work.report


class Crawl:
    """The state of one crawl."""

    def __init__(
        self,
        client: Fetcher,
        source: Source,
        sink: Sink,
        *,
        report: CrawlReport,
        failed_before: frozenset[str],
        secrets: frozenset[str],
        clock_offset: timedelta,
        on_progress: OnProgress,
    ) -> None:
        self.report = report
        self._client = client
        self._source = source
        self._recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
        self._reader = CellReader(source)
        self._sink = sink
        self._secrets = secrets  # of the url that the user gave: a page may repeat them
        self._clock_offset = clock_offset
        self._on_progress = on_progress
        self._spent = Spent(source.limits)
        self._landmarks: frozenset[str] = frozenset()
        self._not_now: NotNowError | None = None
        self._failures = Failures(report, sink, failed_before, stop=self._cancel)
        self._pending: deque[tuple[str, asyncio.Task[FetchResult | None]]] = deque()

    async def detail_page(self, start: StartPage) -> None:
        """Read the page of one listing."""
        self.report.single_page = True
        self.report.index_pages = 1
        url = canonical(start.fetched.url, self._source.urls)
        if staged_url(url) not in self.report.staged_before:
            await self._detail(url, start.fetched, start.page, page_number=None)
        await self._page_done()

    async def lists(self, start: StartPage, max_pages: int, max_listings: int) -> None:
        """Read every index page from the first one on, and the listings that they lead to."""
        pagination = self._source.pagination
        most = max_pages if pagination is None else min(max_pages, pagination.most)
        self.report.is_sitemap = pagination is not None and pagination.kind == "sitemap"
        self._spent.received(len(start.fetched.body))
        page = None if is_document(self._source, start.fetched) else start.page
        lists = Lists(self, self._source.split, max_pages=most, max_listings=max_listings)
        await lists.read(IndexPage(start.fetched.url, start.fetched, page))

    async def open(self, url: str, *, is_guess: bool) -> IndexPage | FetchError | None:
        """Fetch and parse an index page. An error that may be the end of the pages is returned unrecorded.

        A guessed page that does not exist is none.
        """
        try:
            fetched = await self._client.get(url, html_only=not may_be_document(self._source))
        except NotNowError:
            raise
        except (BlockedError, RobotsDisallowedError) as error:
            await self._failures.not_fetched(url, error)
            return None
        except FetchError as error:
            is_none = is_guess and isinstance(error, HTTPStatusError) and error.status in (404, 410)
            return None if is_none else error
        self._note_given(fetched)
        if is_document(self._source, fetched):
            return IndexPage(url, fetched, None, is_guess=is_guess)
        page = await self._parse(url, fetched)
        return None if page is None else IndexPage(url, fetched, page, is_guess=is_guess)

    async def index(self, read: IndexPage, *, may_be_empty: bool) -> Index | None:
        """Return the links of one index page; None for one beyond the last.

        One without any has failed, unless it may say so.
        """
        report = self.report
        report.index_pages += 1
        self._failures.lists |= {read.url, read.fetched.final_url}
        try:
            index = read_index(read.fetched, self._source, self._recipe, read.page)
        except ExtractionError as error:
            await self._failures.not_read(read.url, error.message, read.fetched.body)
            return Index([], [], None, None, is_last=None)
        if not index.links and read.is_guess and is_end(read.page, self._landmarks):
            report.index_pages -= 1
            return None
        if not index.links and not index.more:
            if not may_be_empty:
                why = "the index page links to no listing"
                await self._failures.unreadable(read.url, read.page, read.fetched, why)
            return index
        await self._failures.succeeded(read.url)
        report.cut_pages += index.is_cut or read.fetched.is_cut
        if report.index_pages == 1:
            self._landmarks = landmarks(read.page, index)
            if index.total is not None:
                report.listings_total = index.total
                report.index_pages_total = -(-index.total // len(index.links))
        return index

    def note_limit(self) -> bool:
        """Note in the report that a limit of time or bytes is reached; whether one is."""
        self.report.cut_short = self.report.cut_short or self._spent.limit_reached
        return self.report.cut_short is not None

    def _note_given(self, fetched: FetchResult) -> None:
        self._failures.note_given()
        self._spent.received(len(fetched.body))

    async def listings(self, links: list[str], index: Index, fetched: FetchResult) -> None:
        """Stage the listings that an index page leads to."""
        self._on_progress(self.report)
        if index.blocks:
            await self._blocks(links, index, fetched)
        else:
            await self._details(links, index.said)
        await self._page_done()

    async def _page_done(self) -> None:
        report = self.report
        await self._sink.page_done(
            report.index_pages, report.index_pages_total, report.rows_in_session, report.failed
        )
        self._on_progress(report)

    async def _blocks(self, links: list[str], index: Index, fetched: FetchResult) -> None:
        """Stage the homes of an index page that have no page of their own."""
        for link in links:
            if staged_url(link) not in self.report.staged_before:
                await self._detail(
                    link, fetched, index.blocks[link], self.report.index_pages, index.said.get(link)
                )
        self._on_progress(self.report)

    async def _details(self, links: list[str], said: dict[str, dict[str, Any]]) -> None:
        """Fetch the linked detail pages, `_AT_ONCE` at a time, and stage them in the order of the links."""
        ahead = self._pending
        try:
            for link in links:
                if staged_url(link) in self.report.staged_before:
                    continue
                if self.note_limit() or self.report.stopped_by is not None or self._not_now is not None:
                    break
                ahead.append((link, asyncio.create_task(self._fetch(link))))
                if len(ahead) == _AT_ONCE:
                    await self._stage_next(said)
            while ahead:
                await self._stage_next(said)
            self._raise_not_now()
        finally:
            for _, task in ahead:
                task.cancel()
            await asyncio.gather(*(task for _, task in ahead), return_exceptions=True)
            ahead.clear()

    async def _stage_next(self, said: dict[str, dict[str, Any]]) -> None:
        link, task = self._pending[0]
        await asyncio.wait({task})
        self._pending.popleft()
        fetched = None if task.cancelled() else task.result()
        if fetched is None:
            return
        page = await self._parse(link, fetched)
        if page is not None:
            await self._detail(link, fetched, page, self.report.index_pages, said.get(link))
        self._on_progress(self.report)

    async def _detail(
        self,
        url: str,
        fetched: FetchResult,
        page: Page,
        page_number: int | None,
        listed: dict[str, Any] | None = None,
    ) -> None:
        """Extract and stage one listing; a page without one has failed. `listed` is what its list says."""
        if await self._failures.led_away(url, fetched):
            return
        try:
            found = extract_listing(page, self._source, self._recipe, listed)
        except ExtractionError as error:
            await self._failures.unreadable(url, page, fetched, error.message)
            return
        self.report.newest = Witness(url, fetched.body)
        await self._sink.add(self._read(found, url, fetched, page_number))
        self.report.rows += 1
        await self._failures.succeeded(url)

    def _read(self, found: Extracted, url: str, fetched: FetchResult, page_number: int | None) -> StagedRow:
        return row_of(
            self._reader,
            found,
            url=url,
            fetched_at=fetched.fetched_at + self._clock_offset,
            page_number=page_number,
            secrets=self._secrets,
        )

    async def _fetch(self, url: str) -> FetchResult | None:
        """Fetch the page of a listing; record a failure and return None."""
        try:
            fetched = await self._client.get(url, html_only=True)
        except NotNowError as error:
            self._not_now = self._not_now or error
        except FetchError as error:
            await self._failures.not_fetched(url, error)
        else:
            self._note_given(fetched)
            return fetched
        return None

    def _raise_not_now(self) -> None:
        """Interrupt the crawl where no page may be fetched any more; it goes on later."""
        if self._not_now is not None:
            raise self._not_now

    async def failed_page(self, url: str, error: FetchError) -> None:
        """Record an index page that could not be fetched."""
        await self._failures.not_fetched(url, error)

    async def _parse(self, url: str, fetched: FetchResult) -> Page | None:
        """Parse a page; record a failure and return None."""
        try:
            return Page(fetched.text, fetched.final_url)
        except ExtractionError as error:
            await self._failures.not_read(url, error.message, fetched.body)
        return None

    def _cancel(self) -> None:
        """Cancel the requests that wait for their turn."""
        for _, task in self._pending:
            if task is not asyncio.current_task():
                task.cancel()


def staged_url(url: str) -> str:
    """Return a url as staged rows have it: its passwords and tokens masked."""
    try:
        return mask_url(parse_url(url))
    except ParseError:
        return mask_url(url)
