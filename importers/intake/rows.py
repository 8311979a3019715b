"""What is common to files and databases being read: rows, and what can be told about them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from importers import Reading, Record, Skipped
from importers.readers.sql import SqlReading

SAMPLE: Final = 200
"""Rows read ahead: they show the columns where there is no header, and what the columns hold."""


class Rows(Protocol):
    """An input under way, iterated over once; its account is complete when the iteration is."""

    @property
    def format(self) -> str: ...
    @property
    def encoding(self) -> str | None: ...
    @property
    def dialect(self) -> dict[str, Any]: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def skipped(self) -> list[Skipped]: ...
    @property
    def incomplete(self) -> str | None: ...
    def __aiter__(self) -> AsyncIterator[Record]: ...


class FileRows:
    """A file's rows."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.format = reading.format
        self.encoding = reading.encoding
        self.dialect = reading.dialect
        self.columns = reading.columns
        self.warnings = reading.warnings
        self.skipped = reading.skipped

    @property
    def incomplete(self) -> str | None:
        return self._reading.incomplete

    async def __aiter__(self) -> AsyncIterator[Record]:
        for record in self._reading:
            yield record


class DatabaseRows:
    """The rows of a table or query: every one a record."""

    def __init__(self, reading: SqlReading) -> None:
        self._reading = reading
        self.format = reading.database
        self.encoding: str | None = None
        self.dialect: dict[str, Any] = {}
        self.columns = reading.columns
        self.warnings = reading.warnings
        self.skipped: list[Skipped] = []
        self.incomplete: str | None = None

    def __aiter__(self) -> AsyncIterator[Record]:
        return self._reading.__aiter__()


class Sampled:
    """Rows whose first ones were looked at before the rest is read."""

    def __init__(self, rows: Rows, sample: list[Record], rest: AsyncIterator[Record]) -> None:
        """Use `of`."""
        self.rows: Final = rows
        self.sample: Final = sample
        self._rest = rest

    @classmethod
    async def of(cls, rows: Rows) -> Sampled:
        """Read the first rows."""
        sample: list[Record] = []
        rest = aiter(rows)
        async for record in rest:
            sample.append(record)
            if len(sample) >= SAMPLE:
                break
        return cls(rows, sample, rest)

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The sample's readable rows."""
        return [record.cells for record in self.sample if record.problem is None and record.gone is None]

    @property
    def shows_columns(self) -> bool:
        """Whether the columns are known: rows that only say what is gone do not have them."""
        if not self.sample:
            return bool(self.rows.columns)
        return any(record.gone is None for record in self.sample)

    async def __aiter__(self) -> AsyncIterator[Record]:
        for record in self.sample:
            yield record
        async for record in self._rest:
            yield record
