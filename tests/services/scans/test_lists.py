"""Index scans of searches that show less than they count, of JSON that a script loads, and of sitemaps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
from aiohttp import web

from config.source import Source
from database.handle import Database
from services.scans import ScanFigures
from services.sources import register_source
from services.workflows.scan import scan_tier
from tests.catalogue import on
from tests.services.scans.portal import ACCESS
from tests.sites import serving

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]
A_PAGE, REACH = 4, 12


@asynccontextmanager
async def _site(answer: Answer) -> AsyncIterator[str]:
    """A site that answers so, without a robots.txt."""

    async def served(request: web.Request) -> web.StreamResponse:
        return web.Response(status=404) if request.path == "/robots.txt" else await answer(request)

    async with serving(served) as base:
        yield base


def _html(body: str) -> web.Response:
    return web.Response(text=f"<html><body>{body}</body></html>", content_type="text/html")


def _cards(numbers: list[int]) -> str:
    return "".join(
        f'<article class="card"><a href="/homes/casa-{5000 + n}"><h2>Casa {n}</h2></a>'
        f"<p>${1_000_000 + 1_000 * n:,} MXN</p><p>3 recámaras</p></article>"
        for n in numbers
    )


def _capped(homes: list[int], *, counts: bool = True, reach: int = REACH) -> Answer:
    """A search by price that shows its first `reach` homes, whatever it counts."""

    async def answer(request: web.Request) -> web.StreamResponse:
        asked = request.query
        lowest, highest = int(asked.get("min") or 0), int(asked.get("max") or 10**9)
        found = [n for n in homes if lowest <= 1_000_000 + 1_000 * n <= highest]
        page = int(asked.get("page", "1"))
        here = found[:reach][(page - 1) * A_PAGE : page * A_PAGE]
        if not here:
            return _html("<p>No encontramos propiedades.</p><a href='/homes'>Buscar</a>")
        query = "&".join(f"{name}={asked[name]}" for name in ("min", "max") if name in asked)
        more = f'<a rel="next" href="/homes?page={page + 1}&{query}">Siguiente</a>'
        counted = f"<p>{len(found)} propiedades</p>" if counts else ""
        return _html(counted + _cards(here) + (more if page * A_PAGE < min(len(found), reach) else ""))

    return answer


async def _scans(database: Database, base: str, days: int, **facts: Any) -> list[ScanFigures]:
    source = Source.model_validate(
        {"name": "portal", "hosts": ("127.0.0.1",), "currency": "MXN", "requests_per_second": 50}
        | {"start": (f"{base}/homes",), **facts}
    )
    await register_source(database, source)
    return [
        scan.found
        for day in range(days)
        async for scan in scan_tier(database, source, "whole", access=ACCESS, options=on(day))
    ]


async def test_a_search_that_shows_less_than_it_counts_is_scanned_in_parts(database: Database) -> None:
    async with _site(_capped(list(range(1, 31)))) as base:
        (found,) = await _scans(database, base, 1, split={"price": ("min", "max")})
    assert (found.verdict, found.shown, found.new) == ("complete", 30, 30)
    assert found.parts > 1


@pytest.mark.parametrize(
    ("counts", "reach", "reason"),
    [
        (True, REACH, "12 listings shown where the site counts 130"),
        (False, 25 * A_PAGE, "its list ends after 25 full pages, which may be a limit"),
    ],
)
async def test_a_list_that_ends_at_a_cap_proves_no_absence(
    database: Database, *, counts: bool, reach: int, reason: str
) -> None:
    async with _site(_capped(list(range(1, 131)), counts=counts, reach=reach)) as base:
        (found,) = await _scans(database, base, 1)
    assert (found.verdict, found.reason) == ("partial", reason)


async def test_json_that_a_script_loads_is_scanned_like_any_list(
    database: Database, superuser: asyncpg.Connection
) -> None:
    homes = list(range(1, 10))

    async def answer(request: web.Request) -> web.StreamResponse:
        first = int(request.query.get("from", "0"))
        items = [
            {"id": n, "title": f"Casa {n}", "price": 1_000_000 + n, "url": f"/homes/casa-{5000 + n}"}
            for n in homes[first : first + A_PAGE]
        ]
        return web.json_response({"data": {"items": items, "total": len(homes)}})

    async with _site(answer) as base:
        scroll = {"url": "/homes?from={page}", "first": 0, "step": A_PAGE, "items": "data.items"}
        pagination = {"kind": "scroll", "link": "url", "total": "data.total", **scroll}
        (found,) = await _scans(database, base, 1, pagination=pagination)
    assert (found.verdict, found.pages, found.shown, found.new) == ("complete", 3, 9, 9)
    prices = await superuser.fetch("select price::integer from property_manager.sightings order by position")
    assert [row["price"] for row in prices] == [1_000_000 + n for n in homes]


async def test_a_sitemap_shows_what_is_new_and_proves_no_absence(database: Database) -> None:
    homes = [1, 2, 3]

    async def answer(_: web.Request) -> web.StreamResponse:
        named = "".join(f"<url><loc>{base}/homes/casa-{5000 + n}</loc></url>" for n in homes)
        return web.Response(text=f"<urlset>{named}</urlset>", content_type="application/xml")

    async with _site(answer) as base:
        sitemap = {"kind": "sitemap", "url": "/sitemap.xml"}
        (first,) = await _scans(database, base, 1, pagination=sitemap)
        homes[:] = [1, 2, 4]
        (then,) = await _scans(database, base, 1, pagination=sitemap)
    assert (first.verdict, first.new, first.reason) == ("partial", 3, "a sitemap may leave listings out")
    assert (then.missing, then.queued) == (0, 1)
