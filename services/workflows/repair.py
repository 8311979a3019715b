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
    caught_up: int = 0
    """Change sets that the views were behind and have now."""
    follow_up_failures: tuple[str, ...] = ()
    """What keeps a subscriber of the feed from catching up."""


async def repair(database: Database, *, scrapes: bool = False) -> Repaired:
    """End what has no process any more, date what lies in the future, let the views catch up.

    Nothing that is at work is touched. `scrapes` gives up interrupted scrapes too.
    """
    syncs = await database.value("end_dead_runs")
    sessions = await database.value("end_dead_sessions", scrapes)
    moments = await database.value("repair_moments")
    behind = await _behind(database)
    failures = await follow_up(database)
    return Repaired(
        syncs_ended=syncs,
        sessions_ended=sessions,
        moments_dated=moments,
        caught_up=behind - await _behind(database),
        follow_up_failures=tuple(failures),
    )


async def _behind(database: Database) -> int:
    """How many change sets the views are behind."""
    views = await database.row("views_freshness")
    return 0 if views is None else views["feed_position"] - (views["position"] or 0)
