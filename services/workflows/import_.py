"""From a file or feed to staged sessions, and on to live."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pydantic import SecretStr

from config.clock import Clock
from config.errors import PropertyManagerError, UsageError
from config.source import Source
from database.direct import Database
from importers import ReadOptions
from importers.intake import (
    Accounting,
    FeedRows,
    ImportProgress,
    Partitions,
    Place,
    Rows,
    Sampled,
    Staging,
    Tally,
    account,
    choose_mapping,
    endpoint_for,
    feed_scope,
    located,
    propose,
    stage,
)
from importers.mapping import ColumnReport, Mapping, Suggestion, cell_reader, compile_mapping, to_toml
from importers.readers.reso import GetJson
from parsing.rows import CellReader
from scrapers.fetch import PoliteClient
from services.feed import follow_up
from services.pipeline import SyncResult, sync_session
from services.pipeline.sync import OnStage
from services.staging import SessionWriter, register_source
from services.workflows.feeds import catalogue_of_feed, connect, feed_facts, nothing_new
from services.workflows.sources import default_source, host_of, source_of_import

log = logging.getLogger(__name__)

LARGEST_DOWNLOAD = 20 << 30

Verdict = Literal["complete", "partial", "suspect"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ImportedSession:
    """One session of an import, and its sync unless that was left out or failed."""

    session_id: UUID
    partition: str | None
    rows: int
    sync: SyncResult | None = None
    failure: PropertyManagerError | None = None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """One import: its account, how much it covers, and its sessions, one a partition."""

    source: str
    source_is_new: bool
    mapping_note: str | None
    partitioned: bool
    accounting: Accounting
    verdict: Verdict
    reason: str | None
    fell_short: bool
    """Whether part of the input could not be read, so that less was covered than was asked for."""
    sessions: tuple[ImportedSession, ...]
    follow_up_failures: tuple[str, ...] = ()

    def session(self, one: ImportedSession) -> dict[str, Any]:
        """What `import --json` prints as "session"."""
        return {
            "id": str(one.session_id),
            "source": self.source,
            "kind": "import",
            "file": self.accounting.file,
            "partition": one.partition,
            "rows": one.rows,
            "verdict": self.verdict,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping proposed for a file, as text to edit, and what the file looks like."""

    suggestion: Suggestion
    text: str
    encoding: str | None
    dialect: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Staged:
    """What staging left behind."""

    accounting: Accounting
    verdict: Verdict
    reason: str | None
    fell_short: bool
    sessions: dict[str | None, Staging]


