"""Subscribers of the change feed: each keeps its own position, and its failure undoes nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final, Protocol

from config.errors import PropertyManagerError
from config.secrets import mask
from config.spans import span
from database.handle import Database
from services.feed import realtime

log = logging.getLogger(__name__)

_LOCK_SECONDS: Final = 10.0


class Subscriber(Protocol):
    """A cache, a webhook or a view; it is called after commits with the positions it has not seen."""

    @property
    def name(self) -> str:
        """The name under which its position is stored."""
        ...

    async def catch_up(self, database: Database, after: int, upto: int) -> None:
        """Process the positions after `after`, up to `upto`; it may be called twice for the same ones."""
        ...


class RefreshViews:
    """Refreshes the materialized views without blocking their readers."""

    name = "views"

    def __init__(self, *, lock_seconds: float = _LOCK_SECONDS) -> None:
        """`lock_seconds`: how long a lock on a view may delay a sync."""
        self._lock_seconds = lock_seconds

    async def catch_up(self, database: Database, after: int, upto: int) -> None:
        """Refresh once, however many change sets there were."""
        await database.run("refresh_views", f"{self._lock_seconds * 1000:.0f}ms")


DEFAULT: Final[tuple[Subscriber, ...]] = (RefreshViews(),)


async def follow_up(database: Database, subscribers: Sequence[Subscriber] = DEFAULT) -> list[str]:
    """Let every subscriber catch up, and readers hear of it; returns the errors, which `status` shows too.

    It runs after a commit that stands whatever happens here, so it raises nothing.
    """
    failures = []
    for subscriber in subscribers:
        try:
            failure = await _catch_up(database, subscriber)
        except PropertyManagerError as error:  # its position could not be read or stored
            failure = error.message
        if failure is not None:
            log.warning("subscriber %s cannot catch up: %s", subscriber.name, failure)
            failures.append(f"{subscriber.name}: {failure}")
    if (failure := await realtime.broadcast(database)) is not None:
        log.warning("readers cannot be told of the changes by Realtime: %s", failure)
        failures.append(f"{realtime.NAME}: {failure}")
    return failures


async def _catch_up(database: Database, subscriber: Subscriber) -> str | None:
    upto = await database.value("feed_position")
    after = await database.value("subscriber_position", subscriber.name)
    if after >= upto:
        return None
    try:
        with span("refresh") as made:
            made.count({"positions": upto - after})
            await subscriber.catch_up(database, after, upto)
    except PropertyManagerError as error:
        failure = error.message
    except Exception as error:  # the boundary to other people's code: it may raise anything
        log.debug("%s raised", subscriber.name, exc_info=error)
        failure = mask(f"{type(error).__name__}: {error}")
    else:
        await database.run("subscriber_done", subscriber.name, upto)
        return None
    await database.run("subscriber_failed", subscriber.name, failure)
    return failure
