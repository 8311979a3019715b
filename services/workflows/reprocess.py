"""Quarantined rows parsed again from their raw content, after a rule or a parser was fixed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

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

_ROWS: Final = 10_000


async def reprocess(
    database: Database,
    source_name: str,
    options: SyncOptions = DEFAULT_OPTIONS,
    *,
    ids: list[int] | None = None,
    accept_prices: bool = False,
) -> SyncResult:
    """Stage a source's open quarantined rows again, as one partial session, and sync it.

    It takes the latest row of a listing, and only if no newer row of it was staged since: old content never
    overwrites new. Rows that fail again go back to quarantine; those taken are marked `reprocessed`.
    `accept_prices`: somebody looked at them, and their prices are right however far from the source's others.
    """
    source = await load_source(database, source_name)
    if source is None:
        raise NotFoundError(f"there is no source {source_name}", next_step="see status")
    rows = await database.rows("quarantine_to_reprocess", source_name, ids, _ROWS)
    if not rows:
        raise NotFoundError(
            f"source {source_name} has no quarantined row to reprocess",
            next_step="see quarantine list: rows that a later session replaced are not reprocessed",
        )
    writer = await _stage(database, source, rows, options.clock, accept_prices=accept_prices)
    await database.run("quarantine_reprocessed", [row["id"] for row in rows])
    return await sync_session(database, writer.session_id, options)


async def _stage(
    database: Database, source: Source, rows: list[Any], clock: Clock | None, *, accept_prices: bool
) -> SessionWriter:
    writer = await SessionWriter.open(
        database,
        source,
        scope="(reprocessed)",
        kind="import",
        session_name="reprocess",
        filters={"prices_accepted": True} if accept_prices else None,
        clock=clock,
    )
    async with writer.ended(), writer.kept_alive():
        read = _reader(source)
        for row in rows:
            await writer.add(read(row))
        await writer.complete("partial", f"{len(rows)} rows reprocessed from quarantine")
    return writer


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
