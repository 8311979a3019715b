"""How much memory a client takes that lands so many rows: run as a process of its own, prints JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from pathlib import Path

from benchmarks import ours
from benchmarks.listings import Portal
from database.direct import DirectDatabase


async def main(dsn: str, rows: int) -> None:
    """Land rows that are made one by one, so that what stays in memory is the client's."""
    async with await DirectDatabase.connect(dsn) as database:
        await ours.land(database, Portal(rows).first_scrape(), ours.moment(9))


def peak_mb() -> float:
    """Our own peak: getrusage's on Linux counts the process that started us, before it became us."""
    status = Path("/proc/self/status")
    if status.exists():
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmHWM"].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024**2 if sys.platform == "darwin" else peak / 1024


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
    json.dump({"rows": int(sys.argv[2]), "peak_mb": peak_mb()}, sys.stdout)
