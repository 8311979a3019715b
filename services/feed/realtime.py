"""Supabase's Realtime: browsers hear on private topics that listings of a source or a city have changed.

A message only says that there is something to ask for, as a notification does; a lost one delays and loses
nothing.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from config.errors import PropertyManagerError
from database.handle import Database

log = logging.getLogger(__name__)

NAME: Final = "realtime"
"""The name under which its position in the feed is stored."""
_SERVER_SECONDS: Final = 5.0
"""After that the server gives up: of what is sent, nothing waits longer than for a lock."""
_SECONDS: Final = 10.0
"""After that this process does, whichever way leads to the server."""


async def broadcast(database: Database) -> str | None:
    """Send what was committed since the last time; returns what went wrong.

    Without a Realtime in the database it does nothing. It runs after a commit that stands whatever happens
    here, so it raises nothing; what was not sent is sent with the next commit.
    """
    try:
        async with asyncio.timeout(_SECONDS):
            failure: str | None = await database.value("broadcast", timeout=_SERVER_SECONDS)
    except TimeoutError:
        failure = f"it did not end within {_SECONDS:g} s"
    except PropertyManagerError as error:
        failure = error.message
    else:
        return failure
    try:
        await database.value("subscriber_position", NAME)
        await database.run("subscriber_failed", NAME, failure)
    except PropertyManagerError as error:
        log.debug("the failure of Realtime cannot be stored: %s", error.message)
    return failure
