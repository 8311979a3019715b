"""The index pages of a search, one after the other; one that shows less than it counts is divided."""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from config.errors import FetchError, HTTPStatusError
from config.source import Split
from scrapers.crawl.report import CrawlReport
from scrapers.crawl.slices import CUT, Parts, Slice, prices_of, ways
from scrapers.extract import Index, Page, page_kind
from scrapers.extract.content import content
from scrapers.fetch import FetchResult

_DEEPEST: Final = 40
ROUND: Final = 25
"""Pages: where a site ends after a multiple of so many, all of them full, it may be a limit."""
_MOST_PRICES: Final = 20_000
_MORE: Final = (
    r"(?:more than|over|above|m[aá]s de|mehr als|[uü]ber|plus de|mais de|oltre|pi[uù] di|meer dan)\W{0,3}"
)


@dataclass(frozen=True, slots=True)
class IndexPage:
    """An index page that was fetched; `page` is None for one that is no HTML."""

    url: str
    fetched: FetchResult
    page: Page | None
    is_guess: bool = False
    """Whether nothing links to it, so that it may lie beyond the last."""


class Pages(Protocol):
    """Fetches and reads the pages of a crawl, and stages the listings that they lead to."""

    report: CrawlReport

    async def open(self, url: str, *, is_guess: bool) -> IndexPage | FetchError | None: ...
    async def index(self, read: IndexPage, *, may_be_empty: bool) -> Index | None: ...
    async def listings(self, links: list[str], index: Index, fetched: FetchResult) -> None: ...
    async def failed_page(self, url: str, error: FetchError) -> None: ...
    def note_limit(self) -> bool: ...


@dataclass(slots=True)
class _Walk:
    """What the pages of one part of a search have shown."""

    part: Slice
    first: Page | None
    links: frozenset[str]
    total: int | None
    counts_more: bool
    seen: set[str] = field(default_factory=set)
    prices: list[int] = field(default_factory=list)
    pages: int = 0
    full: bool = False
    """Whether the last page shows as many listings as the first."""
    beyond: tuple[str, FetchError] | None = None
    """A next page that the site does not give: where its pages end, if it counts more."""

    def note(self, fresh: list[str], index: Index) -> None:
        """Note what one page shows."""
        self.seen.update(fresh)
        self.pages += 1
        self.full = len(index.links) >= len(self.links)
        if len(self.prices) < _MOST_PRICES:
            self.prices += prices_of(index.cards)

    @property
    def is_cut(self) -> bool:
        """Whether the pages end before the listings do."""
        if self.total is None or self.counts_more:
            return self.counts_more
        ends_full = self.beyond is not None or (self.full and self.pages > 1)
        return len(self.seen) < (self.total if ends_full else CUT * self.total)


