"""Reading the feed: pages of changes after a place, then waiting for more.

A NOTIFY only wakes the reader; what it reads is decided by its place, so a lost notification, connection or
server delays it and loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Self

from tenacity import AsyncRetrying, retry_if_exception_type, wait_random_exponential
from tenacity.stop import stop_after_delay

from config.errors import DatabaseUnreachableError, UsageError
from database.handle import Database

log = logging.getLogger(__name__)

CHANNEL: Final = "property_changes"
_PAGE: Final = 1_000
_LOOK_ANYWAY_SECONDS: Final = 30.0
_GIVE_UP_SECONDS: Final = 3_600.0


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A reader's place: behind this change of this change set. Written "position" or "position.change"."""

    position: int = 0
    change_id: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a place as printed; a bare position means behind the whole change set."""
        position, dot, change = text.partition(".")
        try:
            return cls(int(position), int(change) if dot else 2**62)
        except ValueError as error:
            raise UsageError(
                f'"{text}" is no place in the feed',
                next_step="give a position as watch prints it: 12 or 12.345",
            ) from error

    def __str__(self) -> str:
        return f"{self.position}.{self.change_id}"


async def changes(
    database: Database, since: Place | None = None, *, source: str | None = None, follow: bool = True
) -> AsyncIterator[dict[str, Any]]:
    """Every change after `since` (None: from now on), in commit order; with `follow`, for ever.

    Each change carries its own `place`, to go on from.
    """
    place = since or Place(await database.value("feed_position"), 2**62)
    while True:
        async for attempt in _reconnecting():
            with attempt:
                async with _woken(database, follow=follow) as wake:
                    while True:
                        page = await database.rows(
                            "feed_after", place.position, place.change_id, source, _PAGE
                        )
                        for row in page:
                            place = Place(row["position"], row["change_id"])
                            yield {"place": str(place), **row}
                        if len(page) == _PAGE:
                            continue
                        if not follow:
                            return
                        await wake()


def _reconnecting() -> AsyncRetrying:
    return AsyncRetrying(
        retry=retry_if_exception_type(DatabaseUnreachableError),
        wait=wait_random_exponential(multiplier=0.2, max=10),
        stop=stop_after_delay(_GIVE_UP_SECONDS),
        before_sleep=lambda state: log.warning(
            "lost the database; listening again (%s)", state.attempt_number
        ),
        reraise=True,
    )


@asynccontextmanager
async def _woken(database: Database, *, follow: bool) -> AsyncIterator[Any]:
    """A function that waits until something was published, or the connection is gone."""
    if not follow:
        yield None
        return
    async with database.listener() as conn:
        woken = asyncio.Event()
        await conn.add_listener(CHANNEL, lambda *_: woken.set())
        conn.add_termination_listener(lambda *_: woken.set())

        async def wait() -> None:
            try:
                await asyncio.wait_for(woken.wait(), _LOOK_ANYWAY_SECONDS)
            except TimeoutError:
                return  # a notification may have been lost: look all the same
            woken.clear()
            if conn.is_closed():
                raise DatabaseUnreachableError("the listening connection was closed")

        yield wait
