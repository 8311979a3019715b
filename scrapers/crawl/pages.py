"""Crawls index pages and their detail pages; each row goes to the sink as it is read."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, NamedTuple, Protocol

from config.errors import (
    BlockedError,
    ExtractionError,
    FetchError,
    HTTPStatusError,
    ParseError,
    RobotsDisallowedError,
)
from config.secrets import mask_url, secrets_in
from config.source import Source
from parsing.canonical import canonical
from parsing.links import parse_url
from parsing.rows import CellReader
from parsing.staged import StagedRow
from scrapers.crawl.limits import Spent
from scrapers.crawl.paging import is_document, is_end, landmarks, may_be_document, read_index
from scrapers.crawl.report import CrawlReport
from scrapers.crawl.rows import row_of
from scrapers.crawl.start import StartPage, challenged
from scrapers.extract import Extracted, Index, Page, Recipe, extract_listing, page_kind
from scrapers.fetch import Fetcher, FetchResult

MAX_LISTINGS: Final = 10_000
"""The most detail pages of one scrape, unless the caller says otherwise."""
_AT_ONCE: Final = 8
_FAILURES_IN_A_ROW: Final = 10
_REFUSALS_IN_A_ROW: Final = 3
_REFUSED_SHARE: Final = 0.2
_LEAST_REFUSED: Final = 5

OnProgress = Callable[[CrawlReport], None]


class Sink(Protocol):
    """Takes the rows and errors of a crawl at once, so that an interruption loses nothing."""

    async def add(self, row: StagedRow) -> None: ...
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...
    async def resolved(self, urls: list[str]) -> None: ...
    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None: ...


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
    work = _Crawl(
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
        await work.index_pages(start, max_pages, max_listings)
    return work.report


class _Ahead(NamedTuple):
    """An index page that is still to be fetched; a guessed one may lie beyond the last."""

    url: str
    is_guess: bool


@dataclass(frozen=True, slots=True)
class _IndexPage:
    """An index page that was fetched; `page` is None for one that is no HTML."""

    url: str
    fetched: FetchResult
    page: Page | None
    is_guess: bool = False


class _Crawl:
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
        self._failed_before = failed_before
        self._secrets = secrets  # of the url that the user gave: a page may repeat them
        self._clock_offset = clock_offset
        self._on_progress = on_progress
        self._spent = Spent(source.limits)
        self._landmarks: frozenset[str] = frozenset()
        self._failures_in_a_row = 0
        self._refusals_in_a_row = 0
        self._pages_given = 0
        self._pending: deque[tuple[str, asyncio.Task[FetchResult | None]]] = deque()

    async def detail_page(self, start: StartPage) -> None:
        """Read the page of one listing."""
        self.report.single_page = True
        self.report.index_pages = 1
        url = canonical(start.fetched.url, self._source.urls)
        if staged_url(url) not in self.report.staged_before:
            await self._detail(url, start.fetched, start.page, page_number=None)
        await self._page_done()

    async def index_pages(self, start: StartPage, max_pages: int, max_listings: int) -> None:
        """Follow index pages as long as each leads to another and shows new listings."""
        report, pagination = self.report, self._source.pagination
        most = max_pages if pagination is None else min(max_pages, pagination.most)
        report.is_sitemap = pagination is not None and pagination.kind == "sitemap"
        self._spent.received(len(start.fetched.body))
        read: _IndexPage | None = _IndexPage(
            start.fetched.url,
            start.fetched,
            None if is_document(self._source, start.fetched) else start.page,
        )
        waiting: deque[_Ahead] = deque()
        visited = {start.fetched.url, start.fetched.final_url}
        while read is not None:
            report.index_pages += 1
            index = await self._index(read)
            if index is None:
                return
            fresh = [link for link in dict.fromkeys(index.links) if link not in report.listed]
            within = fresh[: max_listings - len(report.listed)]
            report.left_out += len(fresh) - len(within)
            report.listed.update(within)
            self._on_progress(report)
            if index.blocks:
                await self._blocks(within, index, read.fetched)
            else:
                await self._details(within, index.said)
            await self._page_done()
            for url in (index.next_url, *index.more):
                if url is not None and url not in visited:
                    visited.add(url)
                    waiting.append(_Ahead(url, is_guess=index.is_guess))
            if report.stopped_by is not None or report.left_out or not waiting:
                return
            if index.links and not fresh and not report.is_sitemap:
                report.ended_in_repeats = True
                return
            report.cut_short = report.cut_short or self._spent.limit_reached
            if report.cut_short is not None:
                return
            if report.index_pages >= most:
                report.stopped_by_limit = True
                return
            read = await self._next_index(waiting)

    async def _next_index(self, waiting: deque[_Ahead]) -> _IndexPage | None:
        """The next of the index pages ahead that can be fetched and parsed."""
        while waiting and self.report.stopped_by is None:
            ahead = waiting.popleft()
            fetched = await self._fetch(ahead.url, is_index=True, is_guess=ahead.is_guess)
            if fetched is None:
                continue
            page = None if is_document(self._source, fetched) else await self._parse(ahead.url, fetched)
            if page is not None or is_document(self._source, fetched):
                return _IndexPage(ahead.url, fetched, page, is_guess=ahead.is_guess)
        return None

    async def _page_done(self) -> None:
        report = self.report
        await self._sink.page_done(
            report.index_pages, report.index_pages_total, report.rows_in_session, report.failed
        )
        self._on_progress(report)

    async def _index(self, read: _IndexPage) -> Index | None:
        """Return the links of one index page; a page without any has failed, or is beyond the last one."""
        report = self.report
        try:
            index = read_index(read.fetched, self._source, self._recipe, read.page)
        except ExtractionError as error:
            await self._extraction_failed(read.url, error.message)
            return Index([], [], None, None, is_last=None)
        if not index.links and read.is_guess and is_end(read.page, self._landmarks):
            report.index_pages -= 1
            return None
        if not index.links and not index.more:
            await self._unreadable(read.url, read.page, "the index page links to no listing")
            return index
        await self._succeeded(read.url)
        report.cut_pages += index.is_cut
        if report.index_pages == 1:
            self._landmarks = landmarks(read.page, index)
            if index.total is not None:
                report.listings_total = index.total
                report.index_pages_total = -(-index.total // len(index.links))
        return index

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
                self.report.cut_short = self.report.cut_short or self._spent.limit_reached
                if self.report.stopped_by is not None or self.report.cut_short is not None:
                    break
                ahead.append((link, asyncio.create_task(self._fetch(link))))
                if len(ahead) == _AT_ONCE:
                    await self._stage_next(said)
            while ahead:
                await self._stage_next(said)
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
        try:
            found = extract_listing(page, self._source, self._recipe, listed)
        except ExtractionError as error:
            await self._unreadable(url, page, error.message)
            return
        await self._sink.add(self._read(found, url, fetched, page_number))
        self.report.rows += 1
        await self._succeeded(url)

    def _read(self, found: Extracted, url: str, fetched: FetchResult, page_number: int | None) -> StagedRow:
        return row_of(
            self._reader,
            found,
            url=url,
            fetched_at=fetched.fetched_at + self._clock_offset,
            page_number=page_number,
            secrets=self._secrets,
        )

    async def _fetch(self, url: str, *, is_index: bool = False, is_guess: bool = False) -> FetchResult | None:
        """Fetch a page; record a failure and return None. A guessed page that does not exist is none."""
        try:
            html_only = not (is_index and may_be_document(self._source))
            fetched = await self._client.get(url, html_only=html_only)
        except BlockedError as error:
            if self._is_block(error):
                await self._blocked(url, error)
            else:
                self.report.refused.append(mask_url(url))
                message = error.message.removesuffix(" Nothing was changed.")
                await self._failed(url, "refused", message, error.retry_count)
        except FetchError as error:
            if is_guess and isinstance(error, HTTPStatusError) and error.status in (404, 410):
                return None
            await self._failed(url, error.error_type, error.message, error.retry_count)
            if not isinstance(error, RobotsDisallowedError):  # that page was never requested
                self._count_failure(error.message)
        else:
            self._refusals_in_a_row = 0
            self._pages_given += 1
            self._spent.received(len(fetched.body))
            return fetched
        return None

    def _is_block(self, error: BlockedError) -> bool:
        """Whether a refusal means the crawl; a page that alone is refused may be of a home that is gone.

        Any challenge is a block, and so are three refusals in a row, or five that are a fifth of all pages.
        """
        if error.is_challenge or error.status not in (401, 403):
            return True
        self._refusals_in_a_row += 1
        refused = len(self.report.refused) + 1
        share = refused / (refused + self._pages_given)
        return self._refusals_in_a_row >= _REFUSALS_IN_A_ROW or (
            refused >= _LEAST_REFUSED and share > _REFUSED_SHARE
        )

    async def _parse(self, url: str, fetched: FetchResult) -> Page | None:
        """Parse a page; record a failure and return None."""
        try:
            return Page(fetched.text, fetched.final_url)
        except ExtractionError as error:
            await self._extraction_failed(url, error.message)
        return None

    async def _unreadable(self, url: str, page: Page | None, message: str) -> None:
        if page is not None and page_kind(page) == "blocked":
            await self._blocked(url, challenged(url))
        else:
            await self._extraction_failed(url, message)

    async def _extraction_failed(self, url: str, message: str) -> None:
        await self._failed(url, "extraction", message, 0)
        self._count_failure(message)

    async def _blocked(self, url: str, error: BlockedError) -> None:
        self._stop(error.message)
        await self._failed(url, "blocked", error.message, error.retry_count)

    async def _failed(self, url: str, error_type: str, message: str, retries: int) -> None:
        self.report.failed += 1
        if error_type != "refused" and self.report.failed_page is None:
            self.report.failed_page = mask_url(url)
        await self._sink.error(url, error_type, message, retries)

    async def _succeeded(self, url: str) -> None:
        self._failures_in_a_row = 0
        if mask_url(url) in self._failed_before:
            await self._sink.resolved([url])

    def _count_failure(self, message: str) -> None:
        self._failures_in_a_row += 1
        if self._failures_in_a_row == _FAILURES_IN_A_ROW:
            self._stop(f"{_FAILURES_IN_A_ROW} pages failed in a row, the last one: {message}")

    def _stop(self, reason: str) -> None:
        """Stop the crawl and cancel the requests that wait for their turn."""
        if self.report.stopped_by is None:
            self.report.stopped_by = reason
        for _, task in self._pending:
            if task is not asyncio.current_task():
                task.cancel()


def staged_url(url: str) -> str:
    """Return a url as staged rows have it: its passwords and tokens masked."""
    try:
        return mask_url(parse_url(url))
    except ParseError:
        return mask_url(url)
