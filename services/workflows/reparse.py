"""Kept pages read again after a recipe or a parser was fixed: nothing is fetched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from config.errors import ExtractionError, NotFoundError
from config.source import Source
from database.handle import Database
from database.records import record
from parsing.rows import CellReader
from parsing.staged import StagedRow
from scrapers.crawl import row_of, staged_url
from scrapers.crawl.paging import declared_kind, is_document, read_index
from scrapers.extract import Index, Page, Recipe, extract_listing, page_kind
from scrapers.fetch import FetchResult
from services.pages import KeptPage, MissingBodyError, Stores, read_kept
from services.pipeline import SyncOptions, SyncResult, sync_session
from services.pipeline.observers import NO_OBSERVER, Observer
from services.pipeline.options import DEFAULT_OPTIONS
from services.reports.sessions import session_unread
from services.results import UnreadField
from services.sources import register_source
from services.staging import SessionWriter
from services.staging.ids import name_pages
from services.workflows.listed import Listed
from services.workflows.source_files import check_source_facts, read_source
from services.workflows.sources import described_source

SCOPE: Final = "(reparsed)"
_PAGES: Final = 500
"""Pages that are asked for at once; their bytes are read one by one."""


@dataclass(slots=True)
class PagesRead:
    """How far a reparse has come."""

    pages: int = 0
    rows: int = 0
    failed: int = 0
    """Pages that gave no listing, or whose bytes are not to be had; the session's errors name each."""
    outdated: int = 0
    """Listings that were left as they are: a later row of them was staged, or they were removed."""


@dataclass(frozen=True, slots=True)
class ReparseResult:
    """A source's kept pages read again: the session that they became, and its sync if there was one."""

    session_id: UUID
    source: str
    read: PagesRead
    sync: SyncResult | None
    unread: tuple[UnreadField, ...] = field(default=())


async def reparse(
    database: Database,
    stores: Stores,
    source: str,
    *,
    since: datetime | None = None,
    home: Path | None = None,
    options: SyncOptions = DEFAULT_OPTIONS,
    observer: Observer = NO_OBSERVER,
    on_progress: Callable[[PagesRead], None] = lambda read: None,
) -> ReparseResult:
    """Read a source's kept pages again, stage them as one partial session, and sync it.

    Of each address the newest page counts, if it was fetched `since` then; each row keeps the time of its
    fetch. Old content never overwrites new, and a listing that was removed stays so. `source` is a name or
    the path of a TOML file; its description is stored. Raises NotFoundError where no page is kept, and
    UsageError for a recipe that is wrong.
    """
    facts = await _facts(database, source, home)
    check_source_facts(facts)
    pages = _Pages(database, stores, facts.name, since)
    if not await pages.any():
        raise NotFoundError(
            f"no page of {facts.name} is kept" + (f" since {since:%Y-%m-%d %H:%M}" if since else ""),
            next_step=f"scrape --source {facts.name}"
            if facts.keep_pages
            else "let its pages be kept: keep_pages = 30 in its file",
        )
    await register_source(database, facts)
    writer = await SessionWriter.open(
        database,
        facts,
        scope=SCOPE,
        kind="scrape",
        session_name="reparse",
        filters={"reparsed": True},
        clock=options.clock,
    )
    work = _Reparse(database, facts, writer, pages, on_progress)
    async with writer.ended(), writer.kept_alive():
        await work.run()
        read = work.read
        if not read.rows:
            await writer.fail(f"none of {read.pages} kept pages gave a row to stage")
            return ReparseResult(writer.session_id, facts.name, read, None)
        await name_pages(database, writer, facts, learn=False)
        await writer.complete("partial", f"{read.pages} kept pages read again", only_planned=options.dry_run)
    synced = await sync_session(database, writer.session_id, options, observer)
    unread = await session_unread(database, writer.session_id)
    return ReparseResult(writer.session_id, facts.name, read, synced, unread)


async def _facts(database: Database, source: str, home: Path | None) -> Source:
    found = read_source(Path(source)) if source.endswith(".toml") else None
    found = found or await described_source(database, source, home=home)
    if found is None:
        raise NotFoundError(f'there is no source "{source}"', next_step="see sources list, or name its file")
    return found


