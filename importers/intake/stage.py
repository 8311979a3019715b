"""Stages every row of an input in its partition."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from config.listing import BIT
from importers import Record
from importers.intake.partitions import Partitions
from importers.mapping import RawRow, RowMapper
from parsing.rows import CellReader
from parsing.staged import StagedRow
from parsing.text import repair
from parsing.vocabulary.blank import is_blank

_REPORT_EVERY: Final = 2_000
_ID: Final = BIT["property_id"]


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """The progress of an import."""

    rows: int
    unreadable: int


@dataclass(slots=True)
class Tally:
    """Counts made while staging."""

    rows: int = 0
    unreadable: int = 0
    unidentified: int = 0
    """Rows whose id is blank or cannot be read: each may be of a listing that seems absent."""
    never_filled: list[str] = field(default_factory=list)


async def stage(
    records: AsyncIterator[Record],
    columns: list[str],
    mapper: RowMapper,
    reader: CellReader,
    partitions: Partitions,
    *,
    leaving: CellReader,
    clock: Callable[[], datetime],
    on_progress: Callable[[ImportProgress], None] = lambda progress: None,
) -> Tally:
    """Stage every record of an input, whose `columns` may grow while it is read.

    `leaving` reads the records that only state that a listing is gone.
    """
    fetched_at = clock()
    tally, watch = Tally(), _EmptyColumns(columns)
    async for record in records:
        raw = mapper.raw(record)
        if record.gone is not None:
            tally.rows += 1
            await partitions.add(_leaving(raw, record, leaving, clock()), raw.partition)
            continue
        row = reader.read(
            raw.fields,
            url=None,
            page_number=None,
            fetched_at=fetched_at,
            evidence={"line": record.line},
            original=raw.original,
        )
        tally.rows += 1
        tally.unidentified += row.values[_ID] is None
        if record.problem is not None:
            _mark_unreadable(row, record, tally)
        watch.look(record)
        await partitions.add(row, raw.partition, trusted=record.problem is None)
        if not tally.rows % _REPORT_EVERY:
            on_progress(ImportProgress(tally.rows, tally.unreadable))
    on_progress(ImportProgress(tally.rows, tally.unreadable))
    tally.never_filled = watch.left()
    return tally


def _leaving(raw: RawRow, record: Record, reader: CellReader, moment: datetime) -> StagedRow:
    """Return a row that states only that a listing is gone; its other fields stay as in live."""
    return reader.read(
        {"property_id": raw.property_id, "standard_status": "Delete"},
        url=None,
        page_number=None,
        fetched_at=moment,
        evidence={"line": record.line},
        original={**record.cells, "StandardStatus": "Delete", "@gone": record.gone},
    )


def _mark_unreadable(row: StagedRow, record: Record, tally: Tally) -> None:
    """Mark a row for quarantine and keep its bytes as they stand in the file."""
    tally.unreadable += 1
    row.problem = repair(record.problem or "")[0]
    if record.raw is not None:
        row.raw, row.raw_bytes = None, record.raw


class _EmptyColumns:
    """The columns that no row has filled yet."""

    def __init__(self, columns: list[str]) -> None:
        self._columns = columns
        self._known = 0
        self._empty: list[str] = []

    def look(self, record: Record) -> None:
        if len(self._columns) > self._known:
            self._empty += self._columns[self._known :]
            self._known = len(self._columns)
        if self._empty:
            get = record.cells.get
            self._empty = [column for column in self._empty if is_blank(get(column))]

    def left(self) -> list[str]:
        return self._empty if self._known else list(self._columns)
