"""A portal of homes that a test changes, and that misbehaves on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, Self

from aiohttp import web

from config.source import Source
from database.handle import Database
from services.history.rollback import rollback
from services.workflows.access import Access
from services.workflows.scan import OnScan, ScanResult, scan_tier
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from services.workflows.verify import Verification, verify_source
from tests.catalogue import on
from tests.sites import detail, serving

A_PAGE: Final = 5
ACCESS: Final = Access(allow_private=True)


class Portal:
    """Its homes in order, with their prices; `details` and `hook` change what it answers."""

    def __init__(self) -> None:
        self.homes: dict[int, int] = {}
        self.details: dict[int, web.Response | int | str] = {}
        """What the page of a home answers instead: a response, a status, or the path of a redirect."""
        self.missing: web.Response | int | str = 404
        """What the page of a home that is not there answers."""
        self.hook: Callable[[int], web.Response | None] = lambda page: None
        """Called before each index page, with its number."""
        self.states_total = True
        self.repeats_last = False
        self.asked: list[str] = []
        self.base = ""

    @classmethod
    @asynccontextmanager
    async def up(cls, homes: int = 12) -> AsyncIterator[Self]:
        portal = cls()
        portal.homes = {number: 1_000_000 + 1_000 * number for number in range(1, homes + 1)}
        async with serving(portal._answer) as portal.base:
            yield portal

    @property
    def url(self) -> str:
        return f"{self.base}/homes?page=1"

    def source(self, **facts: object) -> Source:
        given = {"currency": "MXN", "country": "MX", "language": "spanish", "requests_per_second": 50}
        return Source.model_validate(
            {"name": "portal", "hosts": ("127.0.0.1",), "start": (self.url,), **given, **facts}
        )

    @property
    def details_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/homes/")]

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if request.path == "/homes":
            return self._index(int(request.query.get("page", "1")))
        name = request.path.removeprefix("/homes/casa-")
        if name == request.path or not name.isdecimal():
            status = 200 if request.path == "/" else 404
            return web.Response(text="<h1>Portal</h1>", content_type="text/html", status=status)
        number = int(name) - 5000
        there = self.homes.get(number)
        other = self.details.get(number, self.missing if there is None else None)
        if other is None:
            offer = {"@type": "Offer", "price": there, "priceCurrency": "MXN"}
            return web.Response(text=detail(number, offers=offer), content_type="text/html")
        if isinstance(other, int):
            return web.Response(status=other)
        if isinstance(other, str):
            return web.Response(status=302, headers={"Location": other})
        return web.Response(status=other.status, body=other.body, content_type=other.content_type)

    def _index(self, page: int) -> web.Response:
        instead = self.hook(page)
        if instead is not None:
            return instead
        numbers = list(self.homes)
        last = -(-len(numbers) // A_PAGE)
        shown = min(page, last) if self.repeats_last else page
        here = numbers[(shown - 1) * A_PAGE : shown * A_PAGE]
        if not here:
            return web.Response(status=404)
        cards = "".join(
            f'<article class="card"><a class="to" href="/homes/casa-{5000 + n}"><h2>Casa {n}</h2></a>'
            f'<p class="cost">${self.homes[n]:,} MXN</p><p>3 recámaras</p></article>'
            for n in here
        )
        counted = f"<p>{len(numbers)} propiedades</p>" if self.states_total else ""
        more = f'<a rel="next" href="/homes?page={page + 1}">Siguiente</a>'
        nav = more if page < last or self.repeats_last else ""
        return web.Response(
            text=f"<html><head><title>Casas</title></head><body>{counted}{cards}{nav}</body></html>",
            content_type="text/html",
        )


class Kept:
    """A portal that is scraped once, and then only scanned."""

    def __init__(self, database: Database, portal: Portal, **facts: object) -> None:
        self.database = database
        self.portal = portal
        self.source = portal.source(**facts)

    async def scrape(self, day: float) -> ScrapeResult:
        """Read the portal in full."""
        scraper = EnhancedPropertyScraper(self.database, access=ACCESS, options=on(day))
        result = await scraper.scrape_and_sync(self.portal.url, source=self.source)
        assert result.verdict == "complete"
        return result

    async def scraped(self) -> Self:
        """Read the portal in full, on the first day."""
        await self.scrape(0)
        self.portal.asked.clear()
        return self

    async def scan(
        self, day: float, tier: str = "whole", on_progress: OnScan = lambda report: None
    ) -> ScanResult:
        scans = scan_tier(
            self.database, self.source, tier, access=ACCESS, options=on(day), on_progress=on_progress
        )
        (result,) = [each async for each in scans]
        return result

    async def verify(self, day: float) -> Verification:
        return await verify_source(self.database, self.source, access=ACCESS, options=on(day))

    async def proven_gone(self, *numbers: int) -> Verification:
        """Let homes go, be missed on day 1 and 2, and be asked on day 2 and 3."""
        for number in numbers:
            self.portal.homes.pop(number)
        await self.scan(1)
        await self.scan(2)
        await self.verify(2)
        return await self.verify(3)

    async def undo(self, verification: Verification) -> None:
        await rollback(self.database, session_id=verification.session_id, actor="ana", clock=on(4).clock)
