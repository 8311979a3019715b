"""From a url to raw rows: the start page, listing pages, detail pages. Where rows go is the caller's."""

from scrapers.crawl.listing_pages import OnProgress, Sink, crawl
from scrapers.crawl.report import CrawlReport
from scrapers.crawl.start import StartPage, fetch_start

__all__ = ["CrawlReport", "OnProgress", "Sink", "StartPage", "crawl", "fetch_start"]
