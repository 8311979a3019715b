"""Clocks of hosts that are wrong, set back or on summer time change neither order nor proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import ANY
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.erasure import erase_listing
from services.history.edits import edit_listing
from services.history.rollback import rollback
from services.pipeline import SyncOptions, SyncResult, sync_session
from services.staging import SessionWriter
from services.workflows.daily import PropertySyncOrchestrator
from tests.catalogue import START, Catalogue, Row, at, home, homes, on
from tests.faults.conftest import next_day
from tests.faults.processes import run_cli
from tests.faults.promises import content, promises_hold
from tests.services.workflows.imports.conftest import MAPPING, as_csv, rows
from tests.tables import rows as each_of

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
        assert ("clock" in document) is bool(number % 2), "the host that is off is told so"
        assert (await catalogue.live(1))["price"] == 900_000 + number

    sessions = await catalogue.superuser.fetch("select id, completed_at from public.scraping_sessions")
    assert all(abs(row["completed_at"] - datetime.now(UTC)) < timedelta(hours=1) for row in sessions)
    staged = await catalogue.superuser.fetch(
        "select scraped_at - created_at as ahead from public.property_scrapes_staging"
    )
    assert {round(row["ahead"] / timedelta(hours=1)) for row in staged} == {0}, "fetched by one clock"
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
    async with await DirectDatabase.connect(dsn) as elsewhere:
        there = Catalogue(elsewhere, catalogue.superuser, catalogue.source)
        await there.run(homes(60))
        await there.run(next_day(), day=1)
        assert await content(catalogue.superuser, "acme") == undisturbed
        await promises_hold(there)


NONSENSE = ["-1 day", "-1 microsecond", "36501 days", "100000 years", "-178000000 years"]


async def horizons(catalogue: Catalogue) -> list[datetime]:
    rows = await catalogue.superuser.fetch(
        "select begins from property_manager.horizons where begins is not null"
    )
    return [row["begins"] for row in rows]


async def test_a_cleanup_of_a_host_weeks_ahead_folds_and_removes_nothing_young(
    catalogue: Catalogue, dsn: str, tmp_path: Path
) -> None:
    for price in (900_000, 800_000, 700_000):
        await run(catalogue, [home(1, price=price)])

    command = ("cleanup", "--days", "1", "--compact-days", "1")
    code, document = await run_cli(dsn, tmp_path, *command, days_off=40)

    assert (code, document["sessions"], document["folded_changes"]) == (0, 0, 0)
    assert document["clock"]["warning"] == "this host's clock is 40 days ahead of the database's"
    assert round(document["clock"]["seconds_ahead"] / 86_400) == 40
    assert await horizons(catalogue) == []
    assert await run_cli(dsn, tmp_path, "as-of", "--at", datetime.now(UTC).isoformat()) == (0, ANY)


async def test_an_orchestrator_whose_clock_is_ahead_removes_nothing_young(catalogue: Catalogue) -> None:
    for price in range(1, 9):
        await run(catalogue, [home(1, price=price * 100_000)])
    ahead = PropertySyncOrchestrator(catalogue.database, options=SyncOptions(clock=real(timedelta(days=400))))

    done = await ahead.cleanup_old_data(30, compact_days=30)

    assert (done.sessions, done.folded_changes) == (0, 0)


@pytest.fixture
async def filled(catalogue: Catalogue) -> Catalogue:
    await run(catalogue, homes(2))
    return catalogue


@each_of("age", NONSENSE)
@each_of(
    "call",
    [
        "api.compact('acme', $1::text::interval, 'ana', 100)",
        "api.compactable('acme', $1::text::interval)",
        "api.cleanup($1::text::interval, 20, false)",
        "api.cleanup($1::text::interval, 20, true)",
    ],
)
async def test_an_age_that_is_none_is_refused(filled: Catalogue, call: str, age: str) -> None:
    async with filled.database.connection() as conn:
        with pytest.raises(asyncpg.PostgresError, match=r"an age of .* is refused: it must be between"):
            await conn.fetch(f"select {call}", age)


async def test_no_horizon_lies_in_the_future_whoever_writes_it(catalogue: Catalogue) -> None:
    await run(catalogue, homes(2))
    await catalogue.superuser.execute("select api.compact('acme', '0 days', 'ana', 100)")
    with pytest.raises(asyncpg.CheckViolationError, match="horizons_in_the_past"):
        await catalogue.superuser.execute(
            "update property_manager.horizons"
            " set begins = now() + interval '1 day', compacted_at = now(), compacted_by = 'eva'"
        )


async def test_what_a_caller_says_was_done_in_the_future_was_done_now(catalogue: Catalogue) -> None:
    ahead = real(timedelta(days=400))
    session = (await run(catalogue, homes(3), ahead)).session_id
    await edit_listing(catalogue.database, "acme", "A-1", {"price": 1}, actor="ana", reason=None, clock=ahead)
    await rollback(catalogue.database, session_id=session, actor="ana", clock=ahead)
    await erase_listing(catalogue.database, "acme", "A-2", actor="ana", fields=["description"], clock=ahead)

    moments = await catalogue.superuser.fetch(
        "select committed_at as moment from property_manager.change_sets"
        " union all select created_at from public.property_changes"
        " union all select completed_at from public.scraping_sessions"
        " union all select updated_at from public.properties_live"
    )
    assert len(moments) > 10
    assert all(row["moment"] <= datetime.now(UTC) + timedelta(minutes=1) for row in moments)


@pytest.mark.parametrize("moment", ["infinity", "-infinity"])
async def test_a_moment_without_a_date_is_refused(catalogue: Catalogue, moment: str) -> None:
    session = await stage(catalogue, homes(1))
    async with catalogue.database.connection() as conn:
        with pytest.raises(asyncpg.PostgresError, match="is refused: it is no date"):
            await conn.execute(
                "select api.open_session('acme', 'all', 'scrape', null, null, '{}', $1,"
                " $2::text::timestamptz)",
                session,
                moment,
            )
