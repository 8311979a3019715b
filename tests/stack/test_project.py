"""What the owner of a project does with the supabase command line, on a database with our schema."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from database.migrate import status
from tests.catalogue import Catalogue, homes
from tests.servers import Server
from tests.stack.cli import Supabase
from tests.stack.gateway import Gateway


async def test_generated_python_types_take_what_the_http_api_answers(
    catalogue: Catalogue,
    rest: Gateway,
    supabase: Supabase,
    server: Server,
    database_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`gen types` for Python gives a file that imports; its model of listings takes rows of the API."""
    await catalogue.run(homes(3))
    made = supabase.run("gen", "types", "--lang", "python", dsn=server.superuser_dsn(database_name))
    assert made.returncode == 0, made.stderr
    (tmp_path / "project_types.py").write_text(made.stdout)
    monkeypatch.syspath_prepend(tmp_path)
    types = import_module("project_types")

    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{rest.url}/rest/v1/listings", headers=rest.headers()) as answer,
    ):
        listings = [types.PublicListings.model_validate(row) for row in await answer.json()]

    sys.modules.pop("project_types")
    assert sorted(listing.property_id for listing in listings) == ["A-1", "A-2", "A-3"]


def test_generated_typescript_names_our_tables(
    supabase: Supabase, server: Server, database_name: str
) -> None:
    """`gen types` for TypeScript is clean of anything but code, and has the tables of a reader."""
    made = supabase.run("gen", "types", "--lang", "typescript", dsn=server.superuser_dsn(database_name))
    assert made.returncode == 0, made.stderr
    assert made.stdout.lstrip().startswith("export type Json")
    for table in ("properties_live", "listings"):
        assert re.search(rf"\b{table}\b\W+{{", made.stdout)


def test_generated_types_are_of_the_schemas_that_the_configuration_exposes(
    supabase: Supabase, server: Server, database_name: str
) -> None:
    """By `supabase/config.toml` types have the functions of schema api, and nothing of the internals."""
    made = supabase.run("gen", "types", "--lang", "typescript", dsn=server.superuser_dsn(database_name))
    assert made.returncode == 0, made.stderr
    assert re.search(r"\bfeed_position\b", made.stdout)
    assert not re.search(r"^  property_manager\b", made.stdout, re.MULTILINE)


async def test_a_projects_own_migrations_are_pushed_beside_ours(
    supabase: Supabase, dsn: str, superuser: asyncpg.Connection
) -> None:
    """`db push` applies a project's migration once, and our schema stays current."""
    (supabase.migrations / "20260101000000_notes.sql").write_text(
        "create table public.notes (id bigint primary key);"
        "alter table public.notes enable row level security;"
    )
    pushed = [supabase.run("db", "push", dsn=dsn) for _ in range(2)]

    assert [push.returncode for push in pushed] == [0, 0], pushed
    assert "up to date" in (pushed[1].stdout + pushed[1].stderr)
    assert await superuser.fetchval("select count(*) from supabase_migrations.schema_migrations") == 1
    assert await superuser.fetchval("select to_regclass('public.notes') is not null")
    conn = await asyncpg.connect(dsn)
    assert (await status(conn)).current
    await conn.close()
