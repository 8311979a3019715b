"""How often one site is asked: a minimum gap between requests, wider when the site shows strain."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Monotonic = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]

_SLOWEST = 16.0
_RECOVERY = 0.25


@dataclass
class HostPace:
    """What is remembered about one host; times are on the pace's own clock."""

    free_at: float = 0.0
    closed_until: float = 0.0
    slowdown: float = 1.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Pace:
    """Hands out turns, per host, so that no two requests start closer than the gap."""

    def __init__(
        self, requests_per_second: float, *, clock: Monotonic = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._gap = 1 / requests_per_second
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, HostPace] = {}

    def host(self, host: str) -> HostPace:
        return self._hosts.setdefault(host, HostPace())

    @asynccontextmanager
    async def turn(self, host: str, least_gap: float = 0.0) -> AsyncIterator[Callable[[], None]]:
        """Wait for this host's next turn; call what is yielded when the request has gone out.

        The gap is counted from there, not from before connecting: a slow first handshake must not
        bring two requests to the server close together.
        """
        state = self.host(host)
        await state.lock.acquire()
        holding = True

        def sent() -> None:
            nonlocal holding
            if holding:
                holding = False
                gap = max(self._gap, least_gap) * state.slowdown
                state.free_at = max(state.free_at, self._clock() + gap)
                state.lock.release()

        try:
            while (wait := state.free_at - self._clock()) > 0:
                await self._sleep(wait)
            yield sent
        finally:
            sent()

    def pause(self, host: str, seconds: float) -> None:
        """Nobody asks this host anything for so long."""
        state = self.host(host)
        state.free_at = max(state.free_at, self._clock() + seconds)

    def close(self, host: str, seconds: float) -> None:
        """The host wants to be left alone for longer than a run waits."""
        state = self.host(host)
        state.closed_until = max(state.closed_until, self._clock() + seconds)

    def closed_for(self, host: str) -> float:
        return max(0.0, self.host(host).closed_until - self._clock())

    def strained(self, host: str) -> None:
        state = self.host(host)
        state.slowdown = min(_SLOWEST, state.slowdown * 2)

    def answered(self, host: str) -> None:
        state = self.host(host)
        state.slowdown = max(1.0, state.slowdown - _RECOVERY)
