"""Large sessions beside a larger source, with statistics of that source alone, and with right ones."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from benchmarks import verify
from benchmarks.listings import listing
from benchmarks.server import BASE, Server, throwaway_server
from database.direct import DirectDatabase
from services.pipeline import apply_plan
from tests.catalogue import Catalogue, on
from tests.soak.outcome import Outcome

BESIDE: Final = 10
"""How many times as large the other source is."""
SLOWER: Final = 5
"""How many times as long as with right statistics a sync may take, beyond a few seconds."""
FEW_SECONDS: Final = 5.0


async def sync_on_stale_statistics(rows: int, outcome: Outcome) -> None:
    """New, unchanged, a seventh absent and back: stale statistics may slow a sync, and not stop it."""
    shapes: dict[str, Sequence[int]] = {
        "new": range(rows),
        "unchanged": range(rows),
        "a seventh absent": range(rows // 7, rows),
        "absent again": range(rows // 7, rows),
        "all back": range(rows),
    }
    stale = await _seconds(shapes, rows, analyzed=False)
    right = await _seconds(shapes, rows, analyzed=True)
    for name, seconds in stale.items():
        if seconds > SLOWER * right[name] + FEW_SECONDS:
            outcome.faults.append(f"{name}: {seconds:.1f} s, {right[name]:.1f} s once analyzed")
    outcome.done = ", ".join(f"{name} {stale[name]:.1f} s ({right[name]:.1f})" for name in shapes)


async def _seconds(shapes: dict[str, Sequence[int]], rows: int, *, analyzed: bool) -> dict[str, float]:
    taken = {}
    async with throwaway_server() as server, await DirectDatabase.connect(server.login) as database:
        await server.settle()
        async with server.connect(BASE) as superuser:
            portal = await Catalogue(database, superuser).register()
            other = await portal.beside("larger")
            await other.run(map(listing, range(BESIDE * rows)))
            await superuser.execute("analyze")
            for day, (name, numbers) in enumerate(shapes.items(), 1):
                session = await portal.stage(map(listing, numbers), day=day)
                if analyzed:
                    await superuser.execute("analyze")
                began = time.perf_counter()
                result = await portal.sync(session, day=day)
                if result.plan_id is not None and result.status == "held":
                    await apply_plan(database, result.plan_id, on(day))
                taken[name] = time.perf_counter() - began
                print(
                    f"soak: {'right' if analyzed else 'stale'} statistics, {name}: {taken[name]:.1f} s",
                    flush=True,
                )
            await _right(server)
    return taken


async def _right(server: Server) -> None:
    async with server.connect(BASE) as conn:
        await verify.green(conn)
