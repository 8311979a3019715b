"""Every way in which index pages follow one another is read to its end, and a false end is no end."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from config.source import Source
from parsing.staged import StagedRow
from scrapers.crawl import CrawlReport, crawl, fetch_start
from tests.scrapers.crawl.conftest import client
from tests.sites import CHALLENGE, Site, detail, index, path_of

SHELL = '<nav><a href="/about">About</a><a href="/sell">Sell</a><a href="/agents">Agents</a></nav>'


@dataclass
class Rows:
    """A sink that keeps what it is given."""

    rows: list[StagedRow] = field(default_factory=list)
    errors: list[tuple[str, str]] = field(default_factory=list)

    async def add(self, row: StagedRow) -> None:
        self.rows.append(row)

    async def error(self, url: str, error_type: str, message: str, retries: int = 0) -> None:
        self.errors.append((error_type, message))

    async def resolved(self, urls: list[str]) -> None: ...

    async def page_done(self, number: int, total: int | None, scraped: int, failed: int) -> None: ...


async def scraped(
    site: Site, facts: dict[str, Any], *, start: str = "/homes", max_pages: int = 20
) -> tuple[CrawlReport, Rows]:
    """A crawl of the site by that description."""
    url = site.base + start
    source = Source(name="acme", hosts=("127.0.0.1",), start=(url,), requests_per_second=50, **facts)
    rows = Rows()
    async with client(source) as polite:
        first = await fetch_start(polite, url, source)
        report = await crawl(polite, source, rows, first, max_pages=max_pages)
    return report, rows


def answers(value: Any, content_type: str = "application/json") -> Callable[[web.Request], Any]:
    """A page that is no HTML."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, content_type=content_type)

    return answer


def plain(numbers: range) -> str:
    """A page of results without a link to the next."""
    return index([path_of(number) for number in numbers]).replace("<body>", f"<body>{SHELL}")


def items(numbers: range) -> list[dict[str, Any]]:
    return [{"id": n, "slug": f"casa-{5000 + n}", "cost": f"${n + 1},000,000"} for n in numbers]


SITEMAP = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'
INDEX = (
    '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</sitemapindex>'
)


def sitemap(base: str, numbers: range, **changed: str) -> bytes:
    entries = [
        f"<url><loc>{base}{path_of(n)}</loc><lastmod>{changed.get(str(n), '2026-01-01')}</lastmod></url>"
        for n in numbers
    ]
    return SITEMAP.format("".join([*entries, f"<url><loc>{base}/blog/moving</loc></url>"])).encode()


def _pages(site: Site) -> None:
    for number in range(3):
        page = plain(range(3 * number, min(3 * number + 3, 7)))
        site.pages["/homes" if number == 0 else f"/homes?p={number}"] = page


def _template(site: Site) -> None:
    site.pages |= {"/homes": plain(range(3)), "/homes/page/20": plain(range(3, 7))}
    site.pages["/homes/page/40"] = f"<html><body>{SHELL}<p>Nothing on this page.</p></body></html>"


def _next(site: Site) -> None:
    more = '<a class="older" href="/homes?after=9">Older homes</a>'
    site.pages |= {"/homes": plain(range(3)) + more, "/homes?after=9": plain(range(3, 7))}


def _scroll(site: Site) -> None:
    for offset in (0, 3, 6, 9):
        found = items(range(offset, min(offset + 3, 7)))
        site.pages[f"/api?skip={offset}"] = answers({"data": {"homes": found}, "found": 7})


def _cursor(site: Site) -> None:
    site.pages["/api?after="] = answers({"homes": items(range(4)), "next": "a&b"})
    site.pages["/api?after=a%26b"] = answers({"homes": items(range(4, 7)), "next": None})


def _sitemap(site: Site) -> None:
    files = "".join(f"<sitemap><loc>{site.base}/{name}</loc></sitemap>" for name in ("one.xml", "two.xml.gz"))
    site.pages["/sitemap.xml"] = answers(INDEX.format(files).encode(), "text/xml")
    site.pages["/one.xml"] = answers(sitemap(site.base, range(4)), "application/xml")
    site.pages["/two.xml.gz"] = answers(gzip.compress(sitemap(site.base, range(4, 7))), "application/gzip")


