"""Jobs: when each runs, what became of its last runs, and which workers are alive."""

from __future__ import annotations

from dashboard.page import Asked, Data, Page
from services.schedule import list_jobs
from services.schedule.jobs import job_runs, live_workers


async def jobs(asked: Asked) -> Data:
    """Every job, its newest runs, and the workers."""
    return {
        "jobs": await list_jobs(asked.database),
        "workers": await live_workers(asked.database),
        "runs": await job_runs(asked.database, asked.text("job"), limit=asked.number("limit", 30, most=500)),
    }


PAGES = (Page("/jobs", "jobs.html", jobs, title="Jobs", menu="Jobs", topics=("jobs",)),)
