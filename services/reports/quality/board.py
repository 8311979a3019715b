"""How the quality of sources develops, from what each sync stored: no listing is read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from database.handle import Database
from database.records import records
from services.sources import require_source

LINES: Final = ("completeness weighted of all", "validity rows", "rows", "median price", "null rate")
"""The figures of `services.quality.trend` that are followed."""


@dataclass(frozen=True, slots=True)
class ScoredSession:
    """One applied session: its score and completeness, 0 to 1, its rows and how many were set aside."""

    session_id: UUID
    completed_at: datetime
    score: float | None
    completeness: float | None
    rows: int | None
    set_aside: int | None


@dataclass(frozen=True, slots=True)
class SourceScores:
    """A source, its last twelve applied sessions, the oldest first, and how many plans wait."""

    source: str
    sessions: tuple[ScoredSession, ...]
    held: int

    @property
    def last(self) -> ScoredSession | None:
        """The newest of them that read rows; where none did, the newest."""
        return next(reversed(self.read), self.sessions[-1] if self.sessions else None)

    @property
    def read(self) -> tuple[ScoredSession, ...]:
        """Those that read rows: of a verification there is nothing to score."""
        return tuple(each for each in self.sessions if each.rows != 0)


@dataclass(frozen=True, slots=True)
class LinePoint:
    """One figure of one applied session; see `services.quality.trend`."""

    session_id: UUID
    scope: str
    completed_at: datetime
    figure: str
    field: str | None
    homes: str | None
    value: float


async def source_scores(
    database: Database, *, after: str | None = None, limit: int = 50
) -> list[SourceScores]:
    """Sources by name, after one, with their last scores."""
    return records(SourceScores, await database.rows("quality_board", after, limit))


async def quality_lines(database: Database, source: str, *, sessions: int = 30) -> list[LinePoint]:
    """The figures of LINES of a source's last applied sessions, the oldest first. Raises NotFoundError."""
    await require_source(database, source)
    return records(LinePoint, await database.rows("quality_lines", source, sessions, list(LINES)))
