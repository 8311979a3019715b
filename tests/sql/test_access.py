"""Permissions: only stages write live, the audit is append-only, readers see only listings."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue, homes

WRITES = {
    "insert": "insert into {} default values",
    "update": "update {} set {} = {}",
    "delete": "delete from {}",
    "truncate": "truncate {}",
}
STAGES_ONLY = {
    "public.properties_live": "title",
    "public.property_changes": "actor",
    "public.sync_metadata": "epoch",
    "public.scraping_sessions": "status",
    "public.sources": "name",
    "property_manager.plans": "status",
    "property_manager.plan_rows": "action",
    "property_manager.plan_changes": "reason",
    "property_manager.listing_state": "fingerprint",
    "property_manager.listing_scopes": "misses",
    "property_manager.leases": "epoch",
    "property_manager.pins": "reason",
    "property_manager.change_sets": "actor",
    "property_manager.feed": "position",
    "property_manager.stage_results": "result",
}


async def refused(conn: asyncpg.Connection, role: str, statement: str) -> bool:
    transaction = conn.transaction()
    await transaction.start()
    try:
        await conn.execute(f"set local role {role}")
        await conn.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return True
    finally:
        await transaction.rollback()
    return False


@pytest.mark.parametrize("role", ["service_role", "anon", "authenticated"])
async def test_only_stages_write(catalogue: Catalogue, role: str) -> None:
    await catalogue.run(homes(2))

    allowed = [
        f"{what} {table}"
        for table, column in STAGES_ONLY.items()
        for what, statement in WRITES.items()
        if not await refused(catalogue.superuser, role, statement.format(table, column, column))
    ]

    assert allowed == []


async def test_service_role_adds_staged_rows_and_rewrites_none(catalogue: Catalogue) -> None:
    insert = (
        "insert into public.property_scrapes_staging (session_id, row_no, problem)"
        " values (gen_random_uuid(), 1, 'test')"
    )
    assert not await refused(catalogue.superuser, "service_role", insert)
    for statement in ("update {} set title = 'x'", "delete from {}", "truncate {}"):
        assert await refused(
            catalogue.superuser, "service_role", statement.format("public.property_scrapes_staging")
        )


@pytest.mark.parametrize("role", ["anon", "authenticated"])
async def test_readers_see_only_listings_their_homes_and_their_last_sighting(
    catalogue: Catalogue, role: str
) -> None:
    await catalogue.run(homes(2))

    tables = await catalogue.superuser.fetch(
        "select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace"
        " where n.nspname in ('public', 'property_manager') and c.relkind in ('r', 'p', 'v', 'm')"
    )
    readable = {
        row["name"]
        for row in tables
        if not await refused(catalogue.superuser, role, f"select from {row['name']} limit 1")
    }
    shown = {"properties_live", "listings", "homes", "listing_home"}
    async with catalogue.superuser.transaction():
        await catalogue.superuser.execute(f"set local role {role}")
        rows = await catalogue.superuser.fetch("select last_seen_at from public.listings")
    assert readable == shown
    assert len(rows) == 2 and all(row["last_seen_at"] for row in rows)


LAST_SEEN = "property_manager.last_seen(text,text)"
"""Called by the view `listings` with its reader's rights."""


async def test_readers_cannot_call_a_stage(catalogue: Catalogue) -> None:
    functions = await catalogue.superuser.fetch(
        "select p.oid::regprocedure::text as name from pg_proc p"
        " where p.pronamespace in ('property_manager'::regnamespace, 'property_manager_rules'::regnamespace)"
        " and (has_function_privilege('anon', p.oid, 'execute')"
        "   or has_function_privilege('authenticated', p.oid, 'execute'))"
    )
    assert [row["name"] for row in functions] == [LAST_SEEN]


async def test_functions_of_api_are_for_the_service_or_for_staff(superuser: asyncpg.Connection) -> None:
    """Each function runs as its owner; one is for signed-in users who are staff, or for the service alone."""
    functions = await superuser.fetch(
        "select p.oid::regprocedure::text as name, p.proowner::regrole::text as owner,"
        " p.prosecdef as definer, p.proconfig as settings,"
        " array(select r from unnest(array['service_role', 'anon', 'authenticated', 'public']) r"
        "  where has_function_privilege(r, p.oid, 'execute')) as callers"
        " from pg_proc p where p.pronamespace = 'api'::regnamespace"
    )
    assert len(functions) > 90
    for function in functions:
        assert function["owner"] == "property_manager_owner", function["name"]
        # these do nothing but call another of them: as their caller, and as a user
        calls_others = function["name"] in ("api.ask(text,json)", "api.as_user(jsonb,text,jsonb)")
        assert function["definer"] != calls_others, function["name"]
        assert "search_path=pg_catalog, pg_temp" in (function["settings"] or []), function["name"]
        staff = function["name"].startswith("api.staff_")
        assert function["callers"] == ["authenticated" if staff else "service_role"], function["name"]


