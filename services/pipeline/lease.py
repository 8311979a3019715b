"""The lease on a source: taken before a sync, taken over from a dead worker, released at the end."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

from config.errors import BusyError, DatabaseError, PropertyManagerError
from database.errors import detail_of
from database.handle import Database
from database.retrying import when_free
from services.pipeline.options import SyncOptions
from services.pipeline.stages import Run, call
from services.results import Status

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a sync ended, and what its stages returned: plan, figures, reasons."""

    status: Status
    found: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Claim:
    """A session that this worker holds under an epoch, or one with nothing left to do."""

    session_id: UUID
    source: str
    verdict: str | None
    epoch: int
    outcome: Outcome | None
    """None: the session is this worker's to sync."""

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """Read what the database returns."""
        state = found["state"]
        return cls(
            session_id=UUID(found["session_id"]),
            source=found["source"],
            verdict=found["verdict"],
            epoch=found.get("epoch", 0),
            outcome=None if state == "claimed" else Outcome(state, found),
        )


async def claim(database: Database, session_id: UUID, options: SyncOptions) -> Claim:
    """Take the lease on a session's source. Raises BusyError when another worker keeps it for too long."""
    return await _take(database, options, "claim", session_id, options.only_waiting)


async def approve(database: Database, plan_id: UUID, options: SyncOptions) -> Claim:
    """Take the lease on a saved plan's source, so that exactly this plan can be applied."""
    return await _take(database, options, "approve", plan_id, options.actor)


async def _take(database: Database, options: SyncOptions, query: str, *args: Any) -> Claim:
    worker = f"{_processes()}/{os.getpid()}/{uuid4()}"
    code = database.code_version

    async def take() -> dict[str, Any]:
        try:
            found: dict[str, Any] = await call(database, query, *args, worker, None, code)
        except BusyError as error:
            if (dead := _if_dead(error)) is None:
                raise
            found = await call(database, query, *args, worker, dead, code)
        return found

    return Claim.of(await when_free(take, options.wait_seconds))


def _processes() -> str:
    """The namespace of our process ids; clones and containers may share a host name."""
    host = socket.gethostname()
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{host}:{boot}:{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return host  # no Linux, so no containers either


def _if_dead(error: BusyError) -> str | None:
    """The holder's name if it was a process in our namespace that no longer exists."""
    holder = detail_of(error)
    host, _, rest = (holder or "").partition("/")
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
    """Release the lease however the run ends, also when it is interrupted."""
    try:
        yield
    except (PropertyManagerError, asyncio.CancelledError) as ended:
        why = ended.message if isinstance(ended, PropertyManagerError) else "interrupted"
        try:
            await call(run.database, "release", run.session_id, run.epoch, why)
        except DatabaseError as also:
            # the caller gets the error that ended the run; the next worker takes the lease over
            log.info("cannot release the lease of session %s: %s", run.session_id, also.message)
        raise
    else:
        await call(run.database, "release", run.session_id, run.epoch, None)
