"""Limits of a server on time, locks, connections, disk and writes: clear errors, nothing half-done."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from config.errors import ConnectionLostError, DatabaseError, DatabaseUnreachableError
from database.direct import DirectDatabase
from services.pipeline import SyncResult, sync_session
from tests.catalogue import Catalogue, home, homes, on
from tests.faults.backends import ended, waiting
from tests.faults.mortal import Mortal, catalogue_on, returned
from tests.faults.processes import run_cli
from tests.faults.promises import Content, content, settled
from tests.homes import temporary_home
from tests.services.feed.conftest import until

SLOW_APPLY: Final = """
create function public.slow() returns trigger language plpgsql security definer as $$
begin perform pg_sleep(1.5); return null; end $$;
create trigger slow before insert on public.property_changes
  for each statement execute function public.slow();
"""


@pytest.fixture
def dsn(direct: str) -> str:
    """A direct connection: a pooler's connections keep the limits that they began with."""
    return direct


async def allow(catalogue: Catalogue, setting: str) -> None:
    """Set a default of the test's database for later connections."""
    await catalogue.superuser.execute(f"alter database {catalogue.database.address.database} {setting}")


@contextlib.asynccontextmanager
async def fresh(catalogue: Catalogue) -> AsyncIterator[DirectDatabase]:
    async with await DirectDatabase.connect(catalogue.database.dsn, pool_size=2) as database:
        yield database


async def sync_on(database: DirectDatabase, session_id: UUID) -> SyncResult:
    return await sync_session(database, session_id, on(1))


async def test_a_sync_ended_by_a_deadlock_is_retried(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, server: object
) -> None:
    catalogue, session_id = prepared
    # the sync looks for a deadlock first, so that it is the one to give way
    await allow(catalogue, "set deadlock_timeout = '1500ms'")
    await catalogue.superuser.execute("set deadlock_timeout = '60s'")
    async with fresh(catalogue) as database:
        async with catalogue.superuser.transaction():
            await catalogue.superuser.execute("update property_manager.feed set position = position")
            syncing = asyncio.create_task(sync_on(database, session_id))
            await waiting(catalogue.superuser, 1)
            # apply holds the lease and wants the feed; we hold the feed and want the lease
            await catalogue.superuser.execute("select from property_manager.leases for update")
        assert (await syncing).status == "applied"
    await until(
        lambda: catalogue.superuser.fetchval(
            "select deadlocks from pg_stat_database where datname = current_database()"
        )
    )
    await settled(catalogue, undisturbed)


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
async def test_a_stricter_default_isolation_fails_no_sync(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, isolation: str
) -> None:
    catalogue, session_id = prepared
    other = await catalogue.beside("other")
    second = await other.stage(homes(5), day=1)
    await allow(catalogue, f"set default_transaction_isolation = '{isolation}'")
    async with fresh(catalogue) as database:
        async with catalogue.superuser.transaction():
            await catalogue.superuser.execute("update property_manager.feed set position = position")
            # both wait for their place in the feed, their snapshots being older than what they wait for
            syncing = [asyncio.create_task(sync_on(database, each)) for each in (session_id, second)]
            await waiting(catalogue.superuser, 2)
        assert [result.status for result in await asyncio.gather(*syncing)] == ["applied", "applied"]
        async with database.connection() as conn:
            assert await conn.fetchval("show transaction_isolation") == "read committed"
    await settled(catalogue, undisturbed)


