"""What becomes an alert, that it is one while it lasts, and that it ends when it is over."""

from __future__ import annotations

import asyncio

import asyncpg

from database.handle import Database
from services.alerts import alert_kinds, list_alerts
from services.pipeline import discard_plan
from services.reports.status import dashboard
from services.schedule.install import install
from services.schedule.jobs import Job
from services.schedule.times import Times
from services.staging import SessionWriter
from services.verdicts import pause_source, resume_source
from tests.catalogue import Catalogue, homes


async def kinds(database: Database, *, ended: bool = False) -> list[tuple[str, str | None]]:
    return [(each.kind, each.source) for each in await list_alerts(database, ended=ended)]


async def test_a_held_plan_is_one_alert_until_it_is_decided(database: Database, catalogue: Catalogue) -> None:
    await catalogue.run(homes(30))
    assert await kinds(database) == []
    held = await catalogue.run(homes(3), day=1)
    assert held.plan_id is not None
    for _ in range(2):
        (alert,) = await list_alerts(database)
        assert (alert.kind, alert.source, alert.ended_at, alert.told) == ("plan_held", "acme", None, [])
        assert alert.sentence == held.reasons[0].sentence
        assert alert.next_step == f"property-manager plans show {str(held.plan_id)[:8]}"
    await discard_plan(database, held.plan_id, actor="ana")
    assert await kinds(database) == []
    assert await kinds(database, ended=True) == [("plan_held", "acme")]


async def test_a_scope_that_fails_each_night_is_one_alert_until_a_session_ends_well(
    database: Database, catalogue: Catalogue
) -> None:
    for night in range(3):
        writer = await SessionWriter.open(database, catalogue.source, scope="all", kind="scrape")
        await writer.fail(f"the site is down, night {night}")
        assert await kinds(database) == [("session_failed", "acme")]
    await catalogue.stage(homes(2))  # begun long before, by the clock of tests
    assert await kinds(database) == [("session_failed", "acme")]
    await catalogue.superuser.execute(
        "update public.scraping_sessions set created_at = now() where status = 'completed'"
    )
    assert await kinds(database) == []
    assert len(await list_alerts(database, ended=True)) == 1


async def test_a_source_that_its_session_paused_is_told_and_one_that_a_person_paused_is_not(
    database: Database, catalogue: Catalogue
) -> None:
    await catalogue.beside("other")
    await pause_source(database, "other", "they redesign", actor="ana")
    await pause_source(database, "acme", "every page is a challenge")
    (alert,) = await list_alerts(database)
    assert (alert.kind, alert.source, alert.sentence) == (
        *("source_paused", "acme"),
        "every page is a challenge",
    )
    await resume_source(database, "acme", actor="ana")
    assert await kinds(database) == []
    await pause_source(database, "acme", "it is again")
    lapsed = "update property_manager.pauses set since = since - interval '2 hours', until = now()"
    await catalogue.superuser.execute(f"{lapsed} where ended_at is null and paused_by is null")
    assert await kinds(database) == [("source_paused", "acme")]  # nothing says that it is well by now
    await catalogue.stage(homes(1), kind="scrape")
    await catalogue.superuser.execute("update public.scraping_sessions set completed_at = now()")
    assert await kinds(database) == []


async def test_a_late_source_is_what_status_calls_overdue(database: Database, catalogue: Catalogue) -> None:
    """By its own rhythm, with active listings, and not where the source is paused, which is told already."""
    quick, slow = catalogue, await catalogue.beside("slow")
    for day in (0, 1, 2):
        await quick.run(homes(4, price=1_000_000 + day), day=day)
    await slow.run(homes(4), day=0)

    async def late_when_last_synced(ago: str) -> list[str | None]:
        await quick.superuser.execute("delete from property_manager.alert_searches")
        moved = f"completed_at + (now() - interval '{ago}' - (select max(completed_at) from %s))"
        for table in ("public.sync_metadata", "public.scraping_sessions"):
            await quick.superuser.execute(
                f"update {table} set completed_at = {moved % table} where completed_at is not null"
            )
        overdue = [each.name for each in (await dashboard(database)).sources if each.overdue]
        found = sorted(each.source or "" for each in await list_alerts(database))
        assert found == overdue
        return list(found)

    await quick.superuser.execute(
        "update public.sync_metadata m set completed_at = s.completed_at from public.scraping_sessions s"
        " where s.id = m.session_id"
    )
    assert await late_when_last_synced("2 days") == []
    assert await late_when_last_synced("4 days") == ["acme"]
    assert await late_when_last_synced("8 days") == ["acme", "slow"]
    assert await late_when_last_synced("1 hour") == []


