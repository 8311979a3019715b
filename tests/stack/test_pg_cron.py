"""Debian's PostgreSQL 15 with pg_cron: jobs that it runs by itself, at its own ticks, without a worker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from config.errors import UsageError
from config.settings import Settings
from database.direct import DirectDatabase
from database.handle import Database
from services.reports.installation import check_up
from services.schedule import list_jobs
from services.schedule.install import chosen, install, remove
from services.schedule.jobs import Job
from services.schedule.pg_cron import cron_jobs
from services.schedule.times import Times
from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Command, command, home, no_width
from tests.servers import Server, migrate_database

__all__ = ["command", "home", "no_width"]

DATABASE = "property_manager"
LOGIN = "property_manager"
TICK_SECONDS = 150
"""pg_cron looks at its jobs at each full minute."""


@pytest.fixture
async def cron(postgres_15: Server) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to the database that pg_cron works in, our schema in it."""
    await migrate_database(postgres_15.login_dsn(DATABASE))
    conn = await asyncpg.connect(postgres_15.superuser_dsn(DATABASE))
    await conn.execute(f"create extension pg_cron; grant usage on schema cron to {LOGIN}")
    yield conn
    await conn.execute("drop extension if exists pg_cron cascade; delete from property_manager.jobs")
    await conn.close()


@pytest.fixture
async def old(postgres_15: Server, cron: asyncpg.Connection) -> AsyncIterator[Database]:
    async with await DirectDatabase.connect(postgres_15.login_dsn(DATABASE)) as database:
        yield database


@pytest.fixture
def old_settings(postgres_15: Server, tmp_path: Path) -> Settings:
    return Settings(_env_file=None, database_url=postgres_15.login_dsn(DATABASE), home=tmp_path)  # type: ignore[call-arg]


def job(*words: str, name: str | None = None, cron: str = "* * * * *", **options: object) -> Job:
    return Job(name or words[0], words, Times.parse(cron), options, run_by="pg_cron")


async def red(settings: Settings) -> dict[str, str | None]:
    """What doctor finds of jobs."""
    return {
        finding.check: finding.detail
        for finding in (await check_up(settings)).findings
        if not finding.green and "job" in finding.check
    }


