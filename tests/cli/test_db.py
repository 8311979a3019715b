"""The `db` commands: one service each, printed for people and programs."""

from __future__ import annotations

import asyncio
import shlex
import uuid
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from config.secrets import mask_url
from tests.cli.conftest import Command
from tests.servers import Server


@pytest.fixture
def own(home: object, dsn: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """DATABASE_URL leads to this test's migrated database."""
    monkeypatch.setenv("DATABASE_URL", dsn)
    return dsn


def test_status_does_not_start_the_embedded_database(command: Command) -> None:
    ended = command("db", "status", "--json")
    assert ended.exit_code == 0
    assert (ended.document["mode"], ended.document["running"]) == ("embedded", False)


def test_status_of_a_migrated_database_is_up_to_date(own: str, command: Command) -> None:
    document = command("db", "status", "--json").document
    assert document["mode"] == "direct"
    assert document["current"] is True
    assert document["migrations"]["pending"] == []
    assert "Up to date" in command("db", "status").stdout


def test_migrate_again_has_nothing_to_do(own: str, command: Command) -> None:
    assert command("db", "migrate").stdout == "Up to date: nothing to do.\n"
    assert command("db", "migrate", "--json").document == {"applied": [], "code_changed": False}


def test_an_unprepared_database_is_behind_until_it_is_migrated(
    server: object, bare_name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.login_dsn(bare_name))  # type: ignore[attr-defined]
    behind = command("db", "status", "--json").document
    assert behind["current"] is False
    applied = command("db", "migrate", "--json").document["applied"]
    assert applied == behind["migrations"]["pending"]
    assert command("db", "status", "--json").document["current"] is True


def test_schema_is_the_whole_script(command: Command) -> None:
    text = command("db", "schema").stdout
    assert "create table" in text
    assert command("db", "schema", "--json").document["schema"].strip() == text.strip()


def test_a_users_own_url_is_masked_without_reveal(own: str, command: Command) -> None:
    assert command("db", "url").stdout == f"{mask_url(own)}\n"
    assert command("db", "url", "--reveal").stdout == f"{own}\n"


def test_stop_succeeds_when_nothing_runs(command: Command) -> None:
    assert command("db", "stop", "--json").document == {"stopped": False}


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        (
            "postgresql://ana:se%40cret@db:5432/x?sslmode=require",
            "postgresql://ana:***@db:5432/x?sslmode=require",
        ),
        ("postgresql://ana:se/cr@et@db/x", "postgresql://ana:***@db/x"),
        ("postgresql://ana@db/x", "postgresql://ana@db/x"),
        ("postgresql://db/x?user=ana&password=secret", "postgresql://db/x?user=ana&password=***"),
        ("postgresql:///x?host=/tmp&sslpassword=s", "postgresql:///x?host=/tmp&sslpassword=***"),
    ],
)
def test_a_masked_url_has_no_password(dsn: str, shown: str) -> None:
    assert mask_url(dsn) == shown


def test_an_unreachable_server_is_reported_without_the_password(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana:secret@127.0.0.1:1/x")
    ended = command("db", "status")
    assert ended.exit_code == 1
    assert "127.0.0.1:1" in ended.stderr
    assert "secret" not in ended.stderr


async def test_after_bootstrap_the_next_line_migrates_as_the_programs_own_role(
    server: Server, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the DATABASE_URL of the role that was made; the password is the reader's to fill in."""
    name, own = f"test_{uuid.uuid4().hex}", urlsplit(server.login)
    given = ("--url", server.superuser, "--database", name, "--login", str(own.username))
    try:
        prepared = await asyncio.to_thread(command, "db", "bootstrap", *given)
        (step,) = (line for line in prepared.stdout.splitlines() if line.startswith("next: "))
        variable, program, *arguments = shlex.split(step.removeprefix("next: "))
        assert program == "property-manager"
        url = variable.removeprefix("DATABASE_URL=")
        assert f"://{own.username}:PASSWORD@" in url
        assert f"/{name}?" in f"{url}?"
        monkeypatch.setenv("DATABASE_URL", url.replace("PASSWORD", str(own.password)))
        migrated = await asyncio.to_thread(command, *arguments)
        assert migrated.stdout.startswith("Applied "), migrated.stderr
    finally:
        await server.execute(f"drop database if exists {name}")


async def test_stats_and_maintain_tell_of_tables_what_to_do_and_what_changed(
    own: str, server: Server, superuser: asyncpg.Connection, command: Command
) -> None:
    """Dead rows are named with the command that removes them; after it there are none."""
    await superuser.execute(
        "insert into county.data_ingestion_runs (county, layer, source_type)"
        " select 'orange-fl', 'parcels', 'arcgis' from generate_series(1, 3000)"
    )
    await superuser.execute("update county.data_ingestion_runs set processed = 1 where layer = 'parcels'")
    await superuser.execute("select pg_stat_force_next_flush()")

    def of_runs() -> dict[str, Any]:
        tables = command("db", "stats", "--json").document["tables"]
        return next(each for each in tables if each["name"] == "county.data_ingestion_runs")

    before = await asyncio.to_thread(of_runs)
    shown = await asyncio.to_thread(command, "db", "stats", "--limit", "1")
    assert "PostGIS: not installed" in shown.stdout
    assert "county.data_ingestion_runs: 3000 dead rows: property-manager db maintain --table" in shown.stdout

    done = await asyncio.to_thread(command, "db", "maintain", "--table", "data_ingestion_runs", "--json")
    (changed,) = done.document["tables"]
    assert (changed["dead_before"], changed["dead_after"], changed["skipped"]) == (3000, 0, False)
    after = await asyncio.to_thread(of_runs)
    assert (before["dead_rows"], before["analyzed_at"], after["dead_rows"], after["hints"]) == (
        3000,
        None,
        0,
        [],
    )
    assert after["analyzed_at"] is not None
    assert {index["name"] for index in after["indexes"]} >= {"data_ingestion_runs_pkey"}


async def test_maintain_names_a_table_that_is_held_and_waits_for_nobody(
    own: str, superuser: asyncpg.Connection, command: Command
) -> None:
    async with superuser.transaction():
        await superuser.execute("lock table county.tax_sales in share update exclusive mode")
        held = await asyncio.to_thread(command, "db", "maintain", "--table", "county.tax_sales")
    assert held.stdout.splitlines() == [
        "Vacuumed and analyzed 0 tables.",
        "county.tax_sales: skipped, somebody else holds it at the moment; try again later.",
    ]


async def test_maintain_refuses_a_login_that_owns_nothing_and_a_name_of_no_table(
    server: Server, database_name: str, own: str, superuser: asyncpg.Connection, command: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    unknown = await asyncio.to_thread(command, "db", "maintain", "--table", "houses")
    assert (unknown.exit_code, 'no table of ours is called "houses"' in unknown.stderr) == (2, True)

    login = f"reader_{uuid.uuid4().hex[:8]}"
    await superuser.execute(
        f"create role {login} login password 'x' in role service_role;"
        f"grant connect on database {database_name} to {login}"
    )
    try:
        host = urlsplit(server.login_dsn(database_name)).netloc.rpartition("@")[2]
        monkeypatch.setenv("DATABASE_URL", f"postgresql://{login}:x@{host}/{database_name}?sslmode=disable")
        refused = await asyncio.to_thread(command, "db", "maintain")
    finally:
        await superuser.execute(f"drop owned by {login}; drop role {login}")
    assert refused.exit_code == 2
    assert f"{login} may not vacuum our tables: it is no member of property_manager_owner" in refused.stderr
