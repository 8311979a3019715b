"""Vacuums and analyzes our tables, one after another, as their owner: outside of any transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from config.errors import UsageError
from database import queries


@dataclass(frozen=True, slots=True)
class Maintained:
    """What maintaining a table changed; `skipped` where somebody else held it, as another vacuum does."""

    table: str
    rows: int
    dead_before: int
    dead_after: int
    bytes_before: int
    bytes_after: int
    skipped: bool


async def chosen_tables(conn: asyncpg.Connection, name: str | None = None) -> list[str]:
    """Our tables, the smallest first, or the one of that name, with its schema or without.

    Raises UsageError where the login may not maintain them, or no table or several have that name.
    """
    tables = await conn.fetch(queries.text("tables_to_maintain"), None)
    refused = next((each for each in tables if not each["permitted"]), None)
    if refused is not None:
        raise UsageError(
            f"{refused['login']} may not vacuum our tables: it is no member of {refused['owner']}",
            next_step="set DATABASE_URL to the login that ran: db migrate",
        )
    if name is None:
        return [each["name"] for each in tables]
    found = [each["name"] for each in tables if name in (each["name"], each["short"])]
    if len(found) == 1:
        return found
    if found:
        raise UsageError(
            f'several tables are called "{name}"', next_step=f"say which: {', '.join(sorted(found))}"
        )
    raise UsageError(f'no table of ours is called "{name}"', next_step="see db stats")


async def maintain(conn: asyncpg.Connection, tables: Sequence[str]) -> AsyncIterator[Maintained]:
    """Vacuum and analyze each table; one that is held is skipped and not waited for."""
    for table in tables:
        before = await _state(conn, table)
        # names are the catalogue's, quoted by it
        await conn.execute(f"vacuum (analyze, skip_locked) {table}")
        after = await _state(conn, table)
        yield Maintained(
            table=table,
            rows=after["rows"],
            dead_before=before["dead_rows"],
            dead_after=after["dead_rows"],
            bytes_before=before["bytes"],
            bytes_after=after["bytes"],
            skipped=after["vacuumed_at"] == before["vacuumed_at"],
        )


async def _state(conn: asyncpg.Connection, table: str) -> Any:
    return await conn.fetchrow(queries.text("tables_to_maintain"), table)
