"""Reads the index pages of a list, one after the other, then some of them again to see what moved past."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from config.errors import BlockedError, ExtractionError, FetchError, HTTPStatusError, NotNowError
from config.source import Source
from scrapers.crawl.lists import ROUND, counts_more_than, is_end_of_pages
from scrapers.crawl.paging import is_document, read_index
from scrapers.crawl.slices import CUT, Slice, prices_of, ways
from scrapers.crawl.start import StartPage
from scrapers.extract import Page, page_kind
from scrapers.fetch import Fetcher, FetchResult
from scrapers.scan.lists import ListScan
from scrapers.scan.reading import CardReader
from scrapers.scan.report import ScanReport
from scrapers.scan.seams import Seams
from scrapers.scan.sighting import CardText, PageRead, PriceReader, Sighting

MOST_PAGES: Final = 100_000
"""No list is longer: what goes on after that many pages goes on for ever."""
_REPEATED_PAGES: Final = 2
"""A list that shows nothing new on so many pages in a row has ended: its last page repeats."""

OnProgress = Callable[[ScanReport], None]


class ScanSink(Protocol):
    """Takes what a scan saw, and its errors, at once, so that an interruption loses nothing."""

    async def add(self, seen: list[Sighting]) -> None: ...
    async def page_read(self, page: PageRead) -> None: ...
    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class Interrupted:
    """How far an interrupted scan had come: its pages, and the addresses of the listings on them."""

    pages: Sequence[PageRead]
    seen: Sequence[str]


async def scan(
    client: Fetcher,
    source: Source,
    sink: ScanSink,
    start: StartPage,
    *,
    max_pages: int | None = None,
    resumed: Interrupted | None = None,
    on_progress: OnProgress = lambda report: None,
) -> ScanReport:
    """Read the index pages that begin at `start`, all or the first `max_pages`; no detail page is fetched.

    A scan that is `resumed` starts at the last page that was read, which it reads again.
    """
    work = _Scan(client, source, sink, on_progress)
    if resumed is not None:
        work.resume(resumed)
    most = min(max_pages or MOST_PAGES, MOST_PAGES)
    if is_document(source, start.fetched):
        await work.read_lists(start, most)
        return work.report
    await work.first_reading(start, most, limited=max_pages is not None)
    report = work.report
    if work.is_cut and work.is_divisible(start):
        await work.read_lists(start, MOST_PAGES)
        return report
    if report.finished and report.limited_to is None and report.pages > 1:
        await work.second_reading()
    return report


class _Scan:
    """The state of one scan."""

    def __init__(self, client: Fetcher, source: Source, sink: ScanSink, on_progress: OnProgress) -> None:
        self.report = ScanReport()
        self._client = client
        self._source = source
        self._sink = sink
        self._on_progress = on_progress
        self._reader = CardReader(source)
        self._is_guess = source.pagination is not None and source.pagination.kind == "pages"
        self._prices = PriceReader(source, None)
        self._seen: set[int] = set()
        self._position = 0
        self._seams = Seams()
        self._visited: set[int] = set()
        self._idle = 0
        self._begun = False
        self._ahead: asyncio.Task[FetchResult] | None = None

    def resume(self, before: Interrupted) -> None:
        """Go on where an interrupted scan was."""
        for page in before.pages:
            self._seams.note(page.url, repeats=page.cards - page.fresh, cards=page.cards)
        self._seen = set(map(hash, before.seen))
        self._visited = {hash(page.url) for page in before.pages}
        self._position = len(before.seen)
        self.report.pages, self.report.shown = len(before.pages), len(self._seen)
        self.report.repeats = sum(page.cards - page.fresh for page in before.pages)

    @property
    def is_cut(self) -> bool:
        """Whether the pages of the whole search ended before its listings did."""
        report = self.report
        total = report.listings_total
        if total is None or report.limited_to is not None or not (report.finished or report.beyond):
            return False
        return report.counts_more or report.shown < CUT * total

    def is_divisible(self, start: StartPage) -> bool:
        """Whether there is a way to ask for the search in parts."""
        index = read_index(start.fetched, self._source, None, start.page)
        whole = Slice(start.fetched.url)
        prices = prices_of(index.cards)
        others = ways(start.page, whole, self._source.split, prices, self.report.listings_total)
        return any(not set(index.links).issuperset(each.url for each in way) for way in others)

    async def read_lists(self, start: StartPage, most: int) -> None:
        """Read pages that are no HTML, or the search in parts, beside what was seen of it."""
        report = self.report
        report.cut_short, report.beyond, report.ended_in_repeats = None, False, False
        reading = ListScan(
            self._client, self._source, self._sink, self._take_listed, report, on_progress=self._on_progress
        )
        await reading.read(start, most, reach=report.shown)

    async def first_reading(self, start: StartPage, most: int, *, limited: bool) -> None:
        """Follow the list to its end: no next page, a page seen before, or pages that show nothing new."""
        url: str | None = start.fetched.url
        page = start.page
        self.report.cut_pages += start.fetched.is_cut
        try:
            while url is not None:
                following = self._following(url, page, start)
                if following is not None and self.report.pages + 1 < most:
                    self._ahead = asyncio.create_task(self._client.get(following, html_only=True))
                if not await self._shown(url, page, is_last=following is None) or following is None:
                    return
                if self.report.pages >= most:
                    self._stop_at(most, limited=limited)
                    return
                fetched = await self._fetched(following, self._ahead)
                if fetched is None:
                    return
                self.report.cut_pages += fetched.is_cut
                url, page = following, Page(fetched.text, fetched.final_url)
        except ExtractionError as error:
            await self._cut_short(str(url), "extraction", error.message)
        finally:
            await self._leave_ahead()
            self._note_end()

    def _note_end(self) -> None:
        """Note where a list ends that may have been cut: it counts nothing, and its last page is full."""
        report = self.report
        whole = report.finished and report.limited_to is None and report.listings_total is None
        if whole and report.pages and report.pages % ROUND == 0 and self._seams.ends_full:
            report.ends_round = report.pages

    def _following(self, url: str, page: Page, start: StartPage) -> str | None:
        """The next page, unless it was seen before."""
        self._visited |= {hash(url), hash(start.fetched.final_url)}
        following = self._reader.next_url(page)
        return None if following is None or hash(following) in self._visited else following

    async def _shown(self, url: str, page: Page, *, is_last: bool) -> bool:
        """Take the cards of a page; whether the list goes on, as far as they show."""
        cards = await self._read(url, page, is_last=is_last)
        if cards is None:
            return False
        fresh = await self._take(cards, self.report.pages + 1)
        self._idle = 0 if fresh else self._idle + 1
        self.report.pages += bool(fresh)
        self.report.ended_in_repeats = self._idle > 0
        if fresh:
            self._seams.note(url, repeats=len(cards) - fresh, cards=len(cards))
            await self._sink.page_read(PageRead(self.report.pages, url, len(cards), fresh))
        self._on_progress(self.report)
        return self._idle < _REPEATED_PAGES

    def _stop_at(self, most: int, *, limited: bool) -> None:
        if limited:
            self.report.limited_to = self.report.pages
        else:
            self.report.cut_short = f"the list goes on after {most:,} pages"

    async def _leave_ahead(self) -> None:
        """Let go of the page that was asked for ahead."""
        if self._ahead is not None:
            self._ahead.cancel()
            with suppress(asyncio.CancelledError, FetchError):
                await self._ahead

    async def second_reading(self) -> None:
        """Read some pages again: cards that no page had shown had moved past the first reading."""
        report = self.report
        while (place := self._seams.next()) is not None:
            url = self._seams.url(place)
            fetched = await self._fetched(url, None)
            if fetched is None:
                return
            try:
                cards = self._reader.read(Page(fetched.text, fetched.final_url))
            except ExtractionError as error:
                await self._cut_short(url, "extraction", error.message)
                return
            report.seam_pages += 1
            unseen = [card for card in cards if hash(card.url) not in self._seen]
            arrived = _leading(cards, unseen) if place == 0 else 0
            await self._take(cards, place + 1, again=True)
            report.passed_over += len(unseen) - arrived
            if len(unseen) > arrived:
                self._seams.widen(place)
            self._on_progress(report)

    async def _read(self, url: str, page: Page, *, is_last: bool) -> list[CardText] | None:
        """The cards of a page; None, and the scan is cut short, where it shows none without saying so."""
        report = self.report
        cards = self._reader.read(page, thoroughly=is_last)
        report.quick_pages = self._reader.quick_pages
        if not cards:
            kind = page_kind(page)
            if kind == "blocked":
                await self._cut_short(url, "blocked", "a challenge or block page came instead", blocked=True)
            elif kind != "empty" or not report.pages:
                await self._cut_short(url, "extraction", "the index page links to no listing")
            return None
        if not self._begun:
            self._begun = True
            report.listings_total = self._reader.listings_total
            if report.listings_total is not None:
                report.pages_total = -(-report.listings_total // len(cards))
            report.counts_more = counts_more_than(page, report.listings_total)
            self._prices = PriceReader(self._source, self._reader.currency)
        return cards

    async def _take_listed(self, cards: Iterable[CardText], page: int, currency: str | None) -> int:
        if not self._begun:
            self._begun = True
            self._prices = PriceReader(self._source, currency)
        return await self._take(cards, page, again=True)

    async def _take(self, cards: Iterable[CardText], page: int, *, again: bool = False) -> int:
        """Hand on the cards of listings that no page has shown yet; how many these are."""
        seen = []
        for card in cards:
            key = hash(card.url)
            if key in self._seen:
                self.report.repeats += not again
                continue
            self._seen.add(key)
            self._position += 1
            price, currency = self._prices.read(card.price)
            seen.append(Sighting(self._position, page, card.url, card.title, price, currency))
        self.report.shown = len(self._seen)
        if seen:
            await self._sink.add(seen)
        return len(seen)

    async def _fetched(self, url: str, ahead: asyncio.Task[FetchResult] | None) -> FetchResult | None:
        try:
            return await (ahead or self._client.get(url, html_only=True))
        except NotNowError:
            raise  # the scan goes on when the site may be asked again
        except BlockedError as error:
            await self._cut_short(url, "blocked", error.message, error.retry_count, blocked=True)
        except FetchError as error:
            if self._is_guess and isinstance(error, HTTPStatusError) and error.status in (404, 410):
                return None  # the page after the last one
            await self._cut_short(url, error.error_type, error.message, error.retry_count)
            self.report.beyond = is_end_of_pages(error)
        return None

    async def _cut_short(
        self, url: str, kind: str, message: str, retries: int = 0, *, blocked: bool = False
    ) -> None:
        self.report.cut_short = message.removesuffix(" Nothing was changed.").removesuffix(".")
        self.report.blocked = blocked
        await self._sink.error(url, kind, message, retries)


def _leading(cards: list[CardText], unseen: list[CardText]) -> int:
    """How many cards at the top of the list are unseen: listings that came after the scan began."""
    unknown = {card.url for card in unseen}
    return next((n for n, card in enumerate(cards) if card.url not in unknown), len(cards))