@pytest.mark.waits
async def test_a_session_goes_live_without_any_worker(
    postgres_15: Server,
    cron: asyncpg.Connection,
    old: Database,
    old_settings: Settings,
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`schedule install` alone, then two ticks: the session is live, and a job that fails is recorded twice.

    Once by this program, with the text that doctor shows, and once by pg_cron.
    """
    source = Catalogue(old, cron)
    source.source = source.source.model_copy(update={"name": f"cron-{uuid4().hex[:8]}"})
    await source.register()
    session = await source.stage(homes(3))
    monkeypatch.setenv("DATABASE_URL", postgres_15.login_dsn(DATABASE))
    ended = await asyncio.to_thread(command, "schedule", "install")
    assert ended.stdout.splitlines() == [
        "sync-pending runs at * * * * * UTC and after sessions, by pg_cron.",
        "cleanup runs at 17 3 * * * UTC, by pg_cron.",
        "refresh-views runs at */15 * * * * UTC, by pg_cron.",
    ]
    await install(old, job("sync-pending", "--source", "nowhere", name="wrong", source="nowhere"))
    assert {job.username for job in await cron_jobs(old)} == {LOGIN}

    async with asyncio.timeout(TICK_SECONDS):
        # the other jobs may be due just now too
        while not {("sync-pending", "done"), ("wrong", "failed")} <= {
            (job.name, job.outcome) for job in await list_jobs(old)
        }:
            await asyncio.sleep(0.2)
        while (wrong := {job.name: job for job in await cron_jobs(old)}["wrong"]).status != "failed":
            await asyncio.sleep(0.2)

    assert len(await source.change_sets(session)) == 1
    (ours,) = [job for job in await list_jobs(old) if job.name == "wrong"]
    assert (ours.message, ours.advice) == ('there is no source "nowhere"', "property-manager sources list")
    assert wrong.return_message is not None
    assert wrong.return_message.startswith('ERROR: there is no source "nowhere"')
    assert (await red(old_settings))["the last run of every job was done"] == (
        'job wrong: there is no source "nowhere"'
    )

    listed = await asyncio.to_thread(command, "schedule", "list")
    assert 'job wrong: there is no source "nowhere"' in listed.stdout
    assert (await asyncio.to_thread(command, "schedule", "remove", "--all")).exit_code == 0
    assert await cron.fetchval("select count(*) from cron.job") == 0


async def test_a_job_is_of_the_role_that_logs_in(cron: asyncpg.Connection, old: Database) -> None:
    """Where the login's settings make it the owner, who may not log in, the job is still of the login.

    pg_cron takes a job of either, and one of the owner fails at every tick.
    """
    await cron.execute(f"alter role {LOGIN} in database {DATABASE} set role = 'property_manager_owner'")
    try:
        await install(old, job("cleanup", days=30))
    finally:
        await cron.execute(f"alter role {LOGIN} in database {DATABASE} reset role")
    assert await cron.fetchval("select username from cron.job") == LOGIN


async def test_a_job_that_pg_cron_cannot_run_is_seen(
    cron: asyncpg.Connection, old: Database, old_settings: Settings
) -> None:
    """A job that was given to a role without a login, or switched off, in pg_cron: doctor names it."""
    await install(old, job("cleanup", days=30))
    assert await red(old_settings) == {}

    await cron.execute("update cron.job set active = false")
    assert await red(old_settings) == {"pg_cron runs its jobs": "job cleanup: it is switched off in pg_cron"}
    await cron.execute("update cron.job set active = true, username = 'property_manager_owner'")
    assert await red(old_settings) == {"pg_cron runs its jobs": "job cleanup: pg_cron does not have it"}
    await cron.execute(
        "update property_manager.jobs set changed_at = now() - interval '1 day', gap_seconds = 60"
    )
    assert "pg_cron has not run it" in ((await red(old_settings))["every job runs when it is due"] or "")

    await install(old, job("cleanup", days=30))
    await cron.execute("delete from cron.job where username <> $1", LOGIN)
    assert await red(old_settings) == {}


async def test_pg_cron_is_chosen_where_it_can_be_used(cron: asyncpg.Connection, old: Database) -> None:
    """What the database can do goes to pg_cron; what needs the program, and all without pg_cron, does not."""
    assert [await chosen(old, each) for each in ("sync-pending", "scrape", "import", "repair")] == [
        "pg_cron",
        "worker",
        "worker",
        "pg_cron",
    ]
    await cron.execute(f"revoke usage on schema cron from {LOGIN}")
    assert await chosen(old, "sync-pending") == "worker"
    await cron.execute("drop extension pg_cron")
    assert await chosen(old, "sync-pending") == "worker"


async def test_what_would_fail_at_its_tick_is_refused(cron: asyncpg.Connection, old: Database) -> None:
    """No right, another time zone, no pg_cron: wrong usage with the next step; nothing is installed."""
    with pytest.raises(UsageError, match="scrape needs this program"):
        job("scrape", "--url", "https://example.com/")
    await cron.execute(f"revoke usage on schema cron from {LOGIN}")
    with pytest.raises(UsageError, match="may not use pg_cron") as refused:
        await install(old, job("cleanup", days=30))
    assert refused.value.next_step is not None
    assert f"grant usage on schema cron to {LOGIN}" in refused.value.next_step
    await cron.execute(f"grant usage on schema cron to {LOGIN}; revoke service_role from {LOGIN}")
    try:
        with pytest.raises(UsageError, match="is no member of service_role"):
            await install(old, job("cleanup", days=30))
    finally:
        await cron.execute(f"grant service_role to {LOGIN}")
    await cron.execute(f"alter database {DATABASE} set cron.timezone = 'America/Mexico_City'")
    try:
        with pytest.raises(UsageError, match="reads times in America/Mexico_City here"):
            await install(old, job("cleanup", days=30))
    finally:
        await cron.execute(f"alter database {DATABASE} reset cron.timezone")
    await cron.execute("drop extension pg_cron")
    with pytest.raises(UsageError, match="this database has no pg_cron") as refused:
        await install(old, job("cleanup", days=30))
    assert refused.value.next_step is not None
    assert refused.value.next_step.startswith("create extension pg_cron")
    assert await list_jobs(old) == []


async def test_a_job_moves_between_pg_cron_and_workers(cron: asyncpg.Connection, old: Database) -> None:
    """Installed for a worker, a job of pg_cron is taken out there; removed, nothing of it stays."""
    await install(old, job("cleanup", days=30))
    await install(old, Job("cleanup", ("cleanup",), Times.parse("0 4 * * *"), {"days": 30}))
    assert await cron.fetchval("select count(*) from cron.job") == 0
    await install(old, job("cleanup", cron="0 5 * * *", days=30))
    assert await cron.fetchval("select schedule from cron.job") == "0 5 * * *"
    await remove(old, "cleanup")
    assert await cron.fetchval("select count(*) from cron.job") == 0
    assert await list_jobs(old) == []


async def test_a_call_needs_pg_net_and_vault(cron: asyncpg.Connection, old: Database) -> None:
    """Where the database cannot call a url, or keeps no secrets, the job is refused with the next step."""
    url = "https://api.example.com/dispatches"
    calls = Job(
        "start", ("call", url), Times.parse("0 6 * * *"), {"body": {}, "vault": "token"}, run_by="pg_cron"
    )
    with pytest.raises(UsageError, match="it has no pg_net"):
        await install(old, calls)
    await cron.execute(
        "create schema net; create function net.http_post(text, jsonb, jsonb, jsonb, integer)"
        f" returns bigint language sql as 'select 1::bigint'; grant usage on schema net to {LOGIN}"
    )
    try:
        with pytest.raises(UsageError, match="it has no Vault"):
            await install(old, calls)
    finally:
        await cron.execute("drop schema net cascade")
    assert await list_jobs(old) == []
