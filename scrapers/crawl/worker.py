"""A worker: fetches the pages of the frontier, reads their listings and gives both back."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import Final
from uuid import UUID

from config.errors import (
    BlockedError,
    ExtractionError,
    FetchError,
    HTTPStatusError,
    NotNowError,
    RobotsDisallowedError,
)
from config.source import Source
from parsing.rows import CellReader
from scrapers.crawl.frontier import Checks, Frontier, Outcome, QueuedPage
from scrapers.crawl.queue_report import QueueReport
from scrapers.crawl.rows import row_of
from scrapers.crawl.start import challenged
from scrapers.extract import Page, Recipe, extract_listing, page_kind
from scrapers.fetch import Fetcher, FetchResult

AT_ONCE: Final = 8
"""How many requests all workers together have under way at a site."""
ATTEMPTS: Final = 5
"""How often a page is claimed before it has failed."""
_LOOK_SECONDS: Final = 2.0
_FIRST_WAIT: Final = 30.0
_FAILURES_IN_A_ROW: Final = 10
_REFUSALS_IN_A_ROW: Final = 3
_REFUSED_SHARE: Final = 0.2
_LEAST_REFUSED: Final = 5

OnPages = Callable[[QueueReport], None]


@dataclass(frozen=True, slots=True)
class Work:
    """How much a worker does."""

    at_once: int = AT_ONCE
    claim: int = 50
    """How many pages it claims by one call."""
    most: int | None = None
    """How many pages it fetches at most."""
    until: float | None = None
    """When it stops, by the monotonic clock, in seconds."""
    patience: float = 60.0
    """How long it waits, in seconds, for a page that is not due yet or whose worker may be dead."""
    checks_only: bool = False
    """Whether it fetches only the pages that are to say whether their listing is gone."""


async def work(
    client: Fetcher,
    source: Source,
    frontier: Frontier,
    report: QueueReport,
    *,
    limits: Work,
    checks: Checks,
    clock_offset: timedelta = timedelta(),
    on_pages: OnPages = lambda report: None,
) -> bool:
    """Fetch pages until none is due, or the limits are reached; true if pages may be left.

    Cut short by an error or by Ctrl-C, it loses nothing: what it has not given back stays claimed, until its
    caller releases it or its lease runs out.
    """
    worker = _Worker(
        *(client, source, frontier, report),
        limits=limits,
        checks=checks,
        clock_offset=clock_offset,
        on_pages=on_pages,
    )
    fetchers = [asyncio.create_task(worker.fetch_pages()) for _ in range(limits.at_once)]
    try:
        await asyncio.gather(*fetchers)
    finally:
        for fetcher in fetchers:
            fetcher.cancel()
        await asyncio.wait(fetchers)
    await frontier.flush()
    return not worker.exhausted


class _Worker:
    """The state of one worker's work on one source."""

    def __init__(
        self,
        client: Fetcher,
        source: Source,
        frontier: Frontier,
        report: QueueReport,
        *,
        limits: Work,
        checks: Checks,
        clock_offset: timedelta,
        on_pages: OnPages,
    ) -> None:
        self.exhausted = False
        self._client = client
        self._source = source
        self._recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
        self._cells = CellReader(source)
        self._clock_offset = clock_offset
        self._frontier = frontier
        self._checks = checks
        self._report = report
        self._limits = limits
        self._on_pages = on_pages
        self._ready: deque[QueuedPage] = deque()
        self._claiming = asyncio.Lock()
        self._claimed = 0
        self._under_way = 0
        self._page_ended = asyncio.Event()
        self._failures_in_a_row = 0
        self._refusals_in_a_row = 0

    async def fetch_pages(self) -> None:
        """Fetch one page after the other."""
        while (page := await self._next()) is not None:
            self._under_way += 1
            try:
                outcome = await self._visit(page)
            finally:
                self._under_way -= 1
                self._page_ended.set()
            if outcome is not None:
                self._report.pages[outcome.kind] += 1
                self._report.items += len(outcome.rows)
                await self._frontier.land(outcome)
                self._on_pages(self._report)

    async def _next(self) -> QueuedPage | None:
        """The next page to fetch; None when there is none, or the worker has to stop."""
        async with self._claiming:
            while not self._ready:
                if self._is_over() or self.exhausted:
                    return None
                self._ready.extend(await self._frontier.claim(self._wanted()))
                if not self._ready and not await self._wait():
                    self.exhausted = True
            if self._is_over():
                return None
            self._claimed += 1
            return self._ready.popleft()

    def _wanted(self) -> int:
        left = self._limits.claim if self._limits.most is None else self._limits.most - self._claimed
        return min(self._limits.claim, left)

    def _is_over(self) -> bool:
        return (
            self._report.stopped_by is not None
            or (self._limits.most is not None and self._claimed >= self._limits.most)
            or (self._limits.until is not None and time.monotonic() >= self._limits.until)
        )

    async def _wait(self) -> bool:
        """Wait until a page may be due; false if that takes longer than the worker waits."""
        await self._frontier.flush()
        if self._under_way:  # one of them may have to be tried again
            self._page_ended.clear()
            await self._page_ended.wait()
            return True
        due = await self._frontier.due_in()
        if due is None or due > self._limits.patience:
            return False
        left = float("inf") if self._limits.until is None else self._limits.until - time.monotonic()
        await asyncio.sleep(min(due + 0.05, left, _LOOK_SECONDS))  # its worker may be done before
        return True

    async def _visit(self, page: QueuedPage) -> Outcome | None:
        """Fetch and read a page; None where that says nothing of the page: the site blocks the worker."""
        if page.verifies is not None:
            return await self._asked(page)
        try:
            fetched = await self._client.get(
                page.url, html_only=True, etag=page.etag, last_modified=page.last_modified
            )
        except NotNowError as error:
            self._stop(error.message)
        except BlockedError as error:
            if not self._is_block(error):
                message = error.message.removesuffix(" Nothing was changed.")
                return _failed(page, "refused", error, message)
            self._stop(error.message, pause_seconds=error.retry_after or 0.0)
        except RobotsDisallowedError as error:
            return _failed(page, "disallowed", error, error.message)
        except FetchError as error:
            return self._not_fetched(page, error)
        else:
            self._refusals_in_a_row = 0
            return self._read(page, fetched)
        return None

    async def _asked(self, page: QueuedPage) -> Outcome | None:
        """Ask a page whether its listing is gone; one that shows it is read like any other."""
        if (why := await self._checks.silent()) is not None:
            return Outcome(page, "unknown", message=why)
        try:
            answer: FetchResult | FetchError = await self._client.get(page.url, html_only=True)
        except NotNowError as error:
            self._stop(error.message)  # what has no page that answers after it is no proof
            return None
        except FetchError as error:
            answer = error
        said = await self._checks.note(page, answer)
        if isinstance(answer, FetchResult):
            self._refusals_in_a_row = 0
            if said == "alive":
                return self._read(page, answer)
        elif isinstance(answer, BlockedError):
            self._count_refusal(answer)
        elif said == "unknown":
            self._count_failure(answer.message)
        return Outcome(page, "gone" if said == "gone" else "unknown", status=answer.status)

    def _not_fetched(self, page: QueuedPage, error: FetchError) -> Outcome:
        """What becomes of a page that could not be fetched: gone, tried again later, or failed."""
        if isinstance(error, HTTPStatusError) and error.status in (404, 410):
            self._failures_in_a_row = 0
            return _failed(page, "gone", error, error.message)
        self._count_failure(error.message)
        if error.transient and page.attempts < ATTEMPTS:
            outcome = _failed(page, "retried", error, error.message)
            wait = _FIRST_WAIT * 4.0 ** (page.attempts - 1) * random.uniform(0.8, 1.2)  # noqa: S311
            outcome.again_in = max(wait, error.retry_after or 0.0)
            return outcome
        return _failed(page, "failed", error, error.message)

    def _read(self, page: QueuedPage, fetched: FetchResult) -> Outcome | None:
        """Read the listing of a page, unless the page is what it was."""
        seen = UUID(bytes=blake2b(fetched.body, digest_size=16).digest())
        if fetched.not_modified or seen == page.content_hash:
            self._failures_in_a_row = 0
            return Outcome(page, "unchanged", status=fetched.status, retries=fetched.attempts - 1)
        try:
            parsed = Page(fetched.text, fetched.final_url)
        except ExtractionError as error:
            return self._unreadable(page, fetched, error.message)
        try:
            found = extract_listing(parsed, self._source, self._recipe)
        except ExtractionError as error:
            if page_kind(parsed) == "blocked":
                self._stop(challenged(page.url).message, pause_seconds=0.0)
                return None
            return self._unreadable(page, fetched, error.message)
        self._failures_in_a_row = 0
        return Outcome(
            page,
            "staged",
            [row_of(self._cells, found, url=page.url, fetched_at=fetched.fetched_at + self._clock_offset)],
            status=fetched.status,
            retries=fetched.attempts - 1,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            content_hash=seen,
        )

    def _unreadable(self, page: QueuedPage, fetched: FetchResult, message: str) -> Outcome:
        self._count_failure(message)
        return Outcome(page, "unreadable", status=fetched.status, message=message)

    def _is_block(self, error: BlockedError) -> bool:
        """Whether a refusal means the worker; a page that alone is refused may be of a home that is gone.

        Any challenge is a block, and so are three refusals in a row, or five that are a fifth of all pages.
        """
        if error.is_challenge or error.status not in (401, 403):
            return True
        self._refusals_in_a_row += 1
        refused = self._report.pages["refused"] + 1
        share = refused / (1 + self._report.pages.total())
        return self._refusals_in_a_row >= _REFUSALS_IN_A_ROW or (
            refused >= _LEAST_REFUSED and share > _REFUSED_SHARE
        )

    def _count_refusal(self, error: BlockedError) -> None:
        """Count a page that is refused when it is asked for a removal; three in a row mean the worker."""
        self._refusals_in_a_row += 1
        if self._refusals_in_a_row == _REFUSALS_IN_A_ROW:
            self._stop(error.message, pause_seconds=error.retry_after or 0.0)

    def _count_failure(self, message: str) -> None:
        self._failures_in_a_row += 1
        if self._failures_in_a_row == _FAILURES_IN_A_ROW:
            self._stop(
                f"{_FAILURES_IN_A_ROW} pages failed in a row, the last one: {message}", pause_seconds=0.0
            )

    def _stop(self, reason: str, *, pause_seconds: float | None = None) -> None:
        """Fetch no more pages; those under way come to their ends."""
        if self._report.stopped_by is None:
            self._report.stopped_by, self._report.pause_seconds = reason, pause_seconds


def _failed(page: QueuedPage, kind: str, error: FetchError, message: str) -> Outcome:
    return Outcome(page, kind, status=error.status, message=message, retries=error.retry_count)  # type: ignore[arg-type]
