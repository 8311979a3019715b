"""The tiers of the sources: when each part of a source is to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from database.handle import Database
from database.records import records

TIERS: Final = ("newest", "front", "whole", "stale")
"""By how much of a source each looks at; `stale` reads detail pages."""


@dataclass(frozen=True, slots=True)
class TierState:
    """One tier of one source: how much of it is looked at, how often, when last, and when next."""

    source: str
    tier: str
    pages: int | None
    removal: bool
    declared_hours: float
    every_hours: float
    why: str
    """Why it is looked at that often."""
    last_at: datetime | None
    last_verdict: str | None
    last_moved: int | None
    last_shown: int | None
    due_at: datetime | None
    """None: it was never looked at, so it is due."""
    is_due: bool


async def tier_states(database: Database, source: str | None, now: datetime | None = None) -> list[TierState]:
    """The tiers that look at index pages: of one source, or of all sources that name their start pages."""
    return list(records(TierState, map(dict, await database.rows("tiers", source, now))))
