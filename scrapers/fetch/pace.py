"""Limits the rate of requests per host: a minimum gap, longer while the host labours or says that it does."""

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
_SLOWING = 1.25
_NEWEST = 0.4  # the weight of the newest answer in the recent time of answers
_USUAL = 0.02  # and in the usual time, which follows slowly what has become the rule
_GROWN = 3.0  # times as long as usual, and so many seconds more, is a site that labours
_GROWN_SECONDS = 0.5
_FIRST = 5  # answers that the usual time is learned from


@dataclass
class HostPace:
    """The state of one host; times are seconds of the monotonic clock."""

    free_at: float = 0.0
    closed_until: float = 0.0
    slowdown: float = 1.0
    answers: int = 0
    usual: float = 0.0
    recent: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)


class Pace:
    """Gives turns per host, so that two requests never start closer than the gap."""

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
        """Wait for the host's next turn; the caller calls the yielded function when the request was sent.

        The gap begins there, not before connecting: after a slow first handshake two requests would reach
        the server close together.
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
        """Send no request to the host for so many seconds."""
        state = self.host(host)
        state.free_at = max(state.free_at, self._clock() + seconds)

    def close(self, host: str, seconds: float) -> None:
        """Refuse requests to the host for so many seconds, which is longer than a run waits."""
        state = self.host(host)
        state.closed_until = max(state.closed_until, self._clock() + seconds)

    def closed_for(self, host: str) -> float:
        return max(0.0, self.host(host).closed_until - self._clock())

    def slow_down(self, host: str) -> None:
        state = self.host(host)
        state.slowdown = min(_SLOWEST, state.slowdown * 2)

    def recover(self, host: str) -> None:
        state = self.host(host)
        state.slowdown = max(1.0, state.slowdown - _RECOVERY)

    def answered(self, host: str, seconds: float) -> None:
        """Note how long a good answer took: slow down while they take longer than usual, else recover."""
        state = self.host(host)
        state.answers += 1
        learning = state.answers <= _FIRST
        state.recent += (1.0 if state.answers == 1 else _NEWEST) * (seconds - state.recent)
        state.usual += (1 / state.answers if learning else _USUAL) * (seconds - state.usual)
        if not learning and state.recent > max(_GROWN * state.usual, state.usual + _GROWN_SECONDS):
            state.slowdown = min(_SLOWEST, state.slowdown * _SLOWING)
        else:
            self.recover(host)
