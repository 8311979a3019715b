"""From a url to a staged session, and on to live."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from config.clock import utc_now
from config.errors import FetchError, NotNowError, PropertyManagerError, SourcePausedError, UsageError
from config.secrets import secrets_in
from config.source import Source
from database.clock import host_clock
from database.handle import Handle, database_of
from scrapers.crawl import MAX_LISTINGS, CrawlReport, OnProgress, StartPage, crawl, fetch_start
from scrapers.fetch import Fetcher
from services.history.ids import plan_ids
from services.pages import Keeping, PageKeeper, PagesKept, Stores
from services.pipeline import SyncResult, sync_session
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.reports.sessions import session_unread
from services.results import UnreadField
from services.sources import Registration, load_source
from services.staging import SessionWriter
from services.staging.ids import NamedPages, name_pages
from services.verdicts import Pause, budget_of, require_not_paused
from services.workflows.access import Access
from services.workflows.conclude import Concluded, conclude, pause_after
from services.workflows.source_files import check_source_facts
from services.workflows.sources import source_for
from services.workflows.verify import Verification, verify_source

log = logging.getLogger(__name__)

_PAGES: Final = 10
"""The index pages of a scrape where neither its caller nor its source says how many."""


@dataclass(frozen=True, slots=True)
class ScrapeResult:
    """One scrape: its session, what it covered, and its sync if there was one."""

    session_id: UUID
    source: str
    source_is_new: bool
    kind: str
    rows: int
    pages: int
    failed: int
    verdict: str
    reason: str | None
    sync: SyncResult | None
    unread: tuple[UnreadField, ...] = ()
    """The fields with cells that could not be read or were doubtful."""
    follow_up_failures: tuple[str, ...] = ()
    pause: Pause | None = None
    """The pause of the source that a suspect session led to."""
    ids: NamedPages | None = None
    """By which rule its listings have their ids; None if the source's recipe says it."""
    verification: Verification | None = None
    """What the pages of listings said that scrapes have missed; None where none was asked."""
    not_verified: str | None = None
    """Why they could not be asked; the next scrape or crawl does."""
    pages_kept: PagesKept | None = None
    """How many of the pages were kept as they came; None where none are to be."""