class ListingImporter:
    """Imports listing files and feeds into sessions. Async; built with one database handle."""

    def __init__(
        self,
        database: Database,
        *,
        contact: str | None = None,
        allow_private: bool = False,
        reso_token: SecretStr | None = None,
        home: Path | None = None,
        clock: Clock | None = None,
        crash_at: str | None = None,
    ) -> None:
        self._database = database
        self._reso_token = reso_token
        self._contact = contact
        self._allow_private = allow_private
        self._home = home
        self._clock = clock
        self._crash_at = crash_at

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
        dry_run: bool = False,
        on_new_source: Callable[[Source], None] = lambda source: None,
        on_progress: Callable[[ImportProgress], None] = lambda progress: None,
        on_stage: OnStage = lambda name: None,
    ) -> ImportResult:
        """Import a file, `-`, a url or a table of a database; sync it unless told not to.

        `complete`: the input has every listing of its source, so that what it lacks counts as absent.
        Raises RefusedError before anything is staged when the mapping does not fit the columns.
        """
        async with located(where, download=self._download, connect=self._connect, query=query) as place:
            mapping = mapping or (None if place.feed is None else "reso")
            chosen = await choose_mapping(place, mapping, sheet=sheet, folders=self._folders())
            facts = await self._source(place, chosen.mapping, source)
            async with self._opened(place, chosen.mapping, facts, sheet=sheet, complete=complete) as rows:
                sampled = await Sampled.of(rows)
                if sampled.shows_columns:
                    _check(chosen.mapping, sampled).refuse(place.name)
                is_new = await register_source(self._database, facts)
                if is_new:
                    on_new_source(facts)
                staged = await self._stage(
                    place, chosen.mapping, sampled, facts, complete=complete, on_progress=on_progress
                )
        sessions = [
            await self._sync(partition, session, auto_sync=auto_sync, dry_run=dry_run, on_stage=on_stage)
            for partition, session in staged.sessions.items()
        ]
        return ImportResult(
            source=facts.name,
            source_is_new=is_new,
            mapping_note=chosen.note,
            partitioned=chosen.mapping.partition is not None,
            accounting=staged.accounting.with_repeated(_repeated(sessions)),
            verdict=staged.verdict,
            reason=staged.reason,
            fell_short=staged.fell_short,
            sessions=tuple(sessions),
            follow_up_failures=tuple(await self._follow_up(sessions)),
        )

    def _folders(self) -> list[Path]:
        return [] if self._home is None else [self._home / "mappings"]

    async def _source(self, place: Place, mapping: Mapping, named: str | None) -> Source:
        name = named or mapping.source or place.source
        if name is None:
            raise UsageError(
                f"{place.name} does not say whose listings these are", next_step="give --source NAME"
            )
        return await source_of_import(self._database, name, mapping, home=self._home)

    @asynccontextmanager
    async def _opened(
        self, place: Place, mapping: Mapping, facts: Source, *, sheet: str | None, complete: bool
    ) -> AsyncIterator[Rows]:
        """The input's rows; of a feed, those since the last applied pass."""
        if place.feed is None:
            async with place.open(_options(mapping, sheet)) as rows:
                yield rows
            return
        endpoint = endpoint_for(place.feed, mapping)
        known = await catalogue_of_feed(self._database, facts.name, feed_scope(place.feed), sweep=complete)
        async with self._connect(endpoint.url) as get_json:
            yield FeedRows(endpoint, get_json, known)

    async def _stage(
        self,
        place: Place,
        mapping: Mapping,
        sampled: Sampled,
        facts: Source,
        *,
        complete: bool,
        on_progress: Callable[[ImportProgress], None],
    ) -> _Staged:
        rows, file = sampled.rows, place.name
        before = await self._database.value("last_import", facts.name)

        async def open_session(scope: str) -> Staging:
            return await SessionWriter.open(
                self._database, facts, scope=scope, kind="import", base_url=file, clock=self._clock
            )

        scope = "import" if place.feed is None else feed_scope(place.feed)
        async with Partitions(open_session, mapping.partition, scope=scope) as partitions:
            tally = await stage(
                sampled,
                compile_mapping(mapping, rows.columns, source=facts),
                cell_reader(mapping, facts),
                partitions,
                leaving=CellReader(facts),
                clock=self._clock or _now,
                on_progress=on_progress,
            )
            if not partitions.sessions and not nothing_new(rows):
                await partitions.begin(None)
            report = _check(mapping, sampled)
            accounting = account(
                rows,
                tally,
                report,
                file=file,
                mapping=mapping.name,
                staged=partitions.rows_staged,
                before=None if before is None else before["columns"],
            )
            verdict, reason = _verdict(rows, accounting, tally, complete=complete)
            for session in partitions.sessions.values():
                await session.describe(_description(mapping, accounting) | feed_facts(rows))
                await session.complete(verdict, reason)
            return _Staged(
                accounting,
                verdict,
                reason,
                _fell_short(accounting, tally, complete=complete),
                partitions.sessions,
            )

    async def _sync(
        self,
        partition: str | None,
        session: Staging,
        *,
        auto_sync: bool,
        dry_run: bool,
        on_stage: OnStage,
    ) -> ImportedSession:
        """One partition that cannot be synced keeps no other from it; the session waits for sync-pending."""
        staged = ImportedSession(session.session_id, partition, session.rows_staged)
        if not auto_sync:
            return staged
        try:
            synced = await sync_session(
                self._database,
                session.session_id,
                dry_run=dry_run,
                clock=self._clock,
                crash_at=self._crash_at,
                on_stage=on_stage,
            )
        except PropertyManagerError as error:
            if partition is None:
                raise
            return replace(staged, failure=error)
        return replace(staged, sync=synced)

    async def _follow_up(self, sessions: list[ImportedSession]) -> list[str]:
        applied = any(one.sync is not None and one.sync.status == "applied" for one in sessions)
        return await follow_up(self._database) if applied else []

    async def _download(self, url: str, target: Path) -> None:
        await download(url, target, contact=self._contact, allow_private=self._allow_private)

    def _connect(self, url: str) -> AbstractAsyncContextManager[GetJson]:
        return connect(url, self._reso_token, contact=self._contact, allow_private=self._allow_private)


