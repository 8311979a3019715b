"""The pipeline as users have it: cells read, rows staged, and a sync with everything on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from benchmarks.listings import Row
from benchmarks.peers import Phases, Place
from config.source import Source
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.pipeline import Metrics, SyncOptions, sync_session
from services.staging import SessionWriter, register_source
from services.staging.session import Verdict

PORTAL: Final = Source(
    name="portal", hosts=("www.portal.example",), currency="MXN", country="MX", language="spanish"
)
SCOPE: Final = "everything"

LIVE: Final = "public.properties_live"
STAGED: Final = """(
  select * from public.property_scrapes_staging
  where session_id = (select id from public.scraping_sessions order by completed_at desc limit 1)
)"""


async def land(
    database: DirectDatabase,
    rows: Iterable[Row],
    at: datetime,
    *,
    scope: str = SCOPE,
    verdict: Verdict = "complete",
) -> UUID:
    """Stage one scrape."""
    await register_source(database, PORTAL)
    session = await SessionWriter.open(database, PORTAL, scope=scope, kind="scrape", clock=lambda: at)
    reader = CellReader(PORTAL)
    for row in rows:
        await session.add(reader.read(row, url=None, page_number=1, fetched_at=at))
    await session.complete(verdict)
    return session.session_id


async def sync(database: DirectDatabase, session_id: UUID, at: datetime) -> Metrics:
    """Sync it; a benchmark of a refused plan would be none."""
    result = await sync_session(database, session_id, SyncOptions(clock=lambda: at, catch_up=False))
    if result.status != "applied":
        raise RuntimeError(f"the sync is {result.status}: {result.error}")
    return result.metrics


def prepare(place: Place) -> None:
    """The base is what we have made."""


def run(place: Place, rows: list[Row]) -> Phases:
    """Stage the second scrape and sync it, everything on."""
    return asyncio.run(timed(place.login, rows, moment(2)))


def first_load(place: Place, rows: list[Row]) -> Phases:
    """Stage the first scrape into an empty catalogue and sync it."""
    return asyncio.run(timed(place.login, rows, moment(1)))


async def timed(dsn: str, rows: Iterable[Row], at: datetime) -> Phases:
    """Seconds to land and to sync one complete scrape."""
    async with await DirectDatabase.connect(dsn) as database:
        began = time.perf_counter()
        session_id = await land(database, rows, at)
        landed = time.perf_counter()
        await sync(database, session_id, at)
        return {"land": landed - began, "sync": time.perf_counter() - landed}


def moment(day: int) -> datetime:
    """Noon of the run's nth day."""
    return datetime(2025, 11, day, 12, tzinfo=UTC)
