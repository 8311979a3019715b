"""A small listing site on loopback with the pages of the test; every request is recorded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self

from aiohttp import web

Answer = str | int | web.Response | Callable[[web.Request], Awaitable[web.StreamResponse]]

CHALLENGE = (
    "<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>"
)


def path_of(number: int) -> str:
    return f"/homes/{id_of(number)}"


def id_of(number: int) -> str:
    """The site's id of the home."""
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


@asynccontextmanager
async def serving(answer: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A web server on a free port of this machine: its address, and an answer to every GET."""
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def serving_content(
    content: str | bytes, content_type: str, *, status: int = 200
) -> AsyncIterator[str]:
    """A web server that has the same answer for everything but robots.txt."""
    body = content.encode() if isinstance(content, str) else content

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/robots.txt":
            raise web.HTTPNotFound
        return web.Response(body=body, status=status, content_type=content_type)

    async with serving(answer) as base:
        yield base


class Site:
    """`site.pages[path]` is html, a status or a handler; whatever else is asked for is not found."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[str] = []
        self.base = ""

    @classmethod
    @asynccontextmanager
    async def up(cls) -> AsyncIterator[Self]:
        site = cls()
        async with serving(site._answer) as site.base:
            yield site

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
