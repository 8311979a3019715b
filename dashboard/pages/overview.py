"""The overview: whether the catalogue is true, what changed, what waits for a decision, what runs."""

from __future__ import annotations

from dashboard.page import Asked, Data, Page
from services.reports.status import dashboard


async def overview(asked: Asked) -> Data:
    """How sources stand, what waits, and the last syncs."""
    found = await dashboard(asked.database, limit=8)
    return {
        "sources": found.sources,
        "recent": found.recent_syncs,
        "pending": found.pending,
        "stopped": found.stopped,
        "pauses": found.pauses,
    }


PAGES = (
    Page(
        "/",
        "overview.html",
        overview,
        title="Overview",
        menu="Overview",
        topics=("feed", "sessions", "plans", "quarantine", "jobs"),
    ),
)
