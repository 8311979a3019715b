"""What every input is while it is read, be it a file, a table or a feed: rows, and an account of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Protocol

from importers.record import Record, Skipped


class Rows(Protocol):
    """An input being read. Iterate over it once; its account is complete when the iteration is."""

    @property
    def format(self) -> str:
        """csv, json, jsonl, xlsx, parquet, postgresql, mysql, sqlite or reso."""

    @property
    def encoding(self) -> str | None:
        """Of a text; None for everything else."""

    @property
    def dialect(self) -> dict[str, Any]:
        """How the rows are laid out: delimiter, quote, header_line, sheet …"""

    @property
    def columns(self) -> list[str]:
        """Known before the first record where there is a header; otherwise it grows."""

    @property
    def warnings(self) -> list[str]: ...

    @property
    def skipped(self) -> list[Skipped]: ...

    @property
    def incomplete(self) -> str | None:
        """Why the end was not reached, if so: absences must not be counted then."""

    def __aiter__(self) -> AsyncIterator[Record]: ...
