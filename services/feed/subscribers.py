"""Post-sync work: whoever follows the feed keeps a place of his own, and his failure undoes nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

from config.errors import PropertyManagerError
from database.handle import Database

log = logging.getLogger(__name__)


class Subscriber(Protocol):
    """A cache, a webhook, a view: called after commits, with the part of the feed it has not seen."""

    @property
    def name(self) -> str:
        """What its place is stored under."""
        ...

    async def catch_up(self, database: Database, after: int, upto: int) -> None:
        """Do what positions after `after`, up to `upto`, ask for; it may be called twice for the same."""
        ...


class RefreshViews:
    """The materialized views, refreshed beside their readers."""

    name = "views"

    async def catch_up(self, database: Database, after: int, upto: int) -> None:
        """Refresh once, however many change sets there were."""
        await database.run("refresh_property_stats")


DEFAULT: tuple[Subscriber, ...] = (RefreshViews(),)


async def follow_up(database: Database, subscribers: Sequence[Subscriber] = DEFAULT) -> list[str]:
    """Let every subscriber catch up; return what went wrong, which `status` and `doctor` show too."""
    failures = []
    upto = await database.value("feed_position")
    for subscriber in subscribers:
        after = await database.value("subscriber_position", subscriber.name)
        if after >= upto:
            continue
        try:
            await subscriber.catch_up(database, after, upto)
        except PropertyManagerError as error:
            log.warning("%s could not follow the feed: %s", subscriber.name, error.message)
            await database.run("subscriber_failed", subscriber.name, error.message)
            failures.append(f"{subscriber.name}: {error.message}")
        else:
            await database.run("subscriber_done", subscriber.name, upto)
    return failures
