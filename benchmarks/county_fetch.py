"""`python -m benchmarks.county_fetch`: a layer of a map server read to its end, beside pyesridump.

The server is a process of its own on loopback, without politeness; its pages are made beforehand, so that the
reading counts. Each way gives every feature with its attributes and its outline. What came is compared with
what the server has before any figure is printed; a second server cuts its pages below the limit it states.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Final

from config.county.layout import parse_county
from config.source import Source
from importers.layers import open_layer
from scrapers.fetch import Budget, PoliteClient
from scrapers.fetch.client import FetchLimits
from scrapers.fetch.pace import Pace
from services.workflows.access import Access

_PEER: Final = Path(__file__).parent / "esri_peer" / "fetch.py"
_CUT: Final = 700


class Fast(Access):
    """Without politeness."""

    def client(self, source: Source, budget: Budget | None = None, **_: Any) -> PoliteClient:
        return PoliteClient(source, allow_private=True, pace=Pace(1e6), limits=FetchLimits(bytes=1 << 27))


@asynccontextmanager
async def serving(features: int, cut: int = 0) -> AsyncIterator[str]:
    """The layer in its own process: its url."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.county_server", str(features), str(cut)),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the server has no output")
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


def digest_of(parcel: str) -> int:
    """What one parcel adds to the digest of a run, in whatever order they come."""
    return int.from_bytes(sha256(parcel.encode()).digest()[:8], "big")


async def ours(url: str) -> dict[str, Any]:
    """Every row of the layer, with its centroid and outline in degrees."""
    layer = {"type": "arcgis", "url": url, "kinds": {"properties": {"parcel_id": "PARCEL"}}}
    county = {"name": "bench-fl", "state": "FL", "county_fips": "12095", "layers": {"parcels": layer}}
    described = parse_county(county).layers[0]
    began, rows, digest = time.perf_counter(), 0, 0
    used = resource.getrusage(resource.RUSAGE_SELF)
    async with open_layer(described, Fast()) as reading:
        async for record in reading:
            rows += 1
            digest ^= digest_of(record.cells["PARCEL"])
    now = resource.getrusage(resource.RUSAGE_SELF)
    if reading.incomplete:
        raise RuntimeError(reading.incomplete)
    cpu = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
    return {"rows": rows, "digest": digest, "seconds": time.perf_counter() - began, "cpu": cpu}


def peer(python: Path, url: str, *how: str) -> dict[str, Any]:
    """pyesridump's iterator, in its own environment."""
    done = subprocess.run([python, _PEER, url, *how], capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


async def main() -> None:
    """Print features a second and processor time of both, and what a server that cuts pages gave."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=40_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--peer", type=Path, default=Path(".venv-bench-esri/bin/python"))
    given = parser.parse_args()
    right = {"rows": given.features, "digest": 0}
    for number in range(1, given.features + 1):
        right["digest"] ^= digest_of(f"292201{number:09}")
    runs: dict[str, list[dict[str, Any]]] = {"ours": [], "pyesridump": [], "pyesridump as it comes": []}
    async with serving(given.features) as url:
        for _ in range(given.repeat):
            runs["ours"].append(await ours(url))
            runs["pyesridump"].append(await asyncio.to_thread(peer, given.peer, url))
        runs["pyesridump as it comes"] = [await asyncio.to_thread(peer, given.peer, url, "--as-it-comes")]
    for name, found in runs.items():
        if any({key: run[key] for key in right} != right for run in found):
            raise SystemExit(f"{name} did not give what the server has")
        seconds, cpu = (median(run[key] for run in found) for key in ("seconds", "cpu"))
        each = cpu / given.features * 1e6
        print(f"{name:25} {given.features / seconds:10,.0f} features/s {each:7.1f} µs of processor each")
    for name in ("pyesridump", "pyesridump as it comes"):
        for key, what in (("seconds", "features a second"), ("cpu", "processor time")):
            ratio = median(run[key] for run in runs[name]) / median(run[key] for run in runs["ours"])
            print(f"{ratio:.2f} times {name}: {what}")
    async with serving(given.features, _CUT) as url:
        mine, theirs = await ours(url), await asyncio.to_thread(peer, given.peer, url)
        print(f"{given.features:,} features in pages cut to {_CUT} of the 2,000 that the layer states:")
        print(f"ours {mine['rows']:,}; pyesridump {theirs['rows']:,}")


if __name__ == "__main__":
    asyncio.run(main())
