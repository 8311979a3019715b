"""What a person at a terminal sees of a crawl while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from cli.progress import crawl_line
from demo.portal.server import Portal
from scrapers.crawl import CrawlReport
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper
from tests.catalogue import Catalogue


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal() as up:
        yield up


async def test_the_listings_of_a_page_are_counted_before_the_first_is_read(
    portal: Portal, catalogue: Catalogue
) -> None:
    """The first line says how much there is to do, each later one how much is done."""
    lines: list[str] = []
    scraper = EnhancedPropertyScraper(catalogue.database, access=Access("me@example.com", allow_private=True))

    await scraper.scrape_and_sync(
        portal.url,
        max_pages=1,
        auto_sync=False,
        on_progress=lambda report: lines.append(crawl_line(report, 1)),
    )

    assert lines[0] == "index page 1 of 1: 0 of 24 listings read"
    assert lines[1] == "index page 1 of 1: 1 of 24 listings read"
    assert lines[-1] == "index page 1 of 1: 24 of 24 listings read"


def test_failed_pages_are_counted_apart() -> None:
    report = CrawlReport(index_pages=2, rows=30, failed=1, listed={f"/{n}" for n in range(48)})
    assert crawl_line(report, 10) == "index page 2: 30 of 48 listings read, 1 page failed"


def test_the_page_of_one_listing_has_no_count() -> None:
    assert crawl_line(CrawlReport(single_page=True), 10) == "the page of one listing"
