"""What a process that died left behind, put right; each step commits and can be repeated."""

from __future__ import annotations

from dataclasses import dataclass

from database.handle import Database
from services.feed import follow_up


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was put right. All zeros: there was nothing to do."""

    syncs_ended: int
    """Syncs without a worker, and leases that had run out."""
    sessions_ended: int
    """Sessions without a process that cannot go on; with `scrapes` also those that could be resumed."""
    moments_dated: int
    """Horizons and change sets that lay in the future."""
    follow_up_failures: tuple[str, ...] = ()
    """What keeps a subscriber of the feed from catching up."""


async def repair(database: Database, *, scrapes: bool = False) -> Repaired:
    """End what has no process any more, date what lies in the future, let the views catch up.

    Nothing that is at work is touched. `scrapes` gives up interrupted scrapes too.
    """
    return Repaired(
        syncs_ended=await database.value("end_dead_runs"),
        sessions_ended=await database.value("end_dead_sessions", scrapes),
        moments_dated=await database.value("repair_moments"),
        follow_up_failures=tuple(await follow_up(database)),
    )
