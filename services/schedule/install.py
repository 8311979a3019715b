"""Installing jobs and removing them, where they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.errors import NotFoundError
from database.handle import Database
from services.schedule import pg_cron
from services.schedule.jobs import CALL, IN_DATABASE, Job, RunBy, list_jobs, remove_job, save_job


@dataclass(frozen=True, slots=True)
class Usual:
    """A job that every installation has use for: its command, and its times by pg_cron and by a worker."""

    words: tuple[str, ...]
    by_pg_cron: str
    by_worker: str


USUAL: Final = (
    Usual(("sync-pending",), "* * * * *", "*/5 * * * *"),  # sessions wake a worker
    Usual(("cleanup", "--days", "30"), "17 3 * * *", "17 3 * * *"),
    Usual(("refresh-views",), "*/15 * * * *", "*/15 * * * *"),
)
ALERTS: Final = Usual(("alerts", "send"), "* * * * *", "* * * * *")
"""Usual where a channel for alerts is set."""


async def chosen(database: Database, command: str) -> RunBy:
    """Who runs a command where nothing is said: pg_cron where it is there and the database can do it."""
    if command == CALL:
        return "pg_cron"
    return "pg_cron" if command in IN_DATABASE and await pg_cron.is_there(database) else "worker"


async def install(database: Database, job: Job) -> None:
    """Install a job, replacing one of its name. Raises UsageError when pg_cron is to run it and cannot."""
    if job.run_by == "pg_cron":
        await pg_cron.schedule(database, job)
    elif await _run_by(database, job.name) == "pg_cron":
        await pg_cron.unschedule(database, job.name)
    await save_job(database, job)


async def remove(database: Database, name: str) -> None:
    """Remove a job. Raises NotFoundError when there is none."""
    run_by = await _run_by(database, name)
    if run_by is None:
        raise NotFoundError(f'there is no job "{name}"', next_step="see schedule list")
    if run_by == "pg_cron":
        await pg_cron.unschedule(database, name)
    await remove_job(database, name)


async def _run_by(database: Database, name: str) -> str | None:
    return next((job.run_by for job in await list_jobs(database) if job.name == name), None)
