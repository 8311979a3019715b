"""What stands between a connection and its server, by what it does: a port number says nothing."""

from __future__ import annotations

from enum import Enum
from typing import Final

import asyncpg

from database import queries

_ROUNDS: Final = 3


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
    for _ in range(_ROUNDS):
        own = await conn.fetchval(queries.text("backend_pid"))
        async with other.transaction():
            # asked first: with one server connection for both, `conn` would wait for this transaction's end
            if await other.fetchval(queries.text("backend_pid")) == own:
                return Way.TRANSACTION
            if await conn.fetchval(queries.text("backend_pid")) != own:
                return Way.TRANSACTION
    return Way.DIRECT if own == conn.get_server_pid() else Way.SESSION
