"""The embedded server: two at once, killed, stale, moved, unwritable, root or not."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from config.errors import DatabaseError, UsageError
from config.settings import Settings
from database.embedded.idle import stop_when_idle
from database.embedded.installation import wheel
from database.handle import Database
from tests.homes import temporary_home
from tests.servers import FAST, chosen_bin_dir, embedded

ROOT = Path(__file__).parent.parent.parent
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as somebody else")


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server was started, bootstrapped and stopped: copied where a test needs no first start."""
    with temporary_home() as home:
        asyncio.run(embedded(home).ensure())
        asyncio.run(embedded(home).stop())
        yield home


@pytest.fixture
def old_home(made: Path, home: Path) -> Path:
    """A home that was in use before; its server does not run."""
    subprocess.run(["cp", "-a", f"{made}/postgres", f"{home}/postgres"], check=True)
    return home


def command(home: Path, uid: int | None = None) -> list[str]:
    """Another process that ensures the server, as somebody else if need be, and prints its DSN."""
    program = f"""
import asyncio, os
from pathlib import Path
from database import bootstrap, queries
from database.embedded import Embedded
bin_dir = {str(chosen_bin_dir() or "")!r}
server = Embedded(
    Path({str(home)!r}), bin_dir=Path(bin_dir) if bin_dir else None, settings={FAST!r}, idle_seconds=None
)
if {uid or 0}:
    bootstrap.script(), queries.load()  # while the interpreter's own files can be read
    os.setgroups([])
    os.setgid({uid})
    os.setuid({uid})
print(asyncio.run(server.ensure()))
"""
    return [sys.executable, "-c", program]


async def ask(dsn: str, question: str = "select 1") -> object:
    conn = await asyncpg.connect(dsn)
    try:
        return await conn.fetchval(question)
    finally:
        await conn.close()


async def test_the_first_ensure_makes_a_server_with_a_plain_login(home: Path) -> None:
    dsn = await embedded(home).ensure()
    assert (
        await ask(dsn, "select current_database() || ' ' || current_user")
        == "property_manager property_manager"
    )
    assert await ask(dsn, "select rolsuper from pg_roles where rolname = current_user") is False
    assert await ask(dsn, "select pg_has_role('service_role', 'member')") is True
    assert await ask(dsn, "select lower('ÁÑ')") == "áñ"
    assert await ask(dsn, "select current_setting('listen_addresses')") == "127.0.0.1"
    assert (home / "postgres" / "server.json").stat().st_mode & 0o777 == 0o600


async def test_a_server_runs_until_it_is_stopped(old_home: Path) -> None:
    server = embedded(old_home)
    assert not server.status().running
    dsn = await server.ensure()
    status = server.status()
    assert status.running
    assert f":{status.port}/" in dsn
    assert await server.ensure() == dsn
    assert server.status().pid == status.pid
    assert await server.stop() is True
    assert await server.stop() is False
    assert not server.status().running


async def test_the_address_stays_the_same_over_a_restart(old_home: Path) -> None:
    server = embedded(old_home)
    dsn = await server.ensure()
    await server.stop()
    assert await server.ensure() == dsn


