"""A site that shows only the first pages of a search: all listings are found in parts, or it is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import web
from tenacity import wait_none

from config.source import Source, Split
from scrapers.crawl import CrawlReport, crawl, fetch_start
from scrapers.crawl.slices import prices_of
from scrapers.fetch import PoliteClient
from tests.scrapers.crawl.test_impostors import Staged
from tests.scrapers.fetch.conftest import FakeTime
from tests.sites import Site, detail, path_of

HOMES = 60
A_PAGE = 5
ZONES = ("centro", "norte", "sur", "poniente")


def price_of(number: int) -> int:
    """Many homes are cheap, one in six at the same price, and few are dear."""
    return 500_000 if number % 6 == 0 else 100_000 + number**3 * 10


def zone_of(number: int) -> str:
    return ZONES[number % len(ZONES)]


FORM = "<form action='/homes'><input name='q'><input name='precio_min'><input name='precio_max'></form>"
CHOICE = "".join(f"<option value='{price}'>{price}</option>" for price in (0, 200_000, 500_000, 1_000_000))
CHOICES = f"<form><select name='minPrice'>{CHOICE}</select><select name='maxPrice'>{CHOICE}</select></form>"
ZONE_FORM = (
    f"<form><select name='orden'><option value='a'>a</option><option value='b'>b</option></select>"
    f"<select name='zona'><option value=''>Todas</option>"
    f"{''.join(f'<option value={zone}>{zone}</option>' for zone in ZONES)}</select></form>"
)


@dataclass
class Portal:
    """A search over the homes that shows at most four pages of what it finds."""

    site: Site
    filters: str = ""
    counted: Callable[[int], str] = lambda total: f"<p>{total} propiedades</p>"
    shows: int = 4
    follows: bool = True
    """Whether it filters as asked."""
    beyond: int = 0
    """The status of a page beyond those, which the last one links to; 0: it links to none."""

    def up(self) -> None:
        self.site.pages = _Pages(self.answer)
        self.site.pages |= {path_of(number): detail(number) for number in range(1, HOMES + 1)}

    def found(self, query: Any) -> list[int]:
        numbers = list(range(1, HOMES + 1))
        if not self.follows:
            return numbers
        low = int(query.get("precio_min") or query.get("minPrice") or 0)
        high = int(query.get("precio_max") or query.get("maxPrice") or 10**9)
        zone = query.get("zona")
        return [n for n in numbers if low <= price_of(n) <= high and zone in (None, zone_of(n))]

    async def answer(self, request: web.Request) -> web.Response:
        number = int(request.query.get("page", 1))
        if number > self.shows:
            return web.Response(status=self.beyond)
        found = self.found(request.query)
        shown = found[(number - 1) * A_PAGE : number * A_PAGE]
        cards = "".join(
            f'<article class="card"><a href="{path_of(n)}"><h2>Casa {n}</h2></a>'
            f"<p>${price_of(n):,} MXN</p></article>"
            for n in shown
        )
        query = "&".join(f"{name}={value}" for name, value in request.query.items() if name != "page")
        last = -(-len(found) // A_PAGE)
        more = number < (last if self.beyond else min(self.shows, last))
        following = f"/homes?{query}&page={number + 1}"
        onward = f'<a rel="next" href="{following}">Siguiente</a>' if more else ""
        links = "".join(
            f"<li><a href='/homes?zona={zone}'>{zone} ({sum(zone_of(n) == zone for n in found)})</a></li>"
            for zone in ZONES
        )
        filters = self.filters.replace("{links}", f"<ul>{links}</ul>")
        nothing = "" if found else "<p>Sin resultados</p>"
        html = f"<html><body>{filters}{self.counted(len(found))}{nothing}{cards}{onward}</body></html>"
        return web.Response(text=html, content_type="text/html")


class _Pages(dict[str, Any]):
    """Pages by address, and every list by one handler."""

    def __init__(self, lists: Any) -> None:
        super().__init__()
        self.lists = lists

    def get(self, path: str, default: Any = None) -> Any:
        return self.lists if path.startswith("/homes?") else super().get(path, default)


async def crawled(
    portal: Portal, split: Split | None = None, *, max_pages: int = 500
) -> tuple[CrawlReport, Staged]:
    portal.up()
    source = Source(name="portal", hosts=("127.0.0.1",), currency="MXN", split=split or Split())
    time, staged = FakeTime(), Staged()
    async with PoliteClient(
        source, allow_private=True, wait=wait_none(), clock=time.clock, sleep=time.sleep
    ) as polite:
        start = await fetch_start(polite, portal.site.start, source)
        report = await crawl(polite, source, staged, start, max_pages=max_pages)
    return report, staged


WAYS: dict[str, tuple[dict[str, Any], Split | None]] = {
    "prices that can be typed": ({"filters": FORM}, None),
    "prices to choose from": ({"filters": CHOICES, "shows": 6}, None),
    "links with counts": ({"filters": "{links}"}, None),
    "a choice of places": ({"filters": ZONE_FORM}, None),
    "a parameter of the source's file": ({}, Split(parameter="zona", values=ZONES)),
    "prices of the source's file": ({}, Split(price=("precio_min", "precio_max"))),
    "pages beyond that are errors": ({"filters": FORM, "beyond": 404}, None),
    "a filter that is not followed, then another": (
        {"filters": "<form><input name='rent_from'><input name='rent_to'></form>{links}"}, None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
async def test_all_listings_of_a_capped_search_are_found_in_parts(site: Site, name: str) -> None:
    """The union is one crawl that is complete: every home once, and no failed page."""
    facts, split = WAYS[name]
    report, staged = await crawled(Portal(site, **facts), split)
    assert (report.verdict, report.reason) == ("complete", None)
    assert (report.rows, report.failed, len(staged.errors)) == (HOMES, 0, 0)
    assert report.parts > 1
    assert site.details_asked == list(dict.fromkeys(site.details_asked))
    assert report.index_pages < 90


async def test_a_capped_search_that_nothing_divides_is_partial_and_says_so(site: Site) -> None:
    report, _ = await crawled(Portal(site))
    assert report.verdict == "partial"
    assert report.reason == (
        "20 listings found where the site counts 60, "
        "its pages end there and nothing was found that divides the search"
    )
    ignored, _ = await crawled(Portal(site, filters=FORM, follows=False))
    assert ignored.verdict == "partial"
    assert ignored.index_pages <= 8


async def test_parts_that_stay_capped_and_parts_that_are_left_are_named(site: Site) -> None:
    """Ten homes of one price cannot be divided by price, and --max-pages may leave parts unread."""
    report, _ = await crawled(Portal(site, filters=FORM, shows=1))
    assert report.verdict == "partial"
    assert "of the search end too early: such as price 500,000 to 500,000 (5 of 10)" in (report.reason or "")
    short, _ = await crawled(Portal(site, filters=FORM), max_pages=7)
    assert (short.verdict, short.reason) == ("partial", "7 of 12 pages")


async def test_more_than_a_number_is_no_count_of_all(site: Site) -> None:
    """A site that counts "20+" shows no more than it counts, and still hides listings."""
    portal = Portal(
        site, counted=lambda total: f"<p>{min(total, 20)}{'+' if total > 20 else ''} propiedades</p>"
    )
    report, _ = await crawled(portal)
    assert report.verdict == "partial"
    assert "more than 20 listings" in (report.reason or "")
    portal.filters = FORM
    report, _ = await crawled(portal)
    assert (report.rows, report.verdict) == (HOMES, "partial")


async def test_a_list_without_a_count_that_ends_after_a_round_number_of_full_pages_is_doubted(
    site: Site,
) -> None:
    site.lists(*[[number] for number in range(1, 26)])
    portal = Portal(site)
    portal.up = lambda: None  # type: ignore[method-assign]
    report, _ = await crawled(portal)
    assert (report.verdict, report.reason) == (
        "partial",
        "its list ends after 25 full pages, which may be a limit",
    )


def test_prices_are_read_off_cards_as_whole_numbers() -> None:
    texts = ["$1,250,000 MXN", "US$ 12,000", "1.250.000 €", "£450.50 pcm", "price on request", None]
    assert prices_of([{"price": text} for text in texts]) == [1_250_000, 12_000, 1_250_000, 450]
