"""Scrapy on the same pages, in an environment of its own: spider.py BASE PAGES JOBDIR OUT."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess

FIELDS = {
    "title": "h1.title::text",
    "price": "p.price::text",
    "address": "p.address::text",
    "city": "p.city::text",
    "bedrooms": "li.beds::text",
    "bathrooms": "li.baths::text",
    "covered_area": "li.area::text",
    "lot_size": "li.lot::text",
    "property_id": "span.ref::text",
    "description": "div.description::text",
}


class Homes(Spider):  # type: ignore[misc]
    """Ten fields of each page by CSS."""

    name = "homes"

    def __init__(self, base: str, pages: int) -> None:
        super().__init__()
        self._base, self._pages = base, pages

    async def start(self) -> AsyncIterator[Any]:
        for number in range(self._pages):
            yield Request(f"{self._base}/homes/PM-{number:07}")

    def parse(self, response: Any) -> Iterator[dict[str, Any]]:
        yield {"url": response.url} | {name: response.css(css).get() for name, css in FIELDS.items()}


def main(base: str, pages: str, jobdir: str, out: str) -> None:
    """Crawl, and print the figures as JSON."""
    process = CrawlerProcess(
        {
            "JOBDIR": jobdir,
            "ROBOTSTXT_OBEY": True,
            "CONCURRENT_REQUESTS": 16,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
            "DOWNLOAD_DELAY": 0,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
            "FEEDS": {out: {"format": "jsonlines"}},
        }
    )
    crawler = process.create_crawler(Homes)
    began, cpu = time.perf_counter(), time.process_time()
    process.crawl(crawler, base=base, pages=int(pages))
    process.start()
    print(
        json.dumps(
            {
                "pages": {"staged": crawler.stats.get_value("item_scraped_count")},
                "seconds": time.perf_counter() - began,
                "cpu": time.process_time() - cpu,
                "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