async def test_the_schema_api_is_closed_to_visitors(superuser: asyncpg.Connection) -> None:
    """The service and signed-in users may use it, nobody may make anything in it."""
    users = await superuser.fetch(
        "select r, has_schema_privilege(r, 'api', 'usage') as uses,"
        " has_schema_privilege(r, 'api', 'create') as makes"
        " from unnest(array['service_role', 'anon', 'authenticated', 'public']) r"
    )
    assert [row["r"] for row in users if row["uses"]] == ["service_role", "authenticated"]
    assert [row["r"] for row in users if row["makes"]] == []
    held = await superuser.fetch(
        "select relname from pg_class where relnamespace = 'api'::regnamespace and relkind <> 'c'"
    )
    assert [row["relname"] for row in held] == []


async def test_service_role_calls_nothing_of_ours_but_api(superuser: asyncpg.Connection) -> None:
    functions = await superuser.fetch(
        "select p.oid::regprocedure::text as name from pg_proc p"
        " where p.pronamespace = 'property_manager'::regnamespace"
        " and has_function_privilege('service_role', p.oid, 'execute')"
    )
    assert [row["name"] for row in functions] == [LAST_SEEN]


async def test_service_role_cannot_call_the_steps_of_a_stage(catalogue: Catalogue) -> None:
    inner = {
        "create_new",
        "update_known",
        "audit_known",
        "sift_rows",
        "publish",
        "leave_stage",
        "end_sync",
        "clear_run",
        "remember_content",
    }
    functions = await catalogue.superuser.fetch(
        "select p.proname, has_function_privilege('service_role', p.oid, 'execute') as callable"
        " from pg_proc p"
        " where p.pronamespace = 'property_manager'::regnamespace and p.proname = any ($1)",
        inner,
    )
    assert {row["proname"] for row in functions} == inner
    assert not any(row["callable"] for row in functions)


@pytest.mark.parametrize(
    "statement",
    [
        "update public.property_changes set actor = 'me'",
        "delete from public.property_changes",
        "truncate public.property_changes",
    ],
)
async def test_the_owner_cannot_rewrite_the_audit(catalogue: Catalogue, statement: str) -> None:
    await catalogue.run(homes(1))

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
        async with catalogue.superuser.transaction():
            await catalogue.superuser.execute("set local role property_manager_owner")
            await catalogue.superuser.execute(statement)


@pytest.mark.parametrize("role", ["service_role", "anon", "authenticated"])
async def test_the_rewriting_setting_alone_permits_nothing(catalogue: Catalogue, role: str) -> None:
    await catalogue.run(homes(1))
    says = ("compact", "erase", "rename")

    allowed = [
        f"{what} {table} as {rewriting}"
        for table, column in STAGES_ONLY.items()
        for what, statement in WRITES.items()
        for rewriting in says
        if not await refused(
            catalogue.superuser,
            role,
            f"select set_config('property_manager.rewriting', '{rewriting}', true);"
            + statement.format(table, column, column),
        )
    ]

    assert allowed == []
    assert await catalogue.complaints() == []


async def test_every_transaction_of_the_program_is_service_roles(catalogue: Catalogue) -> None:
    async with catalogue.database.connection() as conn:
        assert await conn.fetchval("select current_user") == "service_role"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await conn.execute("delete from public.properties_live")


async def test_row_level_security_is_on_everywhere(superuser: asyncpg.Connection) -> None:
    tables = await superuser.fetch(
        "select relname from pg_class where relnamespace = 'public'::regnamespace"
        " and relkind in ('r', 'p') and not relrowsecurity"
    )
    assert [row["relname"] for row in tables] == []


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("grant update on public.properties_live to service_role", "the service writes by its functions"),
        ("grant insert on public.sources to anon", "readers cannot write"),
        ("grant trigger on public.properties_live to service_role", "the service writes by its functions"),
        ("alter table public.sources disable row level security", "row-level security is on"),
        ("alter table public.properties_live alter price type numeric(15,3)", "tables have every declared"),
        ("delete from property_manager.change_sets", "the feed has no gap"),
    ],
)
async def test_doctor_reports_loosened_permissions(catalogue: Catalogue, statement: str, check: str) -> None:
    await catalogue.run(homes(1))
    assert await catalogue.complaints() == []
    for view in ("listings", "listing_home", "homes"):
        await catalogue.superuser.execute(f"drop view if exists public.{view} cascade")
    await catalogue.superuser.execute("drop materialized view if exists public.property_stats cascade")

    await catalogue.superuser.execute(statement)

    assert any(complaint.startswith(check) for complaint in await catalogue.complaints())
