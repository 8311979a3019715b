"""A scrape that is killed after CUT of so many homes: `python -m tests.faults.lander DSN SOURCE ROWS CUT`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.sources import load_source
from services.staging import SessionWriter
from tests.catalogue import at, homes

PAGE = 7  # so that the cut lies inside a page: what was read and not sent is lost


async def main(dsn: str, name: str, rows: int, cut: int) -> None:
    async with await DirectDatabase.connect(dsn, pool_size=1) as database:
        source = await load_source(database, name)
        assert source is not None
        writer = await SessionWriter.open(database, source, scope="all", kind="scrape", clock=lambda: at(1))
        print(writer.session_id, flush=True)
        reader = CellReader(source)
        for number, row in enumerate(homes(rows)[:cut], 1):
            url = f"https://{name}.example/{row['property_id']}"
            await writer.add(reader.read(row, url=url, page_number=number // PAGE, fetched_at=at(1)))
            if number % PAGE == 0:
                await writer.page_done(number // PAGE, rows // PAGE, number, 0)
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
