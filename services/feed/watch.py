"""Reading the feed: pages of changes after a place, then waiting for more.

A NOTIFY only wakes the reader; its place decides what it reads, so a lost notification, connection or server
delays it and loses nothing.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

from config.errors import UsageError
from database.handle import Database, Row
from database.records import record
from database.retrying import retry
from services.feed.bell import CHANNEL, Bell
from services.sources import require_source

log = logging.getLogger(__name__)

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
    """Pages of the feed and, for a follower, a bell that rings when there is more."""

    def __init__(
        self, database: Database, source: str | None, options: WatchOptions, *, follow: bool
    ) -> None:
        self._database = database
        self._source = source
        self._options = options
        self._follow = follow
        self._bell = Bell(
            database,
            channel=options.channel,
            poll_seconds=options.poll_seconds,
            pooled_poll_seconds=options.pooled_poll_seconds,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._bell.__aexit__(kind, error, trace)

    async def page(self, place: Place) -> list[Row]:
        """What comes after a place, at most a page; a follower tries until the server is back."""
        if not self._follow:
            return await self._read(place)

        async def listen_and_read() -> list[Row]:
            await self._bell.listen()
            return await self._read(place)

        return await retry(
            listen_and_read, seconds=self._options.give_up_seconds, longest_wait=10, on_retry=_log_unreachable
        )

    async def woken(self) -> None:
        """Wait until there may be more."""
        await self._bell.woken()

    async def _read(self, place: Place) -> list[Row]:
        return await self._database.rows(
            "feed_after", place.position, place.change_id, self._source, self._options.page_size
        )


def _log_unreachable(attempt: int) -> None:
    log.warning("the database cannot be reached; trying again (attempt %d)", attempt)
