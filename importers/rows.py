"""The protocol of every input: a file, a table or a feed gives rows and accounts for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

from importers.record import Record, Skipped


class Rows(Protocol):
    """An input being read. It can be iterated over once; its account is complete after that."""

    @property
    def format(self) -> str:
        """csv, json, jsonl, xlsx, parquet, postgresql, mysql, sqlite or reso."""

    @property
    def encoding(self) -> str | None:
        """The encoding of a text; None for other formats."""

    @property
    def dialect(self) -> dict[str, Any]:
        """The layout of the rows: delimiter, quote, header_line, sheet …"""

    @property
    def columns(self) -> list[str]:
        """The names of the columns; without a header the list grows while rows are read."""

    @property
    def warnings(self) -> list[str]: ...

    @property
    def skipped(self) -> list[Skipped]: ...

    @property
    def incomplete(self) -> str | None:
        """Why the end was not reached, else None; absences must not be counted then."""

    def __aiter__(self) -> AsyncIterator[Record]: ...
