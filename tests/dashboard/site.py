"""A catalogue and its dashboard, of each test its own, in the event loop of the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright, expect

from config.settings import Settings
from dashboard.access.door import Door
from dashboard.access.origin import allowed_names
from dashboard.access.users import User, staff
from dashboard.app import Dashboard
from dashboard.server import Server, listen
from database.direct import DirectDatabase
from tests.catalogue import Catalogue
from tests.servers import Server as Postgres
from tests.servers import database_from

LOOP = pytest.mark.asyncio(loop_scope="session")
"""Of each module that uses what is here: `pytestmark = LOOP`."""


@dataclass
class Site:
    """A dashboard that is served, and the catalogue that it shows."""

    catalogue: Catalogue
    database: DirectDatabase
    superuser: asyncpg.Connection
    settings: Settings
    dashboard: Dashboard
    port: int
    postgres: Postgres
    name: str
    """Of the database."""
    _ends: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Serve; again after `stop`, at the same port."""
        self._ends.push_async_callback((await _served(self.dashboard, self.port)).aclose)

    async def stop(self) -> None:
        """End the server; another one takes its place."""
        await self._ends.aclose()
        self.dashboard = dashboard_of(self.database, self.settings, self.port)

    @property
    def dsn(self) -> str:
        """The login role's DSN of its database."""
        return self.postgres.login_dsn(self.name)

    def client(self, **options: Any) -> httpx.AsyncClient:
        """A client of this server that is no browser."""
        return httpx.AsyncClient(base_url=self.url, **options)


def dashboard_of(
    database: DirectDatabase, settings: Settings, port: int, door: Door | None = None
) -> Dashboard:
    """A dashboard where nobody has to log in, unless a `door` says otherwise."""
    names = allowed_names("127.0.0.1", port)
    return Dashboard(database, settings, door or Door(opened=staff("ana")), names=names)


async def _served(dashboard: Dashboard, port: int) -> AsyncExitStack:
    server, ends = Server(dashboard), AsyncExitStack()
    listening = ends.enter_context(listen("127.0.0.1", port))
    task = asyncio.create_task(server.serve(sockets=[listening]))

    async def end() -> None:
        server.stop()
        await task

    ends.push_async_callback(end)
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.01)
    return ends


def free_port() -> int:
    """A port that nobody uses."""
    with listen("127.0.0.1", 0) as found:
        return int(found.getsockname()[1])


@pytest_asyncio.fixture(loop_scope="session")
async def site(server: Postgres, template: str, tmp_path: Path) -> AsyncIterator[Site]:
    """A dashboard over a catalogue with a source that has shown nothing yet."""
    async with AsyncExitStack() as ends:
        name = await ends.enter_async_context(database_from(server, template))
        dsn = server.login_dsn(name)
        database = await ends.enter_async_context(await DirectDatabase.connect(dsn))
        superuser = await asyncpg.connect(server.superuser_dsn(name))
        ends.push_async_callback(superuser.close)
        catalogue = await Catalogue(database, superuser).register()
        settings = Settings(_env_file=None, database_url=dsn, home=tmp_path)  # type: ignore[call-arg]
        port = free_port()
        dashboard = dashboard_of(database, settings, port)
        made = Site(catalogue, database, superuser, settings, dashboard, port, server, name)
        await made.start()
        ends.push_async_callback(made.stop)
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """The Chromium of the session, as tests in its event loop drive it."""
    async with async_playwright() as playwright:
        found = await playwright.chromium.connect_over_cdp(chromium, timeout=180_000)
        yield found
        await found.close()  # it would leave a folder behind


Look = Callable[..., Any]


@pytest.fixture
def look(browser: Browser) -> Look:
    """Opens a browser's profile, in which nothing may be refused or fail; `offline`: what may be away."""

    @asynccontextmanager
    async def open_profile(*, may_fail: bool = False, **options: Any) -> AsyncIterator[BrowserContext]:
        problems: list[str] = []

        def hear(message: ConsoleMessage) -> None:
            if message.type == "error":
                problems.append(f"{message.text} ({message.location.get('url')})")

        context = await browser.new_context(**options)
        context.set_default_timeout(90_000)
        context.on("console", hear)
        context.on("weberror", lambda error: problems.append(str(error.error)))
        try:
            yield context
        finally:
            await context.close()
        assert may_fail or problems == [], problems

    return open_profile


async def opened(context: BrowserContext, url: str) -> Page:
    """A page that has loaded and hears what happens."""
    page = await context.new_page()
    await page.goto(url)
    await expect(page.locator("html")).to_have_attribute("data-database", "here")
    return page


@asynccontextmanager
async def served_to(site: Site, user: User) -> AsyncIterator[str]:
    """The address of a dashboard of the same catalogue that everybody enters as another user."""
    port = free_port()
    async with await _served(dashboard_of(site.database, site.settings, port, Door(opened=user)), port):
        yield f"http://127.0.0.1:{port}"
