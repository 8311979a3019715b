"""A url with a token is fetched with it and stored without it; an interrupted scrape is resumed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
from aiohttp import web

from config.secrets import mask_url
from database.direct import DirectDatabase
from services.workflows.scrape import EnhancedPropertyScraper
from tests.faults.processes import python
from tests.services.erasure.everything import places_of
from tests.sites import Site, detail, id_of, index, path_of

S = "Pl4ntedS3cretToken"


def with_token(path: str, token: str = S) -> str:
    return f"{path}{'&' if '?' in path else '?'}api_key={token}"


def guarded(site: Site, numbers: list[int], token: str = S) -> str:
    """A site that wants its token on every page and repeats it in every link; returns its start page."""
    start = with_token("/homes?page=1", token)
    site.pages[start] = index([with_token(path_of(number), token) for number in numbers])
    for number in numbers:
        own = f"{site.base}{with_token(path_of(number), token)}"
        site.pages[with_token(path_of(number), token)] = detail(number, url=own, description=f"See {own}")
    return site.base + start


def scraper(database: DirectDatabase) -> EnhancedPropertyScraper:
    return EnhancedPropertyScraper(database, allow_private=True)


async def test_pages_are_fetched_with_the_token_and_stored_without(
    site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    result = await scraper(database).scrape_and_sync(guarded(site, [1, 2, 3]))
    assert (result.rows, result.verdict) == (3, "complete")
    assert all(S in asked for asked in site.asked if "robots" not in asked)
    assert await places_of(superuser, S) == []
    links = await superuser.fetch("select source_url from public.properties_live order by property_id")
    assert [row["source_url"] for row in links] == [
        mask_url(site.base + with_token(path_of(number))) for number in (1, 2, 3)
    ]


async def test_scopes_that_differ_in_their_tokens_stay_apart(
    site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    for token, numbers in ((S, [1, 2]), (f"Another{S}", [3, 4])):
        await scraper(database).scrape_and_sync(guarded(site, numbers, token))
    assert await superuser.fetchval("select count(*) from property_manager.scopes") == 2
    statuses = await superuser.fetch("select distinct status from public.properties_live")
    assert [row["status"] for row in statuses] == ["active"]


async def test_errors_of_pages_and_of_a_start_page_hold_no_token(
    site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    start = guarded(site, [1, 2, 3])
    site.pages[with_token(path_of(2))] = 404
    site.pages[with_token(path_of(3))] = "<html><body>nothing</body></html>"
    assert (await scraper(database).scrape_and_sync(start)).failed == 2
    site.pages[start.removeprefix(site.base)] = 404
    with pytest.raises(Exception, match="404") as failed:
        await scraper(database).scrape_and_sync(start)
    assert S not in str(failed.value)
    assert await places_of(superuser, S) == []


@pytest.fixture
async def killed(site: Site, dsn: str, superuser: asyncpg.Connection) -> AsyncIterator[tuple[UUID, str]]:
    """A scrape with a token whose process was killed before its last page; its url."""
    start = guarded(site, [1, 2, 3])
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        reached.set()
        await never.wait()
        raise web.HTTPGone

    site.pages[with_token("/homes?page=2")] = index([with_token(path_of(4))])
    site.pages[with_token(path_of(4))] = hang
    site.pages[with_token("/homes?page=1")] = index(
        [with_token(path_of(number)) for number in (1, 2, 3)], following=with_token("/homes?page=2")
    )
    site.pages[with_token(path_of(3))] = 404
    async with python("-m", "tests.services.workflows.scrape_process", dsn, start):
        await reached.wait()
    session = await superuser.fetchval(
        "update public.scraping_sessions set heartbeat_at = now() - interval '2 minutes' returning id"
    )
    yield session, start
    never.set()


async def test_a_killed_scrape_goes_on_where_it_was(
    killed: tuple[UUID, str], site: Site, database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    session, start = killed
    site.pages |= {with_token(path_of(number)): detail(number) for number in (3, 4)}
    site.asked.clear()
    result = await scraper(database).scrape_and_sync(start, resume=session)
    assert (result.session_id, result.verdict, result.rows) == (session, "complete", 4)
    assert sorted(site.details_asked) == [with_token(path_of(number)) for number in (3, 4)]
    staged = await superuser.fetch("select property_id from public.property_scrapes_staging")
    assert sorted(row["property_id"] for row in staged) == [id_of(number) for number in (1, 2, 3, 4)]
    assert await superuser.fetchval("select bool_and(resolved) from public.scraping_errors")
    assert await places_of(superuser, S) == []
