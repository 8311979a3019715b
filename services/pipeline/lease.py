"""The lease on a source: taken before a sync, waited for, taken over from the dead, let go at the end."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from config.errors import BusyError, DatabaseError, PropertyManagerError
from database.direct import Database
from database.retrying import WAIT_SECONDS, when_free
from services.pipeline.stages import Run, call

log = logging.getLogger(__name__)


async def take(
    database: Database, query: str, *args: Any, wait_seconds: float = WAIT_SECONDS
) -> dict[str, Any]:
    """Claim by that query, waiting for another worker; BusyError when it is still at work after that time."""
    worker = f"{_processes()}/{os.getpid()}/{uuid4()}"
    code = database.code_version

    async def claim() -> dict[str, Any]:
        try:
            claimed: dict[str, Any] = await call(database, query, *args, worker, None, code)
        except BusyError as error:
            if (dead := _if_dead(error)) is None:
                raise
            claimed = await call(database, query, *args, worker, dead, code)
        return claimed

    return await when_free(claim, wait_seconds)


def _processes() -> str:
    """Whose process ids we can look up: a host's name is not enough, for clones and containers share it."""
    host = socket.gethostname()
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{host}:{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return host  # no Linux, so no containers either


def _if_dead(error: BusyError) -> str | None:
    """The holder's name if it was a process beside ours and is gone; a wrong guess costs it its epoch."""
    holder = error.__cause__.detail if isinstance(error.__cause__, asyncpg.PostgresError) else None
    host, _, rest = str(holder or "").partition("/")
    pid = rest.partition("/")[0]
    if host != _processes() or not pid.isdecimal():
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
    except (PropertyManagerError, asyncio.CancelledError) as ended:
        why = ended.message if isinstance(ended, PropertyManagerError) else "interrupted"
        try:
            await call(run.database, "release", run.session_id, run.epoch, why)
        except DatabaseError as also:
            # what ended the run is what its caller is told; the next one takes the source over
            log.info("session %s could not be let go: %s", run.session_id, also.message)
        raise
    else:
        await call(run.database, "release", run.session_id, run.epoch, None)
