"""The database itself: its tables, how current their statistics are, who is connected, what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from database.handle import Database
from database.records import record


@dataclass(frozen=True, slots=True)
class Hint:
    """What is not well with a table, and what mends it."""

    why: str
    next_step: str


@dataclass(frozen=True, slots=True)
class IndexSize:
    """An index, and how often it was read since the statistics began."""

    name: str
    bytes: int
    scans: int


@dataclass(frozen=True, slots=True)
class TableStats:
    """One table of ours. Rows are those that the server's statistics say, not counted ones.

    `changed_rows` are those since it was analyzed; `toast_bytes` what large values take beside it;
    `empty_share` the share of it that holds no row, as the width of a row lets guess, None before an analyze.
    """

    name: str
    rows: int
    dead_rows: int
    changed_rows: int
    table_bytes: int
    index_bytes: int
    toast_bytes: int
    empty_share: float | None
    vacuumed_at: datetime | None
    analyzed_at: datetime | None
    indexes: tuple[IndexSize, ...]
    hints: tuple[Hint, ...]

    @property
    def bytes(self) -> int:
        """All that it takes on disk."""
        return self.table_bytes + self.index_bytes + self.toast_bytes


@dataclass(frozen=True, slots=True)
class DatabaseStats:
    """The database and its tables, the largest first."""

    version: str
    database: str
    bytes: int
    connections: int
    connections_of_server: int
    connections_most: int
    statistics_since: datetime | None
    extensions: dict[str, str]
    postgis_available: str | None
    tables: tuple[TableStats, ...]

    @property
    def postgis(self) -> str | None:
        """The version of PostGIS that is installed in it; None where none is."""
        return self.extensions.get("postgis")


async def database_stats(database: Database) -> DatabaseStats:
    """What the server's catalogue and statistics say; no table is read for it."""
    return record(DatabaseStats, await database.value("database_stats"))
