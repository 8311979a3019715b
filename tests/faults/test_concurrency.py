"""Promise 5 with many workers: each session once, in order, and a late worker does not fail."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final
from uuid import UUID

import pytest

from services.pipeline import discard_plan
from tests.catalogue import Catalogue, home, homes
from tests.faults.processes import Program, output, python, worker
from tests.faults.promises import Content, promises_hold, settled
from tests.servers import SOAK

PROCESSES: Final = [2, 5, 20] if SOAK else [4]
CROWD: Final = 20 if SOAK else 6


async def all_at_once(way: str, sessions: list[UUID]) -> list[str]:
    """Sync each session in its own process; returns what each printed last."""
    async with AsyncExitStack() as open_processes:
        started = await asyncio.gather(
            *(open_processes.enter_async_context(worker(way, session_id)) for session_id in sessions)
        )
        return list(await asyncio.gather(*map(output, started)))


@pytest.mark.parametrize("count", PROCESSES)
async def test_processes_over_one_session_apply_it_once(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, way: str, count: int
) -> None:
    catalogue, session_id = prepared

    assert await all_at_once(way, [session_id] * count) == ["applied"] * count

    assert len(await catalogue.change_sets(session_id)) == 1
    await settled(catalogue, undisturbed)


@pytest.mark.parametrize("count", PROCESSES)
async def test_processes_over_different_sources_do_not_interfere(
    catalogue: Catalogue, way: str, count: int
) -> None:
    ones = [await catalogue.beside(f"source-{n}") for n in range(count)]
    for one in ones:
        await one.run(homes(20))
    sessions = [await one.stage([home(n, price=900_000) for n in range(1, 21)], day=1) for one in ones]

    assert await all_at_once(way, sessions) == ["applied"] * count

    changed = await catalogue.superuser.fetch(
        "select source, count(*) from public.properties_live where price = 900000 group by source"
    )
    assert {row["source"]: row["count"] for row in changed} == {one.source.name: 20 for one in ones}
    await promises_hold(catalogue)


async def test_processes_over_one_source_never_apply_an_older_session(catalogue: Catalogue, way: str) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    await catalogue.run(homes(10))
    days = range(1, CROWD // 2 + 1)
    sessions = [
        await catalogue.stage([home(n, price=900_000 - day) for n in range(1, 11)], day=day) for day in days
    ]
    crowd = sessions * 2
    random.Random(seed).shuffle(crowd)

    ended = await all_at_once(way, crowd)

    assert set(ended) <= {"applied", "stale"}
    assert (await catalogue.live(1))["price"] == 900_000 - days[-1]
    prices = await catalogue.superuser.fetch(
        "select new_value::text::numeric as price from public.property_changes"
        " where property_id = 'A-1' and field_name = 'price' order by id"
    )
    assert [row["price"] for row in prices] == sorted((row["price"] for row in prices), reverse=True)
    await promises_hold(catalogue)


@asynccontextmanager
async def host(dsn: str, name: str) -> AsyncIterator[Program]:
    """A connected host, which begins when it reads a line."""
    async with python("-m", "tests.faults.host", dsn, name, stdin=asyncio.subprocess.PIPE) as process:
        assert await process.stdout.readline() == b"ready\n"
        yield process


async def sync_pending_on(dsn: str, count: int) -> list[dict[str, Any]]:
    """Run `sync-pending` on so many hosts at the same time."""
    async with AsyncExitStack() as open_hosts:
        hosts = await asyncio.gather(
            *(open_hosts.enter_async_context(host(dsn, f"host-{n}")) for n in range(count))
        )
        said = await asyncio.gather(*(process.communicate(b"go\n") for process in hosts))
    return [json.loads(out) for out, _ in said]


ORDER_APPLIED: Final = """
select f.name, array_agg(c.session_id order by c.position) as sessions
from property_manager.change_sets c join public.sources f on f.id = c.source_id
group by f.name
"""


@pytest.mark.parametrize("count", PROCESSES)
async def test_hosts_apply_each_pending_session_once_and_in_order(
    catalogue: Catalogue, way: str, count: int
) -> None:
    staged = {}
    for n in range(6):
        one = await catalogue.beside(f"source-{n}")
        staged[one.source.name] = [await one.stage(homes(10 + day), day=day) for day in range(3)]

    reports = await sync_pending_on(way, count)

    assert [report["failed"] for report in reports] == [[]] * count
    assert [report["left"] for report in reports] == [[]] * count
    assert {status for report in reports for _, status in report["synced"]} == {"applied"}
    assert max(report["most"] for report in reports) <= 3
    applied = await catalogue.superuser.fetch(ORDER_APPLIED)
    assert {row["name"]: row["sessions"] for row in applied} == staged
    await promises_hold(catalogue)


async def test_a_held_session_is_planned_by_one_host_only(catalogue: Catalogue, way: str) -> None:
    await catalogue.run(homes(40))
    session_id = await catalogue.stage(homes(3), day=1)

    reports = await sync_pending_on(way, 3)

    statuses = [status for report in reports for _, status in report["synced"]]
    assert statuses
    assert set(statuses) == {"held"}
    plans = await catalogue.plans(session_id)
    assert [plan["status"] for plan in plans] == ["held"], "the plan that was printed can be approved"
    await promises_hold(catalogue)


async def test_a_discarded_session_is_not_synced_again(catalogue: Catalogue) -> None:
    planned = await catalogue.run(homes(3), dry_run=True)
    assert planned.plan_id is not None
    await discard_plan(catalogue.database, planned.plan_id, actor="ana")

    late = await catalogue.sync(planned.session_id, only_waiting=True)

    assert (late.status, late.error) == ("stale", "its plan was discarded: see plans list")
    assert await catalogue.statuses() == {}
