"""A change of ids that is killed half-way leaves the old ids, and a second run ends as if undisturbed."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from config.errors import BusyError, PropertyManagerError
from database.direct import DirectDatabase
from services.history.ids import IdPlan, apply_id_plan, list_id_plans
from tests.catalogue import Catalogue, home, homes
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.faults.promises import content, promises_hold


async def planned(catalogue: Catalogue) -> IdPlan:
    """Six homes of a file whose next edition has other ids, and the plan to give them these."""
    catalogue.urls = False
    await catalogue.run(homes(6), day=0)
    await catalogue.run([home(n, property_id=f"B-{n}") for n in range(1, 7)], day=1)
    (plan,) = await list_id_plans(catalogue.database)
    return plan


async def kill_writers(superuser: asyncpg.Connection) -> None:
    """End every backend of this database that waits for the gate, as kill -9 of its process would."""
    await superuser.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and wait_event_type = 'Lock' and pid <> pg_backend_pid()"
    )


@pytest.mark.parametrize(
    "table",
    ["public.property_changes", "property_manager.former_ids", "property_manager.change_sets"],
)
async def test_a_killed_change_of_ids_is_done_whole_by_the_next_run(
    catalogue: Catalogue, way: str, table: str
) -> None:
    plan = await planned(catalogue)
    before = await content(catalogue.superuser, "acme")
    await shut_gate(catalogue.superuser, table)

    async with await DirectDatabase.connect(way, pool_size=1) as other:
        dying = asyncio.create_task(apply_id_plan(other, plan.id, actor="ana", wait_seconds=0))
        await waiting(catalogue.superuser, 1)
        dying.cancel()
        await kill_writers(catalogue.superuser)
        with pytest.raises((asyncio.CancelledError, PropertyManagerError)):
            await dying

    assert await content(catalogue.superuser, "acme") == before
    await open_gate(catalogue.superuser)
    done = await apply_id_plan(catalogue.database, plan.id, actor="ana")
    assert done is not None
    assert set(await catalogue.statuses()) == {f"B-{n}" for n in range(1, 7)}
    again = await apply_id_plan(catalogue.database, plan.id, actor="ana")
    assert again is not None
    assert again.change_set_id == done.change_set_id
    assert (await catalogue.sync(done.again[0], day=1)).metrics.unchanged_properties == 6
    await promises_hold(catalogue)


async def test_a_sync_and_a_change_of_ids_exclude_each_other(catalogue: Catalogue) -> None:
    plan = await planned(catalogue)
    await catalogue.lease_taken_by("another")
    with pytest.raises(BusyError):
        await apply_id_plan(catalogue.database, plan.id, actor="ana", wait_seconds=0)
    await catalogue.lease_released()
    assert await apply_id_plan(catalogue.database, plan.id, actor="ana") is not None
    await promises_hold(catalogue)
