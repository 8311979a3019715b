"""The `db` commands: one service each, printed for people and programs."""

from __future__ import annotations

import asyncio
import shlex
import uuid
from urllib.parse import urlsplit

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
