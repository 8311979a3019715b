"""Workers fetch the pages of the frontier, which land once, and count as seen where they have not changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from aiohttp import web

from config.source import Source
from database.handle import Database
from parsing.rows import CellReader
from services.pipeline import sync_session
from services.staging import SessionWriter
from tests.catalogue import at, home
from tests.crawls import crawled, lose_leases, queued
from tests.sites import Answer, Site, detail, id_of, path_of


def with_etag(page: str) -> Answer:
    """A page that is not sent to who has it."""
    etag = f'"{hash(page)}"'

    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=page, content_type="text/html", headers={"ETag": etag})

    return answer


@dataclass
class Worker:
    """A worker of which the test makes each call."""

    database: Database
    writer: SessionWriter
    id: UUID = field(default_factory=uuid4)
    urls: dict[int, str] = field(default_factory=dict)

    @classmethod
    async def of(cls, database: Database, source: Source) -> Worker:
        crawl = {"crawl": {"worker": "test"}}
        return cls(
            database,
            await SessionWriter.open(database, source, scope="(single pages)", kind="scrape", filters=crawl),
        )

    async def claim(self, most: int) -> list[Any]:
        pages = await self.database.rows("claim_pages", self.writer.source.name, self.id, most, 60.0, False)
        self.urls |= {page["id"]: page["url"] for page in pages}
        return pages

    async def land(self, page: int) -> set[int]:
        row = CellReader(self.writer.source).read(
            home(page), url=self.urls[page], page_number=None, fetched_at=at(0)
        )
        document = dict.fromkeys(("status", "message", "again_in", "etag", "last_modified", "content_hash"))
        return await self.writer.land(
            self.id, [{"id": page, "outcome": "staged", "retries": 0, **document}], [(page, row)]
        )


async def test_queued_pages_are_staged_and_go_live(
    database: Database, superuser: asyncpg.Connection, site: Site
) -> None:
    await queued(database, site, range(1, 13))
    site.pages[path_of(3)] = 404
    site.pages[path_of(4)] = "<html><body><h1>Welcome</h1></body></html>"
    site.pages[path_of(5)] = 500

    found = await crawled(database)

    assert dict(found.report.pages) == {"staged": 9, "gone": 1, "unreadable": 1, "retried": 1}
    assert [sync.metrics.new_properties for sync in found.syncs] == [9]
    assert found.due_in is not None and found.due_in > 1
    states = await superuser.fetch(
        "select state, outcome, http_status, count(*) from property_manager.frontier "
        "group by 1, 2, 3 order by 2"
    )
    assert [tuple(row) for row in states] == [
        ("done", "gone", 404, 1),
        ("waiting", "retried", 500, 1),
        ("done", "staged", 200, 9),
        ("failed", "unreadable", 200, 1),
    ]
    session = await superuser.fetchrow("select * from public.scraping_sessions")
    assert (session["pages_scraped"], session["pages_failed"], session["verdict"]) == (10, 1, "partial")
    errors = await superuser.fetch("select error_type, url from public.scraping_errors")
    assert [tuple(row) for row in errors] == [("unreadable", site.base + path_of(4))]


async def test_an_unchanged_page_counts_as_seen_and_is_not_read_again(
    database: Database, superuser: asyncpg.Connection, site: Site
) -> None:
    """By its ETag or by its content; not where the listing is no longer as it was read from the page."""
    await queued(database, site, range(1, 6))
    for number in (1, 2):
        site.pages[path_of(number)] = with_etag(detail(number))
    await crawled(database)
    await superuser.execute("update property_manager.listing_scopes set seen_at = now() - interval '9 days'")
    # 2: another price; 4: edited here since; 5: left the market
    site.pages[path_of(2)] = with_etag(detail(2, offers={"@type": "Offer", "price": 1_200_000}))
    await superuser.execute(
        "update property_manager.listing_state set fingerprint = null where property_id = any ($1)",
        [id_of(4), id_of(5)],
    )
    await superuser.execute(
        "update public.properties_live set status = 'inactive' where property_id = $1", id_of(5)
    )
    await queued(database, site, range(1, 6))

    found = await crawled(database)

    assert dict(found.report.pages) == {"unchanged": 2, "staged": 3}
    metrics = found.syncs[0].metrics
    assert (metrics.updated_properties, metrics.reactivated_properties) == (1, 1)
    seen = await superuser.fetch(
        "select property_id from property_manager.listing_scopes where seen_at > now() - interval '1 day'"
    )
    assert {row["property_id"] for row in seen} == {id_of(number) for number in range(1, 6)}
    # a session that has nothing but unchanged pages is applied like any other
    await queued(database, site, [1, 3])
    again = await crawled(database)
    assert dict(again.report.pages) == {"unchanged": 2}
    assert [(sync.status, sync.metrics.total_scraped) for sync in again.syncs] == [("applied", 0)]


async def test_the_landing_of_a_page_is_repeated_without_harm_and_refused_to_a_late_worker(
    database: Database, superuser: asyncpg.Connection, site: Site
) -> None:
    source = await queued(database, site, [1, 2])
    late, other = [await Worker.of(database, source) for _ in range(2)]
    pages = await late.claim(2)
    assert await other.claim(2) == []
    first, second = (page["id"] for page in pages)
    assert await late.land(first) == await late.land(first) == {first}  # as if the answer had been lost
    await lose_leases(superuser)
    assert [page["id"] for page in await other.claim(2)] == [second]

    assert await late.land(second) == set()
    assert await other.land(second) == {second}

    staged = await superuser.fetch(
        "select session_id, row_no, source_url from public.property_scrapes_staging order by source_url"
    )
    assert [tuple(row) for row in staged] == [
        (late.writer.session_id, 1, site.base + path_of(1)),
        (other.writer.session_id, 1, site.base + path_of(2)),
    ]


async def test_pages_whose_session_is_never_synced_wait_again(
    database: Database, superuser: asyncpg.Connection, site: Site
) -> None:
    source = await queued(database, site, [1, 2])
    worker = await Worker.of(database, source)
    for page in await worker.claim(2):
        await worker.land(page["id"])

    await worker.writer.fail("the disk is full")

    states = await superuser.fetch("select distinct state, attempts from property_manager.frontier")
    assert [tuple(row) for row in states] == [("waiting", 0)]


async def test_pages_whose_session_a_later_one_overtakes_wait_again(
    database: Database, superuser: asyncpg.Connection, site: Site
) -> None:
    source = await queued(database, site, [1, 2])
    sessions = []
    for _ in range(2):
        worker = await Worker.of(database, source)
        (page,) = await worker.claim(1)
        await worker.land(page["id"])
        await worker.writer.complete("partial")
        sessions.append(worker.writer.session_id)

    await sync_session(database, sessions[1])

    states = await superuser.fetch("select state, session_id from property_manager.frontier order by url")
    assert [tuple(row) for row in states] == [("waiting", sessions[0]), ("done", sessions[1])]


async def test_two_workers_share_the_turns_of_a_site_and_its_requests_under_way(
    database: Database, superuser: asyncpg.Connection
) -> None:
    """Two turns are never closer than the gap, whoever has them."""
    first, second, third = uuid4(), uuid4(), uuid4()

    async def take(worker: UUID, wanted: int, at_once: int = 3) -> tuple[int, int]:
        (row,) = await database.rows("take_turns", "acme.example", worker, 60.0, wanted, at_once, 0)
        waits.extend(row["starts_in"] + nth * row["gap"] for nth in range(row["turns"]))
        return row["turns"], row["at_once"]

    waits: list[float] = []
    assert await take(first, 3) == (3, 3)
    assert await take(second, 2) == (0, 0)  # until the first gives up a part
    assert await take(first, 1) == (1, 1)
    assert await take(second, 2) == (2, 1)
    assert await take(third, 1) == (1, 1)
    assert [round(wait / 60) for wait in waits] == list(range(7))

    await database.run("slow_site", "acme.example", True, 0.0, 0.0)
    (slower,) = await database.rows("take_turns", "acme.example", first, 60.0, 1, 3, 0)
    (well,) = await database.rows("take_turns", "acme.example", second, 60.0, 1, 3, 4)
    assert (slower["gap"], well["gap"]) == (120.0, 60.0)
    await database.run("slow_site", "acme.example", False, 0.0, 3600.0)
    (closed,) = await database.rows("take_turns", "acme.example", third, 60.0, 1, 3, 0)
    assert (closed["turns"], round(closed["closed_for"] / 60)) == (0, 60)
