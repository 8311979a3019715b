"""A saved plan is applied once, whole, and only to the listings it was made for."""

from __future__ import annotations

import asyncio

import pytest

from config.errors import PlanOutdatedError, PropertyManagerError
from database.direct import DirectDatabase
from services.pipeline import SyncResult, apply_plan, discard_plan
from tests.catalogue import Catalogue, home, homes, on
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.faults.promises import promises_hold


@pytest.fixture
async def held(catalogue: Catalogue) -> SyncResult:
    """The held plan of an outage: most of forty homes removed, A-1 with a new price."""
    await catalogue.run(homes(40))
    held = await catalogue.run([home(1, price=900_000), home(2), home(3)], day=1)
    assert held.status == "held"
    return held


async def test_two_approvers_at_once_apply_a_plan_once(
    catalogue: Catalogue, held: SyncResult, way: str
) -> None:
    assert held.plan_id is not None
    async with await DirectDatabase.connect(way) as ana, await DirectDatabase.connect(way) as ben:
        results = await asyncio.gather(
            *(
                apply_plan(database, held.plan_id, on(2, actor=actor))
                for database, actor in ((ana, "ana"), (ben, "ben"))
            )
        )

    assert [result.status for result in results] == ["applied", "applied"]
    assert results[0].metrics == results[1].metrics
    (published,) = await catalogue.change_sets(held.session_id)
    (plan,) = await catalogue.plans(held.session_id)
    assert plan["decided_by"] == published["actor"]
    await promises_hold(catalogue)


async def test_approval_and_sync_of_one_session_end_as_one(catalogue: Catalogue, held: SyncResult) -> None:
    assert held.plan_id is not None
    ended = await asyncio.gather(
        apply_plan(catalogue.database, held.plan_id, on(2)),
        catalogue.sync(held.session_id, day=2),
        return_exceptions=True,
    )

    approved, synced = ended
    assert isinstance(synced, SyncResult)
    if isinstance(approved, SyncResult):
        assert (approved.status, synced.status) == ("applied", "applied")
    else:  # the new sync came first and replaced the plan
        assert isinstance(approved, PlanOutdatedError)
        assert (synced.status, synced.plan_id == held.plan_id) == ("held", False)
    await promises_hold(catalogue)


async def test_discarding_waits_for_an_apply_that_has_begun(catalogue: Catalogue) -> None:
    await shut_gate(catalogue.superuser, "public.property_changes")
    session_id = await catalogue.stage(homes(5))
    sync = asyncio.create_task(catalogue.sync(session_id))
    await waiting(catalogue.superuser, 1)
    (plan,) = await catalogue.plans()
    assert plan["status"] == "ready"
    against = asyncio.create_task(discard_plan(catalogue.database, plan["id"], actor="ben"))
    await waiting(catalogue.superuser, 2)
    await open_gate(catalogue.superuser)

    assert (await sync).status == "applied"
    with pytest.raises(PlanOutdatedError, match="is applied"):
        await against
    status = await catalogue.superuser.fetchval(
        "select sync_status from public.scraping_sessions where id = $1", session_id
    )
    assert status == "completed"
    await promises_hold(catalogue)


async def test_a_discarded_plan_is_refused(catalogue: Catalogue, held: SyncResult) -> None:
    assert held.plan_id is not None
    await discard_plan(catalogue.database, held.plan_id, actor="ben")

    with pytest.raises(PlanOutdatedError, match="is discarded"):
        await catalogue.approve(held, day=2)
    assert (await catalogue.live(1))["price"] == 1_001_000
    await promises_hold(catalogue)


async def test_applying_a_newer_session_supersedes_a_held_plan(
    catalogue: Catalogue, held: SyncResult
) -> None:
    await catalogue.run(homes(40, title="Casa nueva"), day=2, dry_run=True)
    newer = await catalogue.run([home(n, bathrooms=3) if n < 5 else home(n) for n in range(1, 41)], day=3)
    assert newer.status == "applied"

    with pytest.raises(PlanOutdatedError, match="superseded"):
        await catalogue.approve(held, day=3)
    assert set((await catalogue.statuses()).values()) == {"active"}
    await promises_hold(catalogue)


async def test_two_held_sessions_are_both_decided_and_the_newer_wins(
    catalogue: Catalogue, held: SyncResult
) -> None:
    newer = await catalogue.run([home(1, price=800_000), home(2)], day=2)
    assert newer.status == "held"

    assert (await catalogue.approve(newer, day=3)).status == "applied"
    with pytest.raises(PlanOutdatedError):
        await catalogue.approve(held, day=3)
    assert (await catalogue.live(1))["price"] == 800_000
    await promises_hold(catalogue)


@pytest.mark.parametrize("approvers", [1, 3])
async def test_a_plan_is_refused_after_one_of_its_listings_changed(
    catalogue: Catalogue, held: SyncResult, approvers: int
) -> None:
    elsewhere = await catalogue.run([home(2, price=950_000)], day=1.5, scope="a feed", verdict="partial")
    assert elsewhere.status == "applied"
    other = await catalogue.run([home(1, price=890_000)], day=1.6, scope="a feed", verdict="partial")
    assert other.status == "applied", "A-1, which the held plan would change"
    before = await catalogue.position()

    ended = await asyncio.gather(
        *(catalogue.approve(held, day=2) for _ in range(approvers)), return_exceptions=True
    )

    for refused in ended:
        assert isinstance(refused, PlanOutdatedError)
        assert "has changed since" in refused.message
    assert await catalogue.position() == before
    assert set((await catalogue.statuses()).values()) == {"active"}
    await promises_hold(catalogue)


async def test_a_plan_is_refused_after_an_unchanged_listing_changed(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(40))
    older = await catalogue.stage([home(2, price=950_000)], day=0.5, scope="a feed", verdict="partial")
    held = await catalogue.run([home(1, price=900_000), home(2), home(3)], day=1)
    assert held.status == "held"
    assert (await catalogue.sync(older, day=1.5)).status == "applied"

    with pytest.raises(PlanOutdatedError, match="A-2 has changed since"):
        await catalogue.approve(held, day=2)

    anew = await catalogue.sync(held.session_id, day=2)
    assert (await catalogue.approve(anew, day=2)).status == "applied"
    assert (await catalogue.live(2))["price"] == home(2)["price"], "the newest session has the last word"
    await promises_hold(catalogue)


async def test_a_refused_session_can_be_planned_again_and_approved(
    catalogue: Catalogue, held: SyncResult
) -> None:
    await catalogue.run([home(1, price=890_000)], day=1.5, scope="a feed", verdict="partial")
    with pytest.raises(PropertyManagerError):
        await catalogue.approve(held, day=2)

    anew = await catalogue.sync(held.session_id, day=2)

    assert anew.status == "held"
    assert anew.plan_id != held.plan_id
    assert (await catalogue.approve(anew, day=2)).status == "applied"
    assert (await catalogue.live(1))["price"] == 900_000
    await promises_hold(catalogue)
