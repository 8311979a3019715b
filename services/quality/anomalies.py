"""What is unusual in a session beside the last sessions of its scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A figure that is off by many usual spreads, and by enough to matter.

    A severe one holds the plan of the session, a mild one is a warning.
    """

    kind: Literal["volume", "null rate", "distribution", "repeated value", "price level"]
    field: str | None
    homes: str | None
    """City, type, operation, currency and period of the homes, of a price level."""
    severity: Literal["mild", "severe"]
    value: float
    """Rows; a price; or a share of the rows, 0 to 1."""
    usual: float
    """The median of the sessions it was compared with, in the same unit."""
    spread: float
    """The usual distance from `usual`; of a price level in powers of ten."""
    times: float
    """How many such distances the value is off; negative where it is less than usual."""
    sessions: int
    """How many sessions it was compared with."""
    sentence: str
    measured_at: datetime


async def anomalies(database: Database, session_id: UUID) -> list[Anomaly]:
    """What was unusual in a session when it was last planned, the most unusual first.

    Raises NotFoundError. Empty too where fewer than five sessions like it came before.
    """
    return records(Anomaly, await database.rows("quality_anomalies", session_id))
