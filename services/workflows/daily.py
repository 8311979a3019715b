"""Scheduled work: pending sessions are synced in order, old sessions removed, old history compacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from config.errors import PropertyManagerError, UsageError
from config.secrets import mask_url
from database.handle import Handle, database_of
from services.history.retention import SESSIONS_PER_BATCH, Cleaned, Compacted, clean, compact
from services.pages import Expired, Stores, expire_pages
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.reports.sessions import PendingSession, pending_sessions
from services.reports.status import Dashboard, dashboard
from services.workflows.access import ANONYMOUS, Access
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from services.workflows.sync_pending import PATIENCE_SECONDS, Batch, BatchResult, OnResult

_SESSIONS_A_DAY: Final = 1_000


@dataclass(frozen=True, slots=True)
class ScrapeFailure:
    """A url whose scrape failed; if the site was reached, a failed session keeps the error."""

    url: str
    code: str
    message: str
    next_step: str | None


@dataclass(frozen=True, slots=True)
class DailyResult:
    """A day's scrapes, and the sync of all pending sessions after them."""

    scraped: tuple[ScrapeResult, ...]
    failed: tuple[ScrapeFailure, ...]
    batch: BatchResult


@dataclass(frozen=True, slots=True)
class CleanupResult:
    """What a cleanup removed, or would remove; folded is None where all history is kept."""

    sessions: int
    rows: int
    folded_listings: int | None = None
    folded_changes: int | None = None
    pages: int = 0
    """Kept pages that were older than their source keeps them, or beyond the room that there is."""


class PropertySyncOrchestrator:
    """Scheduled work over all sources. Async; built with one `Database`, or a supabase AsyncClient."""

    def __init__(
        self,
        database: Handle,
        *,
        options: SyncOptions = DEFAULT_OPTIONS,
        observer: Observer = NO_OBSERVER,
        access: Access = ANONYMOUS,
        sources_home: Path | None = None,
        stores: Stores | None = None,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._database = database_of(database)
        self._options = options
        self._observer = observer
        self._access = access
        self._sources_home = sources_home
        self._stores = stores
        self._patience_seconds = patience_seconds

    async def get_pending_sessions(
        self, limit: int = 10, *, source: str | None = None
    ) -> list[PendingSession]:
        """Pending sessions, in the order they completed. Raises NotFoundError for an unknown source."""
        return await pending_sessions(self._database, source=source, limit=limit)

    async def batch_sync_workflow(
        self,
        max_sessions: int = 10,
        *,
        source: str | None = None,
        dry_run: bool = False,
        on_result: OnResult = lambda result: None,
    ) -> BatchResult:
        """Sync pending sessions. One that fails or is left stops only the later ones of its source.

        A held session stops none: a newer session of its scope is more current and replaces its plan.
        """
        batch = Batch(
            self._database,
            replace(self._options, dry_run=dry_run or self._options.dry_run),
            self._observer,
            patience_seconds=self._patience_seconds,
            on_result=on_result,
        )
        return await batch.run(await self.get_pending_sessions(max_sessions, source=source))

    async def daily_sync_workflow(
        self, target_urls: list[str], *, max_pages: int | None = None
    ) -> DailyResult:
        """Scrape every url, then sync all pending sessions; a site that fails stops no other."""
        if isinstance(target_urls, str):
            raise UsageError("the urls to scrape are a list", next_step=f"give [{target_urls!r}]")
        scraper = EnhancedPropertyScraper(
            self._database,
            access=self._access,
            sources_home=self._sources_home,
            stores=self._stores,
            options=self._options,
        )
        scraped, failed = [], []
        for url in target_urls:
            try:
                scraped.append(await scraper.scrape_and_sync(url, auto_sync=False, max_pages=max_pages))
            except PropertyManagerError as error:
                failed.append(ScrapeFailure(mask_url(url), error.code, error.message, error.next_step))
        return DailyResult(tuple(scraped), tuple(failed), await self.batch_sync_workflow(_SESSIONS_A_DAY))

    async def cleanup_old_data(
        self,
        days: int = 30,
        *,
        compact_days: int | None = None,
        dry_run: bool = False,
        actor: str = "cleanup",
        batch_sessions: int = SESSIONS_PER_BATCH,
        on_progress: Callable[[Cleaned | Compacted], None] = lambda done: None,
    ) -> CleanupResult:
        """Remove sessions that ended more than `days` ago; compact history older than `compact_days`.

        All of it works in bounded batches that no sync waits for. Without `compact_days` all history is kept.
        Kept pages go by their sources' `keep_pages` and the room that the `stores` have.
        """
        age = await self._age(days, "cleanup of")
        folding = None if compact_days is None else await self._age(compact_days, "folding")
        cleaned = await clean(
            self._database, age, dry_run=dry_run, batch_sessions=batch_sessions, on_progress=on_progress
        )
        expired = Expired()
        if self._stores is not None:
            expired = await expire_pages(self._database, self._stores, dry_run=dry_run)
        if folding is None:
            return CleanupResult(cleaned.sessions, cleaned.rows, pages=expired.pages)
        folded = await compact(self._database, folding, actor=actor, dry_run=dry_run, on_progress=on_progress)
        return CleanupResult(
            cleaned.sessions, cleaned.rows, folded.listings, folded.changes, pages=expired.pages
        )

    async def _age(self, days: int, doing: str) -> timedelta:
        """The age from which something is old. A replay's clock makes it older, and no clock younger."""
        if days < 1:
            raise UsageError(f"{doing} the last {days} days is refused", next_step="give 1 day or more")
        replayed = self._options.now()
        if replayed is None:
            return timedelta(days=days)
        behind: timedelta = await self._database.value("server_time") - replayed
        return timedelta(days=days) + max(behind, timedelta())

    async def get_sync_dashboard_data(self, *, source: str | None = None, limit: int = 10) -> Dashboard:
        """Sources, recent syncs, views and subscribers: what `status` prints."""
        return await dashboard(self._database, source=source, limit=limit)
