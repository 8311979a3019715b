"""Our worker, in its own process: `python -m benchmarks.crawl_worker DSN PAGES` prints what it took.

Its figures are those of the work: the processor time of start, fetching, reading and staging, that of reading
pages apart (the parser, the generic extractor, and the row that is made of what they found), and the most
memory.
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


STAGES = {"Page": "parsing", "extract_listing": "extracting", "row_of": "making a row"}


def timed(function: Any, stage: str, seconds: dict[str, float]) -> Any:
    """The function, with its processor time counted."""
    seconds[stage] = 0.0

    def run(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return function(*args, **named)
        finally:
            seconds[stage] += time.process_time() - began

    return run


async def main(dsn: str, pages: int) -> None:
    """Crawl, and print the figures as JSON."""
    stages: dict[str, float] = {}
    for name, stage in STAGES.items():
        setattr(worker, name, timed(getattr(worker, name), stage, stages))
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
        "stages": stages,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
