"""Where a run takes place: server, scrapes and base, and peers' steps in processes of their own."""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks import verify
from benchmarks.listings import Expected, Portal
from benchmarks.peers import OURS, Place
from benchmarks.results import ROOT
from benchmarks.scrapes import Sums, keep
from benchmarks.server import BASE, Server, throwaway_server

EMPTY: Final = "bench_empty"
_STEP_SECONDS: Final = 3600.0  # a peer that hangs must not keep the rest waiting


class StepError(Exception):
    """A step of a peer ended without an outcome."""


def say(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


@dataclass(slots=True)
class Stage:
    """One run's server and what every peer finds there."""

    server: Server
    folder: Path
    portal: Portal
    expected: Expected
    active: Sums
    server_pid: int
    first_load: dict[str, Any]
    copy_client: str = "asyncpg text"

    def place(self, database: str, *, folder: str = "", variant: str = "") -> Place:
        own = self.folder / (folder or database)
        own.mkdir(exist_ok=True)
        return Place(
            login=self.server.login_dsn(database),
            superuser=self.server.superuser_dsn(database),
            server_pid=self.server_pid,
            folder=str(own),
            first_scrape=str(self.folder / "first"),
            second_scrape=str(self.folder / "second"),
            variant=variant,
            copy_client=self.copy_client,
        )


async def run_step(step: str, name: str, place: Place) -> dict[str, Any]:
    """A step in a process of its own; what goes wrong there is raised here."""
    asked, reported = place.own_folder / "place.json", place.own_folder / "outcome.json"
    asked.write_text(json.dumps(place.as_json()))
    reported.unlink(missing_ok=True)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.worker", step, name, str(asked), str(reported)),
        cwd=ROOT,
        stdout=sys.stderr,
    )
    try:
        await asyncio.wait_for(child.wait(), _STEP_SECONDS)
    except TimeoutError:
        raise StepError(f"{step} {name} was ended after {_STEP_SECONDS / 60:.0f} minutes") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if not reported.exists():
        raise StepError(f"{step} {name} ended with {child.returncode}")
    outcome: dict[str, Any] = json.loads(reported.read_text())
    if "error" in outcome:
        raise StepError(f"{step} {name}: {outcome['error']}")
    return outcome


@asynccontextmanager
async def open_stage(rows: int) -> AsyncIterator[Stage]:
    """The server as users have it, but for vacuum and timed checkpoints, which would strike at random."""
    portal = Portal(rows)
    folder = Path(tempfile.mkdtemp(prefix="property-manager-bench-scrapes-"))
    try:
        async with throwaway_server() as server:
            await server.settle()
            say(f"{rows:,} listings: making the two scrapes")
            keep(portal.first_scrape(), folder / "first")
            active = keep(portal.second_scrape(), folder / "second")
            stage = Stage(server, folder, portal, portal.expected(), active, await server.pid(), {})
            say("the base: the first scrape, landed and synced")
            await server.copy(EMPTY, BASE)
            stage.first_load = await run_step("first", OURS, stage.place(BASE))
            async with server.connect(BASE) as conn:
                await verify.green(conn)
                await conn.execute("vacuum analyze")
            yield stage
    finally:
        await asyncio.to_thread(shutil.rmtree, folder)
