"""`crawl`: pages are queued, fetched by one worker or several, and shown while they wait."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from aiohttp import web

from tests.cli.conftest import Cli
from tests.faults.processes import python
from tests.sites import Site, detail, path_of


async def test_pages_that_are_queued_are_shown_and_fetched(cli: Cli, site: Site, home: Path) -> None:
    site.pages |= {path_of(number): detail(number) for number in (1, 2, 3)}
    urls = [site.base + path_of(number) for number in (1, 2, 3)]

    assert (await cli("crawl", "status")).stdout.startswith("No page was ever queued.")
    queued = await cli("crawl", "enqueue", *urls[:2], f"{urls[0]}#photos", "--json")
    assert queued.document["sources"] == [
        {"source": "127.0.0.1", "source_is_new": True, "queued": 2, "known": 0}
    ]
    again = await cli("crawl", "enqueue", urls[0], urls[2], "--priority", "stale", "--reason", "old")
    assert again.stdout.startswith("127.0.0.1: 1 page queued; 1 page waited already.")
    shown = (await cli("crawl", "status", "--json")).document["sources"][0]
    assert [(each["priority_name"], each["reason"], each["pages"]) for each in shown["queue"]] == [
        ("new", "asked", 2),
        ("stale", "old", 1),
    ]

    first = await cli("crawl", "run", "--max-pages", "1", "--allow-private", "--json")
    assert (first.exit_code, first.document["sources"][0]["pages"]) == (0, {"staged": 1})
    rest = await cli("crawl", "run", "--workers", "2", "--allow-private")
    assert (rest.exit_code, rest.stdout.count("1 item") + 2 * rest.stdout.count("2 items")) == (0, 2)
    assert rest.stdout.count(" applied: 2 new, 0 updated") + rest.stdout.count(" applied: 1 new, 0 updated")
    none = await cli("crawl", "run", "--workers", "2")
    assert (none.exit_code, none.stdout.splitlines()[0]) == (0, "No page is due.")
    assert "0 pages waiting, 3 done; no worker runs." in (await cli("crawl", "status")).stdout
    assert (await cli("crawl", "run")).stdout.startswith("No page is due.")
    sessions = (await cli("list-sessions", "--json")).document["sessions"]
    assert {each["index_pages"] for each in sessions} == {None}
    assert sum(each["detail_pages"] for each in sessions) == 3
    asked = [path for path in set(site.asked) if path.startswith("/homes/")]
    assert len(list((home / "pages").rglob("*.gz"))) == len(asked), "each page is kept"


async def test_what_cannot_be_queued_or_fetched_is_said(cli: Cli, site: Site) -> None:
    token = await cli("crawl", "enqueue", f"{site.base}/homes/1?token=s3cr3t-t0k3n")
    assert (token.exit_code, "s3cr3t" in token.stderr) == (2, False)
    assert (await cli("crawl", "enqueue", "homes/1")).exit_code == 2
    assert (await cli("crawl", "status", "--source", "nobody")).exit_code == 2
    site.pages[path_of(1)] = web.Response(status=403)
    site.pages[path_of(2)] = 404
    await cli("crawl", "enqueue", *(site.base + path_of(number) for number in (1, 2)))

    ran = await cli("crawl", "run", "--allow-private")

    assert ran.exit_code == 4
    assert "2 pages, 0 items" in ran.stdout
    assert "1 refused by the site" in ran.stdout
    assert "1 gone" in ran.stdout


async def test_a_worker_that_is_asked_to_end_keeps_what_it_has_read(
    cli: Cli, dsn: str, home: Path, site: Site
) -> None:
    """Its other pages wait for the next one, at once."""
    site.pages |= {path_of(number): detail(number) for number in range(1, 31)}
    await cli("crawl", "enqueue", *(site.base + path_of(number) for number in range(1, 31)))
    environment = {"DATABASE_URL": dsn, "PROPERTY_MANAGER_HOME": str(home), "PATH": "/usr/bin:/bin"}
    words = ("crawl", "run", "--allow-private", "--json")
    async with python("-m", "property_manager_cli", *words, env=environment) as worker:
        while len(site.details_asked) < 10 and worker.returncode is None:
            await asyncio.sleep(0.005)
        worker.send_signal(signal.SIGTERM)
        await worker.wait()
    assert worker.returncode == 130

    shown = (await cli("crawl", "status", "--json")).document["sources"][0]

    assert shown["done"] >= 1
    assert shown["waiting"] + shown["done"] == 30
    assert [each["later"] for each in shown["queue"]] == [0]
    assert (await cli("crawl", "run", "--allow-private", "--json")).exit_code == 0
    assert (await cli("status", "--json")).document["sources"][0]["active"] == 30
