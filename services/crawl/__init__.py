"""From a url to raw rows: the start page, listing pages, detail pages. Where rows go is the caller's."""

from services.crawl.listing_pages import Staging, crawl
from services.crawl.report import CrawlReport
from services.crawl.start import StartPage, look

__all__ = ["CrawlReport", "Staging", "StartPage", "crawl", "look"]
