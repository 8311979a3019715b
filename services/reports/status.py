"""How the catalogue stands: its sources, the last syncs, what waits, and how far the change feed was read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from database.handle import Database
from database.records import record, records
from services.reports.sessions import PendingSession, SyncRecord, pending_sessions, recent_syncs
from services.schedule import JobStatus, list_jobs
from services.verdicts import Pause, paused_sources


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """A source: its listings by status, its rows in quarantine, its sessions that wait or are held.

    `age_hours` is how long ago its last sync was applied, `usual_hours` the median time between its last ten;
    null where there are none. It is overdue when the age is more than three times as long as usual and more
    than a day, or, of one with fewer than three syncs, more than a week. Without active listings it is not.
    """

    name: str
    currency: str | None
    active: int
    inactive: int
    removed: int
    quarantined: int
    last_sync: datetime | None
    pending: int
    held: int
    age_hours: float | None
    usual_hours: float | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class ViewsFreshness:
    """How far a materialized view has read the feed, which ends at `feed_position`."""

    view_name: str | None
    position: int | None
    feed_position: int
    refreshed_at: datetime | None
    duration_ms: int | None


@dataclass(frozen=True, slots=True)
class SubscriberStatus:
    """A subscriber of the feed: its position, and its last error, if it was not overcome."""

    name: str
    position: int
    done_at: datetime | None
    error: str | None
    failed_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoppedSession:
    """A session that failed or was interrupted, and that no later one has made good."""

    id: UUID
    source: str
    kind: str
    base_url: str | None
    status: str
    error: str | None
    resumable: bool
    rows: int
    stopped_at: datetime


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What `status` prints; `views` is None before the feed has begun."""

    sources: tuple[SourceOverview, ...]
    recent_syncs: tuple[SyncRecord, ...]
    pending: tuple[PendingSession, ...]
    stopped: tuple[StoppedSession, ...]
    views: ViewsFreshness | None
    subscribers: tuple[SubscriberStatus, ...]
    jobs: tuple[JobStatus, ...] = ()
    pauses: tuple[Pause, ...] = ()
    """The sources that are not scraped now."""


async def dashboard(database: Database, *, source: str | None = None, limit: int = 10) -> Dashboard:
    """The state of every source, or of one; at most `limit` syncs and pending sessions."""
    views = await database.row("views_freshness")
    return Dashboard(
        sources=tuple(records(SourceOverview, await database.rows("sources_overview", source))),
        recent_syncs=tuple(await recent_syncs(database, source=source, limit=limit)),
        pending=tuple(await pending_sessions(database, source=source, limit=limit)),
        stopped=tuple(records(StoppedSession, await database.rows("stopped_sessions", source, limit))),
        views=None if views is None else record(ViewsFreshness, views),
        subscribers=tuple(records(SubscriberStatus, await database.rows("subscribers"))),
        jobs=tuple(await list_jobs(database)),
        pauses=tuple(await paused_sources(database, source)),
    )
