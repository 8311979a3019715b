"""`status` names the source that is dead among live ones, and asks for nothing that is not to be done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.reports.sessions import recent_syncs
from services.reports.status import SourceOverview, dashboard
from services.workflows.repair import repair
from tests.catalogue import Catalogue, homes


async def overview(catalogue: Catalogue) -> SourceOverview:
    (found,) = (await dashboard(catalogue.database, source=catalogue.source.name)).sources
    return found


async def synced(catalogue: Catalogue, *ago: timedelta) -> None:
    """Syncs that were applied so long ago, the earliest first."""
    for day, age in enumerate(ago):
        result = await catalogue.run(homes(3), day=day)
        await catalogue.superuser.execute(
            "update public.sync_metadata set completed_at = now() - $2::interval where session_id = $1",
            result.session_id,
            age,
        )


async def test_a_dead_source_among_live_ones_is_overdue(catalogue: Catalogue) -> None:
    """By its own rhythm: three times as long as usual, and a day at least."""
    live, dead = await catalogue.beside("live"), await catalogue.beside("dead")
    await synced(live, *(timedelta(hours=hours) for hours in (49, 25, 1)))
    await synced(dead, *(timedelta(days=30, hours=hours) for hours in (48, 24, 0)))

    found = await overview(dead)
    assert (found.overdue, found.age_hours, found.usual_hours) == (True, 720, 24)
    assert not (await overview(live)).overdue


@pytest.mark.parametrize(("days", "overdue"), [(8, False), (22, True)])
async def test_a_weekly_source_may_be_a_week_old(catalogue: Catalogue, days: int, overdue: bool) -> None:
    await synced(catalogue, *(timedelta(days=days + more) for more in (14, 7, 0)))

    assert (await overview(catalogue)).overdue is overdue


@pytest.mark.parametrize(("days", "overdue"), [(6, False), (8, True)])
async def test_a_source_without_a_rhythm_is_overdue_after_a_week(
    catalogue: Catalogue, days: int, overdue: bool
) -> None:
    await synced(catalogue, timedelta(days=days))

    found = await overview(catalogue)
    assert (found.overdue, found.usual_hours) == (overdue, None)


async def test_a_source_without_listings_is_not_overdue(catalogue: Catalogue) -> None:
    """Nothing was synced yet, or all of it was taken off the market."""
    found = await overview(catalogue)
    assert (found.overdue, found.age_hours) == (False, None)

    await synced(catalogue, timedelta(days=40))
    await catalogue.superuser.execute("update public.properties_live set status = 'removed'")
    assert not (await overview(catalogue)).overdue


async def test_an_edit_asks_for_no_sync(catalogue: Catalogue) -> None:
    """Made by SQL it leaves nothing but views that are behind, which `repair` brings up to date."""
    await catalogue.run(homes(3), catch_up=True)
    await catalogue.database.value(
        "edit_listing", "acme", "A-1", {"bedrooms": 7}, "ana", None, None, None, None
    )

    found = await dashboard(catalogue.database)
    assert (found.pending, found.sources[0].pending, found.sources[0].held) == ((), 0, 0)
    assert found.views is not None and found.views.feed_position - (found.views.position or 0) == 1
    assert (await repair(catalogue.database)).caught_up == 1
    assert (await repair(catalogue.database)).caught_up == 0


async def test_a_plan_that_was_overtaken_is_not_shown_as_held(catalogue: Catalogue) -> None:
    """What waits for no decision any more is stale."""
    await catalogue.run(homes(60))
    held = await catalogue.run(homes(6), day=1)
    await catalogue.run(homes(60), day=2)

    shown = {each.session_id: each.sync_status for each in await recent_syncs(catalogue.database)}
    assert shown[held.session_id] == "stale"
