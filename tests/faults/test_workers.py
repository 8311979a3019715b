"""Promise 5: one source syncs once at a time; a worker that wakes late cannot write."""

from __future__ import annotations

import asyncio
import signal
from uuid import UUID

from tests.catalogue import Catalogue, home, homes
from tests.faults.conftest import Content, said, settled, worker

PAUSE_BEFORE_PLAN = """
create function public.wait_for_go() returns trigger language plpgsql security definer as $$
begin
  perform pg_advisory_lock(4711);
  perform pg_advisory_unlock(4711);
  return null;
end $$;
create trigger wait_for_go before insert on property_manager.quarantine
  for each statement execute function public.wait_for_go();
"""


async def test_a_worker_stopped_past_its_lease_and_woken_writes_nothing(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str
) -> None:
    catalogue, session_id = prepared
    await catalogue.superuser.execute(PAUSE_BEFORE_PLAN)
    await catalogue.superuser.execute("select pg_advisory_lock(4711)")
    async with worker(dsn, session_id) as stalled:
        await _waiting(catalogue)
        stalled.send_signal(signal.SIGSTOP)
        await catalogue.superuser.execute("select pg_advisory_unlock(4711)")
        await _end_silent_transaction(catalogue)
        await catalogue.superuser.execute(
            "update property_manager.leases set leased_until = now() where session_id = $1", session_id
        )

        taken_over = await catalogue.sync(session_id, day=1)
        stalled.send_signal(signal.SIGCONT)

        assert await said(stalled) == "taken_over"
    assert taken_over.status == "applied"
    await settled(catalogue, undisturbed)


async def _end_silent_transaction(catalogue: Catalogue) -> None:
    """What idle_in_transaction_session_timeout does after twenty seconds."""
    async with asyncio.timeout(20):
        while not await catalogue.superuser.fetchval(
            """select count(pg_terminate_backend(pid)) from pg_stat_activity
               where state = 'idle in transaction' and datname = current_database()"""
        ):
            await asyncio.sleep(0.02)


async def test_a_stage_of_a_silent_client_does_not_hold_its_locks_for_long(catalogue: Catalogue) -> None:
    async with catalogue.database.transaction(timeout=60) as conn:
        assert await conn.fetchval("show idle_in_transaction_session_timeout") == "20s"


async def _waiting(catalogue: Catalogue) -> None:
    async with asyncio.timeout(20):
        while not await catalogue.superuser.fetchval(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'"
        ):
            await asyncio.sleep(0.02)


async def test_five_processes_over_one_session_apply_it_once(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str
) -> None:
    catalogue, session_id = prepared

    async def one() -> str:
        async with worker(dsn, session_id) as process:
            return await said(process)

    assert await asyncio.gather(*(one() for _ in range(5))) == ["applied"] * 5
    await settled(catalogue, undisturbed)


async def test_two_sessions_of_a_source_at_once_end_as_in_their_order(catalogue: Catalogue, dsn: str) -> None:
    await catalogue.run(homes(10))
    older = await catalogue.stage([home(n, price=800_000) for n in range(1, 11)], day=1)
    newer = await catalogue.stage([home(n, price=700_000) for n in range(1, 11)], day=2)

    async def one(session_id: UUID) -> str:
        async with worker(dsn, session_id) as process:
            return await said(process)

    ended = await asyncio.gather(one(older), one(newer))

    assert ended in (["applied", "applied"], ["stale", "applied"])
    assert (await catalogue.live(1))["price"] == 700_000
    assert await catalogue.complaints() == []


async def test_an_interrupted_sync_lets_its_source_go(prepared: tuple[Catalogue, UUID]) -> None:
    catalogue, session_id = prepared
    await catalogue.superuser.execute(PAUSE_BEFORE_PLAN)
    await catalogue.superuser.execute("select pg_advisory_lock(4711)")
    sync = asyncio.create_task(catalogue.sync(session_id, day=1))
    await _waiting(catalogue)

    sync.cancel()
    await asyncio.wait([sync])
    await catalogue.superuser.execute("select pg_advisory_unlock(4711)")

    assert sync.cancelled()
    lease = await catalogue.superuser.fetchrow("select * from property_manager.leases")
    assert lease["leased_until"] is None
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
