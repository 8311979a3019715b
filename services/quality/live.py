"""The measures of what live has of each source, at the moment it is asked."""

from __future__ import annotations

from dataclasses import dataclass

from database.handle import Database
from database.records import records
from services.sources import require_source

FRESH_HOURS = 24
"""For how many hours a listing is fresh after it was last seen."""


@dataclass(frozen=True, slots=True)
class LiveMeasure:
    """A share of two counts over the active listings of a source; both None where it is not assessed."""

    source: str
    characteristic: str
    measure: str
    field: str | None
    numerator: int | None
    denominator: int | None
    value: float | None
    """numerator ÷ denominator, 0 to 1."""
    reason: str | None
    """Why it is not assessed."""


async def live_measures(
    database: Database, source: str | None = None, *, fresh_hours: int = FRESH_HOURS
) -> list[LiveMeasure]:
    """Uniqueness, freshness and accuracy of each source, or one. Raises NotFoundError."""
    await require_source(database, source)
    return records(LiveMeasure, await database.rows("quality_live", source, fresh_hours))
