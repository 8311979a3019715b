"""A drafted description, run as it is, reads every listing of a site as well as no description does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from aiohttp import web

from config.source import Source
from scrapers.crawl import crawl, fetch_start
from scrapers.draft import Draft, to_toml
from scrapers.extract import Page, extract_listing
from services.workflows.access import Access
from services.workflows.source_draft import draft_source
from services.workflows.source_files import read_source
from services.workflows.source_trial import check_source
from tests.homes_for_sale import Home, homes
from tests.page_styles import STYLES
from tests.scrapers.crawl.conftest import client
from tests.scrapers.crawl.test_paging import Rows, answers, sitemap
from tests.sites import Site, path_of

LOCAL = Access(None, allow_private=True)
NAV = '<nav><a href="/about">About us</a><a href="/sell">Sell</a><a href="/contact">Contact</a></nav>'
HOMES: Final = homes()[:9]


def cards(some: Sequence[Home]) -> str:
    return NAV + "".join(
        f'<li class="home"><a href="{path_of(home.number)}"><h3>{home.title}</h3></a>'
        f"<p>${home.price:,}</p><p>{home.beds} bedrooms</p></li>"
        for home in some
    )


def listed(url: Callable[[int], str], *, link: Callable[[int], str] | None = None) -> Callable[[Site], str]:
    """A list of three pages of three homes at these addresses, with what leads from one to the next."""

    def make(site: Site) -> str:
        for number in range(1, 4):
            more = link(number + 1) if link is not None and number < 3 else ""
            site.pages[url(number)] = (
                f"<html lang='en'><body>{cards(HOMES[3 * number - 3 : 3 * number])}{more}"
            )
        return url(1)

    return make


def scrolled(site: Site) -> str:
    for number in range(1, 5):
        some = HOMES[3 * number - 3 : 3 * number]
        found = [
            {"url": path_of(home.number), "title": home.title, "price": home.price, "bedrooms": home.beds}
            for home in some
        ]
        site.pages[f"/api/homes?page={number}"] = answers({"results": found})
    return "/api/homes?page=1"


def mapped(site: Site) -> str:
    site.pages["/sitemap.xml"] = answers(sitemap(site.base, range(1, 10)), "text/xml")
    return "/sitemap.xml"


def rendered(site: Site) -> str:
    """A list without a way on, whose robots.txt names a sitemap."""
    site.pages["/homes"] = f"<html><body>{cards(HOMES[:3])}<p>9 homes</p>"

    async def robots(_: web.Request) -> web.Response:
        return web.Response(text=f"User-agent: *\nAllow: /\nSitemap: {site.base}/map.xml\n")

    site.pages["/robots.txt"] = robots
    site.pages["/map.xml"] = answers(sitemap(site.base, range(1, 10)), "text/xml")
    return "/homes"


def _state(site: Site) -> str:
    """A list that a script builds from its state, with links to its pages."""
    for number in range(1, 4):
        some = HOMES[3 * number - 3 : 3 * number]
        found = [
            {"url": path_of(h.number), "title": h.title, "price": h.price, "bedrooms": h.beds} for h in some
        ]
        state = json.dumps({"props": {"pageProps": {"listings": found}}})
        more = "" if number == 3 else f'<a rel="next" href="/all?page={number + 1}">Next</a>'
        site.pages[f"/all?page={number}"] = (
            f'<html><body>{NAV}{more}<script id="__NEXT_DATA__" type="application/json">{state}</script>'
        )
    return "/all?page=1"


SHAPES: dict[str, tuple[Callable[[Site], str], str | None, int]] = {
    "rel next": (
        listed("/list?page={}".format, link='<a rel="next" href="/list?page={}">2</a>'.format),
        None,
        9,
    ),
    "a word in Spanish": (
        *(listed("/casas/pagina-{}".format, link='<a href="/casas/pagina-{}">Siguiente</a>'.format), None, 9),
    ),
    "numbers": (
        listed(
            lambda n: "/list" if n == 1 else f"/list?p={n}",
            link=lambda n: f'<div class="pages"><a href="/list?p={n}">{n}</a></div>',
        ),
        None,
        9,
    ),
    "a button": (listed(lambda n: "/list" if n == 1 else f"/list?page={n}"), "pages", 9),
    "a button and a filter": (
        *(listed(lambda n: "/list?type=house" + ("" if n == 1 else f"&page={n}")), "pages", 9),
    ),
    "a button, by another name": (listed(lambda n: "/list" if n == 1 else f"/list?pagina={n}"), "pages", 9),
    "a number in the path": (listed(lambda n: "/list" if n == 1 else f"/list/page/{n}"), "pages", 9),
    "an offset": (listed(lambda n: f"/list?page={n - 1}"), "pages", 9),
    "JSON": (scrolled, "scroll", 9),
    "a sitemap": (mapped, "sitemap", 9),
    "a state": (_state, None, 9),
    "nothing that leads on": (rendered, None, 3),
}


async def _scraped(path: Path, start: str) -> dict[str, dict[str, Any]]:
    """What a description reads of its site, by address."""
    source = read_source(path)
    rows = Rows()
    async with client(source) as polite:
        first = await fetch_start(polite, start, source)
        await crawl(polite, source, rows, first, max_pages=10)
    assert rows.errors == []
    return {str(json.loads(row.raw)["source_url"]): json.loads(row.raw) for row in rows.rows}


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_drafted_file_reads_each_listing_of_a_site(shape: str, tmp_path: Path) -> None:
    make, kind, found = SHAPES[shape]
    style = list(STYLES)[list(SHAPES).index(shape)]
    path = tmp_path / "site.toml"
    async with Site.up() as site:
        site.pages |= {path_of(home.number): STYLES[style](home) for home in HOMES}
        start = site.base + make(site)
        draft = await draft_source(start, name="site", pages=3, access=LOCAL)
        path.write_text(to_toml(draft))
        assert read_source(path) == draft.source
        pagination = draft.source.pagination
        assert (pagination.kind if pagination else None) == kind
        rows = await _scraped(path, start)
        assert len(rows) == found
        _assert_no_worse(rows, site, style)
        coverage = await check_source(read_source(path), access=LOCAL)
        assert coverage.holds, coverage
        assert coverage.index[0].listings > 0
        path.write_text(_with_recipe(draft))
        assert (await check_source(read_source(path), access=LOCAL)).empty_places == ()
    if shape == "nothing that leads on":
        assert draft.sitemap is not None
        assert (draft.sitemap.url, draft.sitemap.match) == (f"{site.base}/map.xml", "/homes/")


def _assert_no_worse(rows: dict[str, dict[str, Any]], site: Site, style: str) -> None:
    """Each row has every value that its page gives without a description."""
    for home in HOMES:
        url = site.base + path_of(home.number)
        plain = extract_listing(Page(STYLES[style](home), url), Source(name="site")).certain
        if url in rows:
            assert plain.keys() - {"stated_ids"} <= rows[url].keys() | {"currency"}


def _with_recipe(draft: Draft) -> str:
    """The drafted file with the # taken off the places that it proposes."""
    wanted = ("# [recipe.fields]", *(f"# {name} = " for name in draft.places))
    lines = to_toml(draft).splitlines()
    return "\n".join(line.removeprefix("# ") if line.startswith(wanted) else line for line in lines)
