"""How much memory a client takes that lands so many rows: run as a process of its own, prints JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import sys

from benchmarks import ours
from benchmarks.listings import Portal
from database.handle import Database


async def main(dsn: str, rows: int) -> None:
    """Land rows that are made one by one, so that what stays in memory is the client's."""
    async with await Database.connect(dsn) as database:
        await ours.land(database, Portal(rows).first_scrape(), ours.moment(9), scope=f"{rows} rows")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1024 if sys.platform == "darwin" else 1)
    json.dump({"rows": rows, "peak_mb": peak / 1024}, sys.stdout)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
