"""What Supabase's advisors, and `doctor` where they say nothing, find in our schema: only what is planted."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue
from tests.servers import Server
from tests.stack.cli import Supabase

UNUSED = "unused_index"
"""Every index is unused in a database that nobody has asked anything."""

PLANTED = {
    "rls_disabled_in_public": (
        "create table public.open (id bigint primary key); grant select on public.open to anon"
    ),
    "policy_exists_rls_disabled": "alter table public.sources disable row level security",
    "security_definer_view": (
        "create view public.through as select * from public.sources; grant select on public.through to anon"
    ),
    "materialized_view_in_api": (
        "create materialized view public.copied as select 1 as id; grant select on public.copied to anon"
    ),
    "multiple_permissive_policies": (
        "create policy again on public.properties_live for select to anon using (status = 'active')"
    ),
    "auth_rls_initplan": (
        "create policy mine on public.scraping_errors for select to authenticated"
        " using (url = current_setting('request.jwt.claims'))"
    ),
    "rls_policy_always_true": (
        "create policy all_write on public.sync_metadata for insert to authenticated with check (true)"
    ),
    "function_search_path_mutable": (
        "create function property_manager.adrift() returns int language sql as 'select 1'"
    ),
    "extension_in_public": "create extension citext with schema public",
    "duplicate_index": "create index again on public.properties_live (last_updated_at)",
    "no_primary_key": "create table property_manager.keyless (id bigint)",
    "unindexed_foreign_keys": (
        "create table property_manager.slow (id bigint primary key, source_id int references public.sources)"
    ),
    "rls_enabled_no_policy": (
        "create table public.silent (id bigint primary key);"
        "alter table public.silent enable row level security"
    ),
}
"""What each rule finds, by its name."""


async def test_the_advisors_find_nothing(supabase: Supabase, server: Server, database_name: str) -> None:
    """`db advisors --level info --fail-on warn` exits with 0, and its notes are of unused indexes alone."""
    code, found = supabase.advisors(server.superuser_dsn(database_name), level="info", fail_on="warn")

    assert (code, [entry["detail"] for entry in found if entry["name"] != UNUSED]) == (0, [])


async def test_the_advisors_find_every_planted_hole(
    supabase: Supabase, server: Server, database_name: str, superuser: asyncpg.Connection
) -> None:
    """Each rule names what was planted for it, and the command fails."""
    for hole in PLANTED.values():
        await superuser.execute(hole)

    code, found = supabase.advisors(server.superuser_dsn(database_name), level="info", fail_on="warn")

    assert code == 1
    assert {entry["name"] for entry in found} - {UNUSED} == set(PLANTED)


@pytest.mark.parametrize(
    ("hole", "check"),
    [
        ("alter table public.sources disable row level security", "row-level security is on"),
        ("alter view public.listings set (security_invoker = false)", "views read as their caller"),
        ("alter view public.listings reset (security_invoker)", "views read as their caller"),
        ("grant select on public.sync_metadata to public", "nothing is granted to every role"),
        ("grant select (name) on public.sources to public", "nothing is granted to every role"),
        ("grant usage on schema property_manager to public", "nothing is granted to every role"),
        ("grant execute on function api.feed_position() to public", "nothing is granted to every role"),
        (
            "grant usage on sequence property_manager.change_set_ids to public",
            "nothing is granted to every role",
        ),
        (
            "create function property_manager.forgotten() returns int language sql"
            " set search_path = pg_catalog, pg_temp as 'select 1';"
            "alter function property_manager.forgotten owner to property_manager_owner;"
            "grant execute on function property_manager.forgotten to public",
            "nothing is granted to every role",
        ),
        ("alter function api.compact reset search_path", "functions find temporary names last"),
        ("alter function api.compact set search_path = public", "functions find temporary names last"),
        ("grant execute on function api.apply to anon", "readers use listings and nothing else"),
    ],
)
async def test_doctor_finds_the_holes_that_the_advisors_do_not_look_for(
    catalogue: Catalogue, hole: str, check: str
) -> None:
    """A clean schema has none; each of these is named: in RLS, views, functions and grants to every role."""
    assert await catalogue.complaints() == []

    await catalogue.superuser.execute(hole)

    assert any(complaint.startswith(check) for complaint in await catalogue.complaints())
