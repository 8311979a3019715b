"""Crawls a site from its start page to raw rows, which the caller's sink takes."""

from scrapers.crawl.pages import MAX_LISTINGS, OnProgress, crawl, staged_url
from scrapers.crawl.report import CrawlReport, Witness
from scrapers.crawl.rows import row_of
from scrapers.crawl.sink import Sink
from scrapers.crawl.start import StartPage, fetch_start

__all__ = [
    "MAX_LISTINGS",
    "CrawlReport",
    "OnProgress",
    "Sink",
    "StartPage",
    "Witness",
    "crawl",
    "fetch_start",
    "row_of",
    "staged_url",
]
