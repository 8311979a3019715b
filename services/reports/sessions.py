"""Sessions as they are remembered: listed, one told whole, the newest of a kind."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from config.errors import NotFoundError
from database.direct import Database
from services.staging.sources import require_source


async def list_sessions(
    database: Database, *, source: str | None = None, status: str | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """Sessions, newest first. `status` is the session's own or that of its sync."""
    await require_source(database, source)
    return [dict(row) for row in await database.rows("list_sessions", source, status, limit)]


async def session_details(database: Database, session_id: UUID) -> dict[str, Any]:
    """One session: what it covered, which pages failed, its syncs and plans."""
    found: dict[str, Any] | None = await database.value("session_details", session_id)
    if found is None:
        raise NotFoundError(f"there is no session {session_id}", next_step="see list-sessions")
    return found


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
