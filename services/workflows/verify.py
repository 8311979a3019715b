"""Proof before removal: the pages of listings that are no longer shown are queued and asked."""

from __future__ import annotations

from collections.abc import Callable

from config.source import Source
from database.handle import Database
from scrapers.crawl.worker import Work
from services.pages import Stores
from services.pipeline.options import DEFAULT_OPTIONS, SyncOptions
from services.scans import queue_checks
from services.workflows.access import ANONYMOUS, Access
from services.workflows.crawl import CrawlOptions, crawl_sources
from services.workflows.proofs import Verification

__all__ = ["Verification", "verify_source"]


async def verify_source(
    database: Database,
    source: Source,
    *,
    access: Access = ANONYMOUS,
    options: SyncOptions = DEFAULT_OPTIONS,
    stores: Stores | None = None,
    on_progress: Callable[[Verification], None] = lambda result: None,
) -> Verification:
    """Queue the pages of a source's candidates whose time has come, and fetch what of them waits.

    Another worker may take some of them. What is proven gone is removed by a plan like any other.
    """
    if not await queue_checks(database, source.name, options.now()):
        return Verification(source.name)  # nothing is due: a paused source is no error then
    work = Work(checks_only=True, patience=0)
    (crawled,) = await crawl_sources(
        database,
        [source.name],
        CrawlOptions(work, sync=options),
        access=access,
        stores=stores,
        on_answer=on_progress,
    )
    return crawled.verification or Verification(source.name)
