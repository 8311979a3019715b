"""What the roles of the HTTP API try beyond their grants: to own, to make, and to hold others up."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue
from tests.servers import Server, migrate_database

API = ["anon", "authenticated", "service_role", "authenticator"]
STRONG = ("share", "share row exclusive", "exclusive", "access exclusive")
MAKES = [
    "create temporary table mine (a integer)",
    "create temporary view mine as select 1 as a",
    "create function pg_temp.mine() returns integer language sql as 'select 1'",
    "create domain pg_temp.text as pg_catalog.text",
    "create table public.mine (a integer)",
    "create function public.mine() returns integer language sql as 'select 1'",
    "create function property_manager_rules.mine(public.property_scrapes_staging) returns text"
    " language sql as 'select null::text'",
    "create function api.mine() returns integer language sql as 'select 1'",
    "create view extensions.mine as select 1 as a",
    "create schema mine",
    "create rule mine as on insert to public.validation_rules do nothing",
    "create trigger mine before insert on public.properties_live for each row"
    " execute function suppress_redundant_updates_trigger()",
    "create policy mine on public.property_changes using (true)",
    "alter table public.property_changes disable trigger append_only",
    "alter function api.apply security invoker",
    "comment on table public.sources is 'mine'",
    "refresh materialized view public.property_stats",
    "set role property_manager_owner",
]


@pytest.mark.parametrize("role", API)
async def test_a_role_of_the_api_makes_and_alters_nothing(superuser: asyncpg.Connection, role: str) -> None:
    done = []
    await superuser.execute(f"set session authorization {role}")
    try:
        for statement in MAKES:
            try:
                await superuser.execute(statement)
            except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError):
                continue
            done.append(statement)
    finally:
        await superuser.execute("reset session authorization; reset role")
    assert done == []


@pytest.mark.parametrize("role", API)
async def test_a_role_of_the_api_makes_objects_in_no_schema(superuser: asyncpg.Connection, role: str) -> None:
    places = await superuser.fetch(
        "select nspname from pg_namespace where nspname !~ '^pg_(toast_)?temp_'"
        " and (has_schema_privilege($1, oid, 'create') or has_schema_privilege('public', oid, 'create'))",
        role,
    )
    assert [row["nspname"] for row in places] == []


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
async def test_no_role_of_the_api_locks_a_table_that_others_write(
    superuser: asyncpg.Connection, role: str
) -> None:
    """But for the rules, which the service writes itself."""
    tables = await superuser.fetch(
        "select oid::regclass::text as name from pg_class where relkind in ('r', 'p')"
        " and relowner = 'property_manager_owner'::regrole"
    )
    assert len(tables) > 30
    locked = []
    for table in tables:
        for mode in STRONG:
            transaction = superuser.transaction()
            await transaction.start()
            try:
                await superuser.execute(f"set local role {role}")
                await superuser.execute(f"lock table {table['name']} in {mode} mode nowait")
                locked.append(table["name"])
            except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError):
                pass
            finally:
                await transaction.rollback()
    assert set(locked) <= ({"validation_rules"} if role == "service_role" else set())


async def test_a_lock_that_every_role_may_take_holds_nobody_up(
    catalogue: Catalogue, server: Server, database_name: str
) -> None:
    """Advisory locks are everybody's: neither history nor a deploy waits for one."""
    anon = await asyncpg.connect(server.superuser_dsn(database_name))
    try:
        await anon.execute("set session authorization anon")
        await anon.execute(
            "select pg_advisory_lock(hashtext('property_manager.migrations')),"
            " pg_advisory_lock(hashtextextended('property_manager.history', 0))"
        )
        await catalogue.superuser.execute(
            f"alter role property_manager in database {database_name} set lock_timeout = '20s'"
        )
        await catalogue.superuser.execute("set lock_timeout = '20s'; select property_manager.lock_history()")
        await migrate_database(server.login_dsn(database_name))
    finally:
        await anon.close()
