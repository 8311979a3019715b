"""Scoring: what is due, or all leads, in one transaction of the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from database.handle import Database
from database.records import record


@dataclass(frozen=True, slots=True)
class TierMove:
    """How many leads moved from a tier to another; from none: they were scored for the first time."""

    from_tier: str | None
    to_tier: str
    leads: int


@dataclass(frozen=True, slots=True)
class Scored:
    """What a scoring did. It looked at `scored` leads: new ones, those that came out otherwise, the same."""

    as_of: date
    version: int
    all: bool
    """Whether every lead was looked at, and not only those that were due."""
    scored: int
    new: int
    changed: int
    unchanged: int
    gone: int
    """Leads whose parcel is gone, and their scores with it."""
    moved: tuple[TierMove, ...]
    tiers: dict[str, int]
    """How many leads each tier has now."""


async def score_leads(
    database: Database, *, as_of: date | None = None, every: bool = False, at: datetime | None = None
) -> Scored:
    """Score the leads that are due as of a day, today by UTC if none is given, or every one.

    Due is what has changed since the last scoring: records of a parcel, open cases near it, its neighbours'
    prices, a day on which points decay or a deadline comes nearer; and everything once another version is
    current. A score that comes out the same is not written. `at` is when this is done, if not now.
    """
    return record(Scored, await database.value("score_leads", as_of, every, at))
