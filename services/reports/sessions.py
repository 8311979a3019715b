"""Sessions: listed, one in full, those that wait for their sync, the newest of a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.results import Reason, SupersededRow, UnreadField
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class SessionSummary:
    """A session in a list; `status` is "interrupted" where nothing has been heard of its writer for long."""

    id: UUID
    session_name: str | None
    source: str
    kind: str
    base_url: str | None
    status: str
    verdict: str | None
    sync_status: str | None
    properties_found: int
    index_pages: int | None
    index_pages_total: int | None
    detail_pages: int
    pages_failed: int
    started_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class PendingSession:
    """A completed session that waits for its sync."""

    id: UUID
    source: str
    session_name: str | None
    kind: str
    verdict: str
    properties_found: int
    completed_at: datetime


@dataclass(frozen=True, slots=True)
class SessionError:
    """A page that failed, and whether a later attempt got it."""

    url: str
    type: str
    message: str
    retries: int
    resolved: bool


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """A plan of the session, and why it was held, if it was."""

    id: UUID
    status: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SessionSync:
    """A sync of the session, as `sync_metadata` has it; the figures are null until it is applied."""

    epoch: int
    plan_id: UUID | None
    sync_status: str
    total_scraped: int | None
    new_properties: int | None
    updated_properties: int | None
    unchanged_properties: int | None
    reactivated_properties: int | None
    quarantined_properties: int | None
    superseded_rows: int | None
    missing_properties: int | None
    removed_properties: int | None
    significant_updates: int | None
    changed_fields: int | None
    data_quality_score: float | None
    completeness_rate: float | None
    sync_duration_ms: int | None
    staging_to_live_duration_ms: int | None
    error_summary: str | None
    created_at: datetime
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionDetails:
    """One session in full, as `scraping_sessions` has it, with what belongs to it."""

    id: UUID
    session_name: str | None
    source: str
    source_id: int
    kind: str
    base_url: str | None
    scope: str
    scope_id: int
    filters_applied: dict[str, Any]
    facts_hash: str | None
    declared_fields: tuple[str, ...]
    status: str
    interrupted: bool
    error_message: str | None
    verdict: str | None
    verdict_reason: str | None
    sync_status: str | None
    properties_found: int
    properties_inserted: int
    properties_updated: int
    index_pages: int | None
    """Pages that list listings, of which the site seems to have `index_pages_total`; null is unknown."""
    index_pages_total: int | None
    detail_pages: int
    """Pages of one listing that were read, one for each row."""
    pages_failed: int
    """Of either kind."""
    created_at: datetime
    started_at: datetime
    heartbeat_at: datetime
    completed_at: datetime | None
    errors: tuple[SessionError, ...]
    """The first 100 of them."""
    plans: tuple[SessionPlan, ...]
    syncs: tuple[SessionSync, ...]
    unread: tuple[UnreadField, ...]


@dataclass(frozen=True, slots=True)
class UnreadRowCell:
    """A cell of a row that could not be read, was doubtful or is missing; `line` of its file, or its page."""

    row_no: int
    property_id: str | None
    line: int | None
    url: str | None
    field: str
    kind: Literal["unreadable", "doubtful", "missing"]
    content: str | None
    why: str
    readings: tuple[str, ...]
    """What a doubtful text may stand for."""


@dataclass(frozen=True, slots=True)
class SyncRecord:
    """A sync in the list of the last ones; the figures are null until it is applied."""

    session_id: UUID
    source: str
    plan_id: UUID | None
    sync_status: str
    total_scraped: int | None
    new_properties: int | None
    updated_properties: int | None
    unchanged_properties: int | None
    reactivated_properties: int | None
    quarantined_properties: int | None
    superseded_rows: int | None
    missing_properties: int | None
    removed_properties: int | None
    significant_updates: int | None
    data_quality_score: Decimal | None
    completeness_rate: Decimal | None
    sync_duration_ms: int | None
    staging_to_live_duration_ms: int | None
    error_summary: str | None
    created_at: datetime
    completed_at: datetime | None


async def list_sessions(
    database: Database, *, source: str | None = None, status: str | None = None, limit: int = 20
) -> list[SessionSummary]:
    """Sessions, newest first. `status` is the session's own or that of its sync."""
    await require_source(database, source)
    return records(SessionSummary, await database.rows("list_sessions", source, status, limit))


async def session_details(database: Database, session_id: UUID) -> SessionDetails:
    """One session: what it covered, which pages failed, its syncs and plans."""
    found: dict[str, Any] | None = await database.value("session_details", session_id)
    if found is None:
        raise NotFoundError(f"there is no session {session_id}", next_step="see list-sessions")
    return record(SessionDetails, found)


async def session_unread(database: Database, session_id: UUID) -> tuple[UnreadField, ...]:
    """The fields of a session with cells that could not be read or were doubtful, the most first."""
    return tuple(records(UnreadField, await database.value("session_unread", session_id)))


async def unread_cells(
    database: Database, session_id: UUID, *, after: int = 0, limit: int = 50
) -> list[UnreadRowCell]:
    """The cells that were unread of the first `limit` such rows after row `after`, in their order."""
    return records(UnreadRowCell, await database.rows("unread_cells", session_id, after, limit))


async def superseded_rows(
    database: Database, session_id: UUID, *, after: int = 0, limit: int = 50
) -> list[SupersededRow]:
    """The rows of a session that lost to another row of their id, in the order of the file."""
    return records(SupersededRow, await database.rows("superseded_rows", session_id, after, limit))


async def pending_sessions(
    database: Database, *, source: str | None = None, limit: int = 10
) -> list[PendingSession]:
    """Completed sessions that wait for their sync, in the order they completed."""
    await require_source(database, source)
    return records(PendingSession, await database.rows("pending_sessions", source, limit))


async def recent_syncs(database: Database, *, source: str | None = None, limit: int = 20) -> list[SyncRecord]:
    """The last syncs, newest first."""
    await require_source(database, source)
    return records(SyncRecord, await database.rows("recent_syncs", source, limit))


async def latest_session(database: Database, *, source: str | None = None) -> UUID:
    """The session that completed last."""
    await require_source(database, source)
    found: UUID | None = await database.value("latest_session", source)
    if found is None:
        raise NotFoundError("no session has completed yet", next_step="scrape --url URL")
    return found


async def newest_pending(database: Database, *, source: str | None = None) -> UUID | None:
    """The session that completed last among those that wait for their sync."""
    await require_source(database, source)
    found: UUID | None = await database.value("newest_pending_session", source)
    return found
