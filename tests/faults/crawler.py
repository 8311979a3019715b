"""A worker in a process of its own, for tests to kill: crawler DSN."""

from __future__ import annotations

import asyncio
import signal
import sys

from database.direct import DirectDatabase
from scrapers.crawl.worker import Work
from services.workflows.crawl import CrawlOptions, crawl_sources
from tests.crawls import Swift


async def main(dsn: str) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    options = CrawlOptions(Work(patience=0, claim=10), session_pages=40, batch_pages=3)
    async with await DirectDatabase.connect(dsn) as database:
        await crawl_sources(database, ["acme"], options, access=Swift(allow_private=True))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
