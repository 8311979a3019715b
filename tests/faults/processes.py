"""Processes that tests start, stop and kill."""

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

from services.pipeline.options import RULE_SECONDS

ROOT: Final = Path(__file__).parents[2]


class Program(asyncio.subprocess.Process):
    """A process whose standard output is read."""

    stdout: asyncio.StreamReader


@asynccontextmanager
async def python(*arguments: str, **options: Any) -> AsyncIterator[Program]:
    """A Python process with its output piped, killed at the end if it still runs.

    `options` are those of asyncio.create_subprocess_exec.
    """
    options = {"cwd": ROOT, "stdout": asyncio.subprocess.PIPE, **options}
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, **options)
    try:
        yield process  # type: ignore[misc]
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def worker(
    dsn: str, session_id: UUID, crash_at: str = "", *, day: float = 1, rule_seconds: float = RULE_SECONDS
) -> AsyncIterator[Program]:
    """A process that syncs the session, as soon as it is connected."""
    arguments = [dsn, str(session_id), str(day), str(rule_seconds), *([crash_at] if crash_at else [])]
    async with python("-m", "tests.faults.worker", *arguments) as process:
        assert await process.stdout.readline() == b"ready\n"
        yield process


async def output(process: Program) -> str:
    """What a process prints until it ends."""
    return (await process.stdout.read()).decode().strip()


async def run_cli(
    dsn: str, home: Path, *arguments: str, days_off: float = 0
) -> tuple[int | None, dict[str, Any]]:
    """Run a command on a host whose clock is so many days off; returns its exit code and document."""
    program = ["-m", "tests.faults.shifted", str(days_off)] if days_off else ["property_manager_cli.py"]
    environment = {**os.environ, "DATABASE_URL": dsn, "PROPERTY_MANAGER_HOME": str(home)}
    silent = asyncio.subprocess.DEVNULL
    async with python(*program, *arguments, "--json", env=environment, stderr=silent) as process:
        out, _ = await process.communicate()
    return process.returncode, json.loads(out)
