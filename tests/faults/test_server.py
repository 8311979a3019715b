"""A server that dies during a sync: committed work stays, the rest is undone, the sync continues."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from config.errors import ConnectionLostError, DatabaseError, DatabaseUnreachableError, LoginRefusedError
from database.direct import DirectDatabase
from services.feed import Place
from tests.catalogue import Catalogue, homes
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.faults.conftest import next_day, undisturbed_beside
from tests.faults.mortal import Mortal, catalogue_on, mortal_server, returned
from tests.faults.promises import content, promises_hold, settled
from tests.services.feed.conftest import following, listeners, until


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    with mortal_server() as server:
        yield server


@pytest.fixture
async def on_mortal(mortal: Mortal) -> AsyncIterator[tuple[Catalogue, str]]:
    async with catalogue_on(mortal) as opened:
        yield opened


@contextlib.asynccontextmanager
async def held_at(
    catalogue: Catalogue, table: str, session_id: UUID, fails_with: type[DatabaseError] | None = None
) -> AsyncIterator[None]:
    """A sync of the session that stands still in the stage which writes that table, until the server goes.

    It ends with the block, as it must or as it may: a stage is asked for again for some seconds, and a server
    that is away for longer ends the sync.
    """
    await shut_gate(catalogue.superuser, table)
    syncing = asyncio.create_task(catalogue.sync(session_id, day=1))
    await waiting(catalogue.superuser, 1)
    yield
    if fails_with is not None:
        with pytest.raises(fails_with):
            await syncing
    else:
        with contextlib.suppress(DatabaseUnreachableError):
            await syncing


@pytest.mark.parametrize("how", [signal.SIGQUIT, signal.SIGKILL], ids=["immediate stop", "kill -9"])
@pytest.mark.parametrize("table", ["property_manager.plan_rows", "public.property_changes"])
async def test_a_sync_survives_the_death_of_its_server_in_a_stage(
    mortal: Mortal, on_mortal: tuple[Catalogue, str], table: str, how: signal.Signals
) -> None:
    catalogue, _ = on_mortal
    undisturbed = await undisturbed_beside(catalogue)
    await catalogue.run(homes(60))
    session_id = await catalogue.stage(next_day(), day=1)

    async with held_at(catalogue, table, session_id):
        await mortal.die(how)
        await returned(mortal, catalogue)

    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_server_killed_during_recovery_loses_nothing(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, _ = on_mortal
    undisturbed = await undisturbed_beside(catalogue)
    await catalogue.run(homes(60))
    session_id = await catalogue.stage(next_day(), day=1)
    # enough to read that its recovery can be interrupted
    await catalogue.superuser.execute("create table public.ballast as select generate_series(1, 500000)")

    async with held_at(catalogue, "public.property_changes", session_id):
        await mortal.die()
        await mortal.die_in_recovery()
        await mortal.die_in_recovery()
        await returned(mortal, catalogue)

    assert mortal.log.count("interrupted while in recovery") >= 2
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_pooled_client_survives_a_server_restart(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, _ = on_mortal
    async with await DirectDatabase.connect(catalogue.database.dsn, pool_size=3) as pooled:

        async def ask() -> int:
            async with pooled.connection() as conn:
                await conn.execute("select pg_sleep(0.05)")  # all three are in use at once
                pid: int = await conn.fetchval("select pg_backend_pid()")
            return pid

        before = await asyncio.gather(ask(), ask(), ask())
        os.kill(mortal.pid or 0, signal.SIGQUIT)
        # a blocked event loop does not notice that the connections were closed
        _rise_while_the_loop_stands_still(mortal)

        after = await asyncio.gather(ask(), ask(), ask())

    assert len({*before}) == 3
    assert not {*before} & {*after}


def _rise_while_the_loop_stands_still(mortal: Mortal) -> None:
    def rise() -> None:
        async def again() -> None:
            async with asyncio.timeout(30):
                while mortal.pid is not None:
                    await asyncio.sleep(0.01)
            await mortal.rise()

        asyncio.run(again())

    rising = threading.Thread(target=rise)
    rising.start()
    rising.join()


async def test_a_call_already_sent_is_never_sent_twice(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, _ = on_mortal
    asked = 0
    with pytest.raises(ConnectionLostError, match="what was not committed is undone"):
        async with catalogue.database.connection() as conn:
            asked += 1
            pid = await conn.fetchval("select pg_backend_pid()")
            await catalogue.superuser.execute("select pg_terminate_backend($1, 5000)", pid)
            await conn.execute("select 1")
    assert asked == 1
    assert await catalogue.database.value("feed_position") == 0


async def test_a_commit_without_its_notification_reaches_every_reader(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, _ = on_mortal
    async with following(catalogue.database, Place()) as follower:
        await catalogue.run(homes(2))
        await follower.next(2)
        (listener,) = await listeners(catalogue.superuser)
        os.kill(listener, signal.SIGSTOP)  # its backend will pass nothing on any more

        applied = await catalogue.run(homes(5), day=1)
        assert follower.waiting == 0
        os.kill(mortal.pid or 0, signal.SIGKILL)
        os.kill(listener, signal.SIGKILL)
        await mortal.gone()
        await returned(mortal, catalogue)

        await follower.next(3)
        assert applied.position == 2
        assert [change.position for change in follower.seen] == [1, 1, 2, 2, 2]
        assert follower.waiting == 0
    await promises_hold(catalogue)


async def test_a_sync_survives_a_backend_that_crashes_the_server(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, _ = on_mortal
    undisturbed = await undisturbed_beside(catalogue)
    await catalogue.run(homes(60))
    session_id = await catalogue.stage(next_day(), day=1)

    async with held_at(catalogue, "public.property_changes", session_id):
        pid = await catalogue.superuser.fetchval(
            "select pid from pg_stat_activity where wait_event = 'advisory'"
        )
        os.kill(pid, signal.SIGKILL)  # the server then ends every connection and recovers by itself
        await until(lambda: _answers(catalogue))
        await returned(mortal, catalogue)

    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def _answers(catalogue: Catalogue) -> bool:
    try:
        await catalogue.database.value("feed_position")
    except DatabaseUnreachableError:
        return False
    return True


async def test_a_password_changed_during_a_sync_is_not_retried(
    mortal: Mortal, on_mortal: tuple[Catalogue, str]
) -> None:
    catalogue, dsn = on_mortal
    undisturbed = await undisturbed_beside(catalogue)
    await catalogue.run(homes(60))
    session_id = await catalogue.stage(next_day(), day=1)
    password = urlsplit(dsn).password
    refused = mortal.log.count("password authentication failed")

    async with held_at(catalogue, "public.property_changes", session_id, LoginRefusedError):
        await catalogue.superuser.execute("alter role property_manager password 'another'")
        await open_gate(catalogue.superuser)
        await catalogue.superuser.execute(
            """select pg_terminate_backend(pid, 5000) from pg_stat_activity
               where usename = 'property_manager' and datname = current_database()"""
        )
    assert await content(catalogue.superuser, "acme") != undisturbed
    # one for the stage, one for releasing the lease: repeated attempts would lock the login out
    assert mortal.log.count("password authentication failed") == refused + 2
    await catalogue.superuser.execute(f"alter role property_manager password '{password}'")
    await catalogue.lease_ends()

    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)
