"""The lease on a source: taken before a sync, waited for, taken over from the dead, let go at the end."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import asyncpg
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random

from config.errors import BusyError, PropertyManagerError
from database.handle import Database
from services.pipeline.stages import Run, call

WAIT_SECONDS: Final = 60.0
"""How long a sync waits for another of its source; a lease that nobody renews is over before that."""


async def take(database: Database, query: str, *args: Any) -> dict[str, Any]:
    """Claim by that query, waiting for another worker; BusyError when it is still at work after a minute."""
    worker = f"{socket.gethostname()}/{os.getpid()}/{uuid4()}"
    dead: str | None = None
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(BusyError),
        wait=wait_random(0.1, 0.5),
        stop=stop_after_delay(WAIT_SECONDS),
        reraise=True,
    ):
        with attempt:
            try:
                claimed: dict[str, Any] = await call(database, query, *args, worker, dead)
            except BusyError as error:
                dead = _if_dead(error)
                raise
    return claimed


def _if_dead(error: BusyError) -> str | None:
    """The holder's name if it was a process of this machine and is gone; a wrong guess costs it its epoch."""
    holder = error.__cause__.detail if isinstance(error.__cause__, asyncpg.PostgresError) else None
    host, _, rest = str(holder or "").partition("/")
    pid = rest.partition("/")[0]
    if host != socket.gethostname() or not pid.isdecimal():
        return None
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return holder
    except PermissionError:
        return None
    return None


@asynccontextmanager
async def released(run: Run) -> AsyncIterator[None]:
    """Let the source go however the run ends, an interruption included."""
    try:
        yield
    except PropertyManagerError as error:
        await call(run.database, "release", run.session_id, run.epoch, error.message)
        raise
    except asyncio.CancelledError:
        await call(run.database, "release", run.session_id, run.epoch, "interrupted")
        raise
    else:
        await call(run.database, "release", run.session_id, run.epoch, None)
