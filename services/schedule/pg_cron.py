"""pg_cron: the scheduler inside the database. It runs what the database can do itself, as the login role.

It takes a job of any role and then fails at every tick where that role may not log in; so jobs are made as
the user of the connection and never as the owner of the tables, and what pg_cron says of them is looked at.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from config.errors import UsageError
from database import queries
from database.handle import Database
from database.records import records
from services.schedule.jobs import CALL, Job, JobStatus

PREFIX: Final = "property-manager:"
"""What our jobs are called in pg_cron: this, then the name of the job."""

_UTC: Final = frozenset({"GMT", "UTC", "Etc/UTC", "Etc/GMT"})
_BY_WORKER: Final = "or leave out --by, and start a worker: property-manager worker"


@dataclass(frozen=True, slots=True)
class CronJob:
    """A job as pg_cron has it, and what it says of its last run."""

    name: str
    schedule: str
    active: bool
    username: str
    may_log_in: bool | None
    """None: the role is gone."""
    status: str | None
    return_message: str | None
    start_time: datetime | None

    @property
    def fault(self) -> str | None:
        """What keeps it from running at all."""
        if not self.may_log_in:
            return f"pg_cron has it as role {self.username}, which may not log in"
        if not self.active:
            return "it is switched off in pg_cron"
        if self.status == "failed":
            return f"pg_cron says: {' '.join((self.return_message or 'failed').split())}"
        return None


async def is_there(database: Database) -> bool:
    """Whether pg_cron can be used on this way to the database."""
    if database.mode != "direct":
        return False
    async with _login(database) as conn:
        state = await conn.fetchrow(queries.text("cron_state"))
        return state is not None and bool(state["may_schedule"])


async def schedule(database: Database, job: Job) -> None:
    """Let pg_cron run a job; one of its name is replaced. Raises UsageError where that would fail later."""
    async with _login(database) as conn:
        state = await conn.fetchrow(queries.text("cron_state"))
        await _require(conn, state)
        _require_call(job, state)
        name = f"{PREFIX}{job.name}"
        if job.command[0] == CALL:
            given = (job.command[1], json.dumps(job.options["body"]), job.options.get("vault"))
            statement = await conn.fetchval(queries.text("cron_call"), job.name, *given)
        else:
            statement = await conn.fetchval(queries.text("cron_statement"), job.name, name)
        await conn.execute(queries.text("cron_schedule"), name, job.times.expression, statement)


async def unschedule(database: Database, name: str) -> None:
    """Take a job out of pg_cron; one that is not there is no fault."""
    async with _login(database) as conn:
        if await conn.fetchrow(queries.text("cron_state")) is not None:
            await conn.execute(queries.text("cron_unschedule"), f"{PREFIX}{name}")


async def cron_jobs(database: Database) -> list[CronJob]:
    """Our jobs as pg_cron has them; none where it cannot be seen."""
    if not await is_there(database):
        return []
    async with _login(database) as conn:
        return records(CronJob, await conn.fetch(queries.text("cron_jobs"), PREFIX))


async def faults(database: Database, jobs: Sequence[JobStatus]) -> dict[str, str]:
    """What keeps pg_cron from running its jobs, by their names; nothing where it cannot be seen."""
    wanted = [job.name for job in jobs if job.run_by == "pg_cron" and job.enabled]
    if not wanted or database.mode != "direct":
        return {}
    known = {job.name: job for job in await cron_jobs(database)}
    found = {name: known[name].fault if name in known else "pg_cron does not have it" for name in wanted}
    return {name: fault for name, fault in found.items() if fault is not None}


async def _require(conn: asyncpg.Connection, state: asyncpg.Record | None) -> None:
    """Raise UsageError when pg_cron is not there, or would refuse or misread the job at its time."""
    if state is None:
        available = await conn.fetchval(queries.text("cron_available"))
        make = "create extension pg_cron (on Supabase: dashboard, Integrations, Cron)"
        raise UsageError(
            "this database has no pg_cron",
            next_step=f"{make if available else 'install pg_cron on the server'}, {_BY_WORKER}",
        )
    role = state["role_name"]
    if not state["may_log_in"]:
        raise UsageError(
            f"pg_cron would take the job and fail at every tick: role {role} may not log in",
            next_step="set DATABASE_URL to a role that logs in",
        )
    if not state["may_serve"]:
        raise UsageError(
            f"role {role} is no member of service_role, as which jobs work",
            next_step=f"as a superuser, in psql: grant service_role to {role}",
        )
    if not state["may_schedule"]:
        raise UsageError(
            f"role {role} may not use pg_cron",
            next_step=f"as a superuser, in psql: grant usage on schema cron to {role}; {_BY_WORKER}",
        )
    if state["time_zone"] not in _UTC:
        raise UsageError(
            f"pg_cron reads times in {state['time_zone']} here, and those of jobs are UTC",
            next_step=f"set cron.timezone to GMT on the server, {_BY_WORKER}",
        )


def _require_call(job: Job, state: asyncpg.Record) -> None:
    """Raise UsageError for a job that calls a url where the database cannot."""
    if job.command[0] != CALL:
        return
    if not state["may_call"]:
        raise UsageError(
            "this database calls no url: it has no pg_net",
            next_step="create extension pg_net (on Supabase under Database, Extensions)",
        )
    if job.options.get("vault") and not state["has_vault"]:
        raise UsageError(
            "this database keeps no secrets: it has no Vault",
            next_step="create extension supabase_vault, or leave out --vault",
        )


@asynccontextmanager
async def _login(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A transaction as the user of the connection. Raises UsageError over HTTPS."""
    async with database.admin() as conn, conn.transaction():
        await conn.execute(queries.text("act_as_login"))
        yield conn
