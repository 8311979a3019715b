"""What stands between a connection and its server, by what it does: a port number says nothing."""

from __future__ import annotations

from enum import Enum
from typing import Final

import asyncpg

from database import queries

_ROUNDS: Final = 3
# Clients that take turns may get the same server process again by chance: a pooler is tried for longer.
_POOLED_ROUNDS: Final = 30


class Way(Enum):
    """How a client's transactions come to server processes."""

    DIRECT = "a direct connection"
    SESSION = "a session pooler"
    TRANSACTION = "a transaction pooler"


async def way_of(conn: asyncpg.Connection, other: asyncpg.Connection) -> Way:
    """The way of two idle connections to the same DSN.

    A client that keeps its server process for itself has the same one while another client has a transaction
    open, and shares it with none. A pooler that gives out process numbers of servers is seen through too.
    """
    direct = await conn.fetchval(queries.text("backend_pid")) == conn.get_server_pid()
    for _ in range(_ROUNDS if direct else _POOLED_ROUNDS):
        if await _shared(conn, other):
            return Way.TRANSACTION
    return Way.DIRECT if direct else Way.SESSION


async def _shared(conn: asyncpg.Connection, other: asyncpg.Connection) -> bool:
    """Whether the server process of `conn` was seen to serve another client, or to change."""
    own = await conn.fetchval(queries.text("backend_pid"))
    async with other.transaction():
        # asked first: with one server connection for both, `conn` would wait for this transaction's end
        if await other.fetchval(queries.text("backend_pid")) == own:
            return True
        return bool(await conn.fetchval(queries.text("backend_pid")) != own)
