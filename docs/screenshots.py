"""Photographs the dashboard: each page in both themes and on a phone, into build/screenshots.

Those that docs/dashboard.md shows go into docs/images too. The catalogue is that of the demo, told twice, as
two sources with the same homes, and an outage that waits for a decision.

python -m docs.screenshots      needs `chromium` on the PATH, and the embedded database
"""

from __future__ import annotations

import asyncio
import base64
import shutil
from collections.abc import Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from playwright.async_api import Browser, async_playwright

from config.settings import Settings
from dashboard.access.door import Door
from dashboard.access.origin import allowed_names
from dashboard.access.users import staff
from dashboard.app import Dashboard
from dashboard.pages import all_pages
from dashboard.server import Server, listen
from database.embedded import Embedded
from database.handle import Database
from demo.portal.days import Day
from demo.story import DayResult, run_story
from services.duplicates import find_duplicates
from services.reports.plans import list_plans
from services.reports.standing import sessions_page

ROOT: Final = Path(__file__).resolve().parent.parent
ALL: Final = ROOT / "build" / "screenshots"
SHOWN: Final = ROOT / "docs" / "images"
_WAYS: Final[Mapping[str, dict[str, Any]]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 860}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 860}},
    "phone": {
        "color_scheme": "light",
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
    },
}
_IN_DOCS: Final = {
    ("overview", "light"),
    ("overview", "dark"),
    ("overview", "phone"),
    ("session", "light"),
    ("plan", "light"),
    ("listings", "light"),
    ("listing", "dark"),
    ("quality", "light"),
}
_QUALITY: Final = 70


async def photograph() -> None:
    """Make the catalogue, serve it, and take a picture of each page."""
    shutil.rmtree(ALL, ignore_errors=True)
    ALL.mkdir(parents=True)
    with TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, home=Path(folder) / "home")
        server = Embedded(settings.home, idle_seconds=None)
        async with await Database.open(settings, embedded=server) as database:
            await _tell(database)
            async with _served(database, settings) as url, async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
                )
                pages = await _pages(database)
                for way, options in _WAYS.items():
                    await _take(browser, url, pages, way, options)
                await browser.close()
        await server.stop()


async def _tell(database: Database) -> None:
    """The demo, then its first days again, up to the outage, which waits; the homes that both have."""
    async for _ in run_story(database):
        pass
    async for told in run_story(database):
        if isinstance(told, DayResult) and told.day is Day.WED:
            break
    await find_duplicates(database, actor="docs")


@asynccontextmanager
async def _served(database: Database, settings: Settings):  # type: ignore[no-untyped-def]
    with listen("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        door = Door(opened=staff("ana"))
        server = Server(Dashboard(database, settings, door, names=allowed_names("127.0.0.1", port)))
        task = asyncio.create_task(server.serve(sockets=[listening]))
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.stop()
            await task


async def _pages(database: Database) -> dict[str, str]:
    """The pages by their names in files: those of the menu, and one of each kind that has an id."""
    found = {page.menu.lower(): page.path for page in all_pages() if page.menu}
    lines = await sessions_page(database, source="sample-portal", limit=20)
    whole = next(line for line in lines if line.unchanged_properties)
    held = next((plan for plan in await list_plans(database) if plan.status == "held"), None)
    (change, *_) = await database.rows("feed_after", 0, 0, "sample-portal", 1)
    found |= {"session": f"/sessions/{whole.id}", "source": "/sources/sample-portal"}
    if held is not None:
        found["plan"] = f"/plans/{held.id}"
    found["listing"] = f"/listings/{change['listing_id']}"
    return found


async def _take(browser: Browser, url: str, pages: dict[str, str], way: str, options: dict[str, Any]) -> None:
    context = await browser.new_context(**options, reduced_motion="reduce")
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    for name, path in pages.items():
        answer = await page.goto(url + path)
        if answer is None or answer.status != 200:
            raise RuntimeError(f"{path} answers {answer and answer.status}")
        await page.locator("html[data-database]").wait_for()
        await page.wait_for_timeout(800)  # charts and maps draw themselves
        given = {"format": "webp", "quality": _QUALITY, "captureBeyondViewport": False}
        shot = await session.send("Page.captureScreenshot", given)
        content = base64.b64decode(shot["data"])
        (ALL / f"{name}-{way}.webp").write_bytes(content)
        if (name, way) in _IN_DOCS:
            (SHOWN / f"dashboard-{name}-{way}.webp").write_bytes(content)
    await context.close()


if __name__ == "__main__":
    asyncio.run(photograph())
