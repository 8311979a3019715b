"""From the pages of the frontier to staged sessions, and on to live."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID, uuid4

from config.errors import (
    BusyError,
    NotFoundError,
    PropertyManagerError,
    TakenOverError,
    UnfinishedSessionError,
)
from config.source import Source
from config.trail import trail
from database.handle import Database
from scrapers.crawl.queue_report import QueueReport
from scrapers.crawl.start import SINGLE_PAGES
from scrapers.crawl.worker import Work, work
from scrapers.fetch import Fetcher
from scrapers.fetch.client import FetchLimits
from services.frontier import SharedPace, SourceQueue
from services.frontier.pace import AHEAD
from services.frontier.queue import LEASE_SECONDS
from services.pages import Keeping, Stores, keeper_of
from services.pipeline import SyncResult, sync_session
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.scans import queue_checks
from services.sources import load_source
from services.staging import SessionWriter
from services.staging.ids import name_pages
from services.verdicts import budget_of, pause_source, require_not_paused
from services.workflows.access import ANONYMOUS, Access
from services.workflows.polite import BRIEFLY
from services.workflows.proofs import Proofs, Verification
from services.workflows.source_files import check_source_facts

log = logging.getLogger(__name__)

_SESSION_PAGES: Final = 5_000
_SESSION_SECONDS: Final = 900.0
"""A session ends after so many pages or so long, so that what was read goes live."""
_LIMITS: Final = FetchLimits(attempts=2)
"""A page that fails twice in a row waits in the frontier, where it holds up no other."""
_SOURCES_AT_ONCE: Final = 8

OnCrawl = Callable[[str, QueueReport], None]
OnAnswer = Callable[[Verification], None]


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """How much is crawled, and how."""

    work: Work = field(default_factory=Work)
    """Its `until` bounds the whole run."""
    session_pages: int = _SESSION_PAGES
    session_seconds: float = _SESSION_SECONDS
    lease_seconds: float = LEASE_SECONDS
    batch_pages: int = 50
    sync: SyncOptions = DEFAULT_OPTIONS


@dataclass(slots=True)
class SourceCrawled:
    """What a worker did for one source."""

    source: str
    report: QueueReport = field(default_factory=QueueReport)
    sessions: list[UUID] = field(default_factory=list)
    """Those that this worker has staged, and those that it has ended for workers that died."""
    taken_over: int = 0
    """How many of them were of workers that died."""
    syncs: list[SyncResult] = field(default_factory=list)
    verification: Verification | None = None
    """What pages said that were asked whether their listing is gone; None: none was."""
    left: bool = False
    """Whether pages may be left that could be fetched."""
    due_in: float | None = None
    """Seconds until the next of what is left can be claimed."""
    error: PropertyManagerError | None = None
    """Why its work ended early."""


async def crawl_sources(
    database: Database,
    sources: list[str],
    options: CrawlOptions,
    *,
    access: Access = ANONYMOUS,
    stores: Stores | None = None,
    on_pages: OnCrawl = lambda source, report: None,
    on_answer: OnAnswer = lambda result: None,
) -> list[SourceCrawled]:
    """Fetch what waits of some sources, several at a time; an error of one ends that one alone.

    Pages are kept in the `stores`, if they are given, for as long as their source says.
    """
    turn = asyncio.Semaphore(_SOURCES_AT_ONCE)

    async def one(name: str) -> SourceCrawled:
        crawled = SourceCrawled(name)
        async with turn:
            try:
                with trail(name):
                    await _Crawl(
                        *(database, crawled, options),
                        access=access,
                        stores=stores,
                        on_pages=on_pages,
                        on_answer=on_answer,
                    ).run()
            except PropertyManagerError as error:
                if len(sources) == 1:
                    raise
                crawled.error = error
        return crawled

    return list(await asyncio.gather(*map(one, sources)))


async def sources_to_crawl(database: Database) -> list[str]:
    """The sources with pages that can be fetched now."""
    return [row["name"] for row in await database.rows("sources_to_crawl")]


class _Crawl:
    """One worker's work on one source: sessions, one after the other, until nothing is due."""

    def __init__(
        self,
        database: Database,
        crawled: SourceCrawled,
        options: CrawlOptions,
        *,
        access: Access,
        stores: Stores | None,
        on_pages: OnCrawl,
        on_answer: OnAnswer,
    ) -> None:
        self._stores = stores
        self._database = database
        self._crawled = crawled
        self._options = options
        self._access = access
        self._on_pages = on_pages
        self._on_answer = on_answer
        self._worker = uuid4()

    async def run(self) -> None:
        source = await load_source(self._database, self._crawled.source)
        if source is None:
            raise NotFoundError(f'there is no source "{self._crawled.source}"', next_step="see sources list")
        check_source_facts(source)
        await self._end_dead(source)
        await require_not_paused(self._database, source.name)
        await queue_checks(self._database, source.name, self._options.sync.now())
        at_once = self._options.work.at_once
        ahead = BRIEFLY if self._options.work.checks_only else AHEAD
        pace = SharedPace(
            self._database, self._worker, source.requests_per_second, at_once=at_once, ahead=ahead
        )
        budget = budget_of(self._database, source)
        async with (
            self._access.fetcher(source, budget, pace=pace, limits=_LIMITS) as fetcher,
            keeper_of(self._database, self._stores, source) as keeper,
        ):
            client: Fetcher = fetcher if keeper is None else Keeping(fetcher, keeper)
            sync = self._options.sync
            try:
                async with Proofs.of(self._database, source, client, sync, self._on_answer) as proofs:
                    while await self._session(client, source, pace, proofs):
                        await self._sync()
            finally:
                await pace.rest()  # the last pages asked are those that vouch for others
        await self._sync()
        if proofs.result.session_id is not None:
            self._crawled.verification = proofs.result
            await proofs.sync()

    async def _session(self, client: Fetcher, source: Source, pace: SharedPace, proofs: Proofs) -> bool:
        """Stage one session's pages; true if it is worth to begin another."""
        crawled, before = self._crawled, self._crawled.report
        report = QueueReport()
        queue = SourceQueue(
            self._database,
            source.name,
            self._worker,
            lambda: self._open(source),
            report,
            rest=pace.rest,
            checks_only=self._options.work.checks_only,
            lease_seconds=self._options.lease_seconds,
            batch_pages=self._options.batch_pages,
        )

        def seen(session: QueueReport) -> None:
            crawled.report = before.with_session(session)
            self._on_pages(source.name, crawled.report)

        try:
            async with queue.kept():
                crawled.left = await work(
                    *(client, source, queue, report),
                    limits=self._limits(before),
                    checks=proofs,
                    on_pages=seen,
                )
                crawled.due_in = await queue.due_in()
        finally:
            seen(report)
            await self._end(queue, report, source)
        return crawled.left and report.stopped_by is None and not self._is_over()

    def _limits(self, before: QueueReport) -> Work:
        """The limits of one session: its own, within those of the run."""
        limits, now = self._options.work, time.monotonic()
        most, rows = self._options.session_pages, self._database.row_limit
        left = None if limits.most is None else limits.most - before.pages.total()
        return replace(
            limits,
            most=min(number for number in (most, rows, left) if number is not None),
            until=min(limits.until or float("inf"), now + self._options.session_seconds),
        )

    def _is_over(self) -> bool:
        limits, pages = self._options.work, self._crawled.report.pages.total()
        return (limits.most is not None and pages >= limits.most) or (
            limits.until is not None and time.monotonic() >= limits.until
        )

    async def _open(self, source: Source) -> SessionWriter:
        writer = await SessionWriter.open(
            self._database,
            source,
            scope=SINGLE_PAGES,
            kind="scrape",
            filters={"crawl": {"worker": f"{socket.gethostname()}:{os.getpid()}"}},
            clock=self._options.sync.clock,
        )
        self._crawled.sessions.append(writer.session_id)
        return writer

    async def _end(self, queue: SourceQueue, report: QueueReport, source: Source) -> None:
        """End the session; one that has kept nothing, as no page could be fetched, has failed."""
        writer = queue.writer
        if writer is None:
            return
        if queue.landed or report.pages["gone"] or report.pages["unknown"]:
            await self._complete(writer, source, report.verdict, report.reason)
        else:
            await writer.fail(report.reason)
        if report.stopped_by is not None and report.pause_seconds is not None:
            await pause_source(
                self._database,
                source.name,
                report.stopped_by,
                session_id=writer.session_id,
                least_seconds=report.pause_seconds,
            )

    async def _complete(self, writer: SessionWriter, source: Source, verdict: str, reason: str) -> None:
        await name_pages(self._database, writer, source, learn=True)
        await writer.complete("suspect" if verdict == "suspect" else "partial", reason)

    async def _end_dead(self, source: Source) -> None:
        """End the sessions of workers that died: what has landed in them is synced like any other."""
        for row in await self._database.rows("dead_crawls", source.name):
            try:
                writer = await SessionWriter.resume(self._database, row["id"], source)
                await self._complete(writer, source, "partial", "pages from the queue; its worker died")
            except (BusyError, TakenOverError, UnfinishedSessionError) as error:
                log.info("session %s is ended by another worker: %s", row["id"], error.message)
                continue
            self._crawled.sessions.append(row["id"])
            self._crawled.taken_over += 1

    async def _sync(self) -> None:
        """Sync what waits, the oldest first: a session that is synced after a later one would be stale."""
        for row in await self._database.rows("crawls_to_sync", self._crawled.source):
            synced = await sync_session(self._database, row["id"], self._options.sync)
            if row["id"] in self._crawled.sessions:
                self._crawled.syncs.append(synced)
