"""A scan of index pages that are no HTML, or of a search in parts, read as a scrape reads them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Final, Protocol

from config.errors import ExtractionError, FetchError, NotNowError
from config.source import Source
from parsing.staged import StagedRow
from scrapers.crawl.lists import IndexPage, Lists
from scrapers.crawl.pages import Crawl
from scrapers.crawl.paging import is_document, read_index
from scrapers.crawl.report import CrawlReport
from scrapers.crawl.start import StartPage
from scrapers.extract import Index, Page
from scrapers.fetch import Fetcher, FetchResult
from scrapers.scan.report import ScanReport
from scrapers.scan.seams import Seams
from scrapers.scan.shape import as_texts
from scrapers.scan.sighting import CardText

_ALL: Final = 10**9
"""A scan has no limit of listings."""

Take = Callable[[Iterable[CardText], int, str | None], Awaitable[int]]
"""Hands on the cards of a page, in a currency; how many are of listings that no page has shown yet."""


class _Errors(Protocol):
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...


class _Sink:
    """Takes the errors of lists; there are no rows."""

    def __init__(self, errors: _Errors) -> None:
        self._errors = errors

    async def add(self, row: StagedRow) -> None:
        raise AssertionError("a scan stages no row")

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        await self._errors.error(url, error_type, message, retries)

    async def resolved(self, urls: list[str]) -> None:
        """Nothing: a scan tries no page again."""

    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None:
        """Nothing: the session counts what its sightings say."""


class ListScan(Crawl):
    """Reads lists of any kind, in parts where they show less than they count; no detail page is fetched."""

    def __init__(
        self,
        client: Fetcher,
        source: Source,
        errors: _Errors,
        take: Take,
        report: ScanReport,
        *,
        on_progress: Callable[[ScanReport], None],
    ) -> None:
        super().__init__(
            client,
            source,
            _Sink(errors),
            report=CrawlReport(),
            failed_before=frozenset(),
            secrets=frozenset(),
            clock_offset=timedelta(),
            on_progress=lambda _: on_progress(report),
        )
        self._take = take
        self._scan = report
        self._seams = Seams()
        self._pages_before = report.pages
        report.searched = self.report

    async def read(self, start: StartPage, max_pages: int, *, reach: int = 0) -> None:
        """Read the lists that begin at a page; `reach`: how many listings of a search its pages show."""
        pagination = self._source.pagination
        self.report.is_sitemap = pagination is not None and pagination.kind == "sitemap"
        most = max_pages if pagination is None else min(max_pages, pagination.most)
        page = None if is_document(self._source, start.fetched) else start.page
        lists = Lists(self, self._source.split, max_pages=most, max_listings=_ALL, reach=reach)
        await lists.read(IndexPage(start.fetched.url, start.fetched, page))
        scan, crawled = self._scan, self.report
        scan.listings_total = scan.listings_total or crawled.listings_total
        if crawled.stopped_by_limit:
            scan.limited_to = crawled.index_pages
        elif not crawled.is_sitemap and crawled.verdict == "complete":
            await self._read_again()

    async def index(self, read: IndexPage, *, may_be_empty: bool) -> Index | None:
        index = await super().index(read, may_be_empty=may_be_empty)
        self._scan.pages = self._pages_before + self.report.index_pages
        self._scan.pages_total = self.report.index_pages_total
        if index is not None and index.links:
            shown = self.report.listed
            repeats = sum(link in shown for link in index.links)
            self._seams.note(read.url, repeats=repeats, cards=len(index.links))
        return index

    async def listings(self, links: list[str], index: Index, fetched: FetchResult) -> None:
        """Hand on the cards of the listings that an index page leads to."""
        await self._hand_on(index, set(links))
        self._on_progress(self.report)

    async def _hand_on(self, index: Index, links: set[str]) -> int:
        cards = [card for card in as_texts(index.cards) if card.url in links]
        currency = next((said["currency"] for said in index.said.values() if "currency" in said), None)
        self.report.rows += len(cards)
        return await self._take(cards, self._scan.pages, currency)

    async def _read_again(self) -> None:
        """Read some pages again: cards that no page had shown had moved past the first reading."""
        while (place := self._seams.next()) is not None:
            url = self._seams.url(place)
            try:
                fetched = await self._client.get(url, html_only=False)
                page = None if is_document(self._source, fetched) else Page(fetched.text, fetched.final_url)
                index = read_index(fetched, self._source, self._recipe, page)
            except NotNowError:
                raise
            except (FetchError, ExtractionError) as error:
                self._scan.cut_short = error.message
                return
            unseen = [link for link in index.links if link not in self.report.listed]
            self.report.listed.update(unseen)
            passed = await self._hand_on(index, set(unseen))
            self._scan.seam_pages += 1
            self._scan.passed_over += passed
            if passed:
                self._seams.widen(place)
