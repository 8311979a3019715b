"""DATABASE_READ_URL: a real standby serves what only reads; what decides reads the primary."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from database.direct import DirectDatabase
from database.embedded.installation import Account, Installation
from tests.catalogue import Catalogue, homes
from tests.cli.conftest import Command
from tests.homes import temporary_home
from tests.servers import Server, build_template, chosen_bin_dir, database_from, running_server

READS = (
    ("status",),
    ("list-sessions",),
    ("search", "--text", "casa"),
    ("history", "--source", "acme", "--property-id", "A-1"),
    ("explain", "--source", "acme", "--property-id", "A-1"),
)


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def standby_of(primary: Server) -> Iterator[Server]:
    """A standby that follows the primary by streaming."""
    with temporary_home() as home:
        account = Account.to_run_as()
        place = Installation.find(chosen_bin_dir(), home, account)
        account.take(home)
        data, port = home / "data", _port()
        place.run(
            "pg_basebackup", "-D", str(data), "-d", primary.superuser, "-R", "-X", "stream", "-c", "fast"
        )
        flags = f"-p {port} -h 127.0.0.1 -k {home}"
        place.run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(home / "log"), "-o", flags)
        try:
            yield Server(*(_at(dsn, port) for dsn in (primary.superuser, primary.login)))
        finally:
            place.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(data))


def _at(dsn: str, port: int) -> str:
    parts = urlsplit(dsn)
    return parts._replace(netloc=f"{parts.netloc.rpartition(':')[0]}:{port}").geturl()


@dataclass
class Pair:
    """A catalogue on a primary, and its standby."""

    catalogue: Catalogue
    replica: asyncpg.Connection
    database: str

    async def caught_up(self) -> None:
        """Wait until the standby shows everything that the primary has."""
        at = await self.catalogue.superuser.fetchval("select pg_current_wal_lsn()::text")
        async with asyncio.timeout(60):
            while not await self.replica.fetchval("select pg_last_wal_replay_lsn() >= $1::text::pg_lsn", at):
                await asyncio.sleep(0.01)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Server, Server]]:
    with running_server() as primary, standby_of(primary) as standby:
        yield primary, standby


@pytest.fixture
async def pair(
    both: tuple[Server, Server], home: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Pair]:
    primary, standby = both
    template = await build_template(primary)
    async with database_from(primary, template) as name:
        monkeypatch.setenv("DATABASE_URL", primary.login_dsn(name))
        monkeypatch.setenv("DATABASE_READ_URL", standby.login_dsn(name))
        superuser = await asyncpg.connect(primary.superuser_dsn(name))
        replica = await asyncpg.connect(standby.superuser)
        async with await DirectDatabase.connect(primary.login_dsn(name)) as database:
            catalogue = await Catalogue(database, superuser).register()
            await catalogue.run(homes(3))
            pair = Pair(catalogue, replica, name)
            await pair.caught_up()
            yield pair
        await replica.execute("select pg_wal_replay_resume()")
        await replica.close()
        await superuser.close()


async def test_what_only_reads_is_served_by_the_standby(pair: Pair, command: Command) -> None:
    """Reports, search and the past answer from the standby, where nothing can be written."""
    for arguments in READS:
        ended = await asyncio.to_thread(command, *arguments, "--json")
        assert ended.exit_code == 0, (arguments, ended.stderr)
        assert "standby" not in ended.document
    assert (await asyncio.to_thread(command, "pin", *READS[-1][1:], "--field", "title")).exit_code == 0


async def test_export_is_written_from_the_standby(pair: Pair, command: Command, tmp_path: Path) -> None:
    """An export reads the standby through a cursor, whole."""
    out = tmp_path / "all.csv"
    ended = await asyncio.to_thread(command, "export", "--out", str(out))
    assert ended.exit_code == 0, ended.stderr
    assert len(out.read_text().splitlines()) == 4


async def test_a_lagging_standby_is_told(pair: Pair, command: Command) -> None:
    """What the standby has not replayed is missing from the answer, and the answer says so."""
    await pair.replica.execute("select pg_wal_replay_pause()")
    await pair.catalogue.run(homes(4), day=1)

    found = await asyncio.to_thread(command, "search", "--text", "casa", "--json")

    assert found.exit_code == 0, found.stderr
    assert found.document["total"] == 3
    assert found.document["standby"]["behind"] == 1
    assert "1 change set behind DATABASE_URL" in found.stderr
    await pair.replica.execute("select pg_wal_replay_resume()")
    await pair.caught_up()
    found = await asyncio.to_thread(command, "search", "--text", "casa", "--json")
    assert found.document["total"] == 4
    assert "standby" not in found.document


async def test_what_decides_reads_the_primary(pair: Pair, command: Command) -> None:
    """A sync and an edit see what the standby has not replayed."""
    await pair.replica.execute("select pg_wal_replay_pause()")
    session = await pair.catalogue.stage(homes(4), day=1)

    synced = await asyncio.to_thread(command, "sync", "--session-id", str(session), "--json")
    assert synced.exit_code == 0, synced.stderr
    pin = ("pin", "--source", "acme", "--property-id", "A-4", "--field", "title", "--value", "Otra")
    pinned = await asyncio.to_thread(command, *pin)
    assert pinned.exit_code == 0, pinned.stderr
    assert await pair.catalogue.complaints() == []


async def test_another_catalogue_is_no_standby(
    pair: Pair, command: Command, monkeypatch: pytest.MonkeyPatch, dsn: str
) -> None:
    """A read database that is ahead of the written one is refused, as it is no copy of it."""
    monkeypatch.setenv("DATABASE_URL", dsn)
    ended = await asyncio.to_thread(command, "status")
    assert ended.exit_code == 2
    assert "not a copy of DATABASE_URL" in ended.stderr


async def test_the_standby_answers_while_the_primary_is_away(
    pair: Pair, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reports go on without the primary, and say that they may be out of date."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("DATABASE_URL", f"postgresql://ana@127.0.0.1:{taken.getsockname()[1]}/x")
        ended = await asyncio.to_thread(command, "list-sessions", "--json")
    assert ended.exit_code == 0, ended.stderr
    assert "may be out of date" in ended.document["standby"]["warning"]
