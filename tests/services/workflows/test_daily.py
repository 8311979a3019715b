"""Many sessions at once, in order, and what becomes of those that fail, are held, or are old."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.errors import NotFoundError, UsageError
from database.direct import DirectDatabase
from services import (
    ChangeDetectionService,
    DataQualityService,
    DataSyncService,
    PropertySyncOrchestrator,
)
from services.pipeline import SyncResult
from services.workflows.access import Access
from services.workflows.daily import CleanupResult
from services.workflows.reprocess import reprocess
from services.workflows.sync_pending import SessionFailure
from tests.catalogue import ACME, Catalogue, Underway, home, homes, on
from tests.sites import Site, detail, path_of


async def sources(catalogue: Catalogue, *names: str) -> list[Catalogue]:
    return [
        await Catalogue(
            catalogue.database, catalogue.superuser, ACME.model_copy(update={"name": name})
        ).register()
        for name in names
    ]


def orchestrator(catalogue: Catalogue, day: float = 100, **scraping: Any) -> PropertySyncOrchestrator:
    return PropertySyncOrchestrator(catalogue.database, options=on(day), **scraping)


async def test_pending_sessions_come_in_the_order_they_completed(catalogue: Catalogue) -> None:
    other, *_ = await sources(catalogue, "other")
    third = await catalogue.stage(homes(1), day=3)
    first = await other.stage(homes(1), day=1)
    second = await catalogue.stage(homes(1), day=2, scope="elsewhere")
    pending = await orchestrator(catalogue).get_pending_sessions()
    assert [row.id for row in pending] == [first, second, third]
    assert [row.id for row in await orchestrator(catalogue).get_pending_sessions(2)] == [first, second]
    assert [row.id for row in await orchestrator(catalogue).get_pending_sessions(source="other")] == [first]


async def test_a_batch_syncs_three_sources_at_a_time_in_order(
    catalogue: Catalogue,
) -> None:
    staged: dict[str, list[UUID]] = {}
    for one in await sources(catalogue, "a", "b", "c", "d", "e"):
        staged[one.source.name] = [await one.stage(homes(day + 1), day=day) for day in (0, 1)]
    underway = Underway()
    batch = await orchestrator(catalogue, observer=underway).batch_sync_workflow()

    assert underway.most == 3
    assert [result.status for result in batch.synced] == ["applied"] * 10
    for name, sessions in staged.items():
        assert [result.session_id for result in batch.synced if result.source == name] == sessions
    assert batch.follow_up_failures == ()
    assert await orchestrator(catalogue).get_pending_sessions() == []
    assert await catalogue.complaints() == []


async def test_a_failed_or_held_session_stops_no_other_source(
    catalogue: Catalogue,
) -> None:
    failing, held, sound = await sources(catalogue, "failing", "held", "sound")
    failed_session = await failing.stage(homes(1), day=0)
    later_of_failing = await failing.stage(homes(2), day=1)
    await held.run(homes(40), day=0)
    held_session = await held.stage(homes(1), day=1)
    sound_session = await sound.stage(homes(3), day=2)
    await catalogue.superuser.execute(FAIL_THE_SYNC_OF.format(failed_session))
    reported: list[SyncResult | SessionFailure] = []
    batch = await orchestrator(catalogue).batch_sync_workflow(on_result=reported.append)

    (failure,) = batch.failed
    assert (failure.session_id, failure.code) == (failed_session, "database")
    assert [result.session_id for result in batch.held] == [held_session]
    assert [result.session_id for result in batch.synced if result.status == "applied"] == [sound_session]
    assert len(reported) == 3
    pending = await orchestrator(catalogue).get_pending_sessions()
    assert [row.id for row in pending] == [failed_session, later_of_failing]


FAIL_THE_SYNC_OF = """
create function public.fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create trigger fail before insert on property_manager.plans
  for each row when (new.session_id = '{}') execute function public.fail();
