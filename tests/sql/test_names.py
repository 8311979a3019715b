"""No name that a caller can make is found before a built-in one: neither by our functions nor by a deploy."""

from __future__ import annotations

import json

import asyncpg

from database.bootstrap import bootstrap
from database.migrate import migrate
from tests.catalogue import ACME, Catalogue, homes
from tests.servers import Server

PATH = "search_path=pg_catalog, pg_temp"
TYPES = ("text", "jsonb", "json", "uuid", "timestamptz", "regclass", "regconfig", "name", "int4", "int8")
RECORDS = ("properties_live", "scraping_sessions", "sources", "validation_rules", "pg_class", "pg_proc")

SPY = """
create function pg_temp.spy() returns boolean language plpgsql as $$
begin
  if current_user <> 'service_role' then
    raise exception 'the spy ran as %', current_user;
  end if;
  return true;
end
$$
"""

CALLS = (
    "select api.register_source('{facts}')",
    "select count(*) from api.doctor()",
    "select api.cleanup(interval '90 days', 10, true)",
    "select api.cleanup(interval '90 days', 10, false)",
    "select api.subscriber_position('spied')",
    "select public.refresh_property_stats()",
    "select count(*) from api.listings_at(now(), 'acme')",
    "select count(*) from api.rules_to_run(gen_random_uuid())",
    "select public.migrate_pulled_properties_to_live()",
)


async def test_every_function_of_ours_finds_temporary_names_last(superuser: asyncpg.Connection) -> None:
    """Each has a search_path of its own: without one it would run with its caller's."""
    functions = await superuser.fetch(
        "select p.oid::regprocedure::text as name,"
        " array(select s from unnest(p.proconfig) s where s like 'search_path=%') as path"
        " from pg_proc p where p.proowner = 'property_manager_owner'::regrole"
    )
    assert len(functions) > 150
    assert [function["name"] for function in functions if function["path"] != [PATH]] == []


async def test_a_temporary_type_is_never_taken_for_a_built_in_one(catalogue: Catalogue) -> None:
    """Where a server lets service_role make temporary objects, none runs with our owner's rights."""
    await catalogue.run(homes(2))
    conn = catalogue.superuser
    database = await conn.fetchval("select current_database()")
    await conn.execute(f"grant temporary on database {database} to service_role")
    await conn.execute("set role service_role")
    await conn.execute(SPY)
    for name in TYPES:
        await conn.execute(f"create domain pg_temp.{name} as pg_catalog.{name} check (pg_temp.spy())")
    for name in RECORDS:
        await conn.execute(f"create temporary table {name} (spied pg_temp.text)")

    for call in CALLS:
        await conn.execute(call.replace("{facts}", json.dumps(ACME.model_dump(mode="json"))))

    await conn.execute(f"reset role; revoke temporary on database {database} from service_role")
    assert await catalogue.complaints() == []


async def test_a_deploy_finds_no_name_of_public_or_of_its_connection(server: Server, bare_name: str) -> None:
    """A deploy calls nothing that others made in public or left on a pooled connection."""
    superuser = await asyncpg.connect(server.superuser_dsn(bare_name))
    conn = await asyncpg.connect(server.login_dsn(bare_name))
    try:
        await superuser.execute(
            "create function public.format(text, text) returns text language plpgsql as"
            " $$begin raise exception 'format of public was called'; end$$;"
            "create function public.left(text, integer) returns text language sql as 'select null::text'"
        )
        await conn.execute("create domain pg_temp.text as pg_catalog.text check (value <> '')")

        await bootstrap(server.superuser_dsn(bare_name))
        await migrate(conn)

        taken = await superuser.fetch(
            "select d.classid::regclass, d.objid from pg_depend d where d.refclassid = 'pg_type'::regclass"
            " and d.refobjid in (select t.oid from pg_type t"
            "   where t.typname = 'text' and t.typnamespace <> 'pg_catalog'::regnamespace)"
            " and d.deptype = 'n'"
        )
        assert taken == []
    finally:
        await conn.close()
        await superuser.close()
