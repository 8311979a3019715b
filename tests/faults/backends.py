"""The server's side as a superuser sees it: backends that wait, sleep, are idle or have ended."""

from __future__ import annotations

from typing import Final

import asyncpg

from tests.services.feed.conftest import until

BLOCKED: Final = (
    "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
)

GATE: Final = """
create function public.wait_at_gate() returns trigger language plpgsql security definer as $$
begin
  perform pg_advisory_xact_lock_shared(4711);
  return null;
end $$;
create trigger wait_at_gate after insert on {table} {when} execute function public.wait_at_gate();
"""


async def shut_gate(superuser: asyncpg.Connection, table: str, when: str = "for each statement") -> None:
    """Make every insert into the table wait, its rows written, until the gate opens or we disconnect."""
    await superuser.execute(GATE.format(table=table, when=when))
    await superuser.execute("select pg_advisory_lock(4711)")


async def open_gate(superuser: asyncpg.Connection) -> None:
    await superuser.execute("select pg_advisory_unlock(4711)")


async def waiting(superuser: asyncpg.Connection, count: int) -> None:
    """Wait until so many backends of this database wait for a lock."""

    async def blocked() -> bool:
        # within a transaction a second look shows what the first has shown
        await superuser.execute("select pg_stat_clear_snapshot()")
        return bool(await superuser.fetchval(BLOCKED) == count)

    await until(blocked)


async def sleeping(superuser: asyncpg.Connection) -> int:
    """Wait for a backend of this database that sleeps; returns its process id."""
    pid: int = await until(
        lambda: superuser.fetchval(
            "select pid from pg_stat_activity"
            " where wait_event = 'PgSleep' and datname = current_database() limit 1"
        )
    )
    return pid


async def ended(superuser: asyncpg.Connection, pid: int) -> None:
    """Wait until that backend has ended."""
    await until(
        lambda: superuser.fetchval("select not exists (select from pg_stat_activity where pid = $1)", pid)
    )


async def end_silent_transactions(superuser: asyncpg.Connection) -> None:
    """End idle transactions, as idle_in_transaction_session_timeout does after twenty seconds."""
    await until(
        lambda: superuser.fetchval(
            """select count(pg_terminate_backend(pid)) from pg_stat_activity
               where state = 'idle in transaction' and datname = current_database()"""
        )
    )
