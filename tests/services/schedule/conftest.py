"""Jobs that are due, and workers that are real processes."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from database.handle import Database
from services.schedule.install import install
from services.schedule.jobs import Job, JobRun, JobStatus, job_runs, list_jobs
from services.schedule.times import Times
from tests.faults.processes import ROOT, Program, python
from tests.servers import over_https
from tests.stack.gateway import Gateway

NEVER = "0 0 29 2 *"
"""A time that is years away, so that a job is due only when a test says so."""


@dataclass
class Bench:
    """The jobs of this test's database, and what happens to them."""

    database: Database
    superuser: asyncpg.Connection
    environment: dict[str, str]

    async def job(self, *words: str, name: str | None = None, due: bool = True, **facts: Any) -> str:
        """Install a job by a worker, due now or in years; returns its name."""
        name = name or words[0]
        cron = facts.pop("cron", NEVER)
        await install(self.database, Job(name, tuple(words), Times.parse(cron), **facts))
        if due:
            await self.due(name)
        return name

    async def due(self, name: str) -> None:
        """Make a job due since a second ago."""
        await self.superuser.execute(
            "update property_manager.jobs set next_due = now() - interval '1 second' where name = $1", name
        )

    async def silent(self, minutes: float = 2) -> None:
        """Let every worker and run have given its last sign so many minutes ago."""
        for table in ("workers", "job_runs"):
            await self.superuser.execute(
                f"update property_manager.{table} set heartbeat_at = now() - make_interval(mins => $1)",
                minutes,
            )

    async def status(self, name: str) -> JobStatus:
        (found,) = [job for job in await list_jobs(self.database) if job.name == name]
        return found

    async def runs(self, name: str | None = None) -> list[JobRun]:
        """The runs of a job or all, the oldest first."""
        return list(reversed(await job_runs(self.database, name)))

    @asynccontextmanager
    async def worker(self, *options: str, **how: Any) -> AsyncIterator[Program]:
        """A worker; what it says of its jobs is on its standard output."""
        script = str(ROOT / "property_manager_cli.py")
        async with python(script, "worker", *options, env=self.environment, **how) as process:
            yield process


@pytest.fixture
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Variables by which a program of its own finds this test's database."""
    ours = {"PROPERTY_MANAGER_HOME": str(tmp_path / "home")}
    if over_https():
        rest: Gateway = request.getfixturevalue("rest")
        ours |= {"SUPABASE_URL": rest.url, "SUPABASE_SECRET_KEY": rest.secret_key}
    else:
        ours["DATABASE_URL"] = request.getfixturevalue("dsn")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PROPERTY_MANAGER_")}
    return {**kept, **ours, "PYTHONUNBUFFERED": "1"}


@pytest.fixture
def bench(database: Database, superuser: asyncpg.Connection, environment: dict[str, str]) -> Bench:
    return Bench(database, superuser, environment)
