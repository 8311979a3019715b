"""Every role × table × verb × function through the HTTP API is what config/access.py declares."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import asyncpg
import pytest

from config.access import FUNCTIONS, RELATIONS, ROLES, VISITORS
from config.listing import FIELDS
from tests.catalogue import Catalogue, homes
from tests.servers import Server, migrate_database
from tests.sql.matrix import FUNCTIONS as ALL_FUNCTIONS
from tests.sql.matrix import RELATIONS as ALL_RELATIONS
from tests.sql.matrix import SCHEMAS, Api, all_of, differences
from tests.stack.fixtures import http_api
from tests.stack.gateway import Gateway

CONTACTS = [field.name for field in FIELDS if field.personal]
INSIDE = {"search_vector", "change_set_id"}
"""Columns of the table that the view has not."""


@pytest.fixture
async def api(rest: Gateway) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
        yield Api(rest, client)


async def test_every_role_can_do_what_is_declared_and_nothing_else(
    catalogue: Catalogue, superuser: asyncpg.Connection, api: Api
) -> None:
    """Each role tries every verb on every table, view and column, and every function."""
    await catalogue.run(homes(2))
    assert await differences(api, superuser) == []


async def test_the_declaration_names_nothing_that_is_not_there(superuser: asyncpg.Connection) -> None:
    """Every table and function of config/access.py exists in an exposed schema."""
    there = {
        row["name"]
        for question in (ALL_RELATIONS, ALL_FUNCTIONS)
        for row in await superuser.fetch(question, SCHEMAS)
    }
    assert {*RELATIONS, *FUNCTIONS} - there == set()


@pytest.mark.parametrize(
    ("hole", "only", "said"),
    [
        ("grant select on public.sources to anon", "sources", "anon can select public.sources"),
        ("grant select (name) on public.sources to anon", "sources", "anon can select public.sources"),
        (
            "grant insert on public.scraping_errors to anon",
            "errors",
            "anon can insert public.scraping_errors",
        ),
        (
            "grant update (title) on public.properties_live to authenticated",
            "properties_live",
            "staff can update public.properties_live",
        ),
        (
            "grant delete on public.sync_metadata to service_role",
            "sync",
            "service_role can delete public.sync_metadata",
        ),
        (
            "grant all on public.property_changes to public",
            "changes",
            "authenticated can delete public.property_changes",
        ),
        ("grant select on public.property_stats to anon", "stats", "anon can select public.property_stats"),
        (
            "grant execute on function api.feed_position() to authenticated",
            "feed_position",
            "authenticated can call api.feed_position",
        ),
        (
            "grant usage on schema api to anon; grant execute on function api.feed_position() to public",
            "feed_position",
            "anon can call api.feed_position",
        ),
        (
            "create table public.forgotten (id int); grant select on public.forgotten to anon",
            "forgotten",
            "anon can select public.forgotten",
        ),
        (
            "create function public.forgotten() returns int language sql as 'select 1'",
            "forgotten",
            "anon can call public.forgotten",
        ),
        (
            "create or replace function property_manager.is_staff() returns boolean"
            " language sql as 'select true'",
            "staff_plans",
            "authenticated can call api.staff_plans",
        ),
        (
            "create or replace function property_manager.is_staff() returns boolean language sql as $$"
            " select property_manager.claims() #>> '{user_metadata,property_manager}' = 'staff' $$",
            "staff_plans",
            "staff cannot call api.staff_plans",
        ),
        ("revoke select on public.listings from anon", "listings", "anon cannot select public.listings"),
        (
            "create or replace function api.staff_plans(p_source text default null, p_limit int default 100)"
            " returns setof jsonb language sql security definer as 'select null::jsonb where false'",
            "staff_plans",
            "authenticated can call api.staff_plans",
        ),
        (
            "create view public.forgotten as select * from property_manager.plans;"
            "grant select on public.forgotten to authenticated",
            "forgotten",
            "staff can select public.forgotten",
        ),
        (
            "revoke execute on function api.feed_position() from service_role",
            "feed_position",
            "service_role cannot call api.feed_position",
        ),
        (
            "grant insert (name) on public.sources to service_role",
            "sources",
            "service_role can insert public.sources",
        ),
    ],
)
async def test_a_planted_hole_is_found(
    superuser: asyncpg.Connection, api: Api, hole: str, only: str, said: str
) -> None:
    """A grant too many, one too few, a forgotten object, a check that does not check: each is found."""
    await superuser.execute(hole)
    api.rest.postgrest.reload_schema()
    assert said in await differences(api, superuser, only=only)


async def unseen(api: Api, role: str) -> list[str]:
    """What a role sees of the catalogue that it should not: rows off the market, columns with contacts."""
    asked = [(relation, name) for relation in ("listings", "properties_live") for name in CONTACTS]
    answers = await all_of(*(api.ask(api.headers(role), "GET", f"{r}?select={c}&limit=50") for r, c in asked))
    found = [
        f"{relation}.{column}"
        for (relation, column), (status, rows) in zip(asked, answers, strict=True)
        if status == 200 and any(row[column] is not None for row in rows)
    ]
    if role == "anon":
        for relation in ("listings", "properties_live"):
            _, rows = await api.ask(api.headers(role), "GET", f"{relation}?select=status")
            found += sorted({f"{relation} {row['status']}" for row in rows} - {f"{relation} active"})
    return found


async def _left_the_market(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3, **dict.fromkeys(CONTACTS[:3], "planted@example.com")))
    await catalogue.run(homes(2, **dict.fromkeys(CONTACTS[:3], "planted@example.com")), day=1)
    statuses = await catalogue.superuser.fetch("select distinct status from public.properties_live")
    assert {row["status"] for row in statuses} == {"active", "inactive"}


async def numbers_seen(api: Api) -> list[int]:
    """How many listings each role sees."""
    return [len((await api.ask(api.headers(role), "GET", "listings?select=id"))[1]) for role in ROLES]


async def test_visitors_see_what_is_on_the_market_without_contacts(catalogue: Catalogue, api: Api) -> None:
    """Without an account one reads active listings, with one all of them, and nobody reads a contact."""
    await _left_the_market(catalogue)

    for role in VISITORS:
        assert await unseen(api, role) == []
    assert await numbers_seen(api) == [2, 3, 3, 3]


@pytest.mark.parametrize(
    ("hole", "said"),
    [
        ("create policy hole on public.properties_live for select to anon using (true)", "listings inactive"),
        ("create policy hole on public.properties_live for select using (true)", "listings inactive"),
        ("alter table public.properties_live disable row level security", "properties_live inactive"),
        ("alter view public.listings set (security_invoker = false)", "listings inactive"),
        ("alter role anon bypassrls", "properties_live inactive"),
        ("grant select (agent_name) on public.properties_live to anon", "properties_live.agent_name"),
        ("grant select on public.properties_live to anon", "listings.agent_name"),
    ],
)
async def test_a_planted_hole_in_rows_and_columns_is_found(
    catalogue: Catalogue, superuser: asyncpg.Connection, api: Api, hole: str, said: str
) -> None:
    """A policy, a view, a role or a grant that lets too much through is seen in what a visitor reads."""
    await _left_the_market(catalogue)
    await superuser.execute(hole)
    try:
        assert said in await unseen(api, "anon")
    finally:
        await superuser.execute("alter role anon nobypassrls")  # of the server, not of this database


@pytest.mark.parametrize(
    ("hole", "seen"),
    [
        ("drop policy visitors_see_active_listings on public.properties_live", [0, 3, 3, 3]),
        ("drop policy users_see_listings on public.properties_live", [2, 0, 0, 3]),
        ("create policy shut on public.properties_live as restrictive using (false)", [0, 0, 0, 3]),
    ],
)
async def test_a_missing_policy_is_found(
    catalogue: Catalogue, superuser: asyncpg.Connection, api: Api, hole: str, seen: list[int]
) -> None:
    """Rows that a role should see and does not: what it sees is counted."""
    await _left_the_market(catalogue)
    await superuser.execute(hole)
    assert await numbers_seen(api) == seen


EXPOSING = """
alter default privileges for role property_manager in schema public
  grant all on tables to anon, authenticated, service_role;
alter default privileges for role property_manager in schema public
  grant all on sequences to anon, authenticated, service_role;
alter default privileges for role property_manager in schema public
  grant execute on functions to anon, authenticated, service_role;
"""
"""What a project once gave, and many still give, to every new object of its own login."""


async def test_a_project_that_exposes_new_tables_exposes_none_of_ours(server: Server, bare_name: str) -> None:
    """Defaults that give everything to everybody change nothing, as those that give nothing do."""
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    try:
        await conn.execute(EXPOSING)
        await migrate_database(server.login_dsn(bare_name))
        async with aiohttp.ClientSession() as client:
            with http_api(server, bare_name) as rest:
                assert await differences(Api(rest, client), conn, only="public.") == []
    finally:
        await conn.close()
