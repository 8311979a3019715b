"""What pg_cron runs: the statement of a job, step by step, does what the program does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from database import queries
from services.schedule.jobs import Job, save_job
from services.schedule.times import Times
from tests.catalogue import Catalogue, home, homes
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.faults.conftest import LONE_RULE, next_day, undisturbed_beside
from tests.faults.promises import settled
from tests.servers import Server
from tests.services.county.records.county import ORANGE, Layer, parcels, record
from tests.services.pipeline.test_rules import Rules
from tests.services.schedule.conftest import NEVER, Bench

pytestmark = pytest.mark.direct

# what pg_cron itself keeps, so that the statement of a job runs where pg_cron is not installed
CRON = """
create schema cron;
create table cron.job (jobid bigint, jobname text);
create table cron.job_run_details (jobid bigint, end_time timestamptz);
grant usage on schema cron to property_manager;
grant all on cron.job, cron.job_run_details to property_manager;
"""


class Ticks:
    """Jobs of pg_cron, and connections on which their statements run as pg_cron runs them."""

    def __init__(self, bench: Bench, dsn: str) -> None:
        self.bench = bench
        self.dsn = dsn

    async def job(self, *words: str, timeout_seconds: int = 600, **options: Any) -> str:
        times = Times.parse(NEVER)
        job = Job(words[0], words, times, options, run_by="pg_cron", timeout_seconds=timeout_seconds)
        await save_job(self.bench.database, job)
        return job.name

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        conn = await asyncpg.connect(self.dsn, statement_cache_size=0)
        try:
            yield conn
        finally:
            conn.terminate()

    async def tick(self, name: str, conn: asyncpg.Connection | None = None) -> str | None:
        """Run the statement of a job; returns the error that pg_cron would keep."""
        if conn is None:
            async with self.connection() as conn:
                return await self.tick(name, conn)
        try:
            await conn.execute(await conn.fetchval(queries.text("cron_statement"), name, f"ours:{name}"))
        except asyncpg.RaiseError as error:
            return str(error)
        return None


@pytest.fixture
async def ticks(bench: Bench, server: Server, database_name: str) -> Ticks:
    await bench.superuser.execute(CRON)
    return Ticks(bench, server.login_dsn(database_name))


async def test_sessions_go_live_as_by_the_program(ticks: Ticks, catalogue: Catalogue) -> None:
    """Live and audit are those of the program, the views are current, and no lease is left."""
    await Rules(catalogue.superuser).add(LONE_RULE, "unique", "source_url", severity="info")
    expected = await undisturbed_beside(catalogue)
    await catalogue.stage(homes(60))
    await catalogue.stage(next_day(), day=1)
    name = await ticks.job("sync-pending")

    assert await ticks.tick(name) is None
    (run,) = await ticks.bench.runs()
    assert (run.outcome, run.message) == ("done", None)
    assert run.worker.startswith("pg_cron/")
    await settled(catalogue, expected)
    behind = await catalogue.superuser.fetchval(
        "select f.position - r.position from property_manager.feed f, property_manager.view_refreshes r"
    )
    assert behind == 0
    assert await ticks.tick(name) is None
    assert [run.outcome for run in await ticks.bench.runs()] == ["done", "done"]


async def test_a_plan_that_looks_like_an_outage_is_held(ticks: Ticks, catalogue: Catalogue) -> None:
    """The guard holds it as for the program; the run says why and what to do, and is no error of pg_cron."""
    await catalogue.run(homes(60))
    session = await catalogue.stage(homes(3), day=1)
    assert await ticks.tick(await ticks.job("sync-pending")) is None
    (run,) = await ticks.bench.runs()
    (plan,) = await catalogue.plans(session)
    assert (run.outcome, plan["status"]) == ("refused", "held")
    assert run.message is not None
    assert run.message.startswith(f"session {str(session)[:8]}: 3 rows")
    assert run.next_step == f"property-manager plans show {str(plan['id'])[:8]}"


async def test_a_rule_that_raises_stops_no_other(ticks: Ticks, catalogue: Catalogue) -> None:
    """A rule that cannot be checked is noted as such, and the others are checked, as by the program."""
    rules = Rules(catalogue.superuser)
    await rules.add("broken", "length", "title", severity="info", max=1)
    await catalogue.superuser.execute("alter table public.validation_rules disable trigger check_rule")
    await rules.change("""rule_config = '{"max": "many"}'""", "broken")
    by_program = await (await catalogue.beside("program")).run(homes(3))
    session = await catalogue.stage(homes(3))
    assert await ticks.tick(await ticks.job("sync-pending", "--source", "acme", source="acme")) is None

    found = (
        "select rule_name, row_no, outcome, reason from property_manager.findings"
        " where session_id = $1 order by 1, 2"
    )
    ours = [tuple(row) for row in await catalogue.superuser.fetch(found, session)]
    assert ours == [tuple(row) for row in await catalogue.superuser.fetch(found, by_program.session_id)]
    assert ("broken", "errored") in {(row[0], row[2]) for row in ours}


async def test_a_rule_that_others_wrote_is_left_to_the_program(ticks: Ticks, catalogue: Catalogue) -> None:
    """A function may never end, and only the program ends it: the run fails, says so and syncs nothing."""
    rules = Rules(catalogue.superuser)
    await rules.function("looks_odd", "return null;")
    await rules.add("odd", "custom", function="looks_odd")
    name = await ticks.job("sync-pending")
    assert await ticks.tick(name) is None  # nothing waits

    session = await catalogue.stage(homes(3))
    error = await ticks.tick(name)
    assert error is not None
    assert error.startswith("rule odd is a function that others wrote: only the program runs it")
    assert await catalogue.change_sets(session) == []
    status = await ticks.bench.status(name)
    assert (status.trouble, status.reason) == ("failed", error)


async def test_a_source_that_fails_stops_no_other(ticks: Ticks, catalogue: Catalogue) -> None:
    """What a source's sync raises is recorded with its session; others go live; the next run tries again."""
    other = await catalogue.beside("other")
    bad, good = await catalogue.stage(homes(3)), await other.stage(homes(3))
    await catalogue.superuser.execute(
        "create function public.refuse() returns trigger language plpgsql as $$ begin"
        " if new.source = 'acme' then raise exception 'the disk is full'; end if; return new; end $$;"
        "create trigger refuse before insert on public.properties_live"
        " for each row execute function public.refuse()"
    )
    name = await ticks.job("sync-pending")
    assert await ticks.tick(name) == f"session {str(bad)[:8]}: the disk is full"
    (run,) = await ticks.bench.runs()
    assert run.outcome == "partly"
    assert (len(await catalogue.change_sets(bad)), len(await catalogue.change_sets(good))) == (0, 1)
    failed = await catalogue.superuser.fetchrow(
        "select sync_status, error_summary from public.sync_metadata where session_id = $1", bad
    )
    assert tuple(failed) == ("failed", "the disk is full")
    assert not await catalogue.is_leased()

    await catalogue.superuser.execute("drop trigger refuse on public.properties_live")
    assert await ticks.tick(name) is None
    assert len(await catalogue.change_sets(bad)) == 1


