"""What Supabase's advisors say of our schema: only what is known and meant, and whatever is planted in it."""

from __future__ import annotations

import asyncpg

from tests.servers import Server
from tests.stack.cli import Supabase

INLINED = """
select p.proname from pg_proc p join pg_language l on l.oid = p.prolang
where p.proowner = 'property_manager_owner'::regrole and p.proconfig is null and l.lanname = 'sql'
  and not p.prosecdef
"""
"""Functions that become part of the calling query, which those with a search_path of their own do not."""
MUTABLE = "function_search_path_mutable"
KEYLESS = {"findings", "listing_warnings", "history_lock"}
"""Internal tables that are written and deleted a session or a listing at a time, or hold nothing."""


def findings(supabase: Supabase, dsn: str) -> set[tuple[str, str]]:
    """Each finding of `db advisors` and what it is about, but no unused indexes: all are, in a test."""
    _, found = supabase.advisors(dsn)
    return {(entry["name"], entry["metadata"]["name"]) for entry in found if entry["name"] != "unused_index"}


async def test_the_advisors_find_only_what_is_meant(
    supabase: Supabase, server: Server, database_name: str, superuser: asyncpg.Connection
) -> None:
    """Warnings are of helpers that must be inlined, notes of internal tables without a key."""
    inlined = {row["proname"] for row in await superuser.fetch(INLINED)}

    found = findings(supabase, server.superuser_dsn(database_name))

    assert found - {(MUTABLE, name) for name in inlined} == {("no_primary_key", name) for name in KEYLESS}


async def test_the_advisors_find_a_planted_hole(
    supabase: Supabase, server: Server, database_name: str, superuser: asyncpg.Connection
) -> None:
    """A table that anybody may read without row-level security is found, and fails the command."""
    dsn = server.superuser_dsn(database_name)
    assert supabase.advisors(dsn, level="error", fail_on="error") == (0, [])
    await superuser.execute(
        "create table public.hole (id bigint primary key); grant select on public.hole to anon, authenticated"
    )

    code, found = supabase.advisors(dsn, level="error", fail_on="error")

    assert code == 1
    assert [entry["name"] for entry in found] == ["rls_disabled_in_public"]
