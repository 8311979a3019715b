"""One call on a connection of its own, which is ended from outside when the call does not end in time.

A function that somebody else has written can catch the cancellation by `statement_timeout` and go on. Nothing
inside of its session can stop it then; a second session can. Where this process does not live to do it, the
server does: by `transaction_timeout` since PostgreSQL 17, and when it notices that its client is gone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final

import asyncpg

from config.errors import ConnectionLostError, DatabaseError, OverdueError
from database import queries
from database.errors import Address, while_working

log = logging.getLogger(__name__)

GRACE_SECONDS: Final = 2.0
"""How long after its limit a call may still answer, as one does that was cancelled."""

_TRANSACTION_TIMEOUT: Final = "25P04"
_END_SECONDS: Final = 10.0
_MILLISECONDS: Final = 5_000

Open = Callable[[], AbstractAsyncContextManager[asyncpg.Connection]]


class Expendable:
    """A connection for one transaction. `admin` opens another one as the same login role."""

    def __init__(self, address: Address, conn: asyncpg.Connection, admin: Open) -> None:
        self._address = address
        self._conn = conn
        self._admin = admin
        self._backend: asyncpg.Record | None = None

    async def value(self, seconds: float, name: str, *args: Any) -> Any:
        """The value of a named query. Raises OverdueError when it was ended because it took longer."""
        asking = asyncio.create_task(self._ask(seconds, name, *args))
        try:
            await asyncio.wait({asking}, timeout=seconds + GRACE_SECONDS)
            if asking.done():
                return await _answer(asking, seconds)
            await self._end()
        finally:
            await self._let_go(asking)
        raise OverdueError(f"it did not end within {seconds:g} s, and was ended from outside")

    async def _ask(self, seconds: float, name: str, *args: Any) -> Any:
        conn = self._conn
        with while_working(self._address, conn):
            async with conn.transaction(isolation="read_committed"):
                await conn.execute(queries.text("act_as_service"))
                await conn.execute(queries.text("limit_statements"), _milliseconds(seconds))
                later = seconds + 2 * GRACE_SECONDS
                await conn.execute(queries.text("limit_transaction"), _milliseconds(later))
                self._backend = await conn.fetchrow(queries.text("backend"))
                return await conn.fetchval(queries.text(name), *args)

    async def _end(self) -> None:
        """End the backend. Where that fails, the server notices that its client is gone."""
        if self._backend is None:
            return
        try:
            async with asyncio.timeout(_END_SECONDS), self._admin() as conn:
                await conn.execute(
                    queries.text("end_backend"), self._backend["pid"], self._backend["began"], _MILLISECONDS
                )
        except (DatabaseError, TimeoutError) as error:
            log.warning("cannot end the backend of a rule that does not end: %s", error)

    async def _let_go(self, asking: asyncio.Task[Any]) -> None:
        if asking.done() and not self._conn.is_closed():
            await self._conn.close()
        else:
            self._conn.terminate()
            asking.cancel()
            await asyncio.wait({asking})


async def _answer(asking: asyncio.Task[Any], seconds: float) -> Any:
    try:
        return await asking
    except OverdueError as error:
        raise OverdueError(f"it did not end within {seconds:g} s") from error
    except ConnectionLostError as error:
        cause = error.__cause__
        if isinstance(cause, asyncpg.PostgresError) and cause.sqlstate == _TRANSACTION_TIMEOUT:
            raise OverdueError(f"it did not end within {seconds:g} s, and the server ended it") from error
        raise


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f}ms"
