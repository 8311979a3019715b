"""A cleanup in a loop: `python -m tests.faults.cleaner DSN [compact]`."""

from __future__ import annotations

import asyncio
import sys

from database.direct import DirectDatabase
from services.workflows.daily import PropertySyncOrchestrator


async def main(dsn: str, compact_days: int | None) -> None:
    async with await DirectDatabase.connect(dsn, pool_size=1) as database:
        orchestrator = PropertySyncOrchestrator(database)
        sessions = 0
        while True:
            cleaned = await orchestrator.cleanup_old_data(1, compact_days=compact_days)
            sessions += cleaned.sessions
            print(sessions, flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], 1 if sys.argv[2:] else None))
