"""A host that syncs the pending sessions: `python -m tests.faults.host DSN HOST_NAME`.

Prints what became of each session, and how many it had under way at most.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from typing import Any
from unittest import mock
from uuid import UUID

from database.direct import Database
from services.pipeline import SyncResult, sync_session
from services.workflows import daily
from tests.catalogue import on


async def main(dsn: str) -> None:
    at_work: set[UUID] = set()
    most = 0

    async def watched(database: Database, session_id: UUID, *more: Any) -> SyncResult:
        nonlocal most
        at_work.add(session_id)
        most = max(most, len(at_work))
        try:
            return await sync_session(database, session_id, *more)
        finally:
            at_work.discard(session_id)

    async with await Database.connect(dsn) as database:
        print("ready", flush=True)
        sys.stdin.readline()  # all hosts begin at once
        with mock.patch.object(daily, "sync_session", watched):
            batch = await daily.PropertySyncOrchestrator(database, options=on(5)).batch_sync_workflow(100)
    print(
        json.dumps(
            {
                "synced": [[str(result.session_id), result.status] for result in batch.synced],
                "failed": [f"{failure.session_id}: {failure.message}" for failure in batch.failed],
                "left": [str(session_id) for session_id in batch.left],
                "follow_up_failures": batch.follow_up_failures,
                "most": most,
            }
        )
    )


if __name__ == "__main__":
    with mock.patch.object(socket, "gethostname", lambda: sys.argv[2]):
        asyncio.run(main(sys.argv[1]))