class Lists:
    """Reads index pages, at most `max_pages`, until no new listing or none of `max_listings` is left."""

    def __init__(
        self, pages: Pages, split: Split, *, max_pages: int, max_listings: int, reach: int = 0
    ) -> None:
        """`reach`: how many listings the pages of one search show, where that is known."""
        self._pages = pages
        self._report = pages.report
        self._split = split
        self._max_pages = max_pages
        self._max_listings = max_listings
        self._waiting: deque[tuple[Slice, Parts | None]] = deque()
        self._reach = reach

    async def read(self, start: IndexPage) -> None:
        """Read the search that begins at a page, in parts if it has to be."""
        await self._read(Slice(start.url), None, start)
        while self._waiting and not self._is_over:
            part, parts = self._waiting.popleft()
            opened = await self._open(part.url)
            if opened is not None:
                await self._read(part, parts, opened)
            elif parts is not None:
                parts.waiting -= 1
                self._settle(parts)
        self._report.parts_left += len(self._waiting)

    @property
    def _is_over(self) -> bool:
        report = self._report
        stopped = report.stopped_by is not None or report.cut_short is not None
        return stopped or bool(report.left_out) or report.stopped_by_limit

    @property
    def _has_room(self) -> bool:
        """Whether a further index page may be read; else the report says why not."""
        if self._pages.note_limit():
            return False
        if self._report.index_pages >= self._max_pages:
            self._report.stopped_by_limit = True
            return False
        return True

    async def _open(self, url: str) -> IndexPage | None:
        """The first page of a part, if there is room for it and it can be read."""
        opened = await self._pages.open(url, is_guess=False) if self._has_room else None
        if isinstance(opened, FetchError):
            await self._pages.failed_page(url, opened)
            return None
        return opened

    async def _read(self, part: Slice, parts: Parts | None, read: IndexPage) -> None:
        """Read one part; divide it where its pages end before its listings do."""
        may_be_empty = part.depth > 0 and read.page is not None and page_kind(read.page) == "empty"
        index = await self._pages.index(read, may_be_empty=may_be_empty)
        if index is None:
            return
        links, total = frozenset(index.links), index.total
        walk = _Walk(part, read.page, links, total, counts_more_than(read.page, total))
        if parts is not None:
            may_be_read = parts.note(part, total, index.links)
            self._settle(parts)
            if not may_be_read:
                return
        if self._reach and (total or 0) > self._reach / CUT and self._divide(walk, index):
            await self._pages.listings(self._within(index.links), index, read.fetched)
            return
        await self._walk(walk, index, read)
        if self._is_over or not walk.is_cut:
            await self._end(walk)
            return
        self._reach = max(self._reach, len(walk.seen))
        if not self._divide(walk, index):
            self._report.parts_cut.append(f"{part.name} ({len(walk.seen):,} of {walk.total:,})")
            await self._end(walk)

    async def _walk(self, walk: _Walk, first: Index, opened: IndexPage) -> None:
        """Follow the pages of one part as long as each leads to another and shows new listings."""
        index: Index | None = first
        read: IndexPage | None = opened
        ahead: deque[tuple[str, bool]] = deque()
        visited = {opened.url, opened.fetched.final_url}
        while index is not None and read is not None:
            fresh = [link for link in dict.fromkeys(index.links) if link not in walk.seen]
            walk.note(fresh, index)
            await self._pages.listings(self._within(fresh), index, read.fetched)
            for url in (index.next_url, *index.more):
                if url is not None and url not in visited:
                    visited.add(url)
                    ahead.append((url, index.is_guess))
            if self._is_over or not ahead:
                return
            if index.links and not fresh and not self._report.is_sitemap:
                self._report.ended_in_repeats |= walk.part.depth == 0
                return
            read = await self._next(walk, ahead)
            index = None if read is None else await self._pages.index(read, may_be_empty=False)

    async def _next(self, walk: _Walk, ahead: deque[tuple[str, bool]]) -> IndexPage | None:
        """The next of the pages ahead that can be read."""
        while ahead and self._report.stopped_by is None and self._has_room:
            url, is_guess = ahead.popleft()
            opened = await self._pages.open(url, is_guess=is_guess)
            if isinstance(opened, IndexPage):
                return opened
            if isinstance(opened, FetchError) and ahead:
                await self._pages.failed_page(url, opened)
            elif isinstance(opened, FetchError):
                walk.beyond = (url, opened)
        return None

    def _within(self, links: list[str]) -> list[str]:
        """Those of the links that are new to the crawl, as far as its limit of listings goes."""
        report = self._report
        fresh = [link for link in dict.fromkeys(links) if link not in report.listed]
        within = fresh[: self._max_listings - len(report.listed)]
        report.left_out += len(fresh) - len(within)
        report.listed.update(within)
        return within

    async def _end(self, walk: _Walk) -> None:
        """Record how a part ended that is not divided further."""
        if walk.beyond is not None:
            await self._pages.failed_page(*walk.beyond)
        self._report.counts_more |= walk.counts_more
        if walk.total is None and walk.full and walk.pages % ROUND == 0 and walk.beyond is None:
            self._report.ends_round = walk.pages

    def _divide(self, walk: _Walk, index: Index) -> bool:
        """Ask for a part in parts of its own, if there is a way; whether there is."""
        if walk.beyond is not None and not is_end_of_pages(walk.beyond[1]):
            return False
        prices = walk.prices or prices_of(index.cards)
        self._report.counts_more |= walk.counts_more
        others = (
            way
            for way in ways(walk.first, walk.part, self._split, prices, walk.total)
            if not walk.links.issuperset(each.url for each in way)  # "Casa 12" counts nothing
        )
        return self._next_way(Parts(walk.part, walk.total, walk.links, walk.counts_more, others, waiting=0))

    def _next_way(self, parts: Parts) -> bool:
        """Ask for a part in the next of the ways that are left to divide it; whether there is one."""
        slices = next(parts.others, [])
        too_many = self._report.parts + len(slices) > self._split.most
        if not slices or too_many or parts.of.depth >= _DEEPEST:
            return False
        self._report.parts += len(slices)
        parts = replace(parts, waiting=len(slices), whole=[])
        self._waiting.extendleft((each, parts) for each in reversed(slices))
        return True

    def _settle(self, parts: Parts) -> None:
        """Once all parts are seen: read those that count as many as the whole, or take another way."""
        if parts.proved:
            self._waiting.extendleft((part, None) for part in reversed(parts.whole))
            parts.whole.clear()
        elif parts.waiting == 0 and not self._next_way(parts):
            self._report.parts_cut.append(f"{parts.of.name} (of {parts.total:,})")


def is_end_of_pages(error: FetchError) -> bool:
    """Whether a site may say by this answer that there are no further pages."""
    return isinstance(error, HTTPStatusError) and error.status in (400, 404, 410, 416, 422, 500)


def counts_more_than(page: Page | None, total: int | None) -> bool:
    """Whether the page says only that there are more listings than this: "10,000+ homes"."""
    if page is None or total is None:
        return False
    grouped = r"[.,' \u00a0\u202f]?".join(re.findall(r"\d{1,3}(?=(?:\d{3})*$)", str(total)))
    return (
        re.search(rf"{_MORE}{grouped}(?!\d)|(?<!\d){grouped}\s?\+", content(page).text[:20_000], re.I)
        is not None
    )
