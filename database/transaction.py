"""One transaction: the verbs of `Database`, together in one commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg

from database import queries


class Transaction:
    """Named queries in one transaction. Made by `Database.transaction`."""

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn

    async def rows(self, name: str, *args: Any) -> list[asyncpg.Record]:
        """All rows of the named query."""
        found: list[asyncpg.Record] = await self._conn.fetch(queries.text(name), *args)
        return found

    async def row(self, name: str, *args: Any) -> asyncpg.Record | None:
        """The first row of the named query."""
        return await self._conn.fetchrow(queries.text(name), *args)

    async def value(self, name: str, *args: Any) -> Any:
        """The first column of the first row of the named query."""
        return await self._conn.fetchval(queries.text(name), *args)

    async def run(self, name: str, *args: Any) -> None:
        """Run the named query without a result."""
        await self._conn.execute(queries.text(name), *args)

    async def batches(self, name: str, *args: Any, size: int) -> AsyncIterator[list[asyncpg.Record]]:
        """The rows of the named query, at most `size` at a time."""
        cursor = await self._conn.cursor(queries.text(name), *args)
        while records := await cursor.fetch(size):
            yield records

    async def copy(
        self, schema: str, table: str, columns: Sequence[str], lines: AsyncIterator[bytes], **options: Any
    ) -> None:
        """Append lines to a table by COPY."""
        await self._conn.copy_to_table(table, schema_name=schema, columns=columns, source=lines, **options)
