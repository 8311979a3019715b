"""The frontier of one source in the database: pages are claimed, and land with their rows in a session."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

from config.errors import DatabaseError
from database.handle import Database
from database.retrying import retry
from scrapers.crawl.frontier import Outcome, QueuedPage
from scrapers.crawl.queue_report import QueueReport
from services.staging import SessionWriter
from services.staging.rows import ATTEMPTS, LONGEST_WAIT
from services.staging.session import Progress

log = logging.getLogger(__name__)

LEASE_SECONDS: Final = 60.0
"""After so long without a word of its worker, another may take a page."""
_KEEP_SECONDS: Final = 20.0
_BATCH_PAGES: Final = 50
_BATCH_SECONDS: Final = 5.0
_COUNT_SECONDS: Final = 10.0

OpenSession = Callable[[], Awaitable[SessionWriter]]


class SourceQueue:
    """The pages of one source, as one worker sees them. Its session is opened when it has claimed a page."""

    def __init__(
        self,
        database: Database,
        source: str,
        worker: UUID,
        open_session: OpenSession,
        report: QueueReport,
        *,
        rest: Callable[[], Awaitable[None]],
        checks_only: bool = False,
        lease_seconds: float = LEASE_SECONDS,
        batch_pages: int = _BATCH_PAGES,
    ) -> None:
        """`rest` gives up the shares of sites, while there is nothing to fetch.

        With `checks_only` only pages are claimed that are to say whether their listing is gone.
        """
        self.writer: SessionWriter | None = None
        self.landed = 0
        """Pages of which this session keeps something: rows, or that they are unchanged."""
        self._database = database
        self._source = source
        self._worker = worker
        self._open_session = open_session
        self._report = report
        self._rest = rest
        self._checks_only = checks_only
        self._lease_seconds = lease_seconds
        self._batch_pages = batch_pages
        self._taken: list[Outcome] = []
        self._first_taken = 0.0
        self._landing = asyncio.Lock()
        self._counted_at = -_COUNT_SECONDS

    async def claim(self, most: int) -> list[QueuedPage]:
        rows = await self._repeated(
            *("claim_pages", self._source, self._worker, most, self._lease_seconds, self._checks_only)
        )
        if rows and self.writer is None:
            self.writer = await self._open_session()
        await self._count()
        return [
            QueuedPage(
                row["id"],
                row["url"],
                row["attempts"],
                row["etag"],
                row["last_modified"],
                row["content_hash"],
                row["verifies"],
            )
            for row in rows
        ]

    async def land(self, outcome: Outcome) -> None:
        if not self._taken:
            self._first_taken = time.monotonic()
        self._taken.append(outcome)
        full = len(self._taken) >= self._batch_pages
        if full or time.monotonic() - self._first_taken >= _BATCH_SECONDS:
            await self.flush()

    async def flush(self) -> None:
        async with self._landing:
            batch, self._taken = self._taken, []
            if not batch or self.writer is None:
                return
            report = self._report
            total = None if report.waiting is None else report.done + report.waiting
            self.writer.progress = Progress(report.done, total, report.done - report.failed, report.failed)
            try:
                landed = await self.writer.land(
                    self._worker,
                    [_document(outcome) for outcome in batch],
                    [(outcome.page.id, row) for outcome in batch for row in outcome.rows],
                )
            except BaseException:
                self._taken = batch + self._taken
                raise
            self._account(batch, landed)

    def _account(self, batch: list[Outcome], landed: set[int]) -> None:
        for outcome in batch:
            if outcome.page.id in landed:
                self.landed += outcome.kind in ("staged", "unchanged")
            else:  # it took so long that another worker has the page
                self._report.pages[outcome.kind] -= 1
                self._report.items -= len(outcome.rows)
                log.info("%s was taken over by another worker", outcome.page.url)

    async def due_in(self) -> float | None:
        await self._rest()
        (row,) = await self._repeated("next_page_due", self._source, self._worker, self._checks_only)
        due: float | None = next(iter(row.values()))
        return due

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep the claims while pages are fetched; at the end give back what was not."""
        keeping = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})
            try:
                await self.flush()
            finally:
                await self._repeated("release_pages", self._source, self._worker)

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            try:
                await self._database.run("keep_pages", self._source, self._worker, self._lease_seconds)
            except DatabaseError as error:  # what was lost meanwhile does not land
                log.warning("the pages of %s: %s", self._source, error.message)

    async def _count(self) -> None:
        """Count what waits, now and then."""
        if time.monotonic() - self._counted_at >= _COUNT_SECONDS:
            (row,) = await self._repeated("pages_waiting", self._source)
            self._report.waiting = next(iter(row.values()))
            self._counted_at = time.monotonic()

    async def _repeated(self, query: str, *args: Any) -> list[Any]:
        async def once() -> list[Any]:
            return await self._database.rows(query, *args)

        return await retry(once, attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)


def _document(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.page.id,
        "outcome": outcome.kind,
        "status": outcome.status,
        "message": outcome.message,
        "retries": outcome.retries,
        "again_in": outcome.again_in,
        "etag": outcome.etag,
        "last_modified": outcome.last_modified,
        "content_hash": None if outcome.content_hash is None else str(outcome.content_hash),
    }