async def test_a_source_that_a_worker_holds_is_left_to_it(ticks: Ticks, catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(3))
    await catalogue.lease_taken_by("another", session)
    name = await ticks.job("sync-pending")
    assert await ticks.tick(name) is None
    assert await catalogue.change_sets(session) == []
    await catalogue.lease_ends()
    assert await ticks.tick(name) is None
    assert len(await catalogue.change_sets(session)) == 1


async def test_a_killed_run_is_taken_up_by_the_next(ticks: Ticks, catalogue: Catalogue) -> None:
    """Its server process ends in the middle of a stage: the next tick records that, and syncs the session."""
    session = await catalogue.stage(homes(5))
    name = await ticks.job("sync-pending")
    await shut_gate(
        catalogue.superuser, "property_manager.stage_results", "for each row when (new.stage = 'plan')"
    )
    async with ticks.connection() as conn:
        killed = asyncio.create_task(ticks.tick(name, conn))
        await waiting(catalogue.superuser, 1)
        assert await ticks.tick(name) is None  # the run has a process: a second one does nothing
        await catalogue.superuser.execute("select pg_terminate_backend($1, 20000)", conn.get_server_pid())
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await killed
    await open_gate(catalogue.superuser)
    await catalogue.lease_ends()

    assert await ticks.tick(name) is None
    lost, done = await ticks.bench.runs()
    assert (lost.outcome, done.outcome) == ("lost", "done")
    assert len(await catalogue.change_sets(session)) == 1


async def test_a_run_that_takes_too_long_ends_between_two_steps(ticks: Ticks, catalogue: Catalogue) -> None:
    """Past its time-out a run goes no further; the source is free for the next one."""
    session = await catalogue.stage(homes(5))
    name = await ticks.job("sync-pending", timeout_seconds=60)
    database = ticks.bench.database
    run = (await database.row("run_step", name, None))["run"]
    for _ in range(3):
        assert (await database.row("run_step", name, run))["more"]
    assert await catalogue.is_leased()
    await catalogue.superuser.execute(
        "update property_manager.job_runs set started_at = now() - interval '61 seconds'"
    )
    ended = await database.row("run_step", name, run)
    assert (ended["more"], ended["error"]) == (False, "it did not end within 60 s, and was stopped")
    assert not await catalogue.is_leased()
    assert await catalogue.change_sets(session) == []


