"""Clocks of hosts that are wrong, set back or on summer time change neither order nor proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from database.direct import Database
from parsing.rows import CellReader
from services.pipeline import SyncOptions, SyncResult, sync_session
from services.staging import SessionWriter
from services.workflows.daily import PropertySyncOrchestrator
from tests.catalogue import START, Catalogue, Row, at, home, homes, on
from tests.faults.conftest import next_day
from tests.faults.processes import run_cli
from tests.faults.promises import content, promises_hold
from tests.services.workflows.imports.conftest import MAPPING, as_csv, rows

Clock = Callable[[], datetime]


def real(offset: timedelta = timedelta()) -> Clock:
    """A host's clock that is off by so much."""
    return lambda: datetime.now(UTC) + offset


async def stage(catalogue: Catalogue, rows: list[Row], clock: Clock | None = None) -> UUID:
    """Stage a complete session on a host with that clock; without one the database stamps it."""
    writer = await SessionWriter.open(
        catalogue.database, catalogue.source, scope="all", kind="scrape", clock=clock
    )
    reader = CellReader(catalogue.source)
    for row in rows:
        await writer.add(reader.read(row, url=None, page_number=1, fetched_at=START))
    await writer.complete("complete")
    return writer.session_id


async def run(catalogue: Catalogue, rows: list[Row], clock: Clock | None = None) -> SyncResult:
    return await sync_session(
        catalogue.database, await stage(catalogue, rows, clock), SyncOptions(clock=clock)
    )


@pytest.mark.parametrize("days", [-1, 1])
async def test_hosts_whose_clocks_are_a_day_apart_sync_in_order(
    catalogue: Catalogue, dsn: str, tmp_path: Path, days: int
) -> None:
    mapping, file = tmp_path / "acme.toml", tmp_path / "acme.csv"
    mapping.write_text(MAPPING.format(more=""))
    command = ("import", "--source", "acme", "--file", str(file), "--mapping", str(mapping), "--complete")
    for number in range(3):
        file.write_text(as_csv(rows(5, Price=str(900_000 + number))))
        # every other file is imported and synced by a host that is a day off
        code, document = await run_cli(dsn, tmp_path, *command, days_off=days if number % 2 else 0)
        assert code == 0, document
        assert (await catalogue.live(1))["price"] == 900_000 + number

    sessions = await catalogue.superuser.fetch("select id, completed_at from public.scraping_sessions")
    assert all(abs(row["completed_at"] - datetime.now(UTC)) < timedelta(hours=1) for row in sessions)
    staged = await catalogue.superuser.fetch(
        "select scraped_at - created_at as ahead from public.property_scrapes_staging"
    )
    assert {round(row["ahead"] / timedelta(days=1)) for row in staged} == {0, days}, "hosts were a day apart"
    await promises_hold(catalogue)


async def test_a_session_from_the_future_does_not_block_later_ones(
    catalogue: Catalogue,
) -> None:
    await run(catalogue, homes(5), real(timedelta(days=400)))

    result = await run(catalogue, [home(n, price=900_000) for n in range(1, 6)])

    assert (result.status, result.metrics.updated_properties) == ("applied", 5)
    await promises_hold(catalogue)


async def test_a_clock_set_back_proves_no_absence(catalogue: Catalogue) -> None:
    await run(catalogue, homes(5), real(timedelta(days=400)))

    for price in (900_000, 800_000, 700_000):
        await run(catalogue, [home(n, price=price) for n in range(1, 5)])

    gone = (await catalogue.statuses())["A-5"]
    assert gone == "inactive", "one miss: the other sessions ended at nearly the same moment"
    await promises_hold(catalogue)


async def test_a_clock_set_back_between_stages_changes_only_times(
    prepared: tuple[Catalogue, UUID], undisturbed: object
) -> None:
    catalogue, session_id = prepared
    moments = iter([at(1), at(-1), at(-2)])

    result = await sync_session(catalogue.database, session_id, SyncOptions(clock=lambda: next(moments)))

    assert result.status == "applied"
    assert await content(catalogue.superuser, "acme") == undisturbed
    await promises_hold(catalogue)


async def test_a_session_stamped_in_the_past_never_undoes_a_newer_one(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5), day=2)

    late = await catalogue.run([home(n, price=1) for n in range(1, 6)], day=1)

    assert late.status == "stale"
    assert (await catalogue.live(1))["price"] == 1_001_000
    await promises_hold(catalogue)


async def test_sessions_of_one_moment_have_one_order_on_every_host(
    catalogue: Catalogue,
) -> None:
    for price in (900_000, 800_000, 700_000):
        await catalogue.stage([home(1, price=price)])
    hosts = [PropertySyncOrchestrator(catalogue.database, options=on(0)) for _ in range(2)]
    first, second = [[row.id for row in await host.get_pending_sessions()] for host in hosts]
    assert first == second

    batch = await hosts[0].batch_sync_workflow()

    assert [result.session_id for result in batch.synced] == first
    assert {result.status for result in batch.synced} == {"applied"}
    await promises_hold(catalogue)


@pytest.mark.parametrize(
    "first",
    [
        datetime(2026, 10, 24, 18, tzinfo=ZoneInfo("Europe/Madrid")),
        datetime(2026, 3, 7, 20, tzinfo=ZoneInfo("America/New_York")),
    ],
    ids=["from", "to"],
)
async def test_summer_time_does_not_change_the_hours_between_proofs(
    catalogue: Catalogue, first: datetime
) -> None:
    async def at_wall_clock(moment: datetime, rows: list[Row]) -> SyncResult:
        return await run(catalogue, rows, lambda: moment)

    await at_wall_clock(first, homes(5))
    missed = first.astimezone(UTC) + timedelta(hours=1)
    await at_wall_clock(missed.astimezone(first.tzinfo), homes(4))
    early = missed + timedelta(hours=11, minutes=59)
    await at_wall_clock(early.astimezone(first.tzinfo), [home(n, price=900_000) for n in range(1, 5)])
    assert (await catalogue.statuses())["A-5"] == "inactive", "not yet twelve hours apart"
    late = missed + timedelta(hours=12)
    await at_wall_clock(late.astimezone(first.tzinfo), [home(n, price=800_000) for n in range(1, 5)])
    assert (await catalogue.statuses())["A-5"] == "removed"
    await promises_hold(catalogue)


async def test_the_database_time_zone_changes_no_value(
    catalogue: Catalogue, dsn: str, undisturbed: object
) -> None:
    name = await catalogue.superuser.fetchval("select current_database()")
    await catalogue.superuser.execute(f"alter database {name} set timezone = 'Pacific/Kiritimati'")
    await catalogue.superuser.execute(f"alter database {name} set datestyle = 'German, DMY'")
    async with await Database.connect(dsn) as elsewhere:
        there = Catalogue(elsewhere, catalogue.superuser, catalogue.source)
        await there.run(homes(60))
        await there.run(next_day(), day=1)
        assert await content(catalogue.superuser, "acme") == undisturbed
        await promises_hold(there)
