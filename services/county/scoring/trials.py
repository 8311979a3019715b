"""Other weights over what was found: which leads would move, and by which component. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from database.handle import Database
from database.records import record
from services.county.scoring.score import TierMove


@dataclass(frozen=True, slots=True)
class TrialLead:
    """A lead that would move, on a day, with its components as they are and as they would be."""

    property_id: UUID
    parcel_id: str | None
    parcel_id_normalized: str
    address: str | None
    city: str | None
    day: date
    from_tier: str
    to_tier: str
    from_total: float
    to_total: float
    from_components: Mapping[str, Any]
    to_components: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found: `scores` tried, `moved` of them to another tier; `leads` are the largest moves."""

    scores: int
    moved: int
    before: dict[str, int]
    after: dict[str, int]
    moves: tuple[TierMove, ...]
    leads: tuple[TrialLead, ...]


async def simulate(
    database: Database, weights: Mapping[str, Any], *, over: int | None = None, limit: int = 20
) -> Trial:
    """What the leads of now would score by other weights; what these leave out is as in version `over`.

    Raises UsageError for weights that are none, by what is wrong with them.
    """
    return record(Trial, await database.value("simulate_scores", dict(weights), over, limit))


async def replay(
    database: Database,
    version: int,
    *,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20,
) -> Trial:
    """What the scores of past days would have been by a version. Raises NotFoundError."""
    return record(Trial, await database.value("replay_scores", version, since, until, limit))
