"""Old sessions go in bounded batches that no sync waits for, and leave a line of what they were."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from database import queries
from database.direct import DirectDatabase
from services.history.retention import Cleaned, clean
from tests.catalogue import Catalogue, home, homes, since
from tests.servers import Server

PARTS = (
    *("public.property_scrapes_staging", "property_manager.candidates", "property_manager.superseded"),
    *("property_manager.findings", "property_manager.quarantine", "property_manager.plans"),
    *("property_manager.plan_rows", "property_manager.plan_changes", "property_manager.plan_misses"),
    *("property_manager.stage_results", "public.scraping_errors", "public.scraping_sessions"),
)


async def sessions(catalogue: Catalogue) -> list[UUID]:
    """Eight complete sessions, all of them with something in every part: only the last five are kept."""
    found = []
    for day in range(8):
        rows = [
            *homes(4 - day % 2, bedrooms=3 + day % 2),
            home(9, bedrooms=400),
            home(1, price=(7 + day) * 1_000),
        ]
        result = await catalogue.run(rows, day=day)
        if result.status == "held":
            result = await catalogue.approve(result, day=day)
        found.append(result.session_id)
    return found


async def left(catalogue: Catalogue) -> dict[str, int]:
    return {part: await catalogue.superuser.fetchval(f"select count(*) from {part}") for part in PARTS}


async def test_cleanup_leaves_a_line_and_figures_of_a_session(
    catalogue: Catalogue,
) -> None:
    ids = await sessions(catalogue)
    figures = "select count(*) from public.sync_metadata where session_id = any ($1)"
    before = await catalogue.superuser.fetchval(figures, ids)
    assert (await clean(catalogue.database, since(30))).sessions == 3
    kept = await catalogue.superuser.fetch("select id from public.scraping_sessions")
    assert {row["id"] for row in kept} == set(ids[3:])
    for part in PARTS[:5]:
        gone = f"select count(*) from {part} where session_id = any ($1)"
        assert await catalogue.superuser.fetchval(gone, ids[:3]) == 0, part
    for part in ("plan_rows", "plan_changes", "plan_misses"):
        orphans = (
            f"select count(*) from property_manager.{part}"
            " where plan_id not in (select id from property_manager.plans)"
        )
        assert await catalogue.superuser.fetchval(orphans) == 0, part
    lines = await catalogue.superuser.fetch(
        "select * from property_manager.cleaned_sessions order by completed_at"
    )
    assert [line["session_id"] for line in lines] == ids[:3]
    assert (lines[0]["kind"], lines[0]["scope"], lines[0]["rows"]) == ("import", "all", 6)
    assert await catalogue.superuser.fetchval(figures, ids) == before
    assert await catalogue.complaints() == []


async def test_a_large_session_is_removed_in_batches(catalogue: Catalogue) -> None:
    for day in range(6):
        await catalogue.run(homes(2), day=day)
    (first,) = await catalogue.superuser.fetch(
        "select id from public.scraping_sessions order by completed_at limit 1"
    )
    await catalogue.superuser.execute(
        "insert into public.property_scrapes_staging (session_id, row_no, problem)"
        " select $1, n, 'made up' from generate_series(100, 120099) n",
        first["id"],
    )
    reported: list[Cleaned] = []
    done = await clean(catalogue.database, since(30), on_progress=reported.append)
    assert (done.sessions, done.rows) == (1, 120_002)
    assert [step.rows for step in reported] == [50_000, 100_000, 120_002, 120_002]


async def test_rows_whose_session_is_gone_are_removed_too(catalogue: Catalogue) -> None:
    ids = [(await catalogue.run(homes(3), day=day)).session_id for day in range(2)]
    before = await left(catalogue)
    await catalogue.superuser.execute("delete from public.scraping_sessions where id = $1", ids[0])
    counted = await clean(catalogue.database, since(30), dry_run=True)
    assert counted == await clean(catalogue.database, since(30)) == Cleaned(sessions=0, rows=3)
    after = await left(catalogue)
    assert after["public.property_scrapes_staging"] == before["public.property_scrapes_staging"] - 3
    assert after["property_manager.plan_rows"] == 0  # the first session's: the second had nothing to do
    assert await clean(catalogue.database, since(30)) == Cleaned()


async def test_cleanup_leaves_sessions_that_are_resumed_or_begun(
    catalogue: Catalogue, superuser: asyncpg.Connection, server: Server, database_name: str
) -> None:
    (old,) = [(await catalogue.run(homes(2), day=0)).session_id]
    await catalogue.interrupted(old, silent=timedelta(days=365))
    other = await asyncpg.connect(server.superuser_dsn(database_name))
    try:
        async with other.transaction():
            await other.execute("select from public.scraping_sessions where id = $1 for update", old)
            assert await clean(catalogue.database, since(30)) == Cleaned()
    finally:
        await other.close()
    assert (await clean(catalogue.database, since(30))).sessions == 1


@pytest.mark.direct
async def test_a_sync_does_not_wait_for_a_cleanup(catalogue: Catalogue, database: DirectDatabase) -> None:
    """The old sessions are gone, but not committed; a sync of the same source runs all its stages."""
    await sessions(catalogue)
    await catalogue.superuser.execute("update property_manager.quarantine set status = 'replaced'")
    async with database.connection() as cleaning:
        assert (await cleaning.fetchval(queries.text("cleanup"), since(30), 20, False))["sessions"] == 3
        result = await asyncio.wait_for(catalogue.run(homes(5), day=9), 30)
    assert result.status == "applied"
    assert await catalogue.complaints() == []


async def test_cleanup_skips_what_a_sync_holds(
    catalogue: Catalogue, server: Server, database_name: str
) -> None:
    """What a sync closes in old sessions, it locks until it commits: those sessions go next time."""
    ids = await sessions(catalogue)
    syncing = await asyncpg.connect(server.superuser_dsn(database_name))
    try:
        async with syncing.transaction():
            await syncing.execute("select from property_manager.leases for update")
            closed = "update property_manager.quarantine set status = 'replaced' where session_id = $1"
            assert await syncing.execute(closed, ids[1]) == "UPDATE 1"
            assert (await asyncio.wait_for(clean(catalogue.database, since(30)), 30)).sessions == 2
    finally:
        await syncing.close()
    assert (await clean(catalogue.database, since(30))).sessions == 1


async def test_two_cleanups_at_once_share_the_work(catalogue: Catalogue) -> None:
    await sessions(catalogue)
    one, two = await asyncio.gather(
        clean(catalogue.database, since(30)), clean(catalogue.database, since(30))
    )
    assert one.sessions + two.sessions == 3
    assert await catalogue.complaints() == []


@pytest.mark.parametrize("function", ["delete_rows", "remove_sessions", "orphans"])
async def test_the_service_cleans_by_the_one_function_alone(catalogue: Catalogue, function: str) -> None:
    may = "select has_function_privilege('service_role', oid, 'execute') from pg_proc where proname = $1"
    assert await catalogue.superuser.fetchval(may, function) is False
