"""Which sessions can be synced, in which order, and what a repeated sync says."""

from __future__ import annotations

from uuid import uuid4

import pytest

from config.errors import NotFoundError, UnfinishedSessionError
from services.staging import SessionWriter
from tests.catalogue import Catalogue, at, home, homes


async def test_an_unknown_session_is_refused_by_name(catalogue: Catalogue) -> None:
    session_id = uuid4()

    with pytest.raises(NotFoundError, match=f"there is no session {session_id}"):
        await catalogue.sync(session_id)


async def test_a_session_that_runs_or_failed_has_nothing_to_sync(catalogue: Catalogue) -> None:
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="all", kind="import")
    with pytest.raises(UnfinishedSessionError, match="has not ended"):
        await catalogue.sync(writer.session_id)

    await writer.fail("the disk is full")
    with pytest.raises(UnfinishedSessionError, match="the disk is full"):
        await catalogue.sync(writer.session_id)


async def test_a_repeated_sync_returns_the_first_result(catalogue: Catalogue) -> None:
    first = await catalogue.run(homes(3))
    position = await catalogue.database.value("feed_position")

    again = await catalogue.sync(first.session_id, day=5)

    assert (again.status, again.plan_id, again.metrics) == ("applied", first.plan_id, first.metrics)
    assert await catalogue.database.value("feed_position") == position


async def test_pending_sessions_wait_in_the_order_they_completed(catalogue: Catalogue) -> None:
    late = await catalogue.stage(homes(3), day=2)
    early = await catalogue.stage(homes(3), day=1, scope="other")

    waiting = await catalogue.database.rows("pending_sessions", "acme", 10)

    assert [row["id"] for row in waiting] == [early, late]


async def test_an_older_session_of_the_scope_is_stale(catalogue: Catalogue) -> None:
    older = await catalogue.stage([home(1, price=5_000)], day=1)
    elsewhere = await catalogue.stage([home(2, price=5_000)], day=1, scope="other")
    await catalogue.run(homes(3), day=2)

    assert (await catalogue.sync(older, day=3)).status == "stale"
    assert (await catalogue.live())["price"] == 1_001_000
    assert (await catalogue.sync(elsewhere, day=3)).status == "applied", "another scope has its own order"


async def test_sessions_that_ended_at_the_same_moment_are_both_applied(catalogue: Catalogue) -> None:
    first, second = [await catalogue.stage([home(1, price=price)], day=1) for price in (5_000, 6_000)]

    assert [(await catalogue.sync(one, day=1)).status for one in (first, second)] == ["applied", "applied"]
    assert (await catalogue.live())["price"] == 6_000


async def test_a_failed_sync_releases_its_source_and_records_why(catalogue: Catalogue) -> None:
    session_id = await catalogue.stage(homes(3))
    await catalogue.superuser.execute("alter table public.properties_live add check (price < 0)")

    with pytest.raises(Exception, match="violates check constraint"):
        await catalogue.sync(session_id)

    metadata = await catalogue.superuser.fetchrow(
        "select sync_status, error_summary from public.sync_metadata"
    )
    assert metadata["sync_status"] == "failed"
    assert "violates check constraint" in metadata["error_summary"]
    assert not await catalogue.is_leased()
    await catalogue.superuser.execute(
        "alter table public.properties_live drop constraint properties_live_price_check"
    )
    assert (await catalogue.sync(session_id)).status == "applied"


async def test_an_approval_that_died_is_recorded_as_interrupted(catalogue: Catalogue) -> None:
    planned = await catalogue.run(homes(3), dry_run=True)
    await catalogue.database.value("approve", planned.plan_id, "ana", "elsewhere/1/a", None, None)
    await catalogue.lease_ends()

    await catalogue.approve(planned)

    rows = await catalogue.superuser.fetch("select sync_status from public.sync_metadata order by id")
    assert [row["sync_status"] for row in rows] == ["planned", "failed", "completed"]


@pytest.mark.direct
async def test_an_applied_session_notifies_once_with_counts(catalogue: Catalogue) -> None:
    heard: list[str] = []
    async with catalogue.database.listener() as conn:
        await conn.add_listener("property_changes", lambda *call: heard.append(call[-1]))
        await catalogue.run(homes(3))
        held = await catalogue.run([], day=1)
        await conn.execute("select 1")

    (reported,) = map(catalogue.read, heard)
    assert held.status == "held"
    assert (reported["type"], reported["position"], reported["source"]) == ("sync", 1, "acme")
    assert reported["counts"]["new_properties"] == 3
    assert "Casa" not in heard[0]


async def test_figures_of_time_are_on_the_injected_clock(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1), day=3)

    live = await catalogue.live()
    assert {live[name] for name in ("created_at", "updated_at", "first_seen_at", "last_seen_at")} == {at(3)}
