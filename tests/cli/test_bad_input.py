"""Mistakes a person makes: one sentence, what to do next, the right exit code, a traceback if asked for."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from cli import logs
from database.retrying import without_waiting
from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Cli, Command, Ended
from tests.cli.sessions import today

NOBODY = "00000000-0000-0000-0000-000000000000"


def is_one_sentence(ended: Ended) -> bool:
    sentence, *rest = ended.stderr.splitlines()
    return (
        bool(sentence) and len(rest) == 1 and rest[0].startswith("next: ") and "Traceback" not in ended.stderr
    )


@pytest.mark.parametrize(
    "words",
    [
        ("sync", "--session-id", NOBODY),
        ("sync", "--approve", NOBODY),
        ("plans", "show", NOBODY),
        ("plans", "discard", NOBODY),
        ("session-details", "--session-id", NOBODY),
        ("quality-report", "--session-id", NOBODY),
        ("quality-checks", "--session-id", NOBODY),
        ("scrape", "--resume", NOBODY),
        ("quarantine", "show", "999"),
        ("quarantine", "reprocess", "--source", "nobody"),
    ],
    ids=" ".join,
)
async def test_what_does_not_exist_is_wrong_usage(words: tuple[str, ...], cli: Cli) -> None:
    ended = await cli(*words)
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert is_one_sentence(ended)
    as_json = await cli(*words, "--json")
    assert as_json.exit_code == 2
    assert as_json.document["error"]["code"] == "not_found"


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--source"),
        ("scrape", "--url"),
        ("explain", "--source", "acme", "--property-id"),
        ("pin", "--source", "acme", "--property-id", "1", "--field", "title", "--value"),
        ("erase", "--source", "acme", "--property-id"),
    ],
    ids=" ".join,
)
def test_an_option_that_is_no_text_is_wrong_usage(words: tuple[str, ...], command: Command) -> None:
    """Bytes that are not UTF-8 arrive as lone surrogates."""
    ended = command(*words, "caf\udce9")
    assert (ended.exit_code, ended.stdout) == (2, "")
    assert f"{words[-1]} is not UTF-8 text" in ended.stderr
    assert is_one_sentence(ended)


async def test_an_invalid_id_is_reported(cli: Cli) -> None:
    ended = await cli("sync", "--session-id", "monday")
    assert ended.exit_code == 2
    assert ended.stderr.startswith('"monday" is not a session id')


async def test_the_start_of_two_ids_is_not_enough(acme: Catalogue, cli: Cli) -> None:
    sessions = [str(await acme.stage([], day=today())) for _ in range(17)]  # of 17 ids, two begin alike
    starts = [session[0] for session in sessions]
    alike = next(start for start in starts if starts.count(start) > 1)
    ended = await cli("session-details", "--session-id", alike)
    assert ended.exit_code == 2
    assert ended.stderr == f"more than one session begins with {alike}\nnext: give more of its id\n"


async def test_an_unfinished_session_is_not_synced(acme: Catalogue, cli: Cli) -> None:
    session = await acme.stage(homes(1), day=today())
    await acme.interrupted(session)
    ended = await cli("sync", "--session-id", str(session), "--json")
    assert ended.exit_code == 2
    assert ended.document["error"] == {
        "code": "unfinished_session",
        "message": f"session {session} has not ended: it is running, or was interrupted",
        "next": f"wait for its scrape to end, or resume it: property-manager scrape --resume {session}",
    }


async def test_a_failed_session_is_not_synced(acme: Catalogue, cli: Cli) -> None:
    session = await acme.stage(homes(1), day=today())
    await acme.superuser.execute(
        "update public.scraping_sessions set status = 'failed', verdict = null, sync_status = null,"
        " error_message = 'no such host' where id = $1",
        session,
    )
    ended = await cli("sync", "--session-id", str(session))
    assert ended.exit_code == 2
    assert "failed (no such host)" in ended.stderr


async def test_a_wrong_password_is_not_repeated(cli: Cli, dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = urlsplit(dsn)
    monkeypatch.setenv(
        "DATABASE_URL",
        parts._replace(netloc=f"{parts.username}:guess@{parts.hostname}:{parts.port}").geturl(),
    )
    ended = await cli("status")
    assert ended.exit_code == 1
    assert "the server refuses the login" in ended.stderr
    assert "guess" not in ended.stderr
    assert is_one_sentence(ended)


@pytest.mark.parametrize("name", ["status", "sync", "sync-pending", "cleanup", "watch", "quality-checks"])
def test_a_server_that_is_gone_is_reported_with_its_address(
    name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://ana@127.0.0.1:9/homes")
    ended = command(name)
    assert ended.exit_code == 1
    assert ended.stderr.startswith("cannot connect to 127.0.0.1:9, database homes, user ana: nothing answers")
    assert is_one_sentence(ended)
    assert command(name, "--json").document["error"]["code"] == "database_unreachable"


@contextlib.asynccontextmanager
async def server_until(dsn: str, marker: bytes) -> AsyncIterator[str]:
    """The way to a database whose server is gone for good as soon as a statement with `marker` is sent."""
    parts = urlsplit(dsn)
    ends: list[asyncio.StreamWriter] = []

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, last: bytes | None) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65_536):
                if last is not None and last in data:
                    server.close()
                    for end in ends:
                        end.transport.abort()
                    return
                target.write(data)
                await target.drain()
        target.close()

    async def connected(client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        postgres, to_postgres = await asyncio.open_connection(parts.hostname, parts.port)
        ends.extend([to_client, to_postgres])
        async with asyncio.TaskGroup() as pumps:
            pumps.create_task(pump(client, to_postgres, marker))
            pumps.create_task(pump(postgres, to_client, None))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    login = f"{parts.username}:{parts.password}@127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield parts._replace(netloc=login).geturl()
    finally:
        server.close()


async def test_a_server_that_goes_in_mid_sync_leaves_nothing_half_written(
    acme: Catalogue, cli: Cli, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acme.stage(homes(3), day=today())
    async with server_until(dsn, b"api.apply(") as gone:
        monkeypatch.setenv("DATABASE_URL", gone)
        with without_waiting():
            ended = await cli("sync")
    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "nothing answers there" in ended.stderr
    assert is_one_sentence(ended)
    assert await acme.statuses() == {}
    assert await acme.complaints() == []


def test_a_missing_migration_says_what_to_run(
    server: object, bare_name: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", server.login_dsn(bare_name))  # type: ignore[attr-defined]
    ended = command("sync")
    assert ended.exit_code == 2
    assert ended.stderr.endswith("next: property-manager db migrate\n")


def test_a_home_that_cannot_be_written_is_reported(
    command: Command, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home.parent / "a-file"
    file.touch()
    monkeypatch.setenv("PROPERTY_MANAGER_HOME", str(file / "home"))  # beneath a file: not even root can
    ended = command("status")
    assert ended.exit_code == 2
    assert ended.stderr.endswith("next: set PROPERTY_MANAGER_HOME to a folder that you can write\n")
    assert is_one_sentence(ended)


def test_the_troubles_of_a_library_go_to_the_log_only(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    logs.open_in(home)
    try:
        logging.getLogger("asyncpg.pool").warning("cannot connect", exc_info=OSError("refused"))
        logging.getLogger("services.feed").warning("trying again")
    finally:
        logs.close()
    assert capsys.readouterr().err == "trying again\n"
    assert "OSError: refused" in (home / "logs" / "property_manager.log").read_text()


async def test_the_traceback_is_shown_on_request_only(cli: Cli) -> None:
    ended = await cli("sync", "--session-id", NOBODY, "--debug")
    assert ended.exit_code == 2
    assert "Traceback (most recent call last)" in ended.stderr


async def test_nothing_is_written_to_the_working_folder(cli: Cli, tmp_path: Path) -> None:
    await cli("status")
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    assert (tmp_path / "home" / "logs" / "property_manager.log").is_file()


@pytest.mark.parametrize(
    "arguments",
    [
        ("sync", "--approve", ""),
        ("erase", "--source", "acme", "--property-id", ""),
        ("import", "--file", "x.csv", "--source", ""),
        ("watch", "--since", "", "--no-follow"),
    ],
    ids=lambda arguments: arguments[0],
)
async def test_an_empty_option_is_refused(cli: Cli, arguments: tuple[str, ...]) -> None:
    refused = await cli(*arguments)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is empty" in refused.stderr


@pytest.mark.parametrize("group", ["plans", "quarantine", "db"])
async def test_a_bare_group_shows_its_help(cli: Cli, group: str) -> None:
    refused = await cli(group)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"Usage: property-manager {group} ")
    assert len(refused.stderr.splitlines()) > 5
    as_json = await cli(group, "--json")
    assert as_json.exit_code == 2


async def test_an_id_out_of_range_is_wrong_usage(cli: Cli) -> None:
    refused = await cli("rollback", "--change-set", "9" * 20)
    assert refused.exit_code == 2
    assert "argument $1" not in refused.stderr