async def test_a_short_statement_timeout_of_the_role_ends_no_stage(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    await catalogue.superuser.execute(SLOW_APPLY)
    await allow(catalogue, "set statement_timeout = '1s'")
    async with fresh(catalogue) as database:
        assert (await sync_on(database, session_id)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_statement_timeout_is_reported_with_a_next_step(catalogue: Catalogue) -> None:
    await allow(catalogue, "set statement_timeout = '100ms'")
    with pytest.raises(DatabaseError, match="statement timeout") as output:
        async with (
            await DirectDatabase.connect(catalogue.database.dsn) as database,
            database.connection() as conn,
        ):
            await conn.execute("select pg_sleep(30)")
    assert "statement_timeout" in (output.value.next_step or "")


async def test_a_stage_that_timed_out_on_a_lock_is_retried(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    await allow(catalogue, "set lock_timeout = '100ms'")
    async with fresh(catalogue) as database:
        async with catalogue.superuser.transaction():
            await catalogue.superuser.execute("lock table public.property_changes in share mode")
            syncing = asyncio.create_task(sync_on(database, session_id))
            await waiting(catalogue.superuser, 1)
            await waiting(catalogue.superuser, 0)  # it gave up
        assert (await syncing).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_lock_that_is_never_released_ends_the_sync_cleanly(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    before = await content(catalogue.superuser, "acme")
    await allow(catalogue, "set lock_timeout = '50ms'")
    async with fresh(catalogue) as database:
        async with catalogue.superuser.transaction():
            await catalogue.superuser.execute("lock table public.properties_live in share mode")
            with pytest.raises(DatabaseError, match="lock timeout") as output:
                await sync_on(database, session_id)
            assert await content(catalogue.superuser, "acme") == before
        assert "holds a lock" in (output.value.next_step or "")
        assert (await sync_on(database, session_id)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_client_idle_in_a_transaction_loses_it_with_an_error(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    await allow(catalogue, "set idle_in_transaction_session_timeout = '300ms'")
    async with fresh(catalogue) as database:
        with pytest.raises(ConnectionLostError, match="what was not committed is undone"):
            async with database.connection() as conn:
                pid = await conn.fetchval("select pg_backend_pid()")
                await ended(catalogue.superuser, pid)
                await conn.execute("select 1")
        assert (await sync_on(database, session_id)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_idle_connections_ended_by_the_server_are_replaced(
    prepared: tuple[Catalogue, UUID], undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    await allow(catalogue, "set idle_session_timeout = '200ms'")
    async with fresh(catalogue) as database:
        for _ in range(3):
            pid = await _backend(database)
            await ended(catalogue.superuser, pid)
        assert (await sync_on(database, session_id)).status == "applied"
    await settled(catalogue, undisturbed)


async def _backend(database: DirectDatabase) -> int:
    async with database.connection() as conn:
        pid: int = await conn.fetchval("select pg_backend_pid()")
    return pid


async def test_a_lack_of_connections_is_reported_and_retried(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str, tmp_path: Path
) -> None:
    catalogue, session_id = prepared
    before = await content(catalogue.superuser, "acme")
    await allow(catalogue, "connection limit 0")

    code, document = await run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id))

    assert (code, document["error"]["code"]) == (1, "database_unreachable")
    assert "no connection left" in document["error"]["message"]
    assert "raise its limit" in document["error"]["next"]
    assert await content(catalogue.superuser, "acme") == before

    async with asyncio.TaskGroup() as both:
        # a connection ended while none can be had; one can after a moment
        await catalogue.superuser.execute(
            "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
            " where usename = 'property_manager' and datname = current_database()"
        )
        syncing = both.create_task(catalogue.sync(session_id, day=1))
        await asyncio.sleep(0)
        with pytest.raises(DatabaseUnreachableError):
            await DirectDatabase.connect(dsn)
        await allow(catalogue, "connection limit -1")
    assert syncing.result().status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_read_only_server_is_reported_and_left_unchanged(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str, tmp_path: Path
) -> None:
    catalogue, session_id = prepared
    before = await content(catalogue.superuser, "acme")
    await allow(catalogue, "set default_transaction_read_only = on")

    code, document = await run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id))

    assert (code, document["error"]["code"]) == (1, "database")
    assert "read-only transaction" in document["error"]["message"]
    assert "connect where one may write" in document["error"]["next"]
    assert await content(catalogue.superuser, "acme") == before
    await allow(catalogue, "set default_transaction_read_only = off")
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


@pytest.fixture(scope="module")
def small() -> Iterator[Mortal]:
    """A server on a disk of 250 MB."""
    with temporary_home() as home:
        disk = home / "disk"
        disk.mkdir()
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=250m,mode=755", "tmpfs", disk],
            stderr=subprocess.PIPE,
            check=False,
        )
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
        mortal = Mortal(disk, restart_after_crash="off", max_wal_size="64MB", min_wal_size="32MB")
        asyncio.run(mortal.make())
        yield mortal


class Disk:
    """Fills the disk, and frees it again."""

    def __init__(self, mortal: Mortal) -> None:
        self._ballast = mortal.data / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self._ballast.open("wb", buffering=0) as ballast:
            while True:
                ballast.write(b"\0" * 4096)

    def clear(self) -> None:
        self._ballast.unlink(missing_ok=True)


async def test_a_full_disk_is_reported_and_the_sync_finished_later(small: Mortal) -> None:
    disk = Disk(small)
    async with catalogue_on(small) as (catalogue, _):
        other = await catalogue.beside("calm")
        await other.run(big(80))
        await other.run(big(160), day=1)
        undisturbed = await content(catalogue.superuser, "calm")
        await catalogue.run(big(80))
        before = await content(catalogue.superuser, "acme")
        session_id = await catalogue.stage(big(160), day=1)

        disk.fill()
        try:
            with pytest.raises(DatabaseError) as staging:
                await catalogue.stage(big(160), day=1, scope="other")
            with pytest.raises(DatabaseError) as syncing:
                await catalogue.sync(session_id, day=1)
        finally:
            disk.clear()
        await returned(small, catalogue)

        assert await content(catalogue.superuser, "acme") == before
        for output in (staging, syncing):
            assert "No space left on device" in output.value.message or isinstance(
                output.value, DatabaseUnreachableError
            )
            assert output.value.next_step
        assert "No space left on device" in small.log
        await catalogue.lease_ends()
        assert (await catalogue.sync(session_id, day=1)).status == "applied"
        await settled(catalogue, undisturbed)


def big(count: int) -> list[dict[str, Any]]:
    """Homes with long descriptions, which do not fit on the disk."""
    return [home(n, description=" ".join(f"{n * k:x}" for k in range(1, 600))) for n in range(1, count + 1)]
