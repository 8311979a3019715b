"""What a process that died leaves behind: doctor and status name it, and `repair` puts it right."""

from __future__ import annotations

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from config.errors import FetchError, UsageError
from database.direct import DirectDatabase
from services.feed import follow_up
from services.history.as_of import listings_at
from services.history.retention import compact
from services.reports.doctor import Finding, examine
from services.reports.sessions import session_details
from services.reports.status import dashboard
from services.staging import SessionWriter
from services.workflows.import_ import ListingImporter
from services.workflows.repair import Repaired, repair
from services.workflows.reprocess import reprocess
from services.workflows.scrape import EnhancedPropertyScraper
from tests.catalogue import Catalogue, at, home, homes, since
from tests.faults.processes import worker
from tests.sites import Site

NOTHING = Repaired(syncs_ended=0, sessions_ended=0, moments_dated=0)
CSV = "id,title,url,price\nA-1,Casa,https://acme.example/1,900000\n"
SILENT = (
    "update public.scraping_sessions set heartbeat_at = now() - interval '2 minutes' where status = 'running'"
)
FUTURE = """
  alter table property_manager.horizons drop constraint horizons_in_the_past;
  update property_manager.horizons
  set begins = now() + interval '40 days', compacted_at = now() + interval '40 days';
  alter table property_manager.horizons add constraint horizons_in_the_past
    check (begins <= clock_timestamp() and compacted_at <= clock_timestamp()) not valid
"""


async def red(catalogue: Catalogue) -> dict[str, Finding]:
    return {finding.check: finding for finding in await examine(catalogue.database) if not finding.green}


async def statuses(catalogue: Catalogue) -> list[str]:
    rows = await catalogue.superuser.fetch("select status from public.scraping_sessions order by created_at")
    return [row["status"] for row in rows]


async def runs(catalogue: Catalogue) -> list[str]:
    rows = await catalogue.superuser.fetch("select sync_status from public.sync_metadata order by id")
    return [row["sync_status"] for row in rows]


@pytest.fixture
async def killed(catalogue: Catalogue, dsn: str) -> UUID:
    """A session whose sync was killed after its plan was made; the lease has run out since."""
    await catalogue.run(homes(5))
    session = await catalogue.stage(homes(4), day=1)
    async with worker(dsn, session, crash_at="plan") as process:
        assert await process.wait() == -signal.SIGKILL
    await catalogue.lease_ends()
    return session


async def test_repair_of_a_healthy_catalogue_changes_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5), catch_up=True)
    await catalogue.run(homes(4), day=1, catch_up=True)
    assert await repair(catalogue.database, scrapes=True) == NOTHING


async def test_a_killed_sync_is_interrupted_everywhere_until_repair_ends_it(
    catalogue: Catalogue, killed: UUID
) -> None:
    assert {"no sync holds a source without working", "every sync that runs has a worker"} == {
        *await red(catalogue)
    }
    assert (await dashboard(catalogue.database)).recent_syncs[0].sync_status == "interrupted"
    (sync,) = (await session_details(catalogue.database, killed)).syncs
    assert sync.sync_status == "interrupted"

    assert (await repair(catalogue.database)).syncs_ended == 2

    assert (await runs(catalogue), await red(catalogue)) == (["completed", "failed"], {})
    assert [plan["status"] for plan in await catalogue.plans(killed)] == ["superseded"]
    assert (await catalogue.sync(killed, day=1)).status == "applied"


async def test_the_next_session_ends_a_killed_sync_of_an_earlier_one(
    catalogue: Catalogue, killed: UUID
) -> None:
    assert (await catalogue.run(homes(3), day=2)).status == "applied"
    assert (await runs(catalogue), await red(catalogue)) == (["completed", "failed", "completed"], {})
    assert [plan["status"] for plan in await catalogue.plans(killed)] == ["superseded"]


