"""Waiting for the change feed: a notification, a lost connection, or the time to look anyway.

A NOTIFY only wakes; whoever waits reads what there is, so a lost notification, connection or server delays it
and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

import asyncpg

from config.errors import ListeningRefusedError
from database import queries
from database.errors import while_working
from database.handle import Database

log = logging.getLogger(__name__)

CHANNEL: Final = "property_changes"


class Bell:
    """A connection that listens, where the way to the database lets it; used inside `async with`."""

    def __init__(
        self,
        database: Database,
        *,
        channel: str = CHANNEL,
        poll_seconds: float = 30.0,
        pooled_poll_seconds: float = 2.0,
    ) -> None:
        """`poll_seconds`: how long to wait for a notification before looking all the same.

        `pooled_poll_seconds`: the same behind a pooler, which may keep notifications for itself.
        """
        self._database = database
        self._channel = channel
        self._told_seconds = poll_seconds
        self._pooled_seconds = pooled_poll_seconds
        self._poll_seconds = poll_seconds
        self._event = asyncio.Event()
        self._listening: asyncpg.Connection | None = None
        self._refused = False
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def listen(self) -> None:
        """Make sure that somebody listens; called before reading, so that what comes meanwhile wakes us."""
        if self._listening is not None and not self._listening.is_closed():
            return
        self._listening = None
        await self._open.aclose()
        if self._refused or not self._database.hears:
            self._poll_seconds = self._pooled_seconds
            return
        try:
            conn = await self._open.enter_async_context(self._database.listener())
        except ListeningRefusedError as refused:
            log.warning(
                "%s; looking for changes every %.3g s. To be woken: %s",
                refused.message,
                self._pooled_seconds,
                refused.next_step,
            )
            self._refused = True
            self._poll_seconds = self._pooled_seconds
            return
        with while_working(self._database.place, conn):
            pooled = await conn.fetchval(queries.text("backend_pid")) != conn.get_server_pid()
            await conn.add_listener(self._channel, self._wake)
            conn.add_termination_listener(self._wake)
        self._poll_seconds = self._pooled_seconds if pooled else self._told_seconds
        self._listening = conn

    async def woken(self, *, most_seconds: float | None = None) -> None:
        """Wait until something was published, the connection is lost, or it is time to look."""
        seconds = self._poll_seconds if most_seconds is None else min(self._poll_seconds, most_seconds)
        try:
            # not wait_for: on Python 3.11 it loses a cancellation that comes together with the event
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            log.debug("no notification for %.3g s; looking anyway", seconds)
        self._event.clear()

    def ring(self) -> None:
        """Wake whoever waits."""
        self._event.set()

    def _wake(self, *_: object) -> None:
        self._event.set()
