"""How the catalogue stands, at a cost that does not follow its listings: what the dashboard begins with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.sources import require_source

SourceState = Literal["failed", "suspect", "late", "new", "fresh"]
STATES: Final[tuple[SourceState, ...]] = ("failed", "suspect", "late", "new", "fresh")
"""In the order in which they need a person."""


@dataclass(frozen=True, slots=True)
class CatalogueStanding:
    """What is on the market, what waits for a person, and how many sessions run."""

    active: int
    held: int
    pending: int
    quarantined: int
    pairs: int
    """Pairs of listings that may be one home and need a person's word."""
    running: int


@dataclass(frozen=True, slots=True)
class SourceStanding:
    """A source in one word and its reason; `rank` and `name` are where the next page begins."""

    name: str
    state: SourceState
    rank: int
    why: str | None
    active: int
    last_sync: datetime | None
    usual_hours: float | None
    """The median time between its last syncs, where the last one is more than a day ago."""
    session_id: UUID | None
    session_kind: str | None
    session_at: datetime | None
    paused_until: datetime | None
    held: int
    pending: int
    quarantined: int


@dataclass(frozen=True, slots=True)
class MarketDay:
    """A day on which something went live; `active` listings after it, null where nobody counted yet."""

    day: date
    active: int | None
    added: int
    changed: int
    returned: int
    removed: int


@dataclass(frozen=True, slots=True)
class QualityDay:
    """The quality of a day's syncs, each weighed by its rows; shares of 0 to 1."""

    day: date
    quality: float
    completeness: float | None
    sessions: int


@dataclass(frozen=True, slots=True)
class RunningSession:
    """A session that runs: what it has read, and how many rows the last complete one like it had."""

    id: UUID
    source: str
    session_name: str | None
    kind: str
    started_at: datetime
    heartbeat_at: datetime
    rows: int
    index_pages: int
    index_pages_total: int | None
    detail_pages: int
    pages_failed: int
    usual_rows: int | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list, with what its sync came to; null before that."""

    id: UUID
    session_name: str | None
    source: str
    kind: str
    status: str
    verdict: str | None
    sync_status: str | None
    properties_found: int
    pages_failed: int
    created_at: datetime
    started_at: datetime
    completed_at: datetime | None
    new_properties: int | None
    updated_properties: int | None
    unchanged_properties: int | None
    reactivated_properties: int | None
    quarantined_properties: int | None
    superseded_rows: int | None
    removed_properties: int | None
    quality: float | None
    refused: bool
    """Whether the guard held its plan."""


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many sources stand in one way."""

    state: SourceState
    sources: int


@dataclass(frozen=True, slots=True)
class Overview:
    """How the catalogue stands, with its last days, sessions and the sources that need a person first."""

    standing: CatalogueStanding
    states: tuple[StateCount, ...]
    days: tuple[MarketDay, ...]
    quality: tuple[QualityDay, ...]
    running: tuple[RunningSession, ...]
    sources: tuple[SourceStanding, ...]
    sessions: tuple[SessionLine, ...]


async def overview(database: Database, *, days: int = 60, sources: int = 8, sessions: int = 8) -> Overview:
    """All of it in one answer; at most so many of each."""
    found: dict[str, Any] = await database.value("overview", days, sources, sessions)
    return record(Overview, found)


async def catalogue_standing(database: Database) -> CatalogueStanding:
    """How the whole catalogue stands."""
    return record(CatalogueStanding, await database.row("catalogue_standing") or {})


async def state_counts(database: Database) -> dict[SourceState, int]:
    """How many sources stand in each way, those first that need a person."""
    found = {row["state"]: row["sources"] for row in await database.rows("source_state_counts")}
    return {state: found[state] for state in STATES if state in found}


async def source_states(
    database: Database,
    *,
    source: str | None = None,
    state: str | None = None,
    named: str | None = None,
    after: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[SourceStanding]:
    """Sources after one, those first that need a person."""
    rank, name = after or (None, None)
    found = await database.rows("source_states", source, state, named, rank, name, limit)
    return records(SourceStanding, found)


async def source_standing(database: Database, source: str) -> SourceStanding:
    """How one source stands. Raises NotFoundError."""
    await require_source(database, source)
    found = await source_states(database, source=source, limit=1)
    if not found:
        raise NotFoundError(f'source "{source}" shows no listings of its own', next_step="see sources list")
    return found[0]


async def market_days(database: Database, *, days: int = 90) -> list[MarketDay]:
    """The last days on which something went live, the oldest first."""
    return records(MarketDay, await database.rows("market_days", days))


async def quality_days(database: Database, *, source: str | None = None, days: int = 90) -> list[QualityDay]:
    """The quality of the syncs of so many days before the newest one, the oldest first."""
    await require_source(database, source)
    return records(QualityDay, await database.rows("quality_days", source, days))


async def running_sessions(database: Database, *, limit: int = 20) -> list[RunningSession]:
    """The sessions that run now, the longest first."""
    return records(RunningSession, await database.rows("running_sessions", limit))


async def sessions_page(
    database: Database,
    *,
    source: str | None = None,
    status: str | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> Sequence[SessionLine]:
    """Sessions that began before one, the newest first; `status`: their own, their sync's, or a verdict."""
    await require_source(database, source)
    at, session = before or (None, None)
    return records(SessionLine, await database.rows("sessions_page", source, status, at, session, limit))