async def test_a_job_that_fails_again_is_one_alert_until_a_run_is_done(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await install(database, Job("cleanup", ("cleanup",), Times.parse("0 3 * * *")))
    await install(database, Job("tell", ("alerts", "send"), Times.parse("* * * * *")))
    await superuser.execute("update property_manager.jobs set next_due = now() + interval '1 day'")

    async def run(job: str, outcome: str | None) -> None:
        """A run that has ended so, or one that is at work."""
        await superuser.execute(
            "delete from property_manager.job_runs where outcome = 'running'",
        )
        await superuser.execute(
            "insert into property_manager.job_runs (job_id, worker, outcome, ended_at, message)"
            " select id, 'w', coalesce($2, 'running'), case when $2::text is not null then now() end,"
            " 'disk full' from property_manager.jobs where name = $1",
            job,
            outcome,
        )

    await run("tell", "failed")  # what sends alerts cannot tell that it does not
    assert await kinds(database) == []
    for outcome in ("failed", None, "failed", "stopped"):
        await run("cleanup", outcome)
        (alert,) = await list_alerts(database)
        assert (alert.kind, alert.sentence) == ("job_failed", "job cleanup: disk full")
    await run("cleanup", "done")
    assert await kinds(database) == []
    assert len(await list_alerts(database, ended=True)) == 1
    await superuser.execute("update property_manager.jobs set next_due = now() - interval '2 hours'")
    assert await kinds(database) == [("job_late", None)]


async def test_a_kind_is_a_row_and_a_function_and_a_broken_one_hides_no_other(
    database: Database, superuser: asyncpg.Connection
) -> None:
    """As a subsystem adds one: a row of alert_kinds() and find_NAME(). An event is one alert for ever."""
    body = await superuser.fetchval(
        "select prosrc from pg_proc where oid = 'property_manager.alert_kinds()'::regprocedure"
    )
    more = ", (99, 'lead_in_tier_a', 'lead is in tier A', 'leads are in tier A', false, true, interval '0')"
    await superuser.execute(
        "create or replace function property_manager.alert_kinds() returns table (place integer, name text,"
        " title text, titles text, lasts boolean, searched boolean, every interval) language sql immutable"
        f" set search_path = pg_catalog, pg_temp as $${body.rstrip()}{more}$$"
    )
    await superuser.execute(
        "create table property_manager.tried_leads (n integer);"
        "create function property_manager.find_lead_in_tier_a() returns setof property_manager.found_alert"
        " language sql stable set search_path = pg_catalog, pg_temp as $$"
        " select n::text, null::integer, 'lead ' || n, null::text, null::text, null::timestamptz"
        " from property_manager.tried_leads $$;"
        "grant select on property_manager.tried_leads to property_manager_owner;"
        "create or replace function property_manager.find_job_late()"
        " returns setof property_manager.found_alert language sql stable"
        " set search_path = pg_catalog, pg_temp as $$ select (1 / 0)::text, 1, '', '', '', now() $$"
    )
    for leads in ((1, 2), (1, 2, 3), (), (3,)):
        await superuser.execute("delete from property_manager.tried_leads")
        await superuser.executemany(
            "insert into property_manager.tried_leads values ($1)", [(n,) for n in leads]
        )
        await list_alerts(database)
    alerts = await list_alerts(database, ended=True)
    assert sorted(each.sentence for each in alerts) == [
        *("lead 1", "lead 2", "lead 3"),
        "looking for alerts of the kind job_late: division by zero",
    ]
    assert "lead_in_tier_a" in [kind.name for kind in await alert_kinds(database)]


async def test_two_that_search_at_once_find_one_alert(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        "insert into property_manager.subscribers (name, error, failed_at)"
        " values ('cache', 'it is full', now())"
    )
    await asyncio.gather(*(database.run("find_alerts") for _ in range(4)))
    assert [each.sentence for each in await list_alerts(database, ended=True)] == ["cache: it is full"]
