"""From a url to raw rows: the start page, listing pages, detail pages. Where rows go is the caller's."""

from scrapers.crawl.listing_pages import Staging, crawl
from scrapers.crawl.report import CrawlReport
from scrapers.crawl.start import StartPage, look

__all__ = ["CrawlReport", "Staging", "StartPage", "crawl", "look"]
