"""Installing jobs and removing them, where they run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.county.layout import County
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

COUNTY: Final = (
    Usual(("county", "match"), "10 * * * *", "10 * * * *"),
    Usual(("leads", "score"), "25 * * * *", "25 * * * *"),
    Usual(("county", "check-data"), "0 5 * * 1", "0 5 * * 1"),
    Usual(("quality-checks",), "30 5 * * 1", "30 5 * * 1"),
)
"""Usual where a county is loaded: each hour what came since, each Monday whether it is as it should be."""

NIGHTLY: Final = "0 2 * * *"
"""When a layer without a schedule of its own is loaded, in its county's time."""


def loads_of(county: County, where: str) -> list[tuple[str, tuple[str, ...], str]]:
    """The jobs that load a county's layers: name, words, times in its zone. `where` is how commands name it.

    A layer that has a schedule of its own has a job of its own; one job loads the others.
    """
    apart = [layer for layer in county.layers if layer.schedule]
    others = [layer for layer in county.layers if not layer.schedule]
    load, name = ("county", "load", where), f"county-load-{county.name}"
    jobs: list[tuple[str, tuple[str, ...], str]] = [
        (f"{name}-{layer.name}", (*load, "--layer", layer.name), layer.schedule)
        for layer in apart
        if layer.schedule
    ]
    if others:
        chosen_layers = [word for layer in others for word in ("--layer", layer.name)] if apart else []
        jobs.append((name, (*load, *chosen_layers), NIGHTLY))
    return jobs


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
