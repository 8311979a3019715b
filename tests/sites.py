"""A little listing site on loopback, its pages written by the test, every request noted."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Answer = str | int | web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]

CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>"
)


def path_of(number: int) -> str:
    return f"/homes/{id_of(number)}"


def id_of(number: int) -> str:
    """What the site calls the home."""
    return f"casa-{5000 + number}"


def detail(number: int, **facts: Any) -> str:
    """The page of one home, as structured data and as text."""
    listing = {
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "identifier": id_of(number),
        "url": path_of(number),
        "name": f"Casa {number} en venta",
        "numberOfBedrooms": 3,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Mérida",
            "streetAddress": f"Calle {number}",
        },
        "offers": {"@type": "Offer", "price": 1_000_000 + 1_000 * number, "priceCurrency": "MXN"},
        **facts,
    }
    return (
        f"<html><head><title>{listing['name']}</title>"
        f'<script type="application/ld+json">{json.dumps(listing)}</script></head>'
        f"<body><h1>{listing['name']}</h1></body></html>"
    )


def index(links: list[str], *, following: str | None = None, total: int | None = None) -> str:
    """A page of search results."""
    counted = "" if total is None else f"<p>{total} propiedades</p>"
    cards = "".join(
        f'<article class="card"><a href="{link}"><h2>Casa en {link}</h2></a><p>$1,000,000 MXN</p></article>'
        for link in links
    )
    more = (
        ""
        if following is None
        else f'<nav class="pagination"><a rel="next" href="{following}">Siguiente</a></nav>'
    )
    return f"<html><head><title>Casas</title></head><body>{counted}{cards}{more}</body></html>"


class Site:
    """`site.pages[path]` is html, a status or a handler; whatever else is asked for is not found."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_get("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        self.base = ""

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def start(self) -> str:
        return f"{self.base}/homes?page=1"

    @property
    def details_asked(self) -> list[str]:
        return [path for path in self.asked if path.startswith("/homes/")]

    def lists(self, *pages: list[int], total: int | None = None) -> None:
        """Search results with these homes on each page, and the pages of the homes."""
        for place, numbers in enumerate(pages, 1):
            following = f"/homes?page={place + 1}" if place < len(pages) else None
            links = [path_of(number) for number in numbers]
            self.pages[f"/homes?page={place}"] = index(links, following=following, total=total)
            self.pages |= {path_of(number): detail(number) for number in numbers}

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        answer = self.pages.get(request.path_qs, 404)
        if callable(answer):
            return await answer(request)
        if isinstance(answer, web.Response):
            return answer
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer, content_type="text/html")
