"""Debian's PostgreSQL 15 with the extensions that projects have: each works beside our schema."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.servers import Server, build_template, database_from, migrate_database

CHECKED = """
select p.oid::regprocedure::text as function, c.level, c.lineno, c.message
from pg_proc p
join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
left join pg_trigger t on t.tgfoid = p.oid
cross join lateral plpgsql_check_function_tb(p.oid, coalesce(t.tgrelid, 0), fatal_errors => false,
  extra_warnings => true, performance_warnings => false, security_warnings => true) c
where p.proowner = 'property_manager_owner'::regrole
order by 1, 3
"""
# what these run is put together of names that the catalog or the code gives, and goes through format()
DYNAMIC = {
    "api.ask(text,json)",
    "api.as_user(jsonb,text,jsonb)",
    "api.parcels_at(double precision,double precision)",
    "api.parcels_within(jsonb,uuid,integer)",
    "api.postgis()",
    "api.set_postgis(boolean)",
    "api.county_check_data(text,integer)",
    "api.county_count(text,jsonb,bigint)",
    "api.county_page(text,jsonb,text[],integer,text)",
    "api.county_runs(jsonb,integer,text)",
    "api.erase_elsewhere(bigint,text,text,text)",
    "api.find_records(text,text,text)",
    "property_manager.check_examples(text,text,text,text,text[],integer)",
    "property_manager.counties_with(text)",
    "property_manager.ends_within(text,text,integer)",
    "property_manager.link_kind(text,uuid[])",
    "property_manager.orphans(text,text,text)",
    "property_manager.page_ids(text,text[],text,integer)",
    "property_manager.parcel_records(text,text,uuid,text,text,text,text[],integer)",
    "property_manager.record_place(text,uuid)",
    "property_manager.records_to_match(text,uuid[])",
    "property_manager.rule_findings(text,uuid,integer)",
    "property_manager.some_ids(text,integer)",
    "property_manager.sort_ids(text,text,integer)",
    "property_manager.trial(jsonb,text,date,date,integer)",
    "property_manager.tried_each(text,text,uuid,text[])",
    "property_manager.undone(text,uuid,text[],integer,integer)",
    "property_manager.validate_records(scraping_sessions,sources,text)",
    "property_manager.walk_ids(text,text,text,integer,integer)",
}
FAULTY = """
create function property_manager.faulty(p_unused text) returns bigint language plpgsql as $$
begin
  return (select count(*) from property_manager.no_such_table);
end
$$;
alter function property_manager.faulty owner to property_manager_owner;
"""
TICK_SECONDS = 150
"""pg_cron looks at its jobs at each full minute."""


@pytest.fixture
async def old(postgres_15: Server) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to a migrated database of PostgreSQL 15."""
    async with database_from(postgres_15, await build_template(postgres_15)) as name:
        conn = await asyncpg.connect(postgres_15.superuser_dsn(name))
        yield conn
        await conn.close()


async def faults(conn: asyncpg.Connection) -> list[tuple[str, str]]:
    """What plpgsql_check finds, but for the legacy table, which most databases do not have."""
    return [
        (row["function"], row["message"])
        for row in await conn.fetch(CHECKED)
        if row["function"] not in DYNAMIC and "pulled_properties" not in row["message"]
    ]


async def test_no_function_has_a_fault_that_shows_only_when_it_runs(old: asyncpg.Connection) -> None:
    """plpgsql_check finds no missing name, wrong type, unused parameter or unsafe statement."""
    await old.execute("create extension plpgsql_check")

    assert await faults(old) == []


async def test_a_faulty_function_would_be_found(old: asyncpg.Connection) -> None:
    """A function that reads a table which is not there, and ignores its parameter, is named for both."""
    await old.execute("create extension plpgsql_check")
    await old.execute(FAULTY)

    assert sorted(await faults(old)) == [
        ("property_manager.faulty(text)", 'relation "property_manager.no_such_table" does not exist'),
        ("property_manager.faulty(text)", 'unused parameter "p_unused"'),
    ]


async def test_pgtap_sees_our_schema(old: asyncpg.Connection) -> None:
    """A project's own pgTAP tests run beside our schema."""
    await old.execute("create extension pgtap with schema extensions")
    async with old.transaction():
        await old.execute("set local search_path = extensions, public")
        lines = [
            await old.fetchval("select plan(2)::text"),
            await old.fetchval("select has_table('public'::name, 'properties_live'::name)"),
            await old.fetchval("select has_column('public', 'properties_live', 'price', 'it has a price')"),
        ]
    assert [line.split(" - ")[0] for line in lines] == ["1..2", "ok 1", "ok 2"]


async def test_postgis_finds_listings_near_a_point(old: asyncpg.Connection) -> None:
    """With PostGIS beside our schema, coordinates of listings answer how far away they are."""
    await old.execute("create extension postgis with schema extensions")
    metres = await old.fetchval(
        "select extensions.st_distance(extensions.st_makepoint(-89.6, 20.9)::extensions.geography,"
        " extensions.st_makepoint(l.longitude, l.latitude)::extensions.geography)"
        " from jsonb_populate_record(null::public.properties_live,"
        ' \'{"latitude": 20.91, "longitude": -89.6}\') l'
    )
    assert 1_100 < metres < 1_115


@pytest.fixture
async def cron(postgres_15: Server) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to the database that pg_cron works in, our schema in it."""
    name = "property_manager"
    await migrate_database(postgres_15.login_dsn(name))
    conn = await asyncpg.connect(postgres_15.superuser_dsn(name))
    await conn.execute("create extension pg_cron; grant usage on schema cron to property_manager")
    yield conn
    await conn.execute("drop extension pg_cron")
    await conn.close()


@pytest.mark.waits
async def test_pg_cron_runs_a_job_as_a_role_that_may_log_in_only(
    postgres_15: Server, cron: asyncpg.Connection
) -> None:
    """A job of the program's login runs; one of the owner, who cannot log in, fails at its tick."""
    call = "select count(*) from api.doctor()"
    login = await asyncpg.connect(postgres_15.login_dsn("property_manager"))
    mine = await login.fetchval(
        "select cron.schedule('mine', '* * * * *', $1)", f"set role service_role; {call}"
    )
    await login.close()
    theirs = await cron.fetchval("select cron.schedule('theirs', '* * * * *', $1)", call)
    await cron.execute("update cron.job set username = 'property_manager_owner' where jobid = $1", theirs)

    async with asyncio.timeout(TICK_SECONDS):
        while (
            len(
                ran := await cron.fetch(
                    "select distinct on (jobid) jobid, status, return_message from cron.job_run_details"
                    " where status in ('succeeded', 'failed') order by jobid, runid"
                )
            )
            < 2
        ):
            await asyncio.sleep(0.2)

    told = {row["jobid"]: (row["status"], row["return_message"]) for row in ran}
    assert told[mine][0] == "succeeded", told
    assert told[theirs][0] == "failed"
    assert "not permitted to log in" in told[theirs][1]
