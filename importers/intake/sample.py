"""The first rows of an input, looked at before it is read on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from importers import Record, Rows

SAMPLE: Final = 200
"""Rows read ahead: they show the columns where there is no header, and what the columns hold."""


async def read_ahead(rows: Rows) -> tuple[list[Record], AsyncIterator[Record]]:
    """The first records of an input, at most `SAMPLE`, and an iterator over all, from the first on."""
    first: list[Record] = []
    rest = aiter(rows)
    async for record in rest:
        first.append(record)
        if len(first) >= SAMPLE:
            break
    return first, _chain(first, rest)


async def _chain(first: list[Record], rest: AsyncIterator[Record]) -> AsyncIterator[Record]:
    for record in first:
        yield record
    async for record in rest:
        yield record


def readable(records: Iterable[Record]) -> list[dict[str, Any]]:
    """The cells of the records that can be trusted to show what columns hold."""
    return [record.cells for record in records if record.problem is None and record.gone is None]


def shows_columns(rows: Rows, first: list[Record]) -> bool:
    """Whether the columns are known: records that only say that a listing is gone do not have them."""
    if not first:
        return bool(rows.columns)
    return any(record.gone is None for record in first)