class EnhancedPropertyScraper:
    """Scrapes listing sites into sessions. Async; built with one `Database`, or a supabase AsyncClient.

    `contact` (a url or e-mail address for the user agent) and `allow_private` may be given as one `access`.
    Pages are kept in the `stores`, if they are given, for as long as their source says.
    """

    def __init__(
        self,
        database: Handle,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        access: Access | None = None,
        sources_home: Path | None = None,
        stores: Stores | None = None,
        options: SyncOptions = DEFAULT_OPTIONS,
        observer: Observer = NO_OBSERVER,
    ) -> None:
        self._database = database_of(database)
        self._stores = stores
        self._access = access or Access(contact, allow_private=allow_private)
        self._sources_home = sources_home
        self._options = options
        self._observer = observer

    async def scrape_and_sync(
        self,
        target_url: str,
        session_name: str | None = None,
        auto_sync: bool = True,
        *,
        source: str | Source | None = None,
        max_pages: int | None = None,
        max_listings: int | None = None,
        resume: UUID | None = None,
        on_new_source: Callable[[Source], None] = lambda source: None,
        on_session: Callable[[UUID], None] = lambda session: None,
        on_progress: OnProgress = lambda report: None,
    ) -> ScrapeResult:
        """Scrape a page of listings, or one listing, into a session; sync it if `auto_sync`.

        Without `max_pages` and `max_listings` the source's limits hold, else 10 pages and 10,000 listings.
        With `resume`, an interrupted session continues: what it has staged is not fetched again.
        `on_session` is called with the session's id as soon as it is open.

        Raises UsageError, before there is a session, for a source or recipe that is wrong, and FetchError or
        ExtractionError when the start page gives nothing: of a known source the session is kept as failed,
        a new one leaves nothing behind. What is cut short later can be resumed, or has failed where nothing
        was staged.
        """
        facts = await source_for(self._database, target_url, source, home=self._sources_home)
        check_source_facts(facts)
        await require_not_paused(self._database, facts.name)
        async with Registration(self._database, facts, on_new_source) as registration:
            start, writer, report, concluded, ids, kept = await self._scrape(
                registration,
                target_url,
                session_name,
                max_pages=max_pages or facts.limits.pages or _PAGES,
                max_listings=max_listings or facts.limits.listings or MAX_LISTINGS,
                resume=resume,
                on_session=on_session,
                on_progress=on_progress,
            )
        synced = None
        if auto_sync:
            synced = await sync_session(self._database, writer.session_id, self._options, self._observer)
        verification, not_verified = await self._verified(facts, synced)
        return ScrapeResult(
            session_id=writer.session_id,
            source=facts.name,
            source_is_new=registration.is_new,
            kind=start.kind,
            rows=writer.rows_staged,
            pages=report.index_pages,
            failed=report.failed,
            verdict=concluded.verdict,
            reason=concluded.reason,
            pause=concluded.pause,
            sync=synced,
            unread=await session_unread(self._database, writer.session_id),
            follow_up_failures=() if synced is None else synced.follow_up_failures,
            ids=ids,
            verification=verification,
            not_verified=not_verified,
            pages_kept=kept,
        )

    async def _verified(
        self, facts: Source, synced: SyncResult | None
    ) -> tuple[Verification | None, str | None]:
        """Ask the pages of listings that were missed often enough, or say why they cannot be asked now."""
        if synced is None or synced.status != "applied" or facts.removal.proof != "page":
            return None, None
        try:
            verification = await verify_source(
                self._database, facts, access=self._access, options=self._options, stores=self._stores
            )
        except (FetchError, SourcePausedError) as error:  # the scrape itself is done
            return None, error.message
        return (None if verification.session_id is None else verification), None

    async def _scrape(
        self,
        registration: Registration,
        url: str,
        session_name: str | None,
        *,
        max_pages: int,
        max_listings: int,
        resume: UUID | None,
        on_session: Callable[[UUID], None],
        on_progress: OnProgress,
    ) -> tuple[StartPage, SessionWriter, CrawlReport, Concluded, NamedPages | None, PagesKept | None]:
        """Fetch, extract and stage until the session is complete."""
        facts = registration.source
        offset = await self._clock_offset()
        budget = budget_of(self._database, facts)
        async with self._access.fetcher(facts, budget) as polite, self._keeper(facts, url, offset) as keeper:
            client: Fetcher = polite if keeper is None else Keeping(polite, keeper)
            if resume is None:
                start = await self._start(client, facts, url, session_name)
                await registration.register()
                writer = await self._open(facts, start.scope, url, session_name)
            else:
                start = None
                await registration.register()
                writer = await SessionWriter.resume(self._database, resume, facts, clock=self._options.clock)
            on_session(writer.session_id)
            async with writer.ended(resumable=True), writer.kept_alive(), _going_on(writer):
                start = start or await fetch_start(client, url, facts)
                report = await crawl(
                    client,
                    facts,
                    writer,
                    start,
                    max_pages=max_pages,
                    max_listings=max_listings,
                    skip=await self._urls("staged_urls", resume),
                    failed_before=await self._urls("failed_urls", resume),
                    clock_offset=offset,
                    on_progress=on_progress,
                )
                ids = await name_pages(self._database, writer, facts, learn=start.kind == "index")
                if report.listings_total is not None:
                    await writer.describe({"listings_stated": report.listings_total})
                concluded = await conclude(
                    self._database,
                    writer,
                    report,
                    home=self._sources_home,
                    secrets=frozenset(secrets_in(url)),
                    only_planned=self._options.dry_run,
                )
        if ids is not None and ids.proposed is not None:
            plan = await plan_ids(
                self._database, facts.name, ids.proposed, session_id=writer.session_id, keep_refused=False
            )
            ids = replace(
                ids, plan_id=None if plan is None else plan.id, moves=plan.counts.moves if plan else 0
            )
        return start, writer, report, concluded, ids, None if keeper is None else keeper.result

    @asynccontextmanager
    async def _keeper(
        self, facts: Source, url: str, clock_offset: timedelta
    ) -> AsyncIterator[PageKeeper | None]:
        """Keeps the pages of a scrape; None where none are to be kept."""
        if self._stores is None or facts.keep_pages == 0:
            yield None
            return
        secrets = frozenset(secrets_in(url))
        async with PageKeeper(
            self._database, self._stores, facts, clock_offset=clock_offset, secrets=secrets
        ) as keeper:
            yield keeper

    async def _start(self, client: Fetcher, facts: Source, url: str, session_name: str | None) -> StartPage:
        try:
            return await fetch_start(client, url, facts)
        except (UsageError, NotNowError):
            raise
        except PropertyManagerError as error:
            await self._record_failure(facts, url, session_name, error)
            raise

    async def _record_failure(
        self, facts: Source, url: str, session_name: str | None, error: PropertyManagerError
    ) -> None:
        """Record a scrape that failed at its first page as a failed session with the error.

        A source that is not known yet stays so: its url may have been mistyped.
        """
        if await load_source(self._database, facts.name) is None:
            return
        writer = await self._open(facts, url, url, session_name)
        kind = error.error_type if isinstance(error, FetchError) else error.code
        retries = error.retry_count if isinstance(error, FetchError) else 0
        await writer.error(url, kind, error.message, retries)
        await writer.fail(error.message)
        await pause_after(
            self._database,
            facts,
            error,
            session_id=writer.session_id,
            home=self._sources_home,
            secrets=frozenset(secrets_in(url)),
        )

    async def _open(self, facts: Source, scope: str, url: str, session_name: str | None) -> SessionWriter:
        return await SessionWriter.open(
            self._database,
            facts,
            scope=scope,
            kind="scrape",
            session_name=session_name,
            base_url=url,
            clock=self._options.clock,
        )

    async def _clock_offset(self) -> timedelta:
        """What is added to this host's time: the database's clock counts, or a replay's."""
        now = self._options.now()
        return -(await host_clock(self._database)).ahead if now is None else now - utc_now()

    async def _urls(self, query: str, session_id: UUID | None) -> frozenset[str]:
        """The urls that a query returns of an interrupted session; none of a new one."""
        if session_id is None:
            return frozenset()
        return frozenset(row["url"] for row in await self._database.rows(query, session_id))


@asynccontextmanager
async def _going_on(writer: SessionWriter) -> AsyncIterator[None]:
    """Say how a scrape goes on that has to wait for the end of quiet hours or for the next day."""
    try:
        yield
    except NotNowError as error:
        rows = writer.rows_staged
        error.next_step = (
            f"then: scrape --resume {str(writer.session_id)[:8]}"
            if rows
            else "run the same command again then"
        )
        raise
