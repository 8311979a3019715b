"""Pages come into the frontier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from database.handle import Database


class Priority(IntEnum):
    """Which pages are fetched first."""

    NEW = 1
    REPRICED = 2
    VERIFICATION = 3
    STALE = 4
    SAMPLE = 5


@dataclass(frozen=True, slots=True)
class Enqueued:
    """How many pages wait now by one call, and how many waited already, as urgently."""

    queued: int
    known: int


async def enqueue(
    database: Database, source: str, urls: Sequence[str], *, priority: Priority, reason: str
) -> Enqueued:
    """Queue pages of a source by their addresses, in this order; a page is queued once.

    The addresses are in the one form that the source's rows have them in, and without secrets. A page that
    waits already keeps the better priority.
    """
    (found,) = await database.rows("enqueue_pages", source, list(urls), int(priority), reason)
    return Enqueued(found["queued"], found["known"])
