"""A scrape that died is recognised, resumed and finished; its old process can write no more."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from config.errors import BusyError, FetchError, TakenOverError, UnfinishedSessionError
from config.source import Source
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.reports.sessions import list_sessions
from services.staging import SessionWriter, register_source
from services.workflows.scrape import EnhancedPropertyScraper
from tests.catalogue import at, home
from tests.faults.processes import output, python
from tests.sites import Site, detail, id_of, path_of

LITTLE = Source(name="little", currency="MXN", requests_per_second=50)


def scraper(database: DirectDatabase) -> EnhancedPropertyScraper:
    return EnhancedPropertyScraper(database, allow_private=True)


async def lose_heartbeat(superuser: asyncpg.Connection, session_id: UUID) -> None:
    """As if its writer had not been heard of for two minutes."""
    await superuser.execute(
        "update public.scraping_sessions set heartbeat_at = now() - interval '2 minutes' where id = $1",
        session_id,
    )


@pytest.fixture
async def killed(site: Site, dsn: str, superuser: asyncpg.Connection) -> AsyncIterator[UUID]:
    """A scrape of two index pages whose process was killed while it waited for a page of the second."""
    site.lists([1, 2, 3], [4, 5, 6])
    # an address that is spelled otherwise in the link, in the request and in the staged row
    site.pages["/homes?page=1"] = site.pages["/homes?page=1"].replace(
        f'href="{path_of(2)}"', f'href="{path_of(2)}?calle=peñón 1"'
    )
    site.pages[f"{path_of(2)}?calle=pe%C3%B1%C3%B3n+1"] = detail(2)
    site.pages[path_of(3)] = 404
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        reached.set()
        await never.wait()
        raise web.HTTPGone

    site.pages[path_of(5)] = hang
    async with python("-m", "tests.services.workflows.scrape_process", dsn, site.start):
        await reached.wait()
    yield await superuser.fetchval("select id from public.scraping_sessions")
    never.set()


def fix(site: Site) -> None:
    site.pages |= {path_of(3): detail(3), path_of(5): detail(5)}
    site.asked.clear()


async def test_a_killed_scrape_is_listed_as_interrupted(
    killed: UUID, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    assert (await list_sessions(database))[0].status == "running"
    await lose_heartbeat(superuser, killed)
    (session,) = await list_sessions(database, status="interrupted")
    assert (session.id, session.status) == (killed, "interrupted")


async def test_a_resumed_scrape_fetches_what_is_missing_and_ends_complete(
    killed: UUID, site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    await lose_heartbeat(superuser, killed)
    fix(site)

    result = await scraper(database).scrape_and_sync(site.start, resume=killed)

    assert (result.session_id, result.verdict, result.rows, result.failed) == (killed, "complete", 6, 0)
    assert sorted(site.details_asked) == [path_of(number) for number in (3, 4, 5, 6)]
    staged = await superuser.fetch(
        "select row_no, property_id from public.property_scrapes_staging order by row_no"
    )
    assert [row["row_no"] for row in staged] == [1, 2, 3, 4, 5, 6]
    assert sorted(row["property_id"] for row in staged) == [id_of(number) for number in range(1, 7)]
    assert result.sync is not None
    assert result.sync.metrics.new_properties == 6


async def test_pages_that_failed_before_and_work_now_are_resolved(
    killed: UUID, site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    failed = "select url, resolved from public.scraping_errors"
    assert [tuple(row) for row in await superuser.fetch(failed)] == [(site.base + path_of(3), False)]
    await lose_heartbeat(superuser, killed)
    fix(site)
    await scraper(database).scrape_and_sync(site.start, None, False, resume=killed)
    assert [tuple(row) for row in await superuser.fetch(failed)] == [(site.base + path_of(3), True)]


async def test_a_page_that_fails_again_is_one_error(
    killed: UUID, site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    await lose_heartbeat(superuser, killed)
    fix(site)
    site.pages[path_of(3)] = 404
    result = await scraper(database).scrape_and_sync(site.start, None, False, resume=killed)
    assert (result.verdict, result.reason) == ("partial", f"1 page failed: {site.base}{path_of(3)}")
    (error,) = await superuser.fetch("select retry_count, resolved from public.scraping_errors")
    assert tuple(error) == (1, False)


async def test_an_unreachable_site_leaves_the_session_interrupted(
    killed: UUID, site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    await lose_heartbeat(superuser, killed)
    site.pages[site.start.removeprefix(site.base)] = 404
    with pytest.raises(FetchError):
        await scraper(database).scrape_and_sync(site.start, resume=killed)
    (session,) = await list_sessions(database)
    assert session.status == "interrupted"


@pytest.mark.parametrize("staged", [True, False])
async def test_ctrl_c_says_how_to_go_on_and_leaves_nothing_running(
    site: Site, dsn: str, database: DirectDatabase, tmp_path: Path, staged: bool
) -> None:
    """With rows the session can be resumed at once; without any nothing is left of a new source."""
    site.lists([1], [2]) if staged else site.lists([2])
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        reached.set()
        await never.wait()
        raise web.HTTPGone

    site.pages[path_of(2)] = hang
    home = {**os.environ, "DATABASE_URL": dsn, "PROPERTY_MANAGER_HOME": str(tmp_path)}
    command = ("property_manager_cli.py", "scrape", "--url", site.start, "--allow-private", "--json")
    async with python(*command, env=home, stderr=asyncio.subprocess.DEVNULL) as process:
        await reached.wait()
        process.send_signal(signal.SIGINT)
        answer = json.loads(await output(process))["error"]
        assert await process.wait() == 130
    never.set()

    assert answer["code"] == "interrupted"
    sessions = await list_sessions(database)
    if staged:
        (session,) = sessions
        assert session.status == "interrupted"
        resume = f"property_manager_cli.py scrape --resume {str(session.id)[:8]} --allow-private"
        assert answer["next"].endswith(resume)
        site.pages[path_of(2)] = detail(2)
        resumed = await scraper(database).scrape_and_sync(site.start, resume=session.id)
        assert (resumed.rows, resumed.verdict) == (2, "complete")
    else:
        assert sessions == []
        assert answer["next"] == "run the same command again"


async def open_session(database: DirectDatabase) -> SessionWriter:
    await register_source(database, LITTLE)
    return await SessionWriter.open(database, LITTLE, scope="all", kind="scrape")


async def stage(writer: SessionWriter, number: int) -> None:
    row = CellReader(LITTLE).read(home(number), url=None, page_number=1, fetched_at=at(0))
    await writer.add(row)
    await writer.flush()


async def test_resuming_fences_the_first_writer(
    database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    first = await open_session(database)
    await stage(first, 1)
    await lose_heartbeat(superuser, first.session_id)
    second = await SessionWriter.resume(database, first.session_id, LITTLE)

    with pytest.raises(TakenOverError):
        await stage(first, 2)
    with pytest.raises(TakenOverError):
        await first.complete("complete")
    with pytest.raises(TakenOverError):
        await first.error("https://acme.example/1", "timeout", "too late")
    with pytest.raises(TakenOverError):
        await first.resolved(["https://acme.example/1"])
    await first.fail("too late")
    await stage(second, 3)
    await second.complete("complete")

    rows = await superuser.fetch(
        "select row_no, property_id from public.property_scrapes_staging order by row_no"
    )
    assert [tuple(row) for row in rows] == [(1, "A-1"), (2, "A-3")]
    (session,) = await list_sessions(database)
    assert (session.status, session.verdict, session.properties_found) == (
        "completed",
        "complete",
        2,
    )


async def test_a_resumed_session_declares_the_fields_of_all_its_rows(
    database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    first = await open_session(database)
    await stage(first, 1)
    await lose_heartbeat(superuser, first.session_id)
    second = await SessionWriter.resume(database, first.session_id, LITTLE)
    row = CellReader(LITTLE).read(
        {"property_id": "A-2", "title": "Casa"}, url=None, page_number=1, fetched_at=at(0)
    )
    await second.add(row)
    await second.complete("complete")
    declared = await superuser.fetchval("select declared_fields from public.scraping_sessions")
    assert {"title", "price", "bedrooms"} <= set(declared)


async def test_a_session_that_is_being_written_cannot_be_resumed(
    database: DirectDatabase, site: Site
) -> None:
    writer = await open_session(database)
    site.lists([1, 2])
    with pytest.raises(BusyError):
        await scraper(database).scrape_and_sync(site.start, resume=writer.session_id, source=LITTLE)
    assert site.asked == []


async def test_a_session_that_has_ended_cannot_be_resumed(database: DirectDatabase) -> None:
    writer = await open_session(database)
    await writer.complete("complete")
    with pytest.raises(UnfinishedSessionError):
        await SessionWriter.resume(database, writer.session_id, LITTLE)


async def test_a_writer_shows_itself_while_rows_are_slow_to_come(
    database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    writer = await open_session(database)
    await lose_heartbeat(superuser, writer.session_id)
    async with writer.kept_alive(every_seconds=0.01):
        while (await list_sessions(database))[0].status == "interrupted":
            await asyncio.sleep(0.01)
    with pytest.raises(BusyError):
        await SessionWriter.resume(database, writer.session_id, LITTLE)


async def test_rows_that_could_not_be_sent_are_not_forgotten(
    database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    writer = await open_session(database)
    await superuser.execute("alter table public.property_scrapes_staging rename to elsewhere")
    with pytest.raises(Exception, match="does not exist"):
        await stage(writer, 1)
    await superuser.execute("alter table public.elsewhere rename to property_scrapes_staging")
    await writer.complete("complete")
    assert await superuser.fetchval("select count(*) from public.property_scrapes_staging") == 1
