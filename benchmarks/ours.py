"""The pipeline as users have it: cells read, rows staged, and a sync with everything on."""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from benchmarks.listings import Row
from config.source import Source
from database.handle import Database
from scrapers.cells import CellReader
from services.pipeline import Metrics, sync_session
from services.staging import SessionWriter, register_source

PORTAL: Final = Source(
    name="portal", hosts=("www.portal.example",), currency="MXN", country="MX", language="spanish"
)
SCOPE: Final = "everything"


async def land(database: Database, rows: Iterable[Row], at: datetime, *, scope: str = SCOPE) -> UUID:
    """Stage one complete scrape."""
    await register_source(database, PORTAL)
    session = await SessionWriter.open(database, PORTAL, scope=scope, kind="scrape", clock=lambda: at)
    reader = CellReader(PORTAL)
    for row in rows:
        await session.add(reader.read(row, url=None, page_number=1, fetched_at=at))
    await session.complete("complete")
    return session.session_id


async def sync(database: Database, session_id: UUID, at: datetime) -> Metrics:
    """Sync it; a benchmark of a refused plan would be none."""
    result = await sync_session(database, session_id, clock=lambda: at)
    if result.status != "applied":
        raise RuntimeError(f"the sync is {result.status}: {result.error}")
    return result.metrics


async def timed(dsn: str, rows: Iterable[Row], at: datetime) -> tuple[float, float, Metrics]:
    """Seconds to land, seconds to sync, and what the sync says it did."""
    async with await Database.connect(dsn) as database:
        began = time.perf_counter()
        session_id = await land(database, rows, at)
        landed = time.perf_counter()
        metrics = await sync(database, session_id, at)
        return landed - began, time.perf_counter() - landed, metrics


def moment(day: int) -> datetime:
    """Noon of the run's nth day."""
    return datetime(2026, 11, day, 12, tzinfo=UTC)
