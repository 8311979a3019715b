"""The handle: whose rights a transaction has, how values travel, and what a person reads when it fails."""

from __future__ import annotations

import asyncio
import socket
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from config.errors import (
    DatabaseError,
    DatabaseUnreachableError,
    MigrationError,
    PropertyManagerError,
    UsageError,
)
from config.settings import Settings
from database.direct import DirectDatabase
from database.handle import Database
from tests.servers import Server


def other(dsn: str, **parts: str | int) -> str:
    """The DSN with some of its parts replaced."""
    found = urlsplit(dsn)
    values = {"user": found.username, "password": found.password, "host": found.hostname, "port": found.port}
    values.update(parts)
    database = parts.get("database", found.path.lstrip("/"))
    netloc = "{user}:{password}@{host}:{port}".format(**values)
    return f"postgresql://{netloc}/{database}"


async def test_a_transaction_acts_as_service_role_in_utc_and_the_connection_does_not(
    database: Database,
) -> None:
    async with database.connection() as conn:
        assert await conn.fetchval("select current_user::text") == "service_role"
        assert await conn.fetchval("show timezone") == "UTC"
    async with database.admin() as conn:
        assert await conn.fetchval("select current_user::text") == "property_manager"


async def test_the_roles_end_with_the_transaction(dsn: str) -> None:
    async with await DirectDatabase.connect(dsn, pool_size=1) as database:
        async with database.connection(timeout=5):
            pass
        async with database._acquire() as conn:
            assert await conn.fetchval("select current_user::text") == "property_manager"
            assert await conn.fetchval("show statement_timeout") == "0"


async def test_a_transaction_that_raises_is_rolled_back(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        "create table public.notes (text text); grant all on public.notes to service_role"
    )
    with pytest.raises(RuntimeError, match="changed my mind"):
        async with database.connection() as conn:
            await conn.execute("insert into public.notes values ('half')")
            raise RuntimeError("changed my mind")
    assert await superuser.fetchval("select count(*) from public.notes") == 0


async def test_a_statement_that_outlasts_the_timeout_is_cancelled(database: Database) -> None:
    with pytest.raises(DatabaseError, match="statement timeout"):
        async with database.connection(timeout=0.05) as conn:
            await conn.execute("select pg_sleep(20)")


async def test_json_comes_back_as_it_was_sent(database: Database) -> None:
    value = {"número": [1, None, True, "ñ"], "deep": {"": []}}
    async with database.connection() as conn:
        row = await conn.fetchrow("select $1::jsonb as b, $1::json as j", value)
    assert row["b"] == row["j"] == value


async def test_json_is_sent_in_ascii_and_never_holds_nan(database: Database) -> None:
    async with database.connection() as conn:
        assert await conn.fetchval("select $1::json::text", "ñ") == r'"\u00f1"'
    with pytest.raises(DatabaseError, match="nan"):
        async with database.connection() as conn:
            await conn.fetchval("select $1::jsonb", float("nan"))


async def test_json_goes_through_copy(database: Database, superuser: asyncpg.Connection) -> None:
    await superuser.execute(
        "create table public.docs (b jsonb, j json); grant all on public.docs to service_role"
    )
    async with database.connection() as conn:
        await conn.copy_records_to_table("docs", schema_name="public", records=[({"a": 1}, [2])])
        assert tuple(await conn.fetchrow("select b, j::text from public.docs")) == ({"a": 1}, "[2]")


async def test_named_queries_give_rows_a_row_and_a_value(database: Database) -> None:
    rows = await database.rows("ledger")
    first = await database.row("ledger")
    assert rows[0] == first
    assert isinstance(rows[0]["applied_at"], datetime)
    assert await database.value("table_exists", "public.no_such_table") is False
    await database.run("limit_locks", "1s")