ITEM: dict[str, Any] = {"link": "/homes/{slug}", "items": "data.homes", "url": "/api?skip={page}"}
KINDS: dict[str, tuple[Callable[[Site], None], dict[str, Any], str]] = {
    "a parameter": (_pages, {"kind": "pages", "parameter": "p", "first": 0}, "complete"),
    "a template": (
        *(_template, {"kind": "pages", "url": "/homes/page/{page}", "first": 0, "step": 20}, "complete"),
    ),
    "a link": (_next, {"kind": "next", "next": "a.older"}, "complete"),
    "a link by xpath": (_next, {"kind": "next", "next": "xpath://a[.='Older homes']/@href"}, "complete"),
    "an offset of a script": (
        *(_scroll, {"kind": "scroll", "first": 0, "step": 3, "total": "found", **ITEM}, "complete"),
    ),
    "a cursor of a script": (
        _cursor,
        {**ITEM, "kind": "scroll", "url": "/api?after={cursor}", "cursor": "next", "items": "$.homes[*]"},
        "complete",
    ),
    "a sitemap": (_sitemap, {"kind": "sitemap", "url": "/sitemap.xml", "match": "/homes/casa-"}, "partial"),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_each_kind_of_pagination_leads_to_every_listing(kind: str) -> None:
    make, pagination, verdict = KINDS[kind]
    async with Site.up() as site:
        make(site)
        site.pages |= {path_of(number): detail(number) for number in range(7)}
        report, rows = await scraped(site, {"pagination": pagination})
    assert sorted(str(row.values[0]) for row in rows.rows) == [f"casa-{5000 + n}" for n in range(7)]
    assert (report.verdict, rows.errors) == (verdict, []), report.reason


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("<html><body><h1>Sorry, something went wrong</h1></body></html>", "1 page failed"),
        (CHALLENGE, "refused us (200, challenge page)"),
        (500, "1 page failed"),
    ],
)
async def test_a_page_that_is_no_list_is_not_taken_for_the_end(answer: Any, reason: str) -> None:
    async with Site.up() as site:
        site.pages |= {"/homes": plain(range(3)), "/homes?p=2": answer}
        site.pages |= {path_of(number): detail(number) for number in range(3)}
        report, _ = await scraped(site, {"pagination": {"kind": "pages", "parameter": "p"}})
    assert report.verdict != "complete"
    assert reason in str(report.reason)


async def test_json_of_another_shape_is_an_error_and_no_end() -> None:
    async with Site.up() as site:
        _scroll(site)
        site.pages["/api?skip=3"] = answers({"error": "try later"})
        site.pages |= {path_of(number): detail(number) for number in range(7)}
        report, rows = await scraped(site, {"pagination": {"kind": "scroll", "first": 0, "step": 3, **ITEM}})
    assert report.verdict == "partial"
    assert "the JSON has nothing at data.homes" in rows.errors[0][1]


async def test_what_changed_last_in_a_sitemap_is_read_first() -> None:
    async with Site.up() as site:
        site.pages["/sitemap.xml"] = answers(sitemap(site.base, range(5), **{"3": "2026-11-02"}), "text/xml")
        site.pages |= {path_of(number): detail(number) for number in range(5)}
        facts = {"pagination": {"kind": "sitemap", "match": "/homes/"}}
        _, rows = await scraped(site, facts, start="/sitemap.xml")
    assert rows.rows[0].values[0] == "casa-5003"
    assert len(rows.rows) == 5


@pytest.mark.parametrize(
    ("limits", "limit"),
    [({"bytes": 500}, "the limit of 500 bytes"), ({"minutes": 1e-9}, "the limit of 1e-09 minutes")],
)
async def test_a_limit_of_bytes_or_minutes_makes_a_scrape_partial(limits: dict[str, Any], limit: str) -> None:
    async with Site.up() as site:
        site.pages |= {"/homes": plain(range(7)), **{path_of(number): detail(number) for number in range(7)}}
        report, rows = await scraped(site, {"limits": limits})
    assert report.verdict in ("partial", "suspect")
    assert len(rows.rows) < 7
    assert report.cut_short == limit


async def test_a_listing_has_one_address_however_it_is_linked_to() -> None:
    links = ["/homes/casa-5000?from=map", "/Homes/casa-5000/", "/homes/casa-5001"]
    async with Site.up() as site:
        port = site.base.rpartition(":")[2]
        site.pages["/homes"] = index(links).replace('"/Homes', f'"http://localhost:{port}/Homes')
        site.pages |= {path_of(number): detail(number) for number in range(2)}
        urls = {"drop": ["fr*"], "aliases": {f"localhost:{port}": f"127.0.0.1:{port}"}}
        _, rows = await scraped(site, {"urls": {**urls, "trailing_slash": "drop", "lower_case": True}})
        found = [row.raw for row in rows.rows]
    assert len(found) == 2
    assert sorted(site.details_asked) == ["/homes/casa-5000", "/homes/casa-5001"]
