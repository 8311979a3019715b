"""A process that syncs a session: `python -m tests.faults.worker DSN SESSION DAY RULE_SECONDS [crash_at]`."""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

from config.errors import PropertyManagerError
from database.direct import DirectDatabase
from services.pipeline import CrashAt, sync_session
from services.pipeline.observers import NO_OBSERVER
from tests.catalogue import on


async def main(dsn: str, session_id: UUID, day: float, rule_seconds: float, crash_at: str | None) -> int:
    async with await DirectDatabase.connect(dsn, pool_size=1) as database:
        print("ready", flush=True)
        try:
            result = await sync_session(
                database,
                session_id,
                on(day, rule_seconds=rule_seconds),
                CrashAt(crash_at) if crash_at else NO_OBSERVER,
            )
        except PropertyManagerError as error:
            print(error.code, flush=True)
            return error.exit_code
    print(result.status, flush=True)
    return 0


if __name__ == "__main__":
    dsn, session, day, rule_seconds, *crash = sys.argv[1:]
    sys.exit(asyncio.run(main(dsn, UUID(session), float(day), float(rule_seconds), (crash or [None])[0])))
