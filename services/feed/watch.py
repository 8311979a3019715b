"""Reading the feed: pages of changes after a place, then waiting for more.

A NOTIFY only wakes the reader; its place decides what it reads, so a lost notification, connection or server
delays it and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

import asyncpg

from config.errors import ListeningRefusedError, UsageError
from database import queries
from database.errors import while_working
from database.handle import Database
from database.records import record
from database.retrying import retry
from services.sources import require_source

log = logging.getLogger(__name__)

CHANNEL: Final = "property_changes"
_WHOLE_CHANGE_SET: Final = 2**62


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A reader's place: after this change at this position. Written "position" or "position.change"."""

    position: int = 0
    change_id: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a place as printed; a bare position means after its whole change set. Raises UsageError."""
        position, dot, change = text.partition(".")
        numbers = (position, change) if dot else (position, str(_WHOLE_CHANGE_SET))
        if not all(number.isascii() and number.isdecimal() and len(number) < 20 for number in numbers):
            raise UsageError(
                f'"{text}" is not a place in the feed',
                next_step="give a position as watch prints it: 12 or 12.345",
            )
        return cls(*(min(int(number), _WHOLE_CHANGE_SET) for number in numbers))

    def __str__(self) -> str:
        return f"{self.position}.{self.change_id}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one listing, as readers of the feed get it; without a `field_name`, of all of it.

    Of type `renamed`, `merged` or `unmerged` it is of a whole source, `old_value` → `new_value`, and names no
    listing; those of a merged source follow as changes.
    """

    position: int
    change_id: int
    change_set_id: int
    origin: str
    actor: str
    session_id: UUID | None
    committed_at: datetime
    source: str
    listing_id: UUID | None
    property_id: str | None
    change_type: str
    field_name: str | None
    old_value: Any
    new_value: Any
    confidence_score: Decimal
    change_reason: str
    significant: bool

    @property
    def place(self) -> Place:
        """The reader's place after this change."""
        return Place(self.position, self.change_id)


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """How the feed is read."""

    page_size: int = 1_000
    """Changes a query."""
    channel: str = CHANNEL
    poll_seconds: float = 30.0
    """How long to wait for a notification before reading all the same."""
    pooled_poll_seconds: float = 2.0
    """The same behind a pooler, which may keep notifications for itself."""
    give_up_seconds: float = 3_600.0
    """How long a follower waits for a server that cannot be reached."""


DEFAULT_OPTIONS: Final = WatchOptions()


async def changes(
    database: Database,
    since: Place | None = None,
    *,
    source: str | None = None,
    follow: bool = True,
    options: WatchOptions = DEFAULT_OPTIONS,
) -> AsyncIterator[Change]:
    """Every change after `since` (None: from now on), in commit order; with `follow`, without end.

    Each change carries its own `place`, from which a reader can continue. A follower survives a server that
    is away for an hour.
    """
    await require_source(database, source)
    place = since or Place(await database.value("feed_position"), _WHOLE_CHANGE_SET)
    async with _Reader(database, source, options, follow=follow) as reader:
        while True:
            page = await reader.page(place)
            for row in page:
                change = record(Change, row)
                place = change.place
                yield change
            if len(page) < options.page_size:
                if not follow:
                    return
                await reader.woken()


class _Reader:
    """Pages of the feed and, for a follower, a connection that listens for more."""

    def __init__(
        self, database: Database, source: str | None, options: WatchOptions, *, follow: bool
    ) -> None:
        self._database = database
        self._source = source
        self._options = options
        self._follow = follow
        self._event = asyncio.Event()
        self._poll_seconds = options.poll_seconds
        self._listening: asyncpg.Connection | None = None
        self._refused = False
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def page(self, place: Place) -> list[asyncpg.Record]:
        """What comes after a place, at most a page; a follower tries until the server is back."""
        if not self._follow:
            return await self._read(place)

        async def listen_and_read() -> list[asyncpg.Record]:
            # before reading, so that what is published meanwhile wakes us
            await self._listen()
            return await self._read(place)

        return await retry(
            listen_and_read, seconds=self._options.give_up_seconds, longest_wait=10, on_retry=_log_unreachable
        )

    async def woken(self) -> None:
        """Wait until something was published, the connection is lost, or it is time to poll."""
        try:
            # not wait_for: on Python 3.11 it loses a cancellation that comes together with the event
            async with asyncio.timeout(self._poll_seconds):
                await self._event.wait()
        except TimeoutError:
            log.debug("no notification for %.0f s; reading the feed anyway", self._poll_seconds)
        self._event.clear()

    async def _read(self, place: Place) -> list[asyncpg.Record]:
        return await self._database.rows(
            "feed_after", place.position, place.change_id, self._source, self._options.page_size
        )

    async def _listen(self) -> None:
        if self._listening is not None and not self._listening.is_closed():
            return
        self._listening = None
        await self._open.aclose()
        if self._refused or not self._database.hears:
            self._poll_seconds = self._options.pooled_poll_seconds
            return
        try:
            conn = await self._open.enter_async_context(self._database.listener())
        except ListeningRefusedError as refused:
            log.warning(
                "%s; looking for changes every %.3g s. To be woken: %s",
                refused.message,
                self._options.pooled_poll_seconds,
                refused.next_step,
            )
            self._refused = True
            self._poll_seconds = self._options.pooled_poll_seconds
            return
        with while_working(self._database.place, conn):
            pooled = await conn.fetchval(queries.text("backend_pid")) != conn.get_server_pid()
            await conn.add_listener(self._options.channel, self._wake)
            conn.add_termination_listener(self._wake)
        self._poll_seconds = self._options.pooled_poll_seconds if pooled else self._options.poll_seconds
        self._listening = conn

    def _wake(self, *_: object) -> None:
        self._event.set()


def _log_unreachable(attempt: int) -> None:
    log.warning("the database cannot be reached; trying again (attempt %d)", attempt)