async def suggest_mapping(
    where: str,
    *,
    sheet: str | None = None,
    query: str | None = None,
    contact: str | None = None,
    allow_private: bool = False,
    reso_token: SecretStr | None = None,
) -> Proposal:
    """Propose a mapping for an input; nothing is staged."""

    async def fetch(url: str, target: Path) -> None:
        await download(url, target, contact=contact, allow_private=allow_private)

    def reach(url: str) -> AbstractAsyncContextManager[GetJson]:
        return connect(url, reso_token, contact=contact, allow_private=allow_private)

    async with located(where, download=fetch, connect=reach, query=query) as place:
        suggestion, sampled = await propose(place, sheet=sheet)
        return Proposal(suggestion, to_toml(suggestion), sampled.rows.encoding, sampled.rows.dialect)


async def download(url: str, target: Path, *, contact: str | None, allow_private: bool) -> None:
    """Fetch a file as politely as a page."""
    host = host_of(url)
    async with PoliteClient(
        default_source(host, host), contact=contact, allow_private=allow_private
    ) as client:
        await client.download(url, target, limit=LARGEST_DOWNLOAD)


def _options(mapping: Mapping, sheet: str | None) -> ReadOptions:
    stated = mapping.options
    return ReadOptions(
        encoding=stated.encoding,
        delimiter=stated.delimiter,
        skip_rows=stated.skip_rows,
        sheet=sheet or (None if stated.sheet is None else str(stated.sheet)),
        rows=mapping.rows,
        drop_if_blank=stated.drop_if_blank,
        drop_if=stated.drop_if,
    )


def _check(mapping: Mapping, sampled: Sampled) -> ColumnReport:
    """What the mapping makes of the columns known so far."""
    return compile_mapping(mapping, sampled.rows.columns).check(sample=sampled.cells)


def _verdict(
    rows: Rows, accounting: Accounting, tally: Tally, *, complete: bool
) -> tuple[Verdict, str | None]:
    """How much of its scope the input covers; of what could not be read nothing may be concluded."""
    if not accounting.staged and not nothing_new(rows):
        return "suspect", accounting.incomplete or f"{accounting.file} has no rows"
    if accounting.incomplete:
        return "partial", accounting.incomplete
    if not complete or isinstance(rows, FeedRows):
        return "partial", "the key sweep tells what is gone" if complete else "imported without --complete"
    if tally.unidentified:
        these = "1 row" if tally.unidentified == 1 else f"{tally.unidentified:,} rows"
        return "partial", f"{these} could not be read, nor whose they are"
    return "complete", None


def _fell_short(accounting: Accounting, tally: Tally, *, complete: bool) -> bool:
    return accounting.incomplete is not None or (complete and tally.unidentified > 0)


def _description(mapping: Mapping, accounting: Accounting) -> dict[str, Any]:
    """What a session keeps of its input: for the guard, the next import and reprocessing."""
    absent = {
        target: " or ".join(map(repr, columns))
        for target, columns in accounting.columns.absent.items()
        if target not in ("id", "partition")
    }
    return {
        "columns": list(accounting.columns.mapped) + list(accounting.columns.unmapped),
        "fields_without_column": absent,
        "mapping": mapping.model_dump(mode="json", by_alias=True, exclude_defaults=True),
    }


def _repeated(sessions: list[ImportedSession]) -> int | None:
    counted = [one.sync.metrics.superseded_rows for one in sessions if one.sync is not None]
    return sum(counted) if len(counted) == len(sessions) else None
