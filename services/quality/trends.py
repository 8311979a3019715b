"""How the figures of a source developed over its sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from database.handle import Database
from database.records import records
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class TrendFigure:
    """One figure of one applied session.

    `figure` is "rows", "null rate" (of `field`), "median price" (of `homes`), or a measure as
    "<characteristic> <measure>".
    """

    session_id: UUID
    scope: str
    completed_at: datetime
    verdict: str
    figure: str
    field: str | None
    rule_name: str | None
    homes: str | None
    """City, type, operation, currency and period of the homes, of a median price."""
    numerator: int | None
    denominator: int | None
    value: float
    """Rows, a price in its currency, or a share of 0 to 1."""


async def trend(database: Database, source: str, *, sessions: int = 12) -> list[TrendFigure]:
    """Return the figures of the last applied sessions of a source, newest first. Raises NotFoundError."""
    await require_source(database, source)
    return records(TrendFigure, await database.rows("quality_trend", source, sessions))
