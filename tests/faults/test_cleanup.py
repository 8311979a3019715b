"""Retention that runs all the time changes no sync, crash, held plan or crowd of workers."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.pipeline import SyncResult
from tests.catalogue import Catalogue, home, homes
from tests.faults.processes import output, python, worker
from tests.faults.promises import Content, content, promises_hold, settled
from tests.servers import SOAK

DAYS = 40 if SOAK else 6


@asynccontextmanager
async def cleaning(dsn: str, *options: str) -> AsyncIterator[None]:
    """Run a process that keeps cleaning every session that may be deleted."""
    async with python("-m", "tests.faults.cleaner", dsn, *options) as process:
        assert await process.stdout.readline(), "it has begun"
        reading = asyncio.create_task(output(process))
        yield
        assert process.returncode is None, "and it went on to the end"
    await reading


def days_of(day: int) -> list[dict[str, Any]]:
    """Every day has one more home, two changed prices and one home missing."""
    rows = homes(20 + day)
    rows[0] = home(1, price=900_000 + day)
    rows[1] = home(2, price=800_000 - day)
    return [row for row in rows if row["property_id"] != f"A-{3 + day % 5}"]


async def test_cleanup_at_work_changes_no_sync(catalogue: Catalogue, way: str) -> None:
    calm = await catalogue.beside("calm")
    for day in range(DAYS):
        await calm.run(days_of(day), day=day)

    async with cleaning(way):
        for day in range(DAYS):
            assert (await catalogue.run(days_of(day), day=day)).status == "applied"

    assert await content(catalogue.superuser, "acme") == await content(catalogue.superuser, "calm")
    assert await catalogue.database.value("cleanup", timedelta(days=1), 1, True) is not None
    await promises_hold(catalogue)


async def test_a_killed_sync_is_finished_during_cleanup(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, dsn: str
) -> None:
    catalogue, session_id = prepared
    async with cleaning(dsn):
        for stage in ("sift", "plan", "guard"):
            async with worker(dsn, session_id, crash_at=stage) as process:
                assert await process.wait() == -signal.SIGKILL
        assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_cleanup_keeps_plans_that_wait_for_a_decision(catalogue: Catalogue, dsn: str) -> None:
    await catalogue.run(homes(40))
    held = await catalogue.run([home(1, price=900_000), home(2)], day=1)
    async with cleaning(dsn):
        planned = await catalogue.run([home(2)], day=2, scope="a feed", verdict="partial", dry_run=True)
        assert (held.status, planned.status) == ("held", "planned")
        for result in (planned, held):
            assert (await catalogue.approve(result, day=3)).status == "applied"
    assert (await catalogue.live(1))["price"] == 900_000
    await promises_hold(catalogue)


async def test_many_workers_apply_a_session_once_during_cleanup(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, way: str
) -> None:
    catalogue, session_id = prepared

    async def one() -> str:
        async with worker(way, session_id) as process:
            return await output(process)

    async with cleaning(way):
        assert await asyncio.gather(*(one() for _ in range(3))) == ["applied"] * 3
    await settled(catalogue, undisturbed)


async def test_a_session_staged_during_cleanup_loses_no_row(catalogue: Catalogue, dsn: str) -> None:
    async with cleaning(dsn):
        results: list[SyncResult] = [await catalogue.run(homes(100 + n), day=n) for n in range(5)]
    for n, result in enumerate(results):
        assert result.metrics.total_scraped == 100 + n
    await promises_hold(catalogue)


async def test_history_compacted_during_syncs_folds_to_live(catalogue: Catalogue, way: str) -> None:
    async with cleaning(way, "compact"):
        for day in range(DAYS):
            assert (await catalogue.run(days_of(day), day=day)).status == "applied"
    assert await catalogue.complaints() == []
    assert (await catalogue.live(1))["price"] == 900_000 + DAYS - 1
