"""Our worker, in its own process: `python -m benchmarks.crawl_worker DSN PAGES` prints what it took.

Its figures are those of the work: the processor time of start, fetching, reading and staging, that of reading
pages (parser and generic extractor) apart, and the most memory.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import time
from typing import Any

from config.source import Source
from database.direct import DirectDatabase
from scrapers.crawl import worker
from scrapers.crawl.worker import Work
from scrapers.fetch import PoliteClient
from scrapers.fetch.pace import Pace
from services.workflows.access import Access
from services.workflows.crawl import CrawlOptions, crawl_sources


class Fast(Access):
    """Without politeness, but for robots.txt."""

    def client(self, source: Source, *given: Any, **options: Any) -> PoliteClient:
        return super().client(source, *given, **{**options, "pace": Pace(1e6)})


class Reading:
    """The processor time of reading pages."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def timed(self, function: Any) -> Any:
        """The function, with its time counted."""

        def run(*args: Any, **named: Any) -> Any:
            began = time.process_time()
            try:
                return function(*args, **named)
            finally:
                self.seconds += time.process_time() - began

        return run


async def main(dsn: str, pages: int) -> None:
    """Crawl, and print the figures as JSON."""
    reading = Reading()
    for name in ("Page", "extract_listing"):
        setattr(worker, name, reading.timed(getattr(worker, name)))
    started = time.process_time()
    async with await DirectDatabase.connect(dsn) as database:
        began = time.perf_counter()
        staged = 0.0

        def seen(source: str, report: Any) -> None:
            nonlocal staged
            staged = time.perf_counter() - began

        (found,) = await crawl_sources(
            database,
            ["site"],
            CrawlOptions(Work(most=pages, patience=0, at_once=16, claim=100), batch_pages=100),
            access=Fast(allow_private=True),
            on_pages=seen,
        )
    figures = {
        "pages": dict(found.report.pages),
        "seconds": staged,
        "seconds_with_sync": time.perf_counter() - began,
        "cpu": time.process_time() - started,
        "cpu_reading": reading.seconds,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
