"""Index scans: what the index pages of a source show now, compared with the catalogue within minutes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from config.errors import FetchError, NotNowError, PropertyManagerError, UsageError
from config.secrets import mask_url
from config.source import Source, Tier
from database.handle import Database
from scrapers.crawl import StartPage, fetch_start
from scrapers.fetch import Fetcher
from scrapers.scan import Interrupted, ScanReport, scan
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.scans import TIERS, ScanFigures, SightingWriter, interrupted_scan
from services.sources import Registration
from services.staging import SessionWriter
from services.verdicts import pause_source, require_not_paused
from services.workflows.access import ANONYMOUS, Access
from services.workflows.conclude import pause_after
from services.workflows.polite import polite
from services.workflows.source_files import check_source_facts

log = logging.getLogger(__name__)

OnScan = Callable[[ScanReport], None]


@dataclass(frozen=True, slots=True)
class ScanResult:
    """One scan: its session, its tier, what it saw and what moved."""

    session_id: UUID
    source: str
    tier: str
    url: str
    found: ScanFigures


async def scan_tier(
    database: Database,
    source: Source,
    tier: str,
    *,
    urls: tuple[str, ...] | None = None,
    access: Access = ANONYMOUS,
    options: SyncOptions = DEFAULT_OPTIONS,
    home: Path | None = None,
    on_session: Callable[[UUID], None] = lambda session: None,
    on_progress: OnScan = lambda report: None,
) -> AsyncIterator[ScanResult]:
    """Scan the index pages of one tier, from each start page of the source; one session a start page.

    Detail pages of what moved are queued. Raises UsageError for a source without a start page, and FetchError
    or ExtractionError when a start page gives nothing: that session is kept as failed. A suspect scan pauses
    the source; SourcePausedError is raised for one that is paused.
    """
    if tier not in TIERS or tier == "stale":
        raise UsageError(f'there is no tier "{tier}" of index pages', next_step="one of newest, front, whole")
    starts = urls or source.start
    if not starts:
        raise UsageError(
            f"source {source.name} names no start page",
            next_step='give --url, or write start = ["https://…"] into its file',
        )
    check_source_facts(source)
    await require_not_paused(database, source.name)
    facts: Tier = getattr(source.tiers, tier)
    async with Registration(database, source) as registration, polite(database, source, access) as client:
        await registration.register()
        for url in starts:
            yield await _Scan(database, source, tier, facts, options, home, on_session, on_progress).run(
                client, url
            )


@dataclass(frozen=True, slots=True)
class _Scan:
    """One scan of one tier."""

    database: Database
    source: Source
    tier: str
    facts: Tier
    options: SyncOptions
    home: Path | None
    on_session: Callable[[UUID], None]
    on_progress: OnScan

    async def run(self, client: Fetcher, url: str) -> ScanResult:
        """Scan from one start page; one that was interrupted lately goes on where it was."""
        session_id = await self.database.value("scan_to_resume", self.source.name, mask_url(url), self.tier)
        before = None if session_id is None else await interrupted_scan(self.database, session_id)
        start = await self._start(client, url if before is None else before.pages[-1].url)
        if session_id is None:
            session = await self._open(start.scope, url)
        else:
            session = await SessionWriter.resume(
                self.database, session_id, self.source, clock=self.options.clock
            )
            session.keeps_more = True
        self.on_session(session.session_id)
        async with session.ended(resumable=True), session.kept_alive():
            sink = await SightingWriter.of(self.database, session, self.options.now)
            report = await self._scanned(client, sink, start, before)
            found = await sink.end(report, self.tier, removal=self.facts.removal)
        if found.verdict == "suspect":
            why = found.reason or "nothing was shown"
            await pause_source(self.database, self.source.name, why, session_id=session.session_id)
        return ScanResult(session.session_id, self.source.name, self.tier, url, found)

    async def _scanned(
        self, client: Fetcher, sink: SightingWriter, start: StartPage, before: Interrupted | None
    ) -> ScanReport:
        """Scan; of a scan that is cut off what was seen is kept."""
        try:
            return await scan(
                client,
                self.source,
                sink,
                start,
                max_pages=self.facts.pages,
                resumed=before,
                on_progress=self.on_progress,
            )
        except (Exception, asyncio.CancelledError):
            try:
                await sink.flush()
            except PropertyManagerError as also:
                # the caller gets the first error; the next scan goes on at what landed before
                log.info("what the scan of %s saw last is lost: %s", self.source.name, also.message)
            raise

    async def _start(self, client: Fetcher, url: str) -> StartPage:
        try:
            start = await fetch_start(client, url, self.source)
        except (UsageError, NotNowError):
            raise
        except PropertyManagerError as error:
            session = await self._open(url, url)
            kind = error.error_type if isinstance(error, FetchError) else error.code
            await session.error(url, kind, error.message)
            await session.fail(error.message)
            await pause_after(
                self.database, self.source, error, session_id=session.session_id, home=self.home
            )
            raise
        if start.kind != "index":
            raise UsageError(
                f"{url} is the page of one listing, not a list of listings",
                next_step=f"read it with: scrape --source {self.source.name} --url {url}",
            )
        return start

    async def _open(self, scope: str, url: str) -> SessionWriter:
        return await SessionWriter.open(
            self.database,
            self.source,
            scope=scope,
            kind="index",
            session_name=f"{self.source.name} index scan ({self.tier})",
            base_url=url,
            filters={"tier": self.tier},
            clock=self.options.clock,
        )
