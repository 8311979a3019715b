"""Stages one session and syncs it: `python -m tests.faults.stager DSN SOURCE KIND ROWS`.

Half-way, some of its rows landed and some not, it prints "half" and waits for a line.
"""

from __future__ import annotations

import asyncio
import os
import sys

from pydantic import SecretStr

from database.direct import DirectDatabase
from database.erasure_key import ErasureKey
from parsing.rows import CellReader
from services.pipeline import sync_session
from services.sources import load_source
from services.staging import SessionWriter
from services.staging.session import Kind
from tests.catalogue import at, on
from tests.services.erasure.juan import of_juan

BATCH = 10
PAGE = 7


async def main(dsn: str, name: str, kind: Kind, rows: int) -> None:
    async with await DirectDatabase.connect(dsn, pool_size=2) as database:
        database.erasure_key = ErasureKey(SecretStr(os.environ["PROPERTY_MANAGER_ERASURE_KEY"]))
        source = await load_source(database, name)
        assert source is not None
        writer = await SessionWriter.open(
            database, source, scope="all", kind=kind, clock=lambda: at(0), batch_rows=BATCH
        )
        reader = CellReader(source)
        for number in range(1, rows + 1):
            url = f"https://{name}.example/{number}"
            await writer.add(reader.read(of_juan(number), url=url, page_number=1, fetched_at=at(0)))
            if kind == "scrape" and number % PAGE == 0:
                await writer.page_done(number // PAGE, rows // PAGE, number, 0)
            if number == rows // 2:
                print("half", flush=True)
                await asyncio.to_thread(sys.stdin.readline)
        await writer.complete("complete")
        result = await sync_session(database, writer.session_id, on(0))
    print(result.status, result.metrics.new_properties, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))  # type: ignore[arg-type]