class _Pages:
    """The newest kept page of each address of a source."""

    def __init__(self, database: Database, stores: Stores, source: str, since: datetime | None) -> None:
        self._database = database
        self._stores = stores
        self._asked = (source, since)

    async def any(self) -> bool:
        return bool(await self._database.rows("pages_to_read", *self._asked, 0, 1))

    async def batches(self) -> AsyncIterator[list[KeptPage]]:
        after = 0
        while rows := await self._database.rows("pages_to_read", *self._asked, after, _PAGES):
            yield [record(KeptPage, row) for row in rows]
            after = rows[-1]["id"]

    async def fetched(self, page: KeptPage) -> FetchResult:
        """Raises MissingBodyError or StorageError."""
        return await read_kept(self._stores, page)


class _Read(NamedTuple):
    """A row that was read from a kept page."""

    url: str
    fetched_at: datetime
    row: StagedRow


class _Reparse:
    """One reparse: the pages that list listings are read first, as they say something of each."""

    def __init__(
        self,
        database: Database,
        source: Source,
        writer: SessionWriter,
        pages: _Pages,
        on_progress: Callable[[PagesRead], None],
    ) -> None:
        self.read = PagesRead()
        self._database = database
        self._source = source
        self._recipe = None if source.recipe is None else Recipe.model_validate(source.recipe)
        self._reader = CellReader(source)
        self._writer = writer
        self._pages = pages
        self._on_progress = on_progress

    async def run(self) -> None:
        with Listed() as listed:
            await self._lists(listed)
            async for batch in self._pages.batches():
                rows = []
                for page in batch:
                    rows += await self._rows(page, listed)
                    self._on_progress(self.read)
                await self._stage(rows)

    async def _lists(self, listed: Listed) -> None:
        """Note what index pages say of the listings that they link to."""
        async for batch in self._pages.batches():
            for kept in batch:
                try:
                    fetched = await self._pages.fetched(kept)
                    index = self._index(fetched)
                except (MissingBodyError, ExtractionError):
                    continue  # the second reading reports it
                if index is None:
                    continue
                listed.index(kept.id)
                for link in index.links:
                    if link not in index.blocks:
                        listed.add(staged_url(link), index.said.get(link) or {})

    def _index(self, fetched: FetchResult) -> Index | None:
        """What an index page lists; None of any other page."""
        if is_document(self._source, fetched):
            return read_index(fetched, self._source, self._recipe)
        page = Page(fetched.text, fetched.final_url)
        kind = declared_kind(page, fetched.url, self._source) or page_kind(page)
        return read_index(fetched, self._source, self._recipe, page) if kind == "index" else None

    async def _rows(self, kept: KeptPage, listed: Listed) -> list[_Read]:
        """The rows of one page: its listing, or those that an index page shows whole."""
        self.read.pages += 1
        try:
            fetched = await self._pages.fetched(kept)
            said = listed.said(kept.url)
            if said is None and listed.is_index(kept.id):
                return self._blocks(kept, fetched)
            return [self._row(kept, kept.url, Page(fetched.text, fetched.final_url), said)]
        except ExtractionError as error:
            await self._failed(kept, "extraction", error.message)
        except MissingBodyError as error:
            await self._failed(kept, "kept_page", f"the kept page cannot be read: {error}")
        return []

    def _blocks(self, kept: KeptPage, fetched: FetchResult) -> list[_Read]:
        index = read_index(fetched, self._source, self._recipe)
        if not index.links:
            raise ExtractionError("the index page links to no listing")
        return [self._row(kept, link, block, index.said.get(link)) for link, block in index.blocks.items()]

    def _row(self, kept: KeptPage, url: str, page: Page, said: dict[str, str] | None) -> _Read:
        found = extract_listing(page, self._source, self._recipe, said)
        row = row_of(self._reader, found, url=url, fetched_at=kept.fetched_at)
        return _Read(staged_url(url), kept.fetched_at, row)

    async def _failed(self, kept: KeptPage, kind: str, message: str) -> None:
        self.read.failed += 1
        await self._writer.error(kept.url, kind, message)

    async def _stage(self, rows: list[_Read]) -> None:
        """Stage what nothing later is known of."""
        found = await self._database.rows(
            "outdated_pages", self._source.name, [one.url for one in rows], [one.fetched_at for one in rows]
        )
        outdated = {row["url"] for row in found}
        for one in rows:
            if one.url in outdated:
                self.read.outdated += 1
            else:
                await self._writer.add(one.row)
                self.read.rows += 1
