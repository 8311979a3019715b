"""Large sessions, killed after every stage and within one, three times each, then completed."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from contextlib import suppress
from uuid import UUID

from benchmarks import ours, verify
from benchmarks.listings import Portal
from benchmarks.server import BASE, Server, throwaway_server
from database.direct import DirectDatabase
from tests.catalogue import START
from tests.faults.processes import worker
from tests.soak.outcome import Outcome

STAGES = ("sift", "quarantine_rows", "plan", "guard", "apply")

ASTRAY = """
  select count(*) from public.property_scrapes_staging s
  left join public.properties_live l on l.source = 'portal' and l.property_id = s.property_id
  where s.session_id = $1
    and (l.id is null or l.status <> 'active'
      or (l.price, l.title, l.amenities) is distinct from (s.price, s.title, s.amenities))
"""


async def kill_large_sessions(rows: int, seeds: int, outcome: Outcome) -> None:
    """Every crash point once a seed, in one session of `rows` rows; then live is what the session showed."""
    portal = Portal(rows)
    killed = 0
    async with throwaway_server() as server, await DirectDatabase.connect(server.login) as database:
        first = await ours.land(database, portal.first_scrape(), ours.moment(1))
        await ours.sync(database, first, ours.moment(1))
        for turn in range(seeds):
            day = turn + 2
            scrape = portal.first_scrape() if turn % 2 else portal.second_scrape()
            session = await ours.land(database, scrape, ours.moment(day))
            number = random.SystemRandom().getrandbits(32)
            print(f"soak: large session {turn + 1}, seed {number}", flush=True)
            killed += await _kill(server, session, day, random.Random(number))
            await ours.sync(database, session, ours.moment(day))
            await _right(server, session)
    outcome.done = f"{seeds} sessions of {rows:,} rows, {killed} kills"


async def _kill(server: Server, session: UUID, day: int, dice: random.Random) -> int:
    """Kill a sync after every stage, and once at a random moment; returns how often it was killed."""
    moment = (ours.moment(day) - START).total_seconds() / 86_400
    died = 0
    for stage in STAGES[:-1]:
        began = time.monotonic()
        async with worker(server.login, session, stage, day=moment) as process:
            died += await process.wait() == -signal.SIGKILL
        whole = time.monotonic() - began
    async with worker(server.login, session, day=moment) as process:
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), dice.uniform(0, whole))
        if process.returncode is None:
            process.kill()
        died += await process.wait() == -signal.SIGKILL
    async with worker(server.login, session, "apply", day=moment) as process:
        died += await process.wait() == -signal.SIGKILL
    return died


async def _right(server: Server, session: UUID) -> None:
    async with server.connect(BASE) as conn:
        astray = await conn.fetchval(ASTRAY, session)
        if astray:
            raise verify.WrongResultError(f"{astray} rows of session {session} are not what live shows")
        await verify.green(conn)
