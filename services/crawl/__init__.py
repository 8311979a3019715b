"""From a url to raw rows: the start page, listing pages, detail pages. Where rows go is the caller's."""

from services.crawl.listing_pages import CrawlReport, Staging, crawl
from services.crawl.start import StartPage, look

__all__ = ["CrawlReport", "Staging", "StartPage", "crawl", "look"]
