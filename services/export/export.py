"""Listings streamed from the database into a file, in one snapshot, a batch at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from database.handle import Database
from services.export.columns import COLUMNS
from services.export.formats import CsvWriter, Format, JsonLinesWriter, JsonWriter, Row, Writer
from services.sources import require_source

_BATCH: Final = 1_000
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
    writer = _writer(format, out, raw=raw)
    rows, complete = 0, False
    try:
        async for batch in _batches(database, source, status, at, wanted):
            writer.write(batch)
            rows += len(batch)
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
) -> AsyncIterator[list[Row]]:
    query, given = _query(source, status, at, wanted)
    async with database.transaction() as transaction:
        async for records in transaction.batches(query, *given, size=_BATCH):
            yield [_row(record) for record in records]


def _query(
    source: str | None, status: str | None, at: datetime | None, wanted: Mapping[str, Any] | None
) -> tuple[str, tuple[object, ...]]:
    if wanted is not None:
        return "export_found", (dict(wanted),)
    if at is not None:
        return "export_listings_at", (at, source, status)
    return "export_listings", (source, status)


def _row(record: tuple[str | None, ...]) -> Row:
    cells = list(record)
    for index in _MOMENTS:
        if (text := cells[index]) is not None:
            cells[index] = datetime.fromisoformat(text).isoformat()
    return cells
