"""A dashboard that is served over this test's database, and a real Chromium, one a worker."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import uvicorn
from playwright.async_api import BrowserContext, Page, async_playwright, expect

from config.settings import Settings
from dashboard.access.door import Door
from dashboard.access.origin import allowed_names
from dashboard.access.users import User, staff
from dashboard.app import Dashboard
from dashboard.server import listen
from database.handle import Database
from tests.dashboard.site import browser, look, site

__all__ = ["browser", "look", "site"]

_AXE: Final = Path(__file__).parents[2] / "dashboard/packages/node_modules/axe-core/axe.min.js"
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PATIENCE: Final = 90_000
"""Milliseconds that a browser is waited for, however busy the machine is."""
expect.set_options(timeout=PATIENCE)
READER: Final = User(
    "eve",
    "reader",
    {"role": "authenticated", "sub": "eve", "app_metadata": {"property_manager": "reader"}},
)


@dataclass
class Served:
    """A dashboard at `url`, and a browser to look at it with."""

    url: str
    _context: Callable[..., Awaitable[BrowserContext]]
    errors: list[str] = field(default_factory=list)
    """What pages complained of in their consoles."""

    async def open(self, path: str, **options: Any) -> Page:
        """A page in a browser profile of its own; `options` are those of its context."""
        context = await self._context(**options)
        page = await context.new_page()
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        answer = await page.goto(self.url + path)
        assert answer is not None
        assert answer.status == 200, (answer.status, await page.inner_text("main"))
        return page


Serving = Callable[..., Any]


@pytest.fixture(scope="session")
def chromium() -> Iterator[str]:
    """The address of a Chromium's debugger."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        pytest.skip("no Chromium is installed: make packages")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        arguments = [
            *(program, "--headless=new", "--no-first-run", "--disable-gpu", "--remote-debugging-port=0"),
            *(f"--user-data-dir={profile}", "--disable-background-networking", "--disable-dev-shm-usage"),
            *(["--no-sandbox"] if os.geteuid() == 0 else []),
        ]
        with subprocess.Popen(
            arguments, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": profile}
        ) as running:
            try:
                assert running.stderr is not None
                found = (re.search(r"ws://\S+", line) for line in running.stderr)
                yield next(match[0] for match in found if match)
            finally:
                running.terminate()
                running.communicate()


@pytest.fixture
async def serving(database: Database, settings: Settings, chromium: str) -> AsyncIterator[Serving]:
    """Serves the dashboard as it is for a user; ends all that it served."""
    async with AsyncExitStack() as stack:
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.connect_over_cdp(chromium, timeout=180_000)
        contexts: list[BrowserContext] = []

        async def context(**options: Any) -> BrowserContext:
            contexts.append(await browser.new_context(**options))
            contexts[-1].set_default_timeout(PATIENCE)
            return contexts[-1]

        async def close() -> None:
            for each in contexts:
                await each.close()
            await browser.close()

        stack.push_async_callback(close)

        async def serve(user: User = staff("ana")) -> Served:  # noqa: B008 a frozen value
            url = await stack.enter_async_context(_served(database, settings, Door(opened=user)))
            return Served(url, context)

        yield serve


@asynccontextmanager
async def _served(database: Database, settings: Settings, door: Door) -> AsyncIterator[str]:
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        names = allowed_names("127.0.0.1", port)
        dashboard = Dashboard(database, settings, door, names=names)
        config = uvicorn.Config(
            dashboard.app(), lifespan="on", log_config=None, timeout_graceful_shutdown=1, ws="none"
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listening]))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            dashboard.hub.close()
            server.should_exit = True
            await task


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that is no browser."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as client:
        yield client


async def problems(page: Page) -> list[str]:
    """What axe finds serious on a page: the rule and the first element."""
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(result => result.violations"
        ".filter(each => ['serious', 'critical'].includes(each.impact))"
        ".map(each => `${each.id}: ${each.nodes[0].html}`))",
        _RULES,
    )
    return list(found)