async def test_a_listener_is_notified(database: Database, superuser: asyncpg.Connection) -> None:
    heard: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with database.listener() as conn:
        await conn.add_listener("news", lambda *event: heard.set_result(event[3]))
        await superuser.execute("notify news, 'hello'")
        assert await asyncio.wait_for(heard, 10) == "hello"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"password": "guess-me-not"}, "refuses the login"),
        ({"database": "nowhere"}, "no such database"),
        ({"host": "no-such-host.invalid"}, "no such host"),
    ],
)
async def test_a_failed_connection_names_server_and_reason_without_password(
    dsn: str, wrong: dict[str, str], reason: str
) -> None:
    with pytest.raises(DatabaseUnreachableError, match=reason) as failed:
        await DirectDatabase.connect(other(dsn, **wrong))
    message = f"{failed.value.message} {failed.value.next_step}"
    for part in {"host": urlsplit(dsn).hostname, "user": "property_manager", **wrong}.items():
        assert (part[0] == "password") != (str(part[1]) in message)
    assert str(urlsplit(dsn).password) not in message
    assert failed.value.next_step
    assert failed.value.__cause__ is not None


async def test_a_closed_port_is_named(dsn: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        port = taken.getsockname()[1]
        with pytest.raises(DatabaseUnreachableError, match=f"127.0.0.1:{port}.*nothing answers"):
            await DirectDatabase.connect(other(dsn, port=port))


@pytest.mark.parametrize("url", ["mysql://a@b/c", "not a url", "postgresql://host:port/x"])
async def test_a_url_of_another_kind_is_wrong_usage(url: str) -> None:
    with pytest.raises(UsageError, match="not the URL of a Postgres database"):
        await DirectDatabase.connect(url)


async def test_the_pool_recovers_from_a_lost_server(
    database: Database, superuser: asyncpg.Connection
) -> None:
    with pytest.raises(DatabaseUnreachableError, match="lost the connection") as lost:
        async with database.connection() as conn:
            await superuser.execute(f"select pg_terminate_backend({conn.get_server_pid()})")
            await conn.execute("select 1")
    assert lost.value.__cause__ is not None
    assert await database.value("table_exists", "property_manager.migrations")


async def test_a_rollback_that_the_driver_refuses_is_a_lost_connection(database: Database) -> None:
    """A backend that dies between two statements of a batch: asyncpg can neither go on nor roll back."""
    refused = asyncpg.InterfaceError("another operation is in progress")
    refused.__context__ = asyncpg.InternalClientError("cannot switch to state 21")
    with pytest.raises(DatabaseUnreachableError, match="lost the connection"):
        async with database.connection():
            raise refused


async def test_a_callers_own_error_is_not_a_lost_connection(database: Database, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        async with database.connection():
            (tmp_path / "missing").read_text()


async def test_a_refused_statement_keeps_its_message_and_hint(database: Database) -> None:
    with pytest.raises(DatabaseError, match="too late") as refused:
        async with database.connection() as conn:
            await conn.execute("do $$ begin raise exception 'too late' using hint = 'come earlier'; end $$")
    assert refused.value.next_step == "come earlier"


async def test_open_accepts_a_current_database(settings: Settings) -> None:
    async with await Database.open(settings) as database:
        assert await database.value("table_exists", "property_manager.migrations")


async def test_open_refuses_another_code_version(settings: Settings, superuser: asyncpg.Connection) -> None:
    await superuser.execute("update property_manager.code_version set version = 'other'")
    with pytest.raises(MigrationError) as refused:
        await Database.open(settings)
    assert "property-manager db migrate" in (refused.value.next_step or "")
    async with await Database.open(settings, check=False):
        pass


async def test_open_refuses_a_database_without_our_tables(
    server: Server, bare_name: str, tmp_path: Path
) -> None:
    bare = Settings(_env_file=None, database_url=server.login_dsn(bare_name), home=tmp_path)  # type: ignore[call-arg]
    with pytest.raises(MigrationError, match="no tables") as refused:
        await Database.open(bare)
    assert "property-manager db migrate" in (refused.value.next_step or "")


async def test_supabase_keys_alone_do_not_start_an_embedded_server(tmp_path: Path) -> None:
    alone = Settings(_env_file=None, supabase_url="https://x.supabase.co", home=tmp_path)  # type: ignore[call-arg]
    with pytest.raises(PropertyManagerError, match="SUPABASE_URL"):
        await Database.open(alone)
    assert not list(tmp_path.iterdir())
