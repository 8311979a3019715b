"""A scheduled scrape that was broken off goes on where it was."""

from __future__ import annotations

import asyncio
import signal

import pytest
from aiohttp import web

from tests.faults.processes import output
from tests.services.schedule.conftest import Bench
from tests.sites import Site, detail, path_of


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
async def test_the_next_worker_resumes_the_scrape(bench: Bench, site: Site, number: signal.Signals) -> None:
    """Its worker is killed or stopped in the middle; the next run fetches what is missing, in one session."""
    site.lists([1, 2, 3], [4, 5, 6])
    reached, never = asyncio.Event(), asyncio.Event()

    async def hang(request: web.Request) -> web.Response:
        reached.set()
        await never.wait()
        raise web.HTTPGone

    site.pages[path_of(5)] = hang
    words = ("scrape", "--url", site.start, "--allow-private", "--source", "little")
    name = await bench.job(*words, options={"url": site.start, "source": "little"})
    async with bench.worker() as first:
        async with asyncio.timeout(60):
            await reached.wait()
        first.send_signal(number)
        await output(first)
        await first.wait()
    never.set()
    if number == signal.SIGKILL:
        await bench.silent()
        await bench.superuser.execute(
            "update public.scraping_sessions set heartbeat_at = now() - interval '61 seconds'"
        )
    site.pages[path_of(5)] = detail(5)
    site.asked.clear()

    async with bench.worker("--once") as second:
        said = await output(second)
        assert await second.wait() == 0, said
    assert site.details_asked
    assert path_of(1) not in site.details_asked
    sessions = await bench.superuser.fetch("select status, verdict, properties_found from scraping_sessions")
    assert [tuple(row) for row in sessions] == [("completed", "complete", 6)]
    outcome = "lost" if number == signal.SIGKILL else "stopped"
    assert [run.outcome for run in await bench.runs(name)] == [outcome, "done"]
