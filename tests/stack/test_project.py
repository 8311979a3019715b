"""What the owner of a project does with the supabase command line, on a database with our schema."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import aiohttp
import asyncpg
import pytest

from config.access import RELATIONS, rights
from database.migrate import status
from tests.catalogue import Catalogue, home, homes
from tests.servers import Server
from tests.stack.cli import Supabase
from tests.stack.gateway import Gateway
from tests.stack.packages import MODULES, TYPESCRIPT, required

READABLE: Final = [name.removeprefix("public.") for name in RELATIONS if rights(name, "service_role")]


async def every_row(catalogue: Catalogue, rest: Gateway) -> dict[str, list[dict[str, Any]]]:
    """What the HTTP API answers to the service, by table and view, of a catalogue with some of everything."""
    await catalogue.run(homes(3))
    odd = {
        "latitude": None,
        "price": "a lot",
        "image_urls": ["https://a.example/1.jpg"],
        "features": ["pool"],
    }
    await catalogue.run([*homes(2, price=900_000), home(8, bedrooms=900), home(9, **odd)], day=1)
    async with aiohttp.ClientSession(headers=rest.headers(rest.secret_key)) as session:
        answers = {}
        for name in READABLE:
            computed = ",last_seen_at" if name == "properties_live" else ""
            async with session.get(f"{rest.url}/rest/v1/{name}?select=*{computed}&limit=50") as answer:
                answers[name] = await answer.json()
    # a scrape alone makes errors
    assert [name for name, rows in answers.items() if not rows] == ["scraping_errors"]
    return answers


def imported(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A generated file as a module, as a program has it."""
    (folder / "project_types.py").write_text(text)
    found = spec_from_file_location("project_types", folder / "project_types.py")
    assert found is not None
    assert found.loader is not None
    types = module_from_spec(found)
    monkeypatch.setitem(sys.modules, "project_types", types)
    found.loader.exec_module(types)
    return types


def model_of(types: ModuleType, table: str) -> Any:
    return getattr(types, "Public" + "".join(word.title() for word in table.split("_")))


async def test_generated_python_types_take_what_the_http_api_answers(
    catalogue: Catalogue,
    rest: Gateway,
    supabase: Supabase,
    server: Server,
    database_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`gen types` gives a file that imports; its models take every row of every table of the service."""
    text = supabase.types("python", dsn=server.superuser_dsn(database_name))
    types = imported(text, tmp_path, monkeypatch)
    # as docs/frontend.md says: the command line writes no class for the type of search vectors
    types.__dict__["PgCatalogTsvector"] = str
    types.__dict__["PublicPropertiesLive"].model_rebuild()

    for table, rows in (await every_row(catalogue, rest)).items():
        assert len([model_of(types, table).model_validate(row) for row in rows]) == len(rows), table


@pytest.mark.parametrize("role", ["anon", "authenticated"])
async def test_types_of_a_role_are_of_what_it_reads(
    catalogue: Catalogue,
    rest: Gateway,
    supabase: Supabase,
    server: Server,
    database_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
) -> None:
    """With the role in the url every model is usable as it is, and has the columns that the role reads."""
    await catalogue.run(homes(3))
    types = imported(
        supabase.types("python", dsn=server.superuser_dsn(database_name), role=role), tmp_path, monkeypatch
    )
    headers = rest.headers() if role == "anon" else rest.headers(token=rest.token(role))
    async with aiohttp.ClientSession(headers=headers) as session:
        for table in ("properties_live", "listings"):
            model = model_of(types, table)
            columns = ",".join(model.model_fields)
            async with session.get(f"{rest.url}/rest/v1/{table}?select={columns}") as answer:
                assert len([model.model_validate(row) for row in await answer.json()]) == 3
    assert "search_vector" not in model_of(types, "properties_live").model_fields
    assert "agent_email" not in model_of(types, "properties_live").model_fields
    assert not hasattr(types, "PublicSources")


TYPED = """
import { createClient } from '@supabase/supabase-js'
import type { Database } from './database'

type Rows = { [T in keyof Database['public']['Tables']]: Database['public']['Tables'][T]['Row'] }
  & { [V in keyof Database['public']['Views']]: Database['public']['Views'][V]['Row'] }

export const client = createClient<Database>('https://project.example', 'sb_publishable_key')
export const cheap = client.from('listings').select('title, price').lt('price', 1000000)
"""


def compiled(folder: Path, text: str) -> str:
    """What the compiler of TypeScript, at its strictest, says of a program beside the generated types."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    (folder / "program.ts").write_text(TYPED + text)
    if not (folder / "node_modules").exists():
        (folder / "node_modules").symlink_to(MODULES)
    options = ("--noEmit", "--strict", "--target", "es2022", "--module", "preserve", "--skipLibCheck")
    ended = subprocess.run(
        [node, required(TYPESCRIPT, "TypeScript"), *options, "program.ts"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(ended.stdout) == bool(ended.returncode), ended.stderr
    return ended.stdout


async def test_generated_typescript_takes_what_the_http_api_answers(
    catalogue: Catalogue,
    rest: Gateway,
    supabase: Supabase,
    server: Server,
    database_name: str,
    tmp_path: Path,
) -> None:
    """A program with every row of every table compiles; one with a column that is not there does not."""
    text = supabase.types("typescript", dsn=server.superuser_dsn(database_name))
    (tmp_path / "database.ts").write_text(text)
    rows = await every_row(catalogue, rest)
    typed = "".join(
        f"export const {table}: Rows['{table}'][] = {json.dumps(found)}\n" for table, found in rows.items()
    )

    assert compiled(tmp_path, typed) == ""

    wrong = "export const wrong: Rows['listings']['price'] = 'a text'\n"
    assert "Type 'string' is not assignable to type 'number'" in compiled(tmp_path, wrong)


def test_generated_types_are_of_the_schemas_that_the_configuration_exposes(
    supabase: Supabase, server: Server, database_name: str
) -> None:
    """By `supabase/config.toml` types have the functions of schema api, and nothing of the internals."""
    made = supabase.types("typescript", dsn=server.superuser_dsn(database_name))
    assert re.search(r"\bfeed_position\b", made)
    assert not re.search(r"^  property_manager\b", made, re.MULTILINE)


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
