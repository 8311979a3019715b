"""Hosts whose clocks are off by days import, sync and clean one catalogue in turn; nothing of it may show."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from database.direct import DirectDatabase
from tests.catalogue import Catalogue
from tests.faults.processes import run_cli
from tests.faults.promises import promises_hold
from tests.servers import Server, database_from
from tests.services.workflows.imports.conftest import MAPPING, as_csv, rows
from tests.soak.outcome import Outcome

DAYS_OFF = (-400, -40, -1.5, -0.2, 0, 0.2, 1.5, 40, 400)
CLEANUP = ("cleanup", "--days", "1", "--compact-days", "1")
STAMPED = """
  select count(*) from (
    select completed_at as moment from public.scraping_sessions
    union all select scraped_at from public.property_scrapes_staging
    union all select committed_at from property_manager.change_sets
    union all select created_at from public.property_changes
  ) stamped where moment not between $1 and clock_timestamp()
"""


async def run_hosts(server: Server, template: str, minutes: float, outcome: Outcome) -> None:
    """Commands of hosts with a clock each, until the time is up; then all is as if the clocks were right."""
    seed = random.SystemRandom().getrandbits(32)
    print(f"soak: clocks off by days, seed {seed}", flush=True)
    dice, began, ends = random.Random(seed), datetime.now(UTC), time.monotonic() + 60 * minutes
    turns = 0
    async with database_from(server, template) as name:
        dsn = server.login_dsn(name)
        with tempfile.TemporaryDirectory() as folder:
            while time.monotonic() < ends or not turns:
                turns += 1
                price = await _one_turn(dsn, Path(folder), dice, turns)
        superuser = await asyncpg.connect(server.superuser_dsn(name))
        try:
            async with await DirectDatabase.connect(dsn) as database:
                catalogue = Catalogue(database, superuser)
                if (await catalogue.live(1))["price"] != price:
                    outcome.faults.append(f"seed {seed}: live does not show the last file")
                await promises_hold(catalogue)
            stamped = await superuser.fetchval(STAMPED, began - timedelta(minutes=1))
            folded = await superuser.fetchval("select count(begins) from property_manager.horizons")
            if stamped or folded:
                outcome.faults.append(f"seed {seed}: {stamped} wrong times, {folded} horizons")
        finally:
            await superuser.close()
    outcome.done = f"{turns} days of imports and cleanups by hosts up to 400 days off"


async def _one_turn(dsn: str, folder: Path, dice: random.Random, turn: int) -> int:
    """One host imports a file and another cleans up; returns the price that live must show."""
    mapping, file, price = folder / "acme.toml", folder / "acme.csv", 900_000 + turn
    mapping.write_text(MAPPING.format(more=""))
    file.write_text(as_csv(rows(20, Price=str(price))))
    command = ("import", "--source", "acme", "--file", str(file), "--mapping", str(mapping), "--complete")
    for host in (command, CLEANUP, ("as-of", "--at", datetime.now(UTC).isoformat())):
        code, document = await run_cli(dsn, folder, *host, days_off=dice.choice(DAYS_OFF))
        if code:
            raise RuntimeError(f"{host[0]} ended with {code}: {document}")
    return price
