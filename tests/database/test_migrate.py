"""State and code: what a migrate does, what it leaves alone, and what stops it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.resources import files
from pathlib import Path

import asyncpg
import pytest

from config.errors import MigrationError
from config.listing import FIELDS
from database.checkout import Checkout, read
from database.migrate import migrate, require_current, status
from database.project import schema
from tests.servers import Server

Connect = Callable[[], Awaitable[asyncpg.Connection]]
ROLES = "20261121000000_roles.sql"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small `sql/` to be changed: the first migration as it is, one table, one view over it."""
    root = tmp_path / "sql"
    write(root, f"migrations/{ROLES}", files("sql").joinpath("migrations", ROLES).read_text())
    write(root, "migrations/20270101000000_notes.sql", "create table property_manager.notes (text text);")
    write(
        root, "notes/10_all.sql", "create view public.all_notes as select text from property_manager.notes;"
    )
    return root


def write(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def wanted(folder: Path) -> Checkout:
    return read(folder, ("notes", "more"))


@pytest.fixture
async def connect(server: Server, bare_name: str) -> AsyncIterator[Connect]:
    async with contextlib.AsyncExitStack() as stack:

        async def connect() -> asyncpg.Connection:
            conn = await asyncpg.connect(server.login_dsn(bare_name))
            stack.push_async_callback(conn.close)
            return conn

        yield connect


@pytest.fixture
async def conn(connect: Connect) -> asyncpg.Connection:
    """The login role in a database that was bootstrapped and nothing more."""
    return await connect()


async def code_objects(conn: asyncpg.Connection) -> list[str]:
    rows = await conn.fetch("select kind, identity from property_manager.code_objects order by seq")
    return [f"{row['kind']} {row['identity']}" for row in rows]


async def test_migrating_needs_no_superuser(conn: asyncpg.Connection) -> None:
    assert await conn.fetchval("select rolsuper from pg_roles where rolname = session_user") is False
    report = await migrate(conn)
    assert report.code_changed
    assert (await status(conn)).current


async def test_everything_made_belongs_to_the_owner_role(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    owners = await conn.fetch(
        "select distinct relowner::regrole::text as owner from pg_class"
        " where relnamespace in ('public'::regnamespace, 'property_manager'::regnamespace)"
    )
    assert [row["owner"] for row in owners] == ["property_manager_owner"]


async def test_a_new_function_is_executable_by_nobody_by_default(
    conn: asyncpg.Connection, folder: Path
) -> None:
    write(folder, "notes/20_f.sql", "create function public.f() returns int language sql as 'select 1';")
    await migrate(conn, wanted(folder))
    for role in ("service_role", "anon", "authenticated"):
        assert not await conn.fetchval("select has_function_privilege($1, 'public.f()', 'execute')", role)


async def test_a_second_migrate_changes_nothing(conn: asyncpg.Connection, folder: Path) -> None:
    first = await migrate(conn, wanted(folder))
    assert first.applied == ("20261121000000", "20270101000000")
    before = await conn.fetch("select oid, xmin from pg_class where relname in ('all_notes', 'notes')")
    second = await migrate(conn, wanted(folder))
    assert (second.applied, second.code_changed) == ((), False)
    assert (
        await conn.fetch("select oid, xmin from pg_class where relname in ('all_notes', 'notes')") == before
    )


async def test_concurrent_migrators_apply_everything_once(connect: Connect, folder: Path) -> None:
    conns = [await connect() for _ in range(4)]
    reports = await asyncio.gather(*(migrate(conn, wanted(folder)) for conn in conns))
    assert sorted(version for report in reports for version in report.applied) == [
        "20261121000000",
        "20270101000000",
    ]
    assert sum(report.code_changed for report in reports) == 1


async def test_a_failed_migration_is_rolled_back_alone(conn: asyncpg.Connection, folder: Path) -> None:
    write(folder, "migrations/20270102000000_bad.sql", "create table public.half ();\nselect 1 / 0;")
    with pytest.raises(MigrationError, match=r"sql/migrations/20270102000000_bad\.sql.*division by zero"):
        await migrate(conn, wanted(folder))
    assert await conn.fetchval("select to_regclass('public.half')") is None
    assert (await status(conn, wanted(folder))).pending == ("20270102000000",)


async def test_an_edited_migration_is_refused_by_name(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    write(folder, "migrations/20270101000000_notes.sql", "create table property_manager.notes (id int);")
    with pytest.raises(MigrationError, match="20270101000000_notes has been edited") as refused:
        await migrate(conn, wanted(folder))
    assert "as a new migration" in (refused.value.next_step or "")


async def test_a_missing_migration_is_refused_by_name(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    (folder / "migrations/20270101000000_notes.sql").unlink()
    with pytest.raises(MigrationError, match="20270101000000_notes was applied"):
        await migrate(conn, wanted(folder))
    with pytest.raises(MigrationError, match="newer than this program"):
        require_current(await status(conn, wanted(folder)))


async def test_a_late_migration_is_applied_after_newer_ones(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    write(folder, "migrations/20261231000000_late.sql", "create table property_manager.late ();")
    assert (await migrate(conn, wanted(folder))).applied == ("20261231000000",)


async def test_a_deploy_replaces_exactly_the_former_code(conn: asyncpg.Connection, folder: Path) -> None:
    write(
        folder,
        "more/10_f.sql",
        "create function public.f(a int, b text) returns int language sql as 'select 1';",
    )
    write(folder, "more/20_p.sql", "create procedure public.p() language sql as '';")
    write(folder, "more/30_m.sql", "create materialized view public.m as select 1 as a;")
    write(folder, "more/40_t.sql", "create type public.t as (a int); create type public.e as enum ('a');")
    await migrate(conn, wanted(folder))
    assert await code_objects(conn) == [
        "view public.all_notes",
        "function public.f(integer,pg_catalog.text)",
        "procedure public.p()",
        "materialized view public.m",
        "type public.t",
        "type public.e",
    ]
    await conn.execute("create function public.theirs() returns int language sql as 'select 1'")
    shutil.rmtree(folder / "more")
    write(folder, "notes/20_g.sql", "create function public.g() returns int language sql as 'select 1';")
    assert (await migrate(conn, wanted(folder))).code_changed
    assert await code_objects(conn) == ["view public.all_notes", "function public.g()"]
    assert await conn.fetchval("select to_regprocedure('public.f(integer,text)')") is None
    assert await conn.fetchval("select to_regprocedure('public.theirs()')") is not None


async def test_code_is_dropped_in_the_reverse_of_its_order(conn: asyncpg.Connection, folder: Path) -> None:
    write(folder, "more/10_upon.sql", "create view public.upon as select * from public.all_notes;")
    await migrate(conn, wanted(folder))
    view = "create view public.all_notes as select text, 1 as more from property_manager.notes;"
    write(folder, "notes/10_all.sql", view)
    assert (await migrate(conn, wanted(folder))).code_changed
    assert await conn.fetchval("select count(more) from public.upon") == 0


async def test_a_foreign_object_that_depends_on_code_stops_the_deploy(
    conn: asyncpg.Connection, folder: Path
) -> None:
    await migrate(conn, wanted(folder))
    await conn.execute("create view public.my_report as select * from public.all_notes")
    write(folder, "notes/10_all.sql", "create view public.all_notes as select 1 as text;")
    with pytest.raises(
        MigrationError, match=r"cannot replace public\.all_notes.*view public\.my_report depends on"
    ):
        await migrate(conn, wanted(folder))
    assert await conn.fetchval("select count(*) from public.my_report") == 0


async def test_a_deploy_that_fails_leaves_the_former_code(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    write(folder, "notes/20_bad.sql", "create view public.bad as select nothing_like_it;")
    with pytest.raises(MigrationError, match=r"sql/notes/20_bad\.sql.*nothing_like_it"):
        await migrate(conn, wanted(folder))
    assert await code_objects(conn) == ["view public.all_notes"]
    assert await conn.fetchval("select count(*) from public.all_notes") == 0


async def test_code_that_creates_a_table_is_refused(conn: asyncpg.Connection, folder: Path) -> None:
    write(folder, "notes/20_t.sql", "create table public.state ();")
    with pytest.raises(MigrationError, match=r"sql/notes/20_t\.sql makes table public\.state") as refused:
        await migrate(conn, wanted(folder))
    assert refused.value.next_step == "make it in a migration"


async def test_a_change_of_code_alone_is_detected(conn: asyncpg.Connection, folder: Path) -> None:
    await migrate(conn, wanted(folder))
    require_current(await status(conn, wanted(folder)))
    write(folder, "notes/10_all.sql", "create view public.all_notes as select 1 as text;")
    with pytest.raises(MigrationError, match="another version of the code") as refused:
        require_current(await status(conn, wanted(folder)))
    assert refused.value.next_step == "run: property-manager db migrate"


async def test_a_lock_that_is_kept_ends_the_deploy_and_the_code_stays(connect: Connect, folder: Path) -> None:
    conn, other = await connect(), await connect()
    await migrate(conn, wanted(folder))
    write(folder, "notes/10_all.sql", "create view public.all_notes as select 1 as text;")
    async with other.transaction():
        await other.execute("select * from public.all_notes")
        with pytest.raises(MigrationError, match="held a lock"):
            await migrate(conn, wanted(folder), lock_timeout="10ms")
        assert await code_objects(other) == ["view public.all_notes"]
    assert (await migrate(conn, wanted(folder))).code_changed


async def test_a_server_without_supabases_roles_needs_bootstrap(
    conn: asyncpg.Connection, folder: Path, server: Server
) -> None:
    await server.execute("alter role anon rename to anon_renamed")
    try:
        with pytest.raises(MigrationError, match="no role anon") as refused:
            await migrate(conn, wanted(folder))
    finally:
        await server.execute("alter role anon_renamed rename to anon")
    assert "db bootstrap" in (refused.value.next_step or "")


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("migrations/1_short.sql", "does not say where it comes"),
        ("notes/first.sql", "does not say where it comes"),
        ("strange/10_x.sql", "sql/strange is not in the order"),
        ("notes/strange/10_x.sql", "sql/notes/strange is not in the order"),
        ("migrations/20270101000000_twin.sql", "two migrations have the version 20270101000000"),
    ],
)
def test_a_file_out_of_order_is_refused(folder: Path, name: str, complaint: str) -> None:
    write(folder, name, "select 1;")
    with pytest.raises(MigrationError, match=complaint):
        wanted(folder)


def test_the_code_version_follows_the_text(folder: Path) -> None:
    before = wanted(folder).code_version
    assert wanted(folder).code_version == before
    write(folder, "notes/10_all.sql", "create view public.all_notes as select 1 as text; -- new")
    assert wanted(folder).code_version != before


async def test_the_database_has_the_declared_fields(database_name: str, server: Server) -> None:
    conn = await asyncpg.connect(server.login_dsn(database_name))
    try:
        rows = await conn.fetch("select * from property_manager.listing_fields order by bit")
    finally:
        await conn.close()
    assert [
        (row["name"], row["sql_type"], row["tolerance"], row["weight"], row["description"]) for row in rows
    ] == [(field.name, field.sql, field.tolerance, field.weight, field.description) for field in FIELDS]


CATALOGUE = """
  select kind, identity, definition from (
    select 'column', attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod) || attnotnull
    from pg_attribute join pg_class on pg_class.oid = attrelid
    where relowner = 'property_manager_owner'::regrole and attnum > 0 and not attisdropped
      and relnamespace <> 'pg_toast'::regnamespace
    union all
    select 'relation', oid::regclass::text, concat(relkind, relacl, pg_get_viewdef(oid))
    from pg_class
    where relowner = 'property_manager_owner'::regrole and relnamespace <> 'pg_toast'::regnamespace
    union all
    select 'function', oid::regprocedure::text, prosrc || coalesce(proacl::text, '') || prosecdef
    from pg_proc where proowner = 'property_manager_owner'::regrole
    union all
    select 'constraint', conrelid::regclass || conname, pg_get_constraintdef(oid) from pg_constraint
    where connamespace in ('public'::regnamespace, 'property_manager'::regnamespace)
    union all select 'migration', version, sha256 from property_manager.migrations
    union all select 'code', kind || identity, file from property_manager.code_objects
    union all select 'version', version, '' from property_manager.code_version
    union all select 'field', name, listing_fields::text from property_manager.listing_fields
  ) as found (kind, identity, definition) order by 1, 2, 3
"""


async def test_the_schema_script_makes_what_migrate_makes(
    conn: asyncpg.Connection, server: Server, database_name: str
) -> None:
    await conn.execute(schema())
    assert (await status(conn)).current
    migrated = await asyncpg.connect(server.login_dsn(database_name))
    try:
        assert await conn.fetch(CATALOGUE) == await migrated.fetch(CATALOGUE)
    finally:
        await migrated.close()
    assert (await migrate(conn)).code_changed is False


async def test_the_schema_script_is_one_transaction(conn: asyncpg.Connection) -> None:
    """Where something of the database is in the way, the script fails and leaves nothing of itself."""
    await conn.execute("create table public.listings (theirs text)")
    with pytest.raises(asyncpg.DuplicateTableError, match="listings"):
        await conn.execute(schema())
    await conn.execute("rollback")
    assert await conn.fetchval("select to_regnamespace('property_manager') is null")


async def test_the_http_api_is_told_of_every_change_and_of_nothing_else(
    connect: Connect, folder: Path
) -> None:
    """`migrate` and the schema script notify the HTTP API; a migrate that has nothing to do is silent."""
    conn, listener = await connect(), await connect()
    told: asyncio.Queue[str] = asyncio.Queue()
    await listener.add_listener("pgrst", lambda *heard: told.put_nowait(heard[-1]))

    async def heard() -> list[str]:
        await conn.execute("notify pgrst, 'end'")
        return [text async for text in _until_end(told)]

    await migrate(conn, wanted(folder))
    assert set(await heard()) == {"reload schema"}
    await migrate(conn, wanted(folder))
    assert await heard() == []
    write(folder, "notes/20_g.sql", "create function public.g() returns int language sql as 'select 1';")
    await migrate(conn, wanted(folder))
    assert await heard() == ["reload schema"]


async def _until_end(told: asyncio.Queue[str]) -> AsyncIterator[str]:
    while (text := await told.get()) != "end":
        yield text


async def test_the_schema_script_tells_the_http_api(connect: Connect) -> None:
    """Pasted into a SQL editor, the schema is known to the HTTP API without a further step."""
    conn, listener = await connect(), await connect()
    told: asyncio.Queue[str] = asyncio.Queue()
    await listener.add_listener("pgrst", lambda *heard: told.put_nowait(heard[-1]))
    await conn.execute(schema())
    await conn.execute("notify pgrst, 'end'")
    assert [text async for text in _until_end(told)] == ["reload schema"]


async def test_functions_join_a_schema_api_that_a_project_has_already(
    conn: asyncpg.Connection,
) -> None:
    await conn.execute(
        "create schema api; create table api.notes (text text); grant usage on schema api to anon;"
        "grant select on api.notes to anon; insert into api.notes values ('theirs')"
    )
    await migrate(conn)
    await conn.execute("set role anon")
    assert await conn.fetchval("select text from api.notes") == "theirs"
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="function pending_sessions"):
        await conn.fetch("select * from api.pending_sessions(null, 1)")
    await conn.execute("set role service_role")
    assert await conn.fetch("select * from api.pending_sessions(null, 1)") == []
