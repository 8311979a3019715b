"""One client for scans and verifications, at the pace that all workers of a site share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from config.source import Source
from database.handle import Database
from scrapers.crawl.worker import AT_ONCE
from scrapers.fetch import Fetcher
from services.frontier import SharedPace
from services.verdicts import budget_of
from services.workflows.access import Access

BRIEFLY: Final = 0.2
"""Seconds: a scan or a verification may be short, and who comes next waits for the turns that it left."""


@asynccontextmanager
async def polite(database: Database, source: Source, access: Access) -> AsyncIterator[Fetcher]:
    """What fetches the pages of a source, within its budget; all workers share the turns of its site."""
    pace = SharedPace(database, uuid4(), source.requests_per_second, at_once=AT_ONCE, ahead=BRIEFLY)
    async with access.fetcher(source, budget_of(database, source), pace=pace) as client:
        try:
            yield client
        finally:
            await pace.rest()
