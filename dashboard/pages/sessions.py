"""Sessions: a list of them, and one with its stages, its counts and its errors."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from config.errors import UsageError
from dashboard.page import Asked, Data, Page
from services.reports.sessions import SessionDetails, SessionSync, session_details
from services.reports.standing import SessionLine, sessions_page

_PAGE: Final = 50
_STATUSES: Final = (
    *("running", "completed", "failed", "interrupted"),
    *("pending", "held", "complete", "partial", "suspect"),
)
_OUTCOMES: Final = (
    ("new_properties", "new", "good"),
    ("updated_properties", "changed", "accent"),
    ("reactivated_properties", "returned", "accent"),
    ("unchanged_properties", "unchanged", "plain"),
    ("quarantined_properties", "set aside", "warn"),
    ("superseded_rows", "superseded", "line"),
)
"""What each row of a session ended as: column, word, tone."""


async def sessions(asked: Asked) -> Data:
    """A page of sessions, the newest first."""
    source, status = asked.text("source"), asked.one_of("status", _STATUSES)
    found = await sessions_page(
        asked.database, source=source, status=status, before=_place(asked.text("before")), limit=_PAGE + 1
    )
    shown = found[:_PAGE]
    return {
        "sessions": shown,
        "statuses": _STATUSES,
        "next": _written(shown[-1]) if len(found) > _PAGE else None,
    }


async def session(asked: Asked) -> Data:
    """One session: how it went, stage by stage, and what its rows ended as."""
    found = await session_details(asked.database, asked.path["session"])
    return {"session": found, "outcomes": _outcomes(_counted(found))}


def _counted(found: SessionDetails) -> SessionSync | None:
    """The newest sync of the session that has counted its rows."""
    return next((sync for sync in reversed(found.syncs) if sync.total_scraped is not None), None)


def _outcomes(sync: SessionSync | None) -> Data | None:
    """What rows ended as, with where each part of the whole begins and how wide it is, of 1000."""
    if sync is None or not sync.total_scraped:
        return None
    parts, begin = [], 0.0
    for column, word, tone in _OUTCOMES:
        count = getattr(sync, column) or 0
        width = 1000 * count / sync.total_scraped
        if count:
            parts.append({"word": word, "tone": tone, "count": count, "begin": begin, "width": width})
        begin += width
    total = sum(part["count"] for part in parts)  # type: ignore[misc]
    return {"total": sync.total_scraped, "parts": parts, "adds_up": total == sync.total_scraped}


def _place(text: str | None) -> tuple[datetime, UUID] | None:
    """Where a page of the list begins: "TIME ID"."""
    if text is None:
        return None
    try:
        at, session = text.split(" ")
        return datetime.fromisoformat(at), UUID(session)
    except ValueError:
        raise UsageError(f'"{text}" is not a place in the list') from None


def _written(line: SessionLine) -> str:
    return f"{line.created_at.isoformat()} {line.id}"


PAGES = (
    Page("/sessions", "sessions.html", sessions, title="Sessions", menu="Sessions", topics=("sessions",)),
    Page(
        "/sessions/{session:uuid}",
        "session.html",
        session,
        title="Session",
        within="Sessions",
        topics=("sessions", "plans"),
    ),
)
