"""From a file or feed to staged sessions, and on to live."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from config.errors import PropertyManagerError, RefusedError, UsageError
from config.source import Source
from database.clock import host_clock
from database.handle import Handle, database_of
from importers import DEFAULT_LIMITS, ReadLimits, Record, Rows
from importers.intake import (
    Accounting,
    Coverage,
    ImportProgress,
    Input,
    OpenSession,
    Partitions,
    ResoRows,
    account,
    choose_mapping,
    coverage,
    endpoint_for,
    find_input,
    may_be_empty,
    read_ahead,
    read_options,
    readable,
    reso_facts,
    reso_scope,
    shows_columns,
    stage,
)
from importers.mapping import ColumnReport, Mapping, cell_reader, compile_mapping, dated
from parsing.rows import CellReader
from services.feed import follow_up
from services.pipeline import sync_session
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.reports.sessions import session_unread
from services.sources import Registration, load_source
from services.staging import SessionWriter
from services.workflows.access import ANONYMOUS, Access
from services.workflows.imported import ImportedSession, ImportResult
from services.workflows.reso import known_listings
from services.workflows.sources import source_of_host, source_of_import

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Import:
    """What is imported how: an input, read by a mapping, into a source."""

    given: Input
    mapping: Mapping
    source: Source
    complete: bool

    @property
    def scope(self) -> str:
        return "import" if self.given.reso is None else reso_scope(self.given.reso)

    def check(self, rows: Rows, first: list[Record]) -> ColumnReport:
        """What the mapping makes of the columns known so far."""
        return compile_mapping(self.mapping, rows.columns).check(sample=readable(first))


@dataclass(frozen=True, slots=True)
class _Staged:
    """What was staged: the account, the verdict and the sessions."""

    accounting: Accounting
    coverage: Coverage
    sessions: dict[str | None, OpenSession]


class ListingImporter:
    """Imports listing files and feeds into sessions.

    Async; built with one `Database`, or a supabase AsyncClient.
    """

    def __init__(
        self,
        database: Handle,
        *,
        access: Access = ANONYMOUS,
        home: Path | None = None,
        options: SyncOptions = DEFAULT_OPTIONS,
        observer: Observer = NO_OBSERVER,
        limits: ReadLimits = DEFAULT_LIMITS,
    ) -> None:
        self._database = database_of(database)
        self._access = access
        self._limits = limits
        self._home = home
        self._options = options
        self._observer = observer

    async def import_and_sync(
        self,
        where: str,
        *,
        source: str | None = None,
        mapping: str | None = None,
        complete: bool = False,
        sheet: str | None = None,
        query: str | None = None,
        auto_sync: bool = True,
        on_new_source: Callable[[Source], None] = lambda source: None,
        on_progress: Callable[[ImportProgress], None] = lambda progress: None,
    ) -> ImportResult:
        """Import a file, `-`, a url or a table of a database; sync it unless `auto_sync` is off.

        `complete`: the input has every listing of its source, so that what it lacks counts as absent.
        Raises RefusedError before anything is staged when the mapping does not fit the columns.
        """
        async with find_input(where, access=self._access, query=query, limits=self._limits) as given:
            mapping = mapping or (None if given.reso is None else "reso")
            chosen = await choose_mapping(given, mapping, sheet=sheet, folders=self._folders())
            facts = await self._source(given, chosen.mapping, source)
            now = (await self._now())()
            work = _Import(given, dated(chosen.mapping, given.name, facts, now=now), facts, complete)
            async with self._opened(work, sheet=sheet) as rows:
                first, records = await read_ahead(rows)
                if shows_columns(rows, first):
                    work.check(rows, first).refuse(given.name)
                async with Registration(self._database, facts, on_new_source) as registration:
                    staged = await self._stage(
                        work, rows, first, records, registration=registration, on_progress=on_progress
                    )
        sessions = [
            await self._sync(partition, session, auto_sync=auto_sync)
            for partition, session in staged.sessions.items()
        ]
        return ImportResult(
            source=facts.name,
            source_is_new=registration.is_new,
            mapping_note=chosen.note,
            partitioned=chosen.mapping.partition is not None,
            accounting=staged.accounting.with_repeated(_repeated(sessions)),
            verdict=staged.coverage.verdict,
            reason=staged.coverage.reason,
            fell_short=staged.coverage.fell_short,
            sessions=tuple(sessions),
            follow_up_failures=tuple(await self._follow_up(sessions)),
        )

    async def _now(self) -> Callable[[], datetime]:
        return self._options.clock or (await host_clock(self._database)).database_time()

    def _folders(self) -> list[Path]:
        return [] if self._home is None else [self._home / "mappings"]

    async def _source(self, given: Input, mapping: Mapping, named: str | None) -> Source:
        name = named or mapping.source
        if name is None and given.host is not None:
            name = await source_of_host(self._database, given.host, home=self._home)
        name = name or given.source
        if name is None:
            raise UsageError(
                f"{given.name} does not say whose listings these are", next_step="give --source NAME"
            )
        return await source_of_import(self._database, name, mapping, host=given.host, home=self._home)

    @asynccontextmanager
    async def _opened(self, work: _Import, *, sheet: str | None) -> AsyncIterator[Rows]:
        """The input's rows; of a feed, those since the last applied pass."""
        if work.given.reso is None:
            async with work.given.open(read_options(work.mapping, sheet=sheet)) as rows:
                yield rows
            return
        endpoint = endpoint_for(work.given.reso, work.mapping)
        known = await known_listings(self._database, work.source.name, work.scope, sweep=work.complete)
        async with self._access.connect(endpoint.url) as get_json:
            yield ResoRows(endpoint, get_json, known)

    async def _stage(
        self,
        work: _Import,
        rows: Rows,
        first: list[Record],
        records: AsyncIterator[Record],
        *,
        registration: Registration,
        on_progress: Callable[[ImportProgress], None],
    ) -> _Staged:
        mapping, source, file = work.mapping, work.source, work.given.name
        before = await self._database.value("last_import", source.name)

        async def open_session(scope: str) -> OpenSession:
            await registration.register()
            return await SessionWriter.open(
                self._database, source, scope=scope, kind="import", base_url=file, clock=self._options.clock
            )

        async with Partitions(open_session, mapping.partition, scope=work.scope) as partitions:
            tally = await stage(
                records,
                rows.columns,
                compile_mapping(mapping, rows.columns, source=source),
                cell_reader(mapping, source),
                partitions,
                leaving=CellReader(source),
                clock=await self._now(),
                on_progress=on_progress,
            )
            if not partitions.sessions and not may_be_empty(rows):
                await self._refuse_empty(work)
                await partitions.begin(None)
            accounting = account(
                rows,
                tally,
                work.check(rows, first),
                file=file,
                mapping=mapping.name,
                staged=partitions.rows_staged,
                before=None if before is None else before["columns"],
            )
            covered = coverage(rows, accounting, tally, complete=work.complete)
            for session in partitions.sessions.values():
                await session.describe(accounting.session_facts(mapping) | reso_facts(rows))
                await session.complete(covered.verdict, covered.reason, only_planned=self._options.dry_run)
            return _Staged(accounting, covered, partitions.sessions)

    async def _refuse_empty(self, work: _Import) -> None:
        """Raise RefusedError for an input without rows of a source that is not known."""
        if await load_source(self._database, work.source.name) is None:
            raise RefusedError(
                f"{work.given.name} has no rows, and there is no source {work.source.name} yet",
                next_step="check the file, its sheet and its header line",
            )

    async def _sync(self, partition: str | None, session: OpenSession, *, auto_sync: bool) -> ImportedSession:
        """One partition that cannot be synced keeps no other from it; the session waits for sync-pending."""
        unread = await session_unread(self._database, session.session_id)
        staged = ImportedSession(session.session_id, partition, session.rows_staged, unread=unread)
        if not auto_sync:
            return staged
        options = replace(self._options, catch_up=False)  # once, when all partitions are done
        try:
            synced = await sync_session(self._database, session.session_id, options, self._observer)
        except PropertyManagerError as error:
            if partition is None:
                raise
            return replace(staged, failure=error)
        return replace(staged, sync=synced)

    async def _follow_up(self, sessions: list[ImportedSession]) -> list[str]:
        applied = any(one.sync is not None and one.sync.status == "applied" for one in sessions)
        return await follow_up(self._database) if applied else []


def _repeated(sessions: list[ImportedSession]) -> int | None:
    counted = [one.sync.metrics.superseded_rows for one in sessions if one.sync is not None]
    return sum(counted) if len(counted) == len(sessions) else None
