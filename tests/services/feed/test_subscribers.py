"""Post-sync work follows the feed from its own place; whatever goes wrong there, the sync stands."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import asyncpg

from database.direct import DirectDatabase
from services.feed import Subscriber, follow_up
from services.feed.subscribers import RefreshViews
from services.workflows.daily import PropertySyncOrchestrator
from tests.catalogue import Catalogue, homes


@dataclass
class Cache:
    """A cache that records its calls, and may fail."""

    name: str = "cache"
    calls: list[tuple[int, int]] = field(default_factory=list)
    failure: Exception | None = None

    async def catch_up(self, database: DirectDatabase, after: int, upto: int) -> None:
        self.calls.append((after, upto))
        if self.failure is not None:
            raise self.failure


async def counted(superuser: asyncpg.Connection) -> int | None:
    counted: int | None = await superuser.fetchval(
        "select sum(total_count) from public.property_statistics()"
    )
    return counted


async def test_views_are_refreshed_once_a_sync_is_committed(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    assert await counted(catalogue.superuser) is None
    assert await follow_up(catalogue.database) == []
    assert await counted(catalogue.superuser) == 3


async def test_a_sync_an_edit_and_a_rollback_let_subscribers_catch_up(catalogue: Catalogue) -> None:
    applied = await catalogue.run(homes(3), catch_up=True)
    assert (applied.status, applied.follow_up_failures) == ("applied", ())
    assert await positions(catalogue) == (1, 1)
    await catalogue.edit(title="Casa con jardín", day=1)
    assert await positions(catalogue) == (2, 2)
    await catalogue.rollback(applied, day=2)
    assert await positions(catalogue) == (3, 3)


async def test_a_dry_run_and_a_refused_plan_call_no_subscriber(catalogue: Catalogue) -> None:
    await catalogue.run(homes(40))
    planned = await catalogue.run(homes(41), day=1, dry_run=True, catch_up=True)
    held = await catalogue.run(homes(1), day=2, catch_up=True)
    assert (planned.status, held.status) == ("planned", "held")
    assert await positions(catalogue) == (0, 1)


async def positions(catalogue: Catalogue) -> tuple[int, int]:
    """Where the views stand, and where the feed ends."""
    return (
        await catalogue.database.value("subscriber_position", "views"),
        await catalogue.database.value("feed_position"),
    )


async def test_a_subscriber_gets_its_part_and_keeps_its_position(catalogue: Catalogue) -> None:
    cache: Subscriber = (noted := Cache())
    await catalogue.run(homes(1))
    await catalogue.run(homes(2), day=1)
    assert await follow_up(catalogue.database, [cache]) == []
    assert await follow_up(catalogue.database, [cache]) == []
    await catalogue.run(homes(3), day=2)
    await follow_up(catalogue.database, [Cache(calls=noted.calls)])
    assert noted.calls == [(0, 2), (2, 3)]


async def test_a_failed_subscriber_is_called_again_and_stops_no_other(
    catalogue: Catalogue,
) -> None:
    broken, sound = Cache("broken", failure=OSError("no route to host")), Cache("sound")
    await catalogue.run(homes(1))
    assert await follow_up(catalogue.database, [broken, sound]) == ["broken: OSError: no route to host"]
    assert sound.calls == [(0, 1)]
    assert await catalogue.complaints() == [
        "subscribers keep up with the feed: broken is at 0 of 1: OSError: no route to host"
    ]
    broken.failure = None
    assert await follow_up(catalogue.database, [broken, sound]) == []
    assert broken.calls == [(0, 1), (0, 1)]
    assert await catalogue.complaints() == []


async def test_a_failing_refresh_is_reported_until_fixed(catalogue: Catalogue) -> None:
    await catalogue.superuser.execute("alter materialized view public.property_stats rename to gone")
    applied = await catalogue.run(homes(2), catch_up=True)

    (failure,) = applied.follow_up_failures
    assert applied.status == "applied"
    assert len(await catalogue.statuses()) == 2
    assert "property_stats" in failure
    status = await PropertySyncOrchestrator(catalogue.database).get_sync_dashboard_data()
    (views,) = status.subscribers
    assert status.views is not None
    assert (views.name, views.position, status.views.feed_position) == ("views", 0, 1)
    assert views.error is not None
    assert "property_stats" in views.error
    assert len(await catalogue.complaints()) == 1

    await catalogue.superuser.execute("alter materialized view public.gone rename to property_stats")
    assert await follow_up(catalogue.database) == []
    assert await counted(catalogue.superuser) == 2
    assert await catalogue.complaints() == []


async def test_a_locked_view_delays_a_sync_briefly(catalogue: Catalogue) -> None:
    views = [RefreshViews(lock_seconds=0.05)]
    await catalogue.run(homes(1))
    async with catalogue.superuser.transaction():
        await catalogue.superuser.execute("lock table public.properties_live in access exclusive mode")
        (failure,) = await follow_up(catalogue.database, views)
    assert "lock timeout" in failure
    assert await follow_up(catalogue.database, views) == []


async def test_refreshing_twice_at_once_is_harmless(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    assert await asyncio.gather(*(follow_up(catalogue.database) for _ in range(3))) == [[], [], []]
    assert await counted(catalogue.superuser) == 2


async def test_an_unreadable_position_is_reported_not_raised(catalogue: Catalogue) -> None:
    await catalogue.superuser.execute("alter function api.feed_position() rename to gone")
    (failure,) = await follow_up(catalogue.database)
    assert failure.startswith("views: ")
