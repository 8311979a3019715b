"""Sites that are broken, endless or hostile: the crawl ends, and says of each page what is wrong."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from aiohttp import web
from tenacity import wait_none

from config.errors import UnreachableError
from scrapers.crawl import CrawlReport, crawl, fetch_start
from scrapers.fetch import PoliteClient
from tests.scrapers.crawl.conftest import SOURCE
from tests.scrapers.crawl.test_impostors import Staged
from tests.scrapers.fetch.conftest import FakeTime
from tests.sites import Site, detail, index, path_of

PATIENT = SOURCE.model_copy(update={"timeout_seconds": 0.3})


async def crawled(url: str, *, max_pages: int = 20) -> tuple[CrawlReport, Staged]:
    time, staged = FakeTime(), Staged()
    async with PoliteClient(
        PATIENT, allow_private=True, wait=wait_none(), clock=time.clock, sleep=time.sleep
    ) as polite:
        start = await fetch_start(polite, url, PATIENT)
        return await crawl(polite, PATIENT, staged, start, max_pages=max_pages), staged


class Traps:
    """Answers that never end, counted as far as they were taken."""

    sent = 0

    async def huge(self, request: web.Request) -> web.StreamResponse:
        """200 MB without a length."""
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        with suppress(ConnectionError):
            for _ in range(200):
                await response.write(b"<p>casa</p>" * 95_325)
                self.sent += 1
        return response

    async def round(self, request: web.Request) -> web.Response:
        """A redirect to itself."""
        return web.Response(status=302, headers={"Location": request.path})

    async def dripping(self, request: web.Request) -> web.StreamResponse:
        """A byte now and then, so that no pause is long."""
        response = web.StreamResponse(headers={"Content-Type": "text/html"})
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b".")
                await asyncio.sleep(0.05)
        return response


async def test_each_trap_is_told_and_the_good_pages_among_them_are_staged(site: Site) -> None:
    """200 MB, a byte now and then, redirects in a circle, odd charsets and types, broken and far links."""
    traps = Traps()
    good = {path_of(number) for number in range(1, 13)}
    site.pages |= {path_of(number): detail(number) for number in range(1, 13)}
    site.pages |= {
        path_of(20): traps.huge,
        path_of(21): traps.dripping,
        path_of(22): traps.round,
        path_of(23): web.Response(body=b"%PDF-1.7", content_type="application/pdf"),
        path_of(12): web.Response(
            body=detail(12, name="Casa señorial").encode("cp1252"),
            headers={"Content-Type": "text/html; charset=utf8mb5"},
        ),
    }
    hosts = [f"http://portal-{number}.example/homes/casa-{number}" for number in range(1_000)]
    broken = ["http://[::1", "mailto:ana@acme.example", "javascript:void(0)", "//", "http://", "tel:1", " "]
    relative = [f"../homes/casa-{5000 + number}" for number in (1, 2, 3)]
    links = [*relative, *sorted(good), *(path_of(number) for number in range(20, 24)), *broken, *hosts]
    site.pages["/homes?page=1"] = index(links, following="/calendar?month=1")
    for month in range(1, 50):  # a calendar that goes on for ever
        site.pages[f"/calendar?month={month}"] = (
            f"<html><body><h1>Mes {month}</h1>"
            f"<a rel='next' href='/calendar?month={month + 1}'>Siguiente</a></body></html>"
        )

    report, staged = await crawled(site.start)

    kinds = sorted(kind for kind, _ in staged.errors)
    assert list(dict.fromkeys(kinds)) == [
        "extraction", "not_html", "redirect_refused", "timeout", "too_large",
    ]  # fmt: skip
    assert (report.rows, report.verdict) == (12, "suspect")
    assert "10 pages failed in a row" in (report.reason or "")
    assert traps.sent < 4 * 40
    assert not {path for path in site.asked if "portal" in path}
    assert len([path for path in site.asked if path.startswith("/calendar")]) <= 10


async def test_a_list_of_ever_new_listings_ends_at_the_limit_of_pages(site: Site) -> None:
    """Each page shows other homes and a next one, as a generated or reshuffled list does."""

    async def endless(request: web.Request) -> web.Response:
        page = int(request.query["page"])
        numbers = range(3 * page, 3 * page + 3)
        site.pages |= {path_of(number): detail(number) for number in numbers}
        text = index([path_of(n) for n in numbers], following=f"/homes?page={page + 1}", total=30)
        return web.Response(text=text, content_type="text/html")

    site.pages |= {f"/homes?page={page}": endless for page in range(1, 40)}
    report, _ = await crawled(site.start, max_pages=12)
    assert (report.index_pages, report.rows, report.verdict) == (12, 36, "partial")


async def test_a_site_without_a_secure_connection_is_said_to_have_none(site: Site) -> None:
    with pytest.raises(UnreachableError, match="no secure connection"):
        await crawled(site.start.replace("http:", "https:"))
