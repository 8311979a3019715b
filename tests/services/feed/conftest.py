"""Followers of the feed that tests read change by change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from database.direct import DirectDatabase
from services.feed import Change, Place, WatchOptions, changes

LISTENING = (
    "select array_agg(pid) from pg_catalog.pg_stat_activity"
    " where datname = current_database() and query ilike 'listen%'"
)


class Follower:
    """Follows the feed in a task of its own; `next` waits for a change, `seen` are those read so far."""

    def __init__(self, database: DirectDatabase, since: Place | None, options: WatchOptions) -> None:
        self.seen: list[Change] = []
        self._arrived: asyncio.Queue[Change] = asyncio.Queue()
        self.task = asyncio.create_task(self._follow(database, since, options))

    async def _follow(self, database: DirectDatabase, since: Place | None, options: WatchOptions) -> None:
        async for change in changes(database, since, options=options):
            self._arrived.put_nowait(change)

    async def next(self, count: int = 1) -> list[Change]:
        """So many changes; a hanging follower fails the test before it would look without being woken."""
        async with asyncio.timeout(20):
            found = [await self._arrived.get() for _ in range(count)]
        self.seen += found
        return found

    @property
    def waiting(self) -> int:
        return self._arrived.qsize()


@asynccontextmanager
async def following(
    database: DirectDatabase, since: Place | None = None, **options: Any
) -> AsyncIterator[Follower]:
    follower = Follower(database, since, WatchOptions(**options))
    try:
        yield follower
    finally:
        follower.task.cancel()
        await asyncio.gather(follower.task, return_exceptions=True)


async def until(question: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until the answer is true."""
    async with asyncio.timeout(20):
        while not (answer := await question()):
            await asyncio.sleep(0.01)
    return answer


async def listeners(superuser: asyncpg.Connection) -> list[int]:
    """The backends that listen, once there are any."""
    found: list[int] = await until(lambda: superuser.fetchval(LISTENING))
    return found