async def test_two_commands_that_start_at_once_get_the_same_new_server(home: Path) -> None:
    commands = [
        subprocess.Popen(command(home), cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    addresses = {process.communicate(timeout=120)[0].strip() for process in commands}
    assert [process.returncode for process in commands] == [0, 0, 0]
    assert len(addresses) == 1
    assert await ask(addresses.pop()) == 1


async def test_a_home_starts_after_a_command_was_killed(home: Path) -> None:
    for steps in ("server.json", "data.new", "data"):
        killed = subprocess.Popen(command(home), cwd=ROOT, stdout=subprocess.DEVNULL)
        while killed.poll() is None and not (home / "postgres" / steps).exists():
            await asyncio.sleep(0.005)
        killed.kill()
        killed.wait()
    assert await ask(await embedded(home).ensure()) == 1


async def test_a_killed_postmaster_is_replaced_without_losing_commits(old_home: Path) -> None:
    server = embedded(old_home)
    dsn = await server.ensure()
    await ask(dsn, "create table public.kept as select 7 as a")
    pid = server.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.status().running:
        await asyncio.sleep(0.01)
    again = await server.ensure()
    assert server.status().pid != pid
    assert await ask(again, "select a from public.kept") == 7


async def test_a_pid_file_that_names_another_live_process_is_stale(old_home: Path) -> None:
    data = old_home / "postgres" / "data"
    owner = data.stat()
    with subprocess.Popen(
        ["sleep", "60"], user=owner.st_uid
    ) as innocent:  # Postgres fears only its own account's
        text = f"{innocent.pid}\n{data}\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n"
        (data / "postmaster.pid").write_text(text)
        os.chown(data / "postmaster.pid", owner.st_uid, owner.st_gid)
        try:
            assert not embedded(old_home).status().running
            assert await ask(await embedded(old_home).ensure()) == 1
            assert innocent.poll() is None
        finally:
            innocent.kill()


async def test_a_taken_port_is_replaced_by_a_free_one(old_home: Path) -> None:
    server = embedded(old_home)
    await server.ensure()
    port = server.status().port
    await server.stop()
    taker = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", port)
    async with taker:
        assert await ask(await server.ensure()) == 1
        assert server.status().port != port


async def test_a_home_that_was_moved_is_found_with_its_data(old_home: Path) -> None:
    await ask(await embedded(old_home).ensure(), "create table public.kept as select 7 as a")
    await embedded(old_home).stop()
    moved = old_home / "elsewhere"
    moved.mkdir()
    (old_home / "postgres").rename(moved / "postgres")
    try:
        assert await ask(await embedded(moved).ensure(), "select a from public.kept") == 7
        assert embedded(moved).status().data == moved / "postgres" / "data"
    finally:
        await embedded(moved).stop()


async def test_a_home_with_a_very_long_path_works(made: Path, home: Path) -> None:
    deep = home / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    subprocess.run(["cp", "-a", f"{made}/postgres", f"{deep}/postgres"], check=True)
    try:
        assert await ask(await embedded(deep).ensure()) == 1
    finally:
        await embedded(deep).stop()


async def test_data_of_another_major_version_is_refused_by_name(old_home: Path) -> None:
    (old_home / "postgres" / "data" / "PG_VERSION").write_text("9\n")
    with pytest.raises(
        DatabaseError, match=r"data was made by PostgreSQL 9, and this is PostgreSQL 1\d"
    ) as refused:
        await embedded(old_home).ensure()
    assert "PostgreSQL 9" in (refused.value.next_step or "")


async def test_data_without_its_passwords_is_refused_and_kept(old_home: Path) -> None:
    (old_home / "postgres" / "server.json").unlink()
    with pytest.raises(DatabaseError, match="passwords are lost"):
        await embedded(old_home).ensure()
    assert (old_home / "postgres" / "data" / "PG_VERSION").exists()


async def test_a_damaged_state_file_is_named(old_home: Path) -> None:
    (old_home / "postgres" / "server.json").write_text("{")
    with pytest.raises(DatabaseError, match=r"server\.json is damaged"):
        await embedded(old_home).ensure()


async def test_data_that_was_deleted_is_made_anew_and_bootstrapped(old_home: Path) -> None:
    shutil.rmtree(old_home / "postgres" / "data")
    assert (
        await ask(await embedded(old_home).ensure(), "select pg_has_role('service_role', 'member')") is True
    )


async def test_a_failed_start_shows_the_servers_log(old_home: Path) -> None:
    (old_home / "postgres" / "data" / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(DatabaseError, match="no_such_setting") as failed:
        await embedded(old_home).ensure()
    assert "server.log" in (failed.value.next_step or "")


async def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=str(tmp_path / "file" / "postgres")) as refused:
        await embedded(tmp_path / "file").ensure()
    assert "PROPERTY_MANAGER_HOME" in (refused.value.next_step or "")


async def test_an_idle_server_stops_itself_and_one_in_use_does_not(old_home: Path) -> None:
    server = embedded(old_home)
    conn = await asyncpg.connect(await server.ensure())
    pid = server.status().pid
    watching = asyncio.create_task(stop_when_idle(old_home, 0.2))
    await asyncio.sleep(1)
    assert not watching.done()
    assert server.status().pid == pid
    await conn.close()
    async with asyncio.timeout(60):
        await watching
    assert not server.status().running

    await embedded(old_home, idle_seconds=0.2).ensure()  # starts a watcher beside it
    async with asyncio.timeout(60):
        while server.status().running:
            await asyncio.sleep(0.05)


async def test_opening_a_new_home_gives_a_database_ready_to_use(old_home: Path) -> None:
    settings = Settings(_env_file=None, home=old_home)  # type: ignore[call-arg]
    async with await Database.open(settings, embedded=embedded(old_home)) as database:
        assert await database.value("table_exists", "public.properties_live")


@root_only
async def test_root_keeps_the_data_outside_of_a_closed_home(home: Path) -> None:
    closed, reachable = home / "closed", home / "reachable"
    closed.mkdir(mode=0o700)
    reachable.mkdir()
    server = embedded(closed, reachable=reachable)
    try:
        assert await ask(await server.ensure()) == 1
        data = server.status().data
        assert data is not None
        assert data.is_relative_to(reachable)
        assert data.stat().st_uid != 0
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        await server.stop()


@root_only
async def test_root_copies_an_installation_from_a_closed_folder(old_home: Path) -> None:
    if chosen_bin_dir() is not None:
        pytest.skip("Debian's installation cannot be moved")
    closed, reachable = old_home / "closed", old_home / "reachable"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel().parent, closed / "pginstall")
    server = embedded(old_home, bin_dir=closed / "pginstall" / "bin", reachable=reachable)
    assert await ask(await server.ensure()) == 1
    assert [folder.name.startswith("installation-") for folder in reachable.iterdir()] == [True]


@root_only
def test_another_user_than_root_runs_it_under_its_own_account(home: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    os.chown(home, nobody, nobody)
    done = subprocess.run(command(home, nobody), cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert asyncio.run(ask(done.stdout.strip())) == 1
    assert (home / "postgres" / "data").stat().st_uid == nobody


@root_only
def test_a_folder_without_write_permission_is_named(home: Path) -> None:
    nobody = pwd.getpwnam("nobody").pw_uid
    done = subprocess.run(command(home, nobody), cwd=ROOT, check=False, capture_output=True, text=True)
    assert (
        f"UsageError: cannot keep the embedded database in {home}/postgres: Permission denied" in done.stderr
    )
