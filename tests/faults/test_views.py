"""A view's refresh that fails leaves the sync applied, and the next refresh repairs it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final
from uuid import UUID

import asyncpg
import pytest

from tests.catalogue import Catalogue, homes
from tests.faults.backends import waiting
from tests.faults.processes import run_cli
from tests.faults.promises import Content, promises_hold, settled

BROKEN: Final = {
    # a refresh that does not block readers needs this index
    "its index is gone": (
        "drop index public.property_stats_key",
        "create unique index property_stats_key on public.property_stats"
        " (property_type, operation_type, city, currency)",
    ),
    "a function in its index raises": (
        """create function public.picky(public.property_stats) returns integer immutable language plpgsql
           as $$ begin if $1.total_count = 122 then raise exception 'not 122'; end if; return 1; end $$;
           create index picky_stats on public.property_stats (public.picky(property_stats))""",
        "drop index public.picky_stats",
    ),
}


async def counted(superuser: asyncpg.Connection) -> int:
    active: int = await superuser.fetchval("select sum(active_count) from public.property_statistics()")
    return active


@pytest.mark.parametrize(("broken", "repair"), BROKEN.values(), ids=BROKEN)
async def test_a_failed_refresh_is_reported_and_repaired_by_the_next(
    prepared: tuple[Catalogue, UUID],
    undisturbed: Content,
    dsn: str,
    tmp_path: Path,
    broken: str,
    repair: str,
) -> None:
    catalogue, session_id = prepared
    await catalogue.superuser.execute("select public.refresh_property_stats()")
    await catalogue.superuser.execute(broken)

    code, document = await run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id))

    assert (code, document["status"]) == (0, "applied")
    (complaint,) = await catalogue.complaints()
    assert complaint.startswith("subscribers keep up with the feed: views is at 0 of")
    code, document = await run_cli(dsn, tmp_path, "doctor")
    assert code == 1

    await catalogue.superuser.execute(repair)
    code, document = await run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id))
    assert (code, document["status"]) == (0, "applied")
    assert await counted(catalogue.superuser) == await active(catalogue)
    await settled(catalogue, undisturbed)


async def active(catalogue: Catalogue) -> int:
    found: int = await catalogue.superuser.fetchval(
        "select count(*) from public.properties_live where status = 'active'"
    )
    return found


async def test_refreshes_of_two_processes_at_once_wait_for_each_other(
    catalogue: Catalogue, dsn: str, tmp_path: Path
) -> None:
    superuser = catalogue.superuser
    await catalogue.run(homes(5))
    await superuser.execute("select public.refresh_property_stats()")
    sessions = [await catalogue.stage(homes(5 + day), day=day, scope=f"part {day}") for day in (1, 2)]
    # both reach their refresh and stand there
    async with superuser.transaction():
        await superuser.execute("alter materialized view public.property_stats set (fillfactor = 90)")
        running = [
            asyncio.create_task(run_cli(dsn, tmp_path, "sync", "--session-id", str(each)))
            for each in sessions
        ]
        await waiting(superuser, 2)
    ended = await asyncio.gather(*running)

    assert [(code, document["status"]) for code, document in ended] == [(0, "applied"), (0, "applied")]
    assert await counted(superuser) == await active(catalogue) == 7
    await promises_hold(catalogue)


async def test_a_refresh_with_a_killed_backend_is_reported_and_repaired(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str, tmp_path: Path
) -> None:
    catalogue, session_id = prepared
    superuser = catalogue.superuser
    async with superuser.transaction():
        await superuser.execute("alter materialized view public.property_stats set (fillfactor = 90)")
        running = asyncio.create_task(run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id)))
        await waiting(superuser, 1)
        await superuser.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where wait_event_type = 'Lock' and datname = current_database()"
        )
        code, document = await running
    assert (code, document["status"]) == (0, "applied")
    (complaint,) = await catalogue.complaints()
    assert "lost the connection" in complaint

    await run_cli(dsn, tmp_path, "sync", "--session-id", str(session_id))
    assert await counted(superuser) == await active(catalogue)
    await settled(catalogue, undisturbed)
