"""The pace of a site, shared with all other workers: its turns come from the database, a few at a time."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from database.handle import Database
from database.retrying import retry
from scrapers.fetch.pace import Monotonic, Pace, Sleep
from services.staging.rows import ATTEMPTS, LONGEST_WAIT

AHEAD: Final = 3.0
"""For how many seconds a worker takes turns at once: so much is lost when it dies."""
_MOST_TURNS: Final = 200


@dataclass(slots=True)
class _Shared:
    """What this worker holds of a site, and what it has not told the others yet."""

    turns: deque[float] = field(default_factory=deque)
    at_once: int = 1
    under_way: int = 0
    freed: asyncio.Condition = field(default_factory=asyncio.Condition)
    answers: int = 0
    overloaded: bool = False
    pause: float = 0.0
    closed: float = 0.0

    @property
    def is_asked(self) -> bool:
        """Whether the site has asked for something that the others do not know."""
        return self.overloaded or self.pause > 0 or self.closed > 0


class SharedPace(Pace):
    """Gives turns as `Pace` does, and each of them to one worker alone."""

    def __init__(
        self,
        database: Database,
        worker: UUID,
        requests_per_second: float,
        *,
        at_once: int,
        ahead: float = AHEAD,
        clock: Monotonic = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """`at_once`: how many requests all workers together may have under way at a site.

        `ahead`: for how many seconds it takes turns at once; others wait for those that it leaves.
        """
        super().__init__(requests_per_second, clock=clock, sleep=sleep)
        self._database = database
        self._worker = worker
        self._at_once = at_once
        self._ahead = ahead
        self._sites: dict[str, _Shared] = {}

    @asynccontextmanager
    async def turn(self, host: str, least_gap: float = 0.0) -> AsyncIterator[Callable[[], None]]:
        """Wait for the next turn that is this worker's, with no more requests under way than its share."""
        shared = self._sites.setdefault(host, _Shared())
        async with shared.freed:
            await shared.freed.wait_for(lambda: shared.under_way < max(1, shared.at_once))
            shared.under_way += 1
        try:
            async with super().turn(host, least_gap) as sent:
                await self._due(host, shared, max(self._gap, least_gap) * self.host(host).slowdown)
                yield sent
        finally:
            async with shared.freed:
                shared.under_way -= 1
                shared.freed.notify_all()

    async def _due(self, host: str, shared: _Shared, gap: float) -> None:
        while self.closed_for(host) == 0:
            if not shared.turns:
                await self._take(host, shared, gap)
                continue
            wait = shared.turns.popleft() - self._clock()
            if wait > -gap:  # one that has passed is no longer apart from the turns of others
                await self._sleep(max(0.0, wait))
                return

    async def _take(self, host: str, shared: _Shared, gap: float) -> None:
        """Take the next turns from the database."""
        await self._tell(host, shared)
        wanted = max(1, min(_MOST_TURNS, int(self._ahead / gap)))
        answers, shared.answers = shared.answers, 0

        async def once() -> None:
            (given,) = await self._database.rows(
                "take_turns", host, self._worker, gap, wanted, self._at_once, answers
            )
            now = self._clock()
            shared.at_once = given["at_once"]
            if given["closed_for"] is not None:
                super(SharedPace, self).close(host, given["closed_for"])
            elif given["turns"] == 0:
                await self._sleep(given["starts_in"])
            first = now + given["starts_in"]
            shared.turns.extend(first + nth * given["gap"] for nth in range(given["turns"]))

        await retry(once, attempts=ATTEMPTS, longest_wait=LONGEST_WAIT)

    async def rest(self) -> None:
        """Leave the turns and the requests under way to the others, while there is nothing to fetch."""
        await self.settle()
        for shared in self._sites.values():
            shared.turns.clear()
            shared.at_once = 1
        await self._database.run("rest_worker", self._worker)

    async def settle(self) -> None:
        """Tell the others what sites have asked for."""
        for host, shared in self._sites.items():
            await self._tell(host, shared)

    async def _tell(self, host: str, shared: _Shared) -> None:
        if shared.is_asked:
            await self._database.run("slow_site", host, shared.overloaded, shared.pause, shared.closed)
            shared.overloaded, shared.pause, shared.closed = False, 0.0, 0.0

    def pause(self, host: str, seconds: float) -> None:
        super().pause(host, seconds)
        shared = self._asked(host)
        shared.pause = max(shared.pause, seconds)

    def close(self, host: str, seconds: float) -> None:
        super().close(host, seconds)
        shared = self._asked(host)
        shared.closed = max(shared.closed, seconds)

    def slow_down(self, host: str) -> None:
        self._asked(host).overloaded = True

    def recover(self, host: str) -> None:
        super().recover(host)
        self._sites.setdefault(host, _Shared()).answers += 1

    def _asked(self, host: str) -> _Shared:
        """What is shared of a site; turns that were taken before it asked for something are not used."""
        shared = self._sites.setdefault(host, _Shared())
        shared.turns.clear()
        return shared
