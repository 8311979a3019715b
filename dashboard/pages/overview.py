"""The overview: whether the catalogue is true, what changed, what waits for a decision, what runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.page import Asked, Data, Page
from services.reports import standing
from services.reports.standing import CatalogueStanding, SourceState
from services.schedule import JobStatus, list_jobs


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
    found = await standing.overview(asked.database)
    jobs = await list_jobs(asked.database)
    states = {each.state: each.sources for each in found.states}
    return {
        "standing": found.standing,
        "states": states,
        "waiting": _waiting(found.standing, states, jobs),
        "days": found.days,
        "quality": found.quality,
        "running": found.running,
        "sources": found.sources,
        "sessions": found.sessions,
    }


def _waiting(
    whole: CatalogueStanding, states: Mapping[SourceState, int], jobs: Sequence[JobStatus]
) -> list[Waiting]:
    troubled = sum(job.trouble is not None for job in jobs)
    found = (
        Waiting(whole.held, "held plan to decide", "held plans to decide", "/plans", "held"),
        Waiting(
            states.get("failed", 0), "failed source", "failed sources", "/sources?state=failed", "failed"
        ),
        Waiting(
            states.get("suspect", 0), "suspect source", "suspect sources", "/sources?state=suspect", "suspect"
        ),
        Waiting(states.get("late", 0), "late source", "late sources", "/sources?state=late", "late"),
        Waiting(troubled, "job in trouble", "jobs in trouble", "/jobs", "failed"),
        Waiting(
            whole.pending,
            "session waits for its sync",
            "sessions wait for their sync",
            "/sessions?status=pending",
            "pending",
        ),
        Waiting(whole.quarantined, "row set aside", "rows set aside", "/quarantine", "new"),
        Waiting(whole.pairs, "likely duplicate", "likely duplicates", "/duplicates", "new"),
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
