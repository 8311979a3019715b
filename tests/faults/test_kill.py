"""Promise 1: killed at any point and run again, a sync ends as one that was never disturbed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import time
from uuid import UUID

import pytest

from tests.catalogue import Catalogue, home, homes
from tests.faults.conftest import STAGES, next_day
from tests.faults.processes import worker
from tests.faults.promises import Content, content, settled
from tests.servers import SOAK

KILLS = 10 if SOAK else 4


@pytest.mark.parametrize("stage", STAGES)
async def test_a_sync_killed_between_two_stages_is_finished_by_the_next(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, way: str, stage: str
) -> None:
    catalogue, session_id = prepared
    async with worker(way, session_id, crash_at=stage) as process:
        assert await process.wait() == -signal.SIGKILL

    result = await catalogue.sync(session_id, day=1)

    assert result.status == "applied"
    assert result.metrics.updated_properties == 5
    await settled(catalogue, undisturbed)


async def test_a_sync_killed_at_random_moments_ends_undisturbed(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, way: str
) -> None:
    catalogue, session_id = prepared
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    started = time.perf_counter()
    await catalogue.sync(session_id, day=1, dry_run=True)
    longest = 2 * (time.perf_counter() - started)

    for _ in range(KILLS):
        async with worker(way, session_id) as process:
            await asyncio.sleep(chance.uniform(0, longest))
            with contextlib.suppress(ProcessLookupError):  # it was quicker
                process.kill()

    await catalogue.sync(session_id, day=1)
    await settled(catalogue, undisturbed)


async def test_a_second_run_changes_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(60))
    first = await catalogue.run(next_day(), day=1)
    before = await content(catalogue.superuser, "acme")
    position = await catalogue.database.value("feed_position")

    again = await catalogue.sync(first.session_id, day=2)

    assert (again.status, again.metrics, again.plan_id) == (first.status, first.metrics, first.plan_id)
    assert await content(catalogue.superuser, "acme") == before
    assert await catalogue.database.value("feed_position") == position


async def test_a_killed_approval_is_finished_by_the_next(
    catalogue: Catalogue, undisturbed: Content, way: str
) -> None:
    await catalogue.run(homes(60))
    session_id = await catalogue.stage(next_day(), day=1)
    planned = await catalogue.sync(session_id, day=1, dry_run=True)
    assert planned.plan_id is not None
    async with worker(way, session_id, crash_at="plan") as process:
        await process.wait()

    result = await catalogue.sync(session_id, day=1)

    assert result.plan_id != planned.plan_id, "the killed run had superseded the older plan"
    await settled(catalogue, undisturbed)


async def test_an_older_session_does_not_undo_a_newer_one(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    older = await catalogue.stage([home(1, price=800_000), home(2), home(3)], day=1)
    await catalogue.run([home(1, price=700_000), home(2), home(3)], day=2)

    late = await catalogue.sync(older, day=3)

    assert late.status == "stale"
    assert (await catalogue.live(1))["price"] == 700_000
