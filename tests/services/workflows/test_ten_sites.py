"""Ten kinds of addresses and ten of pages: every home is live once, with its own price, and stays it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from config.source import Source
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper, ScrapeResult
from tests.catalogue import Catalogue, on
from tests.homes_for_sale import ADDRESSES, Home, homes
from tests.hostile_addresses import HOSTILE
from tests.page_styles import STYLES
from tests.sites import Site

SOURCE = Source(name="agency", currency="USD", country="US", requests_per_second=50)


def page(home: Home) -> str:
    return (
        f"<html><head><title>{home.title}</title></head><body><h1>{home.title}</h1>"
        f'<p class="price">${home.price:,}</p><p class="address">{home.address}, Springfield, IL</p>'
        f"<dl><dt>Bedrooms</dt><dd>{home.beds}</dd><dt>Address</dt><dd>{home.address}</dd>"
        f"<dt>Zip code</dt><dd>{home.zip_code}</dd><dt>Year built</dt><dd>{home.year}</dd></dl></body></html>"
    )


def opened(site: Site, address: str, day: int, write: Callable[[Home], str] = page) -> str:
    """The site as it is on a day: a page that lists all homes, and a page a home. Returns its start page."""
    cards = ""
    for home in homes(day):
        link = {**ADDRESSES, **HOSTILE}[address](home)
        cards += (
            f'<article class="card"><a href="{link}"><h2>{home.title}</h2></a>'
            f"<p>${home.price:,}</p><p>{home.beds} beds</p></article>"
        )
        site.pages[link] = write(home)
    site.pages["/for-sale"] = f"<html><head><title>Homes</title></head><body>{cards}</body></html>"
    return f"{site.base}/for-sale"


async def scraped(catalogue: Catalogue, start: str, day: int) -> ScrapeResult:
    scraper = EnhancedPropertyScraper(
        catalogue.database, access=Access(allow_private=True), options=on(day - 1)
    )
    return await scraper.scrape_and_sync(start, source=SOURCE)


async def prices(catalogue: Catalogue) -> list[int]:
    rows = await catalogue.superuser.fetch(
        "select price from properties_live where status = 'active' order by price"
    )
    return [int(row["price"]) for row in rows]


@pytest.mark.parametrize("address", ADDRESSES)
async def test_every_home_is_live_once_with_its_own_price(
    catalogue: Catalogue, site: Site, address: str
) -> None:
    first = await scraped(catalogue, opened(site, address, day=1), day=1)
    assert first.verdict == "complete"
    assert await prices(catalogue) == sorted(home.price for home in homes())

    second = await scraped(catalogue, opened(site, address, day=2), day=2)

    assert second.sync is not None
    metrics = second.sync.metrics
    assert (metrics.new_properties, metrics.superseded_rows) == (0, 0)
    assert (metrics.updated_properties, metrics.missing_properties) == (
        (11, 1) if "visit" in address else (1, 1)
    )
    assert await prices(catalogue) == sorted(home.price for home in homes(day=2))
    assert first.ids is not None and first.ids.is_new
    assert second.ids is not None and second.ids.rule == first.ids.rule
    assert await catalogue.complaints() == []


@pytest.mark.parametrize("address", [name for name in HOSTILE if "in the query" not in name])
async def test_every_home_is_live_once_however_its_number_is_hidden(
    catalogue: Catalogue, site: Site, address: str
) -> None:
    await scraped(catalogue, opened(site, address, day=1), day=1)
    assert await prices(catalogue) == sorted(home.price for home in homes())

    second = await scraped(catalogue, opened(site, address, day=2), day=2)

    assert second.sync is not None
    assert (second.sync.metrics.new_properties, second.sync.metrics.superseded_rows) == (0, 0)
    assert await prices(catalogue) == sorted(home.price for home in homes(day=2))


@pytest.mark.parametrize("style", STYLES)
async def test_every_home_has_its_own_price_however_its_page_is_written(
    catalogue: Catalogue, site: Site, style: str
) -> None:
    address = "number before the slug"
    first = await scraped(catalogue, opened(site, address, day=1, write=STYLES[style]), day=1)

    assert first.verdict == "complete"
    rows = await catalogue.superuser.fetch(
        "select title, price, bedrooms, currency from properties_live where status = 'active' order by price"
    )
    assert [tuple(row) for row in rows] == [
        (home.title, home.price, home.beds, "USD") for home in sorted(homes(), key=lambda home: home.price)
    ]

    second = await scraped(catalogue, opened(site, address, day=2, write=STYLES[style]), day=2)

    assert second.sync is not None
    metrics = second.sync.metrics
    assert (metrics.new_properties, metrics.updated_properties, metrics.missing_properties) == (0, 1, 1)