async def test_a_killed_sync_whose_session_was_cleaned_is_ended(catalogue: Catalogue, killed: UUID) -> None:
    await catalogue.superuser.execute(
        "insert into property_manager.cleaned_sessions"
        " select s.id, s.source_id, 'all', s.kind, null, null, null, null, 0, s.started_at, s.completed_at,"
        " now()"
        " from public.scraping_sessions s where s.id = $1",
        killed,
    )
    await catalogue.superuser.execute("delete from public.scraping_sessions where id = $1", killed)
    assert "every sync that runs has a worker" in await red(catalogue)
    await repair(catalogue.database)
    assert (await runs(catalogue), await red(catalogue)) == (["completed", "failed"], {})


async def test_a_stage_that_outlasts_its_lease_is_at_work(
    catalogue: Catalogue, database: DirectDatabase
) -> None:
    """Its transaction holds the lease's row: doctor does not complain, and repair passes over it."""
    session = await catalogue.stage(homes(3))
    claimed = await database.value("claim", session, False, "a worker", None, None)
    await catalogue.lease_ends()
    async with database.connection() as stage:
        await stage.fetchval("select api.sift($1, $2, true)", session, claimed["epoch"])
        assert await red(catalogue) == {}
        assert await repair(catalogue.database) == NOTHING
        assert (await dashboard(catalogue.database)).recent_syncs[0].sync_status == "running"


async def test_an_import_without_a_process_is_ended_by_repair(catalogue: Catalogue) -> None:
    writer = await SessionWriter.open(catalogue.database, catalogue.source, scope="import", kind="import")
    assert await repair(catalogue.database) == NOTHING, "it may be at work"
    await catalogue.superuser.execute(SILENT)
    assert [*await red(catalogue)] == ["every session that runs has a process"]
    (stopped,) = (await dashboard(catalogue.database)).stopped
    assert (stopped.id, stopped.status, stopped.resumable) == (writer.session_id, "interrupted", False)

    assert (await repair(catalogue.database)).sessions_ended == 1

    assert (await statuses(catalogue), await red(catalogue)) == (["failed"], {})


async def test_an_interrupted_scrape_is_given_up_only_when_asked(catalogue: Catalogue) -> None:
    session = await catalogue.stage(homes(2), kind="scrape")
    await catalogue.interrupted(session, silent=timedelta(minutes=2))
    finding = (await red(catalogue))["no scrape stopped half-way"]
    assert f"scrape --resume {str(session)[:8]}" in (finding.next_step or "")

    assert (await repair(catalogue.database)).sessions_ended == 0
    assert (await repair(catalogue.database, scrapes=True)).sessions_ended == 1

    assert (await statuses(catalogue), await red(catalogue)) == (["failed"], {})


async def test_a_rollback_whose_view_refresh_failed_is_made_good(catalogue: Catalogue) -> None:
    done = await catalogue.run(homes(3), catch_up=True)
    await catalogue.superuser.execute("alter materialized view public.property_stats rename to away")
    await catalogue.rollback(done, day=1)
    assert [*await red(catalogue)] == ["subscribers keep up with the feed"]
    assert (await repair(catalogue.database)).follow_up_failures
    await catalogue.superuser.execute("alter materialized view public.away rename to property_stats")

    assert (await repair(catalogue.database)).follow_up_failures == ()

    assert await red(catalogue) == {}


async def test_a_subscriber_that_stays_behind_is_named_without_an_error(catalogue: Catalogue) -> None:
    """Its process was killed between the commit and the refresh, so nothing recorded an error."""
    await catalogue.run(homes(3))
    assert await red(catalogue) == {}, "it may still be at work"
    await catalogue.superuser.execute(
        "update property_manager.subscribers set behind_since = behind_since - interval '6 minutes'"
    )
    assert [*await red(catalogue)] == ["subscribers keep up with the feed"]
    await repair(catalogue.database)
    assert await red(catalogue) == {}
    assert await follow_up(catalogue.database) == []


