"""Jobs and their runs as the database keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from config.errors import UsageError
from config.secrets import mask, mask_url
from database.handle import Database
from database.records import records
from services.schedule.times import Times

RunBy = Literal["worker", "pg_cron"]
Outcome = Literal["running", "done", "failed", "refused", "partly", "stopped", "lost"]

IN_DATABASE: Final = ("sync-pending", "cleanup", "refresh-views", "repair", "county match", "leads score")
"""Commands that the database can do by itself, so pg_cron can run them without this program."""

SCHEDULED: Final = (
    *("scrape", "crawl auto", "crawl run", "import", *IN_DATABASE, "quality-checks", "export", "doctor"),
    *("duplicates find", "alerts send", "county load", "county check-data"),
)
"""Commands that can be jobs: they end by themselves and ask nothing."""

_GROUPS: Final = frozenset(name.partition(" ")[0] for name in SCHEDULED if " " in name)


def named_command(words: Sequence[str]) -> str:
    """The command that words begin with: its first word, or both of `crawl auto`."""
    return " ".join(words[:2] if words[0] in _GROUPS else words[:1])


CALL: Final = "call"
"""What a job of pg_cron does instead that calls a url: its second word."""

TIMEOUT_SECONDS: Final = 6 * 3600
"""How long a run may take where nothing else is said."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


@dataclass(frozen=True, slots=True)
class Job:
    """A command that runs at times. `options` are those of its command as they were read, by their names."""

    name: str
    command: tuple[str, ...]
    times: Times
    options: Mapping[str, Any] = field(default_factory=dict)
    run_by: RunBy = "worker"
    after_session: bool = False
    """Whether it also runs when a session has ended and waits for its sync."""
    timeout_seconds: int = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UsageError(
                f'"{self.name}" cannot be the name of a job',
                next_step="give --name: small letters, digits, '.', '_' and '-', at most 63",
            )
        if named_command(self.command) not in (*SCHEDULED, CALL):
            raise UsageError(
                f"{named_command(self.command)} cannot be a job",
                next_step=f"jobs are: {', '.join(SCHEDULED)}",
            )
        if self.command[0] == CALL and not self.command[1].startswith("https://"):
            raise UsageError(f"{self.command[1]} is not called", next_step="give a url that begins https://")
        if self.command[0] == CALL and self.run_by != "pg_cron":
            raise UsageError("only pg_cron calls a url", next_step="leave out --by, or give a command")
        if self.run_by == "pg_cron" and named_command(self.command) not in (*IN_DATABASE, CALL):
            raise UsageError(
                f"pg_cron runs inside the database, and {named_command(self.command)} needs this program",
                next_step="leave out --by, and start a worker: property-manager worker",
            )
        if self.run_by == "pg_cron" and self.times.zone is not None:
            raise UsageError(
                "pg_cron knows no time zones: its times are in UTC",
                next_step="give them in UTC, or --by worker",
            )
        for word in (*self.command, json.dumps(self.options.get("body"))):
            if mask(mask_url(word)) != word:
                raise UsageError(
                    "a job is stored in the database, and this command holds a password or token",
                    next_step="leave it out: workers read secrets from the environment, --call from --vault",
                )


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job, its newest run, and what is wrong with it: `trouble`, the reason and what to do."""

    name: str
    command: list[str]
    cron: str
    run_by: RunBy
    after_session: bool
    enabled: bool
    timeout_seconds: int
    next_due: datetime | None
    """None: pg_cron keeps its own times."""
    state: Literal["running", "waiting", "off"]
    worker: str | None
    started_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    exit_code: int | None
    message: str | None
    next_step: str | None
    trouble: Literal["failed", "late", "lost"] | None
    reason: str | None
    advice: str | None


@dataclass(frozen=True, slots=True)
class JobRun:
    """One run of a job."""

    job: str
    worker: str
    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome
    exit_code: int | None
    message: str | None
    next_step: str | None


@dataclass(frozen=True, slots=True)
class LiveWorker:
    """A worker that has said within a minute that it is alive."""

    name: str
    started_at: datetime
    heartbeat_at: datetime


async def save_job(database: Database, job: Job) -> None:
    """Save a job; one of the same name is replaced and keeps its runs."""
    now: datetime = await database.value("server_time")
    await database.run(
        "save_job",
        job.name,
        list(job.command),
        dict(job.options),
        job.times.expression,
        round(job.times.longest_gap(now).total_seconds()),
        job.run_by,
        job.after_session,
        job.options.get("source"),
        job.timeout_seconds,
        job.times.after(now) if job.run_by == "worker" else None,
    )


async def remove_job(database: Database, name: str) -> None:
    """Remove a job with its runs; one that is not there is no fault."""
    await database.run("remove_job", name)


async def list_jobs(database: Database) -> list[JobStatus]:
    """Every job by its name."""
    return records(JobStatus, await database.rows("jobs"))


async def job_runs(database: Database, name: str | None = None, *, limit: int = 20) -> list[JobRun]:
    """The newest runs of a job, or of all, the newest first."""
    return records(JobRun, await database.rows("job_runs", name, limit))


async def live_workers(database: Database) -> list[LiveWorker]:
    """The workers that are alive."""
    return records(LiveWorker, await database.rows("workers"))
