"""Processes of ours that tests start, stop and kill, and what becomes of the leases they held."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from tests.catalogue import Catalogue

ROOT: Final = Path(__file__).parents[2]


@asynccontextmanager
async def worker(
    dsn: str, session_id: UUID, crash_at: str = "", *, day: float = 1
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that syncs the session, once it has said that it is connected."""
    arguments = [dsn, str(session_id), str(day), *([crash_at] if crash_at else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.worker", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process) -> str:
    """The last word of a worker."""
    assert process.stdout is not None
    return (await process.stdout.read()).decode().strip()


async def run_cli(
    dsn: str, home: Path, *arguments: str, days_off: float = 0
) -> tuple[int | None, dict[str, Any]]:
    """Run a command as people do, on a host whose clock is so many days off: its exit code and document."""
    program = ["-m", "tests.faults.shifted", str(days_off)] if days_off else ["property_manager_cli.py"]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *program, *arguments, "--json"),
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": dsn, "PROPERTY_MANAGER_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate()
    return process.returncode, json.loads(out)


async def lease_runs_out(catalogue: Catalogue) -> None:
    """What half a minute does to the lease of a worker that could not let its source go."""
    await catalogue.superuser.execute(
        "update property_manager.leases set leased_until = now() where leased_until > now()"
    )
