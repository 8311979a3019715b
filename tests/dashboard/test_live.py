"""Pages move by themselves, whatever happens to the stream, the server and the database meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from database.handle import Database
from services.reports.pulse import pulse
from tests.catalogue import home, homes
from tests.dashboard.site import LOOP, Look, Site, opened

pytestmark = LOOP


async def test_a_change_appears_without_a_reload_and_leaves_what_the_reader_does(
    site: Site, look: Look
) -> None:
    """The page stays the same one: what was opened stays open, and what has the focus keeps it."""
    await site.catalogue.run(homes(1), day=0)
    await site.catalogue.run(homes(2), day=1)
    async with look() as profile:
        page = await opened(profile, f"{site.url}/")
        await page.evaluate("window.same = true")
        await page.get_by_text("As a table").first.click()
        await page.get_by_role("link", name="All sessions").focus()
        await expect(page.locator(".lead")).to_contain_text("2 listings")
        await site.catalogue.run(homes(5), day=2)
        await expect(page.locator(".lead")).to_contain_text("5 listings")
        assert await page.evaluate("window.same && document.activeElement.textContent") == "All sessions"
        table = page.locator("figure details").first
        assert await table.evaluate("details => details.open")
        await expect(table.locator("tbody tr")).to_have_count(3)


async def test_seven_tabs_share_one_stream_and_all_move(site: Site, look: Look) -> None:
    """Each stream keeps one of the six connections that a browser opens to a server."""
    async with look() as profile:
        tabs = [await opened(profile, f"{site.url}/sources") for _ in range(7)]
        assert site.dashboard.hub.watching == 1
        await site.catalogue.run(homes(6), day=3)
        for tab in tabs:
            await expect(tab.get_by_role("row", name="acme").locator(".num")).to_have_text("6")


async def test_a_page_outlives_its_server_and_a_proxy_that_answers_502(site: Site, look: Look) -> None:
    """A browser gives up a stream for good after a 502; what happened meanwhile is there afterwards."""
    async with look(may_fail=True) as profile:
        page = await opened(profile, f"{site.url}/")
        await page.evaluate("window.same = true")
        await site.stop()
        await expect(page.locator("#live")).to_contain_text("does not answer")
        async with gateway(site.port) as refused:
            await refused.wait()
        await site.catalogue.run(homes(7), day=4)
        await site.start()
        await expect(page.locator(".lead")).to_contain_text("7 listings")
        await expect(page.locator("#live")).to_be_hidden()
        assert await page.evaluate("window.same")


async def test_the_hub_outlives_an_error_that_nobody_expected(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams say that the database is away, and go on once it can be looked at again."""
    fails = [RuntimeError("a fault")]

    async def pulse_or_fail(database: Database) -> dict[str, str]:
        if fails:
            raise fails.pop()
        return await pulse(database)

    monkeypatch.setattr("dashboard.live.hub.pulse", pulse_or_fail)
    seen: list[str] = []
    async with asyncio.timeout(60):
        async for state in site.dashboard.hub.states(still_seconds=60):
            if state.reachable not in seen[-1:]:
                seen.append(state.reachable)
            if not fails and seen[-2:] == ["away", "here"]:
                break


async def test_a_database_that_is_away_is_said_and_comes_back(site: Site, look: Look) -> None:
    """A page that is open keeps what it showed; one that is opened meanwhile says what is going on."""
    async with look(may_fail=True) as profile:
        page = await opened(profile, f"{site.url}/")
        try:
            await shut(site)
            await expect(page.locator("#live")).to_contain_text("database is away")
            await expect(page.locator(".lead")).to_contain_text("listings")
            late = await profile.new_page()
            answer = await late.goto(f"{site.url}/sources")
            assert answer is not None
            assert answer.status == 503
            await expect(late.get_by_role("heading", level=1)).to_have_text("The database is away")
        finally:
            await site.postgres.execute(f"alter database {site.name} allow_connections true")
        await expect(page.locator("#live")).to_be_hidden()
        await expect(late.get_by_role("heading", level=1)).to_have_text("Sources")
        await site.catalogue.run([*homes(7), home(8)], day=5)
        await expect(page.locator(".lead")).to_contain_text("8 listings")


async def shut(site: Site) -> None:
    """Let nobody into the database, and put out whoever works with it."""
    await site.postgres.execute(f"alter database {site.name} allow_connections false")
    await site.postgres.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        f" where datname = '{site.name}' and application_name = 'property-manager'"
    )


@asynccontextmanager
async def gateway(port: int):  # type: ignore[no-untyped-def]
    """A proxy whose server is gone; the event is set when it has refused a stream."""
    refused = asyncio.Event()

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        if b" /live " in line:
            refused.set()

    server = await asyncio.start_server(refuse, "127.0.0.1", port)
    async with server:
        yield refused
