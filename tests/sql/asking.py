"""Asks the functions for readers as a role of the HTTP API does."""

from __future__ import annotations

from typing import Any

import asyncpg


async def ask(conn: asyncpg.Connection, role: str, statement: str, *values: Any) -> list[asyncpg.Record]:
    """The rows that a role gets."""
    async with conn.transaction():
        await conn.execute(f"set local role {role}")
        rows: list[asyncpg.Record] = await conn.fetch(statement, *values)
        await conn.execute("reset role")
        return rows


async def call(
    conn: asyncpg.Connection, function: str, *, role: str = "anon", **arguments: Any
) -> list[asyncpg.Record]:
    """The rows of a function for readers, called by the names of its arguments."""
    named = ", ".join(f"{name} => ${place}" for place, name in enumerate(arguments, 1))
    return await ask(conn, role, f"select * from public.{function}({named})", *arguments.values())


async def pages(
    conn: asyncpg.Connection, function: str, size: int, *, role: str = "anon", **arguments: Any
) -> list[asyncpg.Record]:
    """All rows, page by page: each page continues after the last row of the one before."""
    rows: list[asyncpg.Record] = []
    after = None
    while True:
        page = await call(conn, function, role=role, page_size=size, after=after, **arguments)
        rows += page
        if len(page) < size:
            return rows
        after = page[-1]["cursor"]