"""


async def test_a_source_that_another_worker_syncs_is_left(
    catalogue: Catalogue,
) -> None:
    taken, free = await sources(catalogue, "taken", "free")
    taken_session = await taken.stage(homes(1), day=0)
    later_of_taken = await taken.stage(homes(2), day=1)
    free_session = await free.stage(homes(3), day=2)
    await taken.lease_taken_by("somebody", taken_session)

    batch = await orchestrator(catalogue, patience_seconds=0).batch_sync_workflow()

    assert (batch.left, batch.failed) == ((taken_session,), ())
    assert [result.session_id for result in batch.synced] == [free_session]
    pending = await orchestrator(catalogue).get_pending_sessions()
    assert [row.id for row in pending] == [taken_session, later_of_taken]


async def test_a_dry_batch_plans_and_applies_nothing(catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(2))
    batch = await orchestrator(catalogue).batch_sync_workflow(dry_run=True)
    assert [result.status for result in batch.synced] == ["planned"]
    assert await catalogue.statuses() == {}
    assert [row.id for row in await orchestrator(catalogue).get_pending_sessions()] == [session]


async def test_a_day_scrapes_every_url_and_syncs_what_waits(catalogue: Catalogue, site: Site) -> None:
    site.lists([1, 2])
    site.pages["/homes?page=7"] = detail(3)
    waiting = await catalogue.stage(homes(1))
    gone = f"{site.base}/homes?page=404"
    day = await orchestrator(catalogue, access=Access(allow_private=True)).daily_sync_workflow(
        [site.start, gone, "ftp://example.com"]
    )
    assert [(failure.url, failure.code) for failure in day.failed] == [
        (gone, "http_status"),
        ("ftp://example.com", "usage"),
    ]
    (scraped,) = day.scraped
    assert (scraped.verdict, scraped.rows, scraped.sync) == ("complete", 2, None)
    assert {result.session_id for result in day.batch.synced} == {waiting, scraped.session_id}
    failed = await catalogue.superuser.fetchrow(
        "select s.status, s.error_message, e.error_type from public.scraping_sessions s"
        " join public.scraping_errors e on e.session_id = s.id where s.status = 'failed'"
    )
    assert (failed["status"], failed["error_type"]) == ("failed", "http_404")
    assert "404" in failed["error_message"]


async def old_sessions(catalogue: Catalogue) -> list[UUID]:
    """Eight complete sessions a day apart, a partial, a failed and a pending one after them."""
    sessions = [(await catalogue.run(homes(3 + day % 2), day=day)).session_id for day in range(8)]
    sessions.append((await catalogue.run(homes(1), day=8, verdict="partial")).session_id)
    sessions.append(await catalogue.stage(homes(2), day=9))
    return sessions


async def left(catalogue: Catalogue) -> set[UUID]:
    rows = await catalogue.superuser.fetch("select id from public.scraping_sessions")
    return {row["id"] for row in rows}


async def test_cleanup_keeps_five_complete_sessions_and_pending_ones(
    catalogue: Catalogue,
) -> None:
    sessions = await old_sessions(catalogue)
    before = await catalogue.statuses(), await catalogue.changes()

    would = await orchestrator(catalogue).cleanup_old_data(30, dry_run=True)
    assert would == CleanupResult(sessions=4, rows=3 + 4 + 3 + 1)
    assert await left(catalogue) == set(sessions)

    assert await orchestrator(catalogue).cleanup_old_data(30, batch_sessions=1) == would  # several batches
    assert await left(catalogue) == {*sessions[3:8], sessions[9]}
    staged = "select distinct session_id from public.property_scrapes_staging"
    assert {row[0] for row in await catalogue.superuser.fetch(staged)} == await left(catalogue)
    assert (await catalogue.statuses(), await catalogue.changes()) == before
    assert await catalogue.complaints() == []
    assert await orchestrator(catalogue).cleanup_old_data(30) == CleanupResult(sessions=0, rows=0)


async def test_cleanup_leaves_what_is_younger(catalogue: Catalogue) -> None:
    sessions = await old_sessions(catalogue)
    removed = await orchestrator(catalogue, day=31.5).cleanup_old_data(30)
    assert removed.sessions == 2
    assert await left(catalogue) == set(sessions[2:])


async def test_cleanup_of_today_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="refused"):
        await orchestrator(catalogue).cleanup_old_data(0)


async def test_the_dashboard_shows_sources_syncs_and_what_waits(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    waiting = await catalogue.stage(homes(2), day=1)
    shown = await orchestrator(catalogue).get_sync_dashboard_data()
    (source,) = shown.sources
    assert (source.name, source.active, source.pending, source.held) == ("acme", 3, 1, 0)
    assert [sync.new_properties for sync in shown.recent_syncs] == [3]
    assert [session.id for session in shown.pending] == [waiting]
    assert shown.views is not None
    assert shown.views.feed_position == 1


async def test_detected_changes_are_a_plan_that_can_be_applied(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))
    session = await catalogue.stage([home(1, price=900_000), home(2), home(3)], day=1)
    detection = ChangeDetectionService(catalogue.database)
    planned, rows = await detection.detect_changes(session)
    assert [(row.action, row.property_id) for row in rows] == [("update", "A-1"), ("create", "A-3")]
    assert planned.plan_id is not None
    assert (await detection.save_change_records(planned.plan_id)).status == "applied"
    assert (await DataSyncService(catalogue.database).get_sync_metrics(limit=1))[0].new_properties == 1


async def test_the_services_have_the_names_that_callers_know(catalogue: Catalogue) -> None:
    from scrapers import EnhancedPropertyScraper  # noqa: PLC0415 the name under test

    classes: list[Callable[[DirectDatabase], object]] = [
        PropertySyncOrchestrator,
        ChangeDetectionService,
        DataSyncService,
        DataQualityService,
        EnhancedPropertyScraper,
    ]
    assert all(made(catalogue.database) for made in classes)
    result = await DataSyncService(catalogue.database).sync_session_data(await catalogue.stage(homes(1)))
    assert result.metrics.new_properties == 1


async def bedrooms_rule(superuser: asyncpg.Connection, most: int) -> None:
    await superuser.execute(
        "update public.validation_rules set version = version + 1,"
        " rule_config = jsonb_set(rule_config, '{max}', to_jsonb($1::integer))"
        " where field_name = 'bedrooms' and rule_type = 'range'",
        most,
    )


async def test_quarantined_rows_go_live_once_their_rule_is_relaxed(catalogue: Catalogue) -> None:
    refused = await catalogue.run([home(1), home(2, bedrooms=400), home(3)])
    assert list(await catalogue.quarantined(refused)) == [2]
    await bedrooms_rule(catalogue.superuser, 500)

    result = await reprocess(catalogue.database, "acme", on(1))

    assert (result.status, result.metrics.total_scraped, result.metrics.new_properties) == ("applied", 1, 1)
    assert (await catalogue.live(2))["bedrooms"] == 400
    assert (await catalogue.live(2))["title"] == "Casa 2 en venta"
    assert set((await catalogue.statuses()).values()) == {"active"}
    with pytest.raises(NotFoundError, match="no quarantined row"):
        await reprocess(catalogue.database, "acme", on(2))
    assert await catalogue.complaints() == []


async def test_rows_that_fail_again_are_set_aside_again(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2, bedrooms=400), home(3)])
    result = await reprocess(catalogue.database, "acme", on(1))
    assert (result.status, result.metrics.quarantined_properties) == ("held", 1)
    statuses = await catalogue.superuser.fetch("select status from property_manager.quarantine order by id")
    assert [row["status"] for row in statuses] == ["reprocessed", "open"]


async def test_reprocessing_never_overwrites_what_came_later(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2, bedrooms=400, price=1), home(3)])
    await catalogue.run([home(1), home(2, price=2_000_000), home(3)], day=1)
    await bedrooms_rule(catalogue.superuser, 500)
    with pytest.raises(NotFoundError, match="no quarantined row"):
        await reprocess(catalogue.database, "acme", on(2))
    assert (await catalogue.live(2))["price"] == 2_000_000


async def test_rows_of_a_refused_session_are_not_reprocessed(catalogue: Catalogue) -> None:
    await catalogue.run(homes(40))
    assert (await catalogue.run([home(41, bedrooms=400), home(1)], day=1)).status == "held"
    with pytest.raises(NotFoundError, match="no quarantined row"):
        await reprocess(catalogue.database, "acme", on(1 + 1 / 24))


async def test_a_detail_page_can_be_scraped_by_its_url(catalogue: Catalogue, site: Site) -> None:
    site.pages[path_of(9)] = detail(9)
    scraped = await orchestrator(catalogue, access=Access(allow_private=True)).daily_sync_workflow(
        [site.base + path_of(9)]
    )
    assert [(one.kind, one.rows) for one in scraped.scraped] == [("detail", 1)]
