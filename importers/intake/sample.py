"""Reads the first rows of an input ahead."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

from importers import Record, Rows

SAMPLE: Final = 200
"""Rows read ahead; they show the columns of an input without a header, and what columns hold."""


async def read_ahead(rows: Rows, at_most: int = SAMPLE) -> tuple[list[Record], AsyncIterator[Record]]:
    """Return the first records of an input, `at_most`, and an iterator over all its records."""
    first: list[Record] = []
    rest = aiter(rows)
    async for record in rest:
        first.append(record)
        if len(first) >= at_most:
            break
    return first, _chain(first, rest)


async def _chain(first: list[Record], rest: AsyncIterator[Record]) -> AsyncIterator[Record]:
    for record in first:
        yield record
    async for record in rest:
        yield record


def readable(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return the cells of the records that show what columns hold: without problems, not gone."""
    return [record.cells for record in records if record.problem is None and record.gone is None]


def shows_columns(rows: Rows, first: list[Record]) -> bool:
    """Whether the columns are known; records of gone listings do not show them."""
    if not first:
        return bool(rows.columns)
    return any(record.gone is None for record in first)