async def test_a_horizon_in_the_future_is_lowered_to_the_last_folded_change(catalogue: Catalogue) -> None:
    for day in range(4):
        await catalogue.run([home(1, price=1_000_000 + day * 20_000), home(2)], day=day, catch_up=True)
    then = await listings_at(catalogue.database, at(2.5))
    await compact(catalogue.database, since(2.5), actor="ana")
    await catalogue.superuser.execute(FUTURE)
    finding = (await red(catalogue))["no moment of history is in the future"]
    assert "the horizon of acme is dated 20" in (finding.detail or "")
    with pytest.raises(UsageError, match="which is in the future"):
        await compact(catalogue.database, since(2.5), actor="ana")

    assert (await repair(catalogue.database)).moments_dated == 1

    assert await red(catalogue) == {}
    assert (await listings_at(catalogue.database, at(2.5))).listings == then.listings
    begins = await catalogue.superuser.fetchval("select begins from property_manager.horizons")
    assert begins == at(2) + timedelta(microseconds=1), "just after the last change that was folded"
    await compact(catalogue.database, since(3.5), actor="ana")
    assert await red(catalogue) == {}


async def test_a_change_from_the_future_is_dated_now(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), catch_up=True)
    await catalogue.superuser.execute(
        "update property_manager.change_sets set committed_at = now() + interval '40 days'"
    )
    assert [*await red(catalogue)] == ["no moment of history is in the future"]
    await repair(catalogue.database)
    assert await red(catalogue) == {}
    assert (await listings_at(catalogue.database, datetime.now(UTC))).total == 2


async def test_a_stored_recipe_that_is_wrong_is_named_before_there_is_a_session(
    catalogue: Catalogue, site: Site
) -> None:
    await catalogue.register(recipe={"fields": {"prise": ".p"}})
    scraper = EnhancedPropertyScraper(catalogue.database, allow_private=True)
    with pytest.raises(UsageError, match=r"source acme: recipe\.fields\.prise: unknown field 'prise'"):
        await scraper.scrape_and_sync(site.start, source="acme")
    assert await statuses(catalogue) == []


async def test_a_site_that_cannot_be_reached_leaves_a_failed_session(
    catalogue: Catalogue, site: Site
) -> None:
    scraper = EnhancedPropertyScraper(catalogue.database, allow_private=True)
    with pytest.raises(FetchError):
        await scraper.scrape_and_sync(site.base + "/nowhere", source="acme")
    assert await statuses(catalogue) == ["failed"]
    (stopped,) = (await dashboard(catalogue.database)).stopped
    assert (stopped.status, stopped.source) == ("failed", "acme")
    assert "404" in (stopped.error or "")


@pytest.mark.parametrize("error", [RuntimeError("boom"), asyncio.CancelledError()])
@pytest.mark.parametrize("query", ["describe_session", "complete_session"])
async def test_an_import_that_is_cut_short_leaves_no_session_running(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str, error: BaseException
) -> None:
    """By a fault of the program, or by Ctrl-C, after its session was opened."""
    file = tmp_path / "acme.csv"
    file.write_text(CSV)
    real, opened = DirectDatabase.rows, False

    async def value(self: DirectDatabase, name: str, *args: Any) -> Any:
        nonlocal opened
        opened = opened or name == "open_session"
        return await real_value(self, name, *args)

    async def rows(self: DirectDatabase, name: str, *args: Any) -> Any:
        if opened and name == query:
            raise error
        return await real(self, name, *args)

    async def run(self: DirectDatabase, name: str, *args: Any) -> None:
        if opened and name == query:
            raise error
        await real_run(self, name, *args)

    real_value, real_run = DirectDatabase.value, DirectDatabase.run
    monkeypatch.setattr(DirectDatabase, "value", value)
    monkeypatch.setattr(DirectDatabase, "rows", rows)
    monkeypatch.setattr(DirectDatabase, "run", run)
    with pytest.raises(type(error)):
        await ListingImporter(catalogue.database).import_and_sync(str(file), source="acme")
    monkeypatch.undo()

    assert (await statuses(catalogue), await red(catalogue)) == (["failed"], {})


async def test_a_reprocessing_that_fails_leaves_no_session_running(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    await catalogue.run([*homes(2), home(3, bedrooms=400)])

    async def fails(self: SessionWriter, row: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(SessionWriter, "add", fails)
    with pytest.raises(RuntimeError):
        await reprocess(catalogue.database, "acme")
    assert await statuses(catalogue) == ["completed", "failed"]