async def test_cleanup_removes_and_folds_as_the_program(ticks: Ticks, catalogue: Catalogue) -> None:
    """Old sessions go and old history becomes one image a listing, in bounded steps."""
    for day in range(8):
        await catalogue.run([home(n, price=900_000 + day) for n in range(1, 4)], day=day)
    await catalogue.superuser.execute(
        "update public.scraping_sessions set completed_at = completed_at - interval '90 days'"
    )
    await catalogue.superuser.execute(
        "update property_manager.change_sets set committed_at = committed_at - interval '90 days'"
    )
    before = await catalogue.superuser.fetchval("select count(*) from public.property_changes")
    assert await ticks.tick(await ticks.job("cleanup", days=30, compact_days=60)) is None
    (run,) = await ticks.bench.runs()
    assert run.outcome == "done"
    assert await catalogue.superuser.fetchval("select count(*) from public.scraping_sessions") == 5
    assert await catalogue.superuser.fetchval("select count(*) from public.property_changes") == 3 < before
    assert await catalogue.complaints() == []


async def test_views_catch_up(ticks: Ticks, catalogue: Catalogue) -> None:
    """refresh-views refreshes what is behind; a view that cannot be is named."""
    await catalogue.run(homes(3), catch_up=False)
    name = await ticks.job("refresh-views")
    await catalogue.superuser.execute("alter materialized view public.property_stats rename to away")
    error = await ticks.tick(name)
    assert error is not None
    assert error.startswith('views: relation "public.property_stats" does not exist')
    await catalogue.superuser.execute("alter materialized view public.away rename to property_stats")
    assert await ticks.tick(name) is None
    assert await catalogue.superuser.fetchval("select count(*) from property_manager.view_refreshes") == 1


async def test_county_records_are_linked_and_scored(ticks: Ticks, superuser: asyncpg.Connection) -> None:
    database = ticks.bench.database
    await (await Layer.of(database, superuser)).load(parcels(2))
    sale = {**ORANGE, "parcel_id_normalized": f"{1:015d}", "parcel_id": "01-1", "tda_number": "2026-1"}
    await (await Layer.of(database, superuser, "tax_sales")).load([record("2026-1", sale)])
    linked = "select count(*) from county.tax_sales where property_id is not null"
    assert await superuser.fetchval(linked) == 0
    assert await ticks.tick(await ticks.job("county", "match")) is None
    assert await superuser.fetchval(linked) == 1
    assert await ticks.tick(await ticks.job("leads", "score")) is None
    assert await superuser.fetchval("select count(*) from county.lead_scores") == 2


async def test_repair_ends_what_has_no_process(ticks: Ticks, catalogue: Catalogue) -> None:
    """repair does in the database what the command does."""
    session = await catalogue.stage(homes(2), kind="import")
    await catalogue.interrupted(session, silent=timedelta(hours=1))
    assert await ticks.tick(await ticks.job("repair")) is None
    assert await catalogue.superuser.fetchval("select status from public.scraping_sessions") == "failed"


async def test_a_job_that_was_removed_or_given_to_a_worker_says_so(ticks: Ticks) -> None:
    """pg_cron is told that the job it runs is none of its own, so that its record shows it."""
    assert await ticks.tick("gone") == "pg_cron has no job gone of this program"
    name = await ticks.bench.job("cleanup")
    assert await ticks.tick(name) == "pg_cron has no job cleanup of this program"
    assert await ticks.bench.runs() == []


async def test_a_run_begins_nothing_that_the_server_would_cut(ticks: Ticks, catalogue: Catalogue) -> None:
    """Past half of the statement time-out a run ends well after what it began; the next one does the rest."""
    first = await catalogue.stage(homes(3))
    second = await (await catalogue.beside("other")).stage(homes(3), day=1)
    name = await ticks.job("sync-pending")
    async with ticks.connection() as conn:
        await conn.execute("set statement_timeout = '1h'; set role service_role")
        run = await conn.fetchval("select run from api.run_step($1, null)", name)
        assert await conn.fetchval("select more from api.run_step($1, $2)", name, run)  # claimed
        await catalogue.superuser.execute(
            "update property_manager.job_runs set started_at = now() - interval '31 minutes'"
        )
        await catalogue.superuser.execute("update property_manager.jobs set timeout_seconds = 36000")
        while await conn.fetchval("select more from api.run_step($1, $2)", name, run):
            pass
    assert [len(await catalogue.change_sets(each)) for each in (first, second)] == [1, 0]
    assert [each.outcome for each in await ticks.bench.runs()] == ["done"]
    assert await ticks.tick(name) is None
    assert len(await catalogue.change_sets(second)) == 1
