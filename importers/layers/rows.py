"""What every layer gives, whichever its type: rows that were counted, and what its own count says of them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from pathlib import Path
from typing import Any, Protocol

from importers.record import Record, Skipped
from importers.rows import Rows

Check = Callable[[bytes], None]
"""Looks at an answer while it can still be asked for again. Raises FetchError, transient where that helps."""


class Asking(Protocol):
    """Asks one server, at its pace. Both raise FetchError."""

    async def get(self, url: str, check: Check | None = None) -> bytes: ...
    async def post(self, url: str, form: Mapping[str, str], check: Check | None = None) -> bytes: ...


class Remote(Protocol):
    """How a layer reaches other servers."""

    async def download(self, url: str, target: Path) -> None: ...
    def asking(
        self, url: str, *, requests_per_second: float | None = None, headers: Mapping[str, str] | None = None
    ) -> AbstractAsyncContextManager[Asking]: ...


class LayerRows:
    """The rows of a layer. It can be iterated over once; its account is complete after that."""

    def __init__(self, rows: Rows, *, format: str | None = None) -> None:
        self._rows = rows
        self.format = format or rows.format
        self.records_read = 0
        """Records given so far, the ones with a problem among them."""

    @property
    def encoding(self) -> str | None:
        return self._rows.encoding

    @property
    def dialect(self) -> dict[str, Any]:
        return self._rows.dialect

    @property
    def columns(self) -> list[str]:
        return self._rows.columns

    @property
    def warnings(self) -> list[str]:
        return self._rows.warnings

    @property
    def skipped(self) -> list[Skipped]:
        return self._rows.skipped

    @property
    def incomplete(self) -> str | None:
        """Why not all of the layer was seen, else None; absences must not be counted then."""
        return self._rows.incomplete

    @property
    def expected(self) -> int | None:
        """How many rows the layer itself says it has; None where it cannot be asked."""
        found: int | None = getattr(self._rows, "expected", None)
        return found

    async def __aiter__(self) -> AsyncGenerator[Record, None]:
        async for record in self._rows:
            self.records_read += 1
            yield record


async def first_rows(rows: LayerRows, most: int) -> list[Record]:
    """The first rows of a layer, of which no more is read then."""
    found: list[Record] = []
    async with aclosing(aiter(rows)) as records:
        async for record in records:
            found.append(record)
            if len(found) == most:
                break
    return found
