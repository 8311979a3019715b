"""A scrape in a process of its own, for tests to kill: scrape_process DSN URL."""

from __future__ import annotations

import asyncio
import sys

from database.direct import DirectDatabase
from services.workflows.access import Access
from services.workflows.scrape import EnhancedPropertyScraper


async def main(dsn: str, url: str) -> None:
    async with await DirectDatabase.connect(dsn) as database:
        await EnhancedPropertyScraper(database, access=Access(allow_private=True)).scrape_and_sync(
            url, "killed", False
        )


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
