"""Quarantined rows parsed again from their raw content, after a rule or a parser was fixed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final
from uuid import UUID

from config.clock import Clock
from config.errors import NotFoundError
from config.source import Source
from database.handle import Database
from importers import Record
from importers.mapping import RowMapper, cell_reader, compile_mapping
from importers.mapping.load import parse_mapping
from parsing.rows import CellReader
from parsing.staged import StagedRow
from services.pipeline import SyncOptions, SyncResult, sync_session
from services.pipeline.options import DEFAULT_OPTIONS
from services.sources import load_source
from services.staging import SessionWriter

_PAGE: Final = 10_000
"""Rows that are read at once."""


async def reprocess(
    database: Database,
    source_name: str,
    options: SyncOptions = DEFAULT_OPTIONS,
    *,
    ids: list[int] | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
    accept_prices: bool = False,
    actor: str | None = None,
) -> SyncResult:
    """Stage a source's open quarantined rows again, as one partial session, and sync it.

    All of them, or those named, of one session or that one rule set aside. It takes the latest row of a
    listing, and only if no newer row of it was staged since: old content never overwrites new. Each keeps the
    time at which it was fetched, and its listing was last seen when its first session ended. Rows that fail
    again go back to quarantine; those taken are marked `reprocessed`, and open again if the plan is dropped.
    `accept_prices`: somebody looked at them, and their prices are right however far from the source's others.
    The admin audit names `actor`, who decided it. Raises PlanOutdatedError where somebody decided on one of
    the rows meanwhile.
    """
    source = await load_source(database, source_name)
    if source is None:
        raise NotFoundError(f"there is no source {source_name}", next_step="see status")
    rows = _rows(database, source_name, ids, session_id, rule)
    first = await anext(rows, None)
    if first is None:
        raise NotFoundError(
            f"source {source_name} has no quarantined row to reprocess",
            next_step="see quarantine list: rows that a later session replaced are not reprocessed",
        )
    pages = _chained(first, rows)
    staged = await _stage(
        database, source, pages, clock=options.clock, accept_prices=accept_prices, actor=actor
    )
    return await sync_session(database, staged, options)


async def reprocess_all(
    database: Database,
    options: SyncOptions = DEFAULT_OPTIONS,
    *,
    ids: list[int] | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
    actor: str | None = None,
) -> list[SyncResult]:
    """`reprocess` for each source that has such rows, by name. Raises NotFoundError where none has."""
    sources = [row["name"] for row in await database.rows("quarantine_sources", ids, session_id, rule)]
    if not sources:
        raise NotFoundError("there is no quarantined row to reprocess", next_step="see quarantine list")
    return [
        await reprocess(database, source, options, ids=ids, session_id=session_id, rule=rule, actor=actor)
        for source in sources
    ]


Page = list[Any]


async def _rows(
    database: Database, source: str, ids: list[int] | None, session_id: UUID | None, rule: str | None
) -> AsyncIterator[Page]:
    """The rows to take, a page at a time, so that memory does not grow with them."""
    after = 0
    while True:
        asked = (source, ids, session_id, rule, after, _PAGE)
        page = list(await database.rows("quarantine_to_reprocess", *asked))
        if page:
            yield page
        if len(page) < _PAGE:
            return
        after = page[-1]["id"]


async def _chained(first: Page, rest: AsyncIterator[Page]) -> AsyncIterator[Page]:
    yield first
    async for page in rest:
        yield page


async def _stage(
    database: Database,
    source: Source,
    pages: AsyncIterator[Page],
    *,
    clock: Clock | None,
    accept_prices: bool,
    actor: str | None,
) -> UUID:
    """Stage the rows as a session of their own, and mark them as taken by it."""
    writer = await SessionWriter.open(
        database,
        source,
        scope="(reprocessed)",
        kind="import",
        session_name="reprocess",
        filters={"prices_accepted": True} if accept_prices else None,
        clock=clock,
    )
    taken: list[int] = []
    async with writer.ended(), writer.kept_alive():
        read = _reader(source)
        async for page in pages:
            for row in page:
                await writer.add(read(row))
                taken.append(row["id"])
        rows = "1 row" if len(taken) == 1 else f"{len(taken):,} rows"
        await writer.complete("partial", f"{rows} reprocessed from quarantine")
    await database.run("quarantine_reprocessed", taken, writer.session_id, actor)
    return writer.session_id


def _reader(source: Source) -> Callable[[Any], StagedRow]:
    """A function that parses a row as it was parsed first, by the mapping of its import if it has one."""
    plain = CellReader(source)
    mapped: dict[str, tuple[RowMapper, CellReader]] = {}

    def read(row: Any) -> StagedRow:
        fields, reader = row["raw"], plain
        if row["mapping"] is not None:
            key = json.dumps([row["mapping"], row["columns"]])
            if key not in mapped:
                mapping = parse_mapping(row["mapping"], origin="of the import")
                mapped[key] = (
                    compile_mapping(mapping, row["columns"], source=source),
                    cell_reader(mapping, source),
                )
            mapper, reader = mapped[key]
            fields = mapper.raw(Record(1, 1, row["raw"])).fields
        return reader.read(
            fields,
            url=row["source_url"],
            page_number=row["page_number"],
            fetched_at=row["scraped_at"] or row["created_at"],
            evidence=row["evidence"],
            original=row["raw"],
        )

    return read
