"""Workers are killed at any moment of a crawl: every page is staged once in the end."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from contextlib import AsyncExitStack

import asyncpg
import pytest

from database.handle import Database
from tests.crawls import Swift, crawled, lose_leases, queued
from tests.faults.processes import python
from tests.sites import Site, path_of

pytestmark = pytest.mark.direct


async def test_every_page_is_staged_once_though_workers_are_killed(
    database: Database, dsn: str, superuser: asyncpg.Connection, site: Site
) -> None:
    count = int(os.environ.get("PROPERTY_MANAGER_TEST_CRAWL_PAGES", "80"))
    chance = random.Random(4)
    # prices rise from page to page, so that after some sessions each is unusual, and would wait for a person
    await queued(database, site, range(1, count + 1), guard={"unusual_times": 1e6})
    rounds = [(signal.SIGKILL, signal.SIGKILL), (signal.SIGTERM, signal.SIGINT)]
    for signals in rounds * max(1, count // 500):
        async with AsyncExitStack() as stack:
            workers = [
                await stack.enter_async_context(
                    python("-m", "tests.faults.crawler", dsn, stderr=asyncio.subprocess.DEVNULL)
                )
                for _ in range(2)
            ]
            until = len(site.asked) + chance.randint(1, max(1, count // 6))
            while len(site.asked) < until and any(worker.returncode is None for worker in workers):
                await asyncio.sleep(0.001)
            for worker, number in zip(workers, signals, strict=True):
                if worker.returncode is None:
                    worker.send_signal(number)
            await asyncio.gather(*(worker.wait() for worker in workers))
        await lose_leases(superuser)

    await crawled(database, access=Swift)

    staged = await superuser.fetch(
        # what landed in a session that was never synced was queued again
        "select g.source_url, count(*) as times from public.property_scrapes_staging g "
        "join public.scraping_sessions s on s.id = g.session_id and s.sync_status <> 'stale' group by 1"
    )
    assert {row["source_url"]: row["times"] for row in staged} == {
        site.base + path_of(number): 1 for number in range(1, count + 1)
    }
    live = await superuser.fetchval("select count(*) from public.properties_live where status = 'active'")
    left = await superuser.fetchval("select count(*) from property_manager.frontier where state <> 'done'")
    waiting = await superuser.fetchval(
        "select count(*) from public.scraping_sessions where status = 'running' or sync_status = 'pending'"
    )
    assert (live, left, waiting) == (count, 0, 0)
