"""A host that syncs the pending sessions: `python -m tests.faults.host DSN HOST_NAME`.

Prints what became of each session, and how many it had under way at most.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from unittest import mock

from database.direct import DirectDatabase
from services.workflows.daily import PropertySyncOrchestrator
from tests.catalogue import Underway, on


async def main(dsn: str) -> None:
    underway = Underway()
    async with await DirectDatabase.connect(dsn) as database:
        print("ready", flush=True)
        sys.stdin.readline()  # all hosts begin at once
        orchestrator = PropertySyncOrchestrator(database, options=on(5), observer=underway)
        batch = await orchestrator.batch_sync_workflow(100)
    print(
        json.dumps(
            {
                "synced": [[str(result.session_id), result.status] for result in batch.synced],
                "failed": [f"{failure.session_id}: {failure.message}" for failure in batch.failed],
                "left": [str(session_id) for session_id in batch.left],
                "follow_up_failures": batch.follow_up_failures,
                "most": underway.most,
            }
        )
    )


if __name__ == "__main__":
    with mock.patch.object(socket, "gethostname", lambda: sys.argv[2]):
        asyncio.run(main(sys.argv[1]))
