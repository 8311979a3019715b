"""Listings streamed from the database into a file, in one snapshot, a batch at a time.

Over HTTPS they are collected first, page by page: a snapshot does not outlive a request.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from config.errors import BusyError, UsageError
from database.handle import Database
from services.export.columns import COLUMNS
from services.export.formats import CsvWriter, Format, JsonLinesWriter, JsonWriter, Row, Writer
from services.sources import require_source

_BATCH: Final = 1_000
_PAGE: Final = 2_000
"""Listings of one answer over HTTPS."""
_ATTEMPTS: Final = 3
_MOMENTS: Final = [index for index, column in enumerate(COLUMNS) if column.sql == "timestamptz"]


@dataclass(frozen=True, slots=True)
class Exported:
    """An export that was written."""

    rows: int
    history_begins: datetime | None
    """When the first change was committed, of the source if one was named; None: there is none."""


async def export_listings(
    database: Database,
    out: BinaryIO,
    *,
    format: Format,
    source: str | None = None,
    status: str | None = None,
    at: datetime | None = None,
    wanted: Mapping[str, Any] | None = None,
    raw: bool = False,
) -> Exported:
    """Write every listing, or those of a source or status, as they are or as they stood `at` a moment.

    With `wanted`, the conditions of a search, those that meet them, as they are.

    In CSV, texts that a spreadsheet would run as formulas are neutralised unless `raw`.
    """
    await require_source(database, source)
    begins: datetime | None = await database.value("history_begins", source)
    async with aclosing(_batches(database, source, status, at, wanted)) as batches:
        # what is refused is refused before anything is written
        batch: list[Row] = await anext(batches, [])
        writer = _writer(format, out, raw=raw)
        rows, complete = 0, False
        try:
            while batch:
                writer.write(batch)
                rows += len(batch)
                batch = await anext(batches, [])
            complete = True
        finally:
            writer.close(complete=complete)
    return Exported(rows, begins)


def _writer(format: Format, out: BinaryIO, *, raw: bool) -> Writer:
    match format:
        case "csv":
            return CsvWriter(out, raw=raw)
        case "json":
            return JsonWriter(out)
        case "jsonl":
            return JsonLinesWriter(out)
        case "parquet":
            from services.export.parquet import ParquetWriter  # noqa: PLC0415 pyarrow costs every other format its start

            return ParquetWriter(out)


async def _batches(
    database: Database,
    source: str | None,
    status: str | None,
    at: datetime | None,
    wanted: Mapping[str, Any] | None,
) -> AsyncGenerator[list[Row], None]:
    if database.row_limit is not None:
        for page in await _collected(database, database.row_limit, source, status, at, wanted):
            yield page
        return
    query, given = _query(source, status, at, wanted)
    async with database.transaction() as transaction:
        async for records in transaction.batches(query, *given, size=_BATCH):
            yield [_row(record) for record in records]


async def _collected(database: Database, most: int, *conditions: Any) -> list[list[Row]]:
    """All pages, read while nothing was committed, so of one state; UsageError for more than `most` rows."""
    for _ in range(_ATTEMPTS):
        position = await database.value("feed_position")
        pages = await _pages(database, most, *conditions)
        if await database.value("feed_position") == position:
            return pages
    raise BusyError(
        f"the catalogue changed {_ATTEMPTS} times while it was read over HTTPS",
        next_step="run it again when no sync runs, or set DATABASE_URL: one connection reads one state",
    )


async def _pages(database: Database, most: int, *conditions: Any) -> list[list[Row]]:
    pages: list[list[Row]] = []
    last: Row = (None, None)
    while not pages or len(pages[-1]) == _PAGE:
        found = await database.rows("export_page", *conditions, *last[:2], _PAGE)
        pages.append([_row(row["cells"]) for row in found])
        if sum(map(len, pages)) > most:
            raise UsageError(
                f"there are more than {most:,} listings, the most that are exported over HTTPS",
                next_step="set DATABASE_URL to the project's connection string (dashboard: Connect)",
            )
        last = pages[-1][-1] if pages[-1] else last
    return pages


def _query(
    source: str | None, status: str | None, at: datetime | None, wanted: Mapping[str, Any] | None
) -> tuple[str, tuple[object, ...]]:
    if wanted is not None:
        return "export_found", (dict(wanted),)
    if at is not None:
        return "export_listings_at", (at, source, status)
    return "export_listings", (source, status)


def _row(record: Iterable[str | None]) -> Row:
    cells = list(record)
    for index in _MOMENTS:
        if (text := cells[index]) is not None:
            cells[index] = datetime.fromisoformat(text).isoformat()
    return cells
