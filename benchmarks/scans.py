"""`python -m benchmarks.scans`: an index scan of a large portal, and the detail pages that changes take.

The portal is a process of its own on loopback, without politeness. Its listings are live already, as after a
full crawl. The first scan finds nothing moved; then a day passes (2 % new, 5 % repriced, 1 % gone), and two
scans and two verifications follow. What each found is compared with what the portal changed before any figure
is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import aiohttp

from benchmarks.meter import Effort, clocked
from benchmarks.server import BASE, Server, throwaway_server
from config.source import Source
from database.direct import DirectDatabase
from parsing.rows import CellReader
from scrapers.fetch import Budget, PoliteClient
from scrapers.fetch.pace import Pace
from services.pipeline import SyncOptions, sync_session
from services.scans import ScanFigures
from services.staging import SessionWriter, register_source
from services.workflows.access import Access
from services.workflows.scan import scan_tier
from services.workflows.verify import Verification, verify_source

_FIRST: Final = datetime(2026, 1, 5, tzinfo=UTC)


class Fast(Access):
    """Without politeness."""

    def client(self, source: Source, budget: Budget | None = None, **_: Any) -> PoliteClient:
        return PoliteClient(source, allow_private=True, pace=Pace(1e6))


@asynccontextmanager
async def portal(listings: int) -> AsyncIterator[str]:
    """The portal in its own process: its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.scan_portal", str(listings)), stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the portal has no output")
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


async def asked(url: str) -> dict[str, int]:
    """What the portal answers as JSON."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        found: dict[str, int] = await response.json()
        return found


def _rows(listings: int, base: str) -> Iterator[dict[str, Any]]:
    """The listings as a full crawl had read them."""
    for number in range(listings):
        yield {
            "property_id": f"PM-{number:07}",
            "source_url": f"{base}/inmueble/casa-PM-{number:07}",
            "title": f"Casa PM-{number:07}",
            "price": 900_000 + number * 37 % 9_000_000,
            "currency": "MXN",
            "operation_type": "sale",
            "bedrooms": 3,
        }


class Benchmark:
    """One catalogue and one portal."""

    def __init__(self, database: DirectDatabase, source: Source, server_pid: int, base: str) -> None:
        self._database, self._source = database, source
        self._server_pid, self._base = server_pid, base
        self._day = 0.0

    async def load(self, listings: int) -> None:
        """Bring the portal's listings live."""
        await register_source(self._database, self._source)
        session = await SessionWriter.open(
            self._database,
            self._source,
            scope=self._source.start[0],
            kind="scrape",
            clock=lambda: _FIRST,
        )
        reader = CellReader(self._source)
        for row in _rows(listings, self._base):
            await session.add(reader.read(row, url=row["source_url"], page_number=1, fetched_at=_FIRST))
        await session.complete("complete")
        result = await sync_session(self._database, session.session_id, self._on(0))
        if result.status != "applied":
            raise RuntimeError(f"loading the portal: {result.error}")

    async def scan(self, day: float) -> tuple[ScanFigures, Effort]:
        """Scan the whole index on a day."""
        with clocked(self._server_pid) as effort:
            results = [
                each
                async for each in scan_tier(
                    self._database, self._source, "whole", access=Fast(), options=self._on(day)
                )
            ]
        return results[0].found, effort

    async def verify(self, day: float) -> Verification:
        """Ask the pages of the candidates."""
        return await verify_source(self._database, self._source, access=Fast(), options=self._on(day))

    def _on(self, day: float) -> SyncOptions:
        return SyncOptions(clock=lambda: _FIRST + timedelta(days=day), catch_up=False)


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found}, not {wanted}")


async def measured(server: Server, listings: int) -> dict[str, Any]:
    """The figures of one run."""
    async with portal(listings) as base, await DirectDatabase.connect(server.login_dsn(BASE)) as database:
        source = Source.model_validate(
            {
                "name": "portal",
                "hosts": ("127.0.0.1",),
                "start": (f"{base}/inmuebles",),
                "currency": "MXN",
                "country": "MX",
                "language": "spanish",
                "removal": {"checks": listings, "canaries": 10},
            }
        )
        run = Benchmark(database, source, await server.pid(), base)
        await run.load(listings)
        first, effort = await run.scan(1)
        _expect("the first scan", (first.verdict, first.unmoved, first.moved), ("complete", listings, 0))
        changed = await asked(f"{base}/change")
        second, second_effort = await run.scan(2)
        found = {"new": second.new, "repriced": second.repriced, "gone": second.missing}
        _expect("the second scan", found, changed)
        third, _ = await run.scan(3)
        _expect("the candidates", third.candidates, changed["gone"])
        checks = [await run.verify(day) for day in (3, 4)]
        _expect("proven gone", checks[1].proven, changed["gone"])
        _expect("removed", checks[1].sync and checks[1].sync.status, "applied")
        seen = await asked(f"{base}/requests")
    verified = sum(each.asked for each in checks)
    details = second.queued + verified
    return {
        "listings": listings,
        "pages": first.pages,
        "seconds": round(effort.seconds, 1),
        "pages_a_second": round(first.pages / effort.seconds, 1),
        "client_cpu_ms_a_page": round(1e3 * effort.client_cpu / first.pages, 2),
        "database_cpu_ms_a_page": round(1e3 * (effort.server_cpu or 0) / first.pages, 2),
        "cores_kept_busy_by_others": None if effort.noise is None else round(effort.noise, 2),
        "second_scan_seconds": round(second_effort.seconds, 1),
        "seam_pages": first.seam_pages + second.seam_pages,
        "changed": changed,
        "details_to_read": second.queued,
        "details_to_verify": verified,
        "detail_share": round(details / listings, 4),
        "canary_pages": seen["detail"] - verified,
    }


async def main() -> None:
    """Print the figures of one run as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=100_000)
    listings = parser.parse_args().listings
    async with throwaway_server() as server:
        print(json.dumps(await measured(server, listings), indent=2))


if __name__ == "__main__":
    asyncio.run(main())
