"""The overview: whether the catalogue is true, what changed, what waits for a decision, what runs."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.page import Asked, Data, Page
from services.reports.standing import (
    CatalogueStanding,
    catalogue_standing,
    market_days,
    quality_days,
    running_sessions,
    sessions_page,
    source_states,
    state_counts,
)
from services.schedule import JobStatus, list_jobs

_SOURCES = 8
_SESSIONS = 8
_DAYS = 60


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that a person has to look at: how many, what, and where."""

    count: int
    what: str
    whats: str
    path: str
    state: str


async def overview(asked: Asked) -> Data:
    """How the catalogue stands."""
    database = asked.database
    standing = await catalogue_standing(database)
    states = await state_counts(database)
    jobs = await list_jobs(database)
    return {
        "standing": standing,
        "states": states,
        "waiting": _waiting(standing, states, jobs),
        "days": await market_days(database, days=_DAYS),
        "quality": await quality_days(database, days=_DAYS),
        "running": await running_sessions(database),
        "sources": await source_states(database, limit=_SOURCES),
        "sessions": await sessions_page(database, limit=_SESSIONS),
    }


def _waiting(standing: CatalogueStanding, states: dict, jobs: list[JobStatus]) -> list[Waiting]:  # type: ignore[type-arg]
    troubled = sum(job.trouble is not None for job in jobs)
    found = (
        Waiting(standing.held, "held plan to decide", "held plans to decide", "/plans", "held"),
        Waiting(
            states.get("failed", 0), "failed source", "failed sources", "/sources?state=failed", "failed"
        ),
        Waiting(
            states.get("suspect", 0), "suspect source", "suspect sources", "/sources?state=suspect", "suspect"
        ),
        Waiting(states.get("late", 0), "late source", "late sources", "/sources?state=late", "late"),
        Waiting(troubled, "job in trouble", "jobs in trouble", "/jobs", "failed"),
        Waiting(
            standing.pending,
            "session waits for its sync",
            "sessions wait for their sync",
            "/sessions?status=pending",
            "pending",
        ),
        Waiting(standing.quarantined, "row set aside", "rows set aside", "/quarantine", "new"),
        Waiting(standing.pairs, "likely duplicate", "likely duplicates", "/duplicates", "new"),
    )
    return [each for each in found if each.count]


PAGES = (
    Page(
        "/",
        "overview.html",
        overview,
        title="Overview",
        menu="Overview",
        topics=("feed", "sessions", "plans", "quarantine", "homes", "jobs"),
    ),
)
