"""`python -m benchmarks.run`: verify the pipeline against the limit, then print what it costs beside it."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from benchmarks import limit, ours, verify
from benchmarks.listings import Expected, Portal, Row
from benchmarks.server import BASE, Server, throwaway_server
from database.handle import Database

_ROOT: Final = Path(__file__).resolve().parent.parent


@dataclass(slots=True)
class Timings:
    """Seconds of every repeat."""

    land: list[float] = field(default_factory=list)
    sync: list[float] = field(default_factory=list)

    @property
    def whole(self) -> float:
        """The best repeat: what disturbs a run only ever makes it slower."""
        return min(land + sync for land, sync in zip(self.land, self.sync, strict=True))

    def add(self, land: float, sync: float) -> None:
        self.land.append(land)
        self.sync.append(sync)


@dataclass(slots=True)
class Figures:
    """One run's figures, all of verified results."""

    rows: int
    server: str
    ours: Timings = field(default_factory=Timings)
    limit: Timings = field(default_factory=Timings)
    unchanged_wal: int = 0
    unchanged_seconds: float = 0.0
    client_mb: dict[int, float] = field(default_factory=dict)
    help_seconds: float | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "server": self.server,
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "ours": {"land": self.ours.land, "sync": self.ours.sync},
            "limit": {"land": self.limit.land, "sync": self.limit.sync},
            "ratio": self.ours.whole / self.limit.whole,
            "landed_per_second": self.rows / min(self.ours.land),
            "unchanged": {"wal_bytes": self.unchanged_wal, "seconds": self.unchanged_seconds},
            "client_mb": self.client_mb,
            "help_seconds": self.help_seconds,
        }


async def measure(rows: int, repeat: int, *, client_rows: tuple[int, ...]) -> Figures:
    """Everything on one server. Raises WrongResultError before a wrong result is timed against anything."""
    portal = Portal(rows)
    expected = portal.expected()
    async with throwaway_server() as server:
        figures = Figures(expected.rows, await server.version())
        await _build_base(server, portal)
        second = list(portal.second_scrape())
        gc.collect()
        gc.freeze()  # neither side pays for the rows lying about
        for turn in range(repeat):
            if turn == repeat - 1:
                await server.settle()
            await _compare(server, second, expected, figures, keep=turn == repeat - 1)
        gc.unfreeze()
        await _scrape_unchanged(server, second, expected, figures)
        second.clear()
        for number in client_rows:
            figures.client_mb[number] = await _client_memory(server, number)
    return figures


async def _build_base(server: Server, portal: Portal) -> None:
    """Live as both sides find it: the first scrape, synced."""
    async with await Database.connect(server.login) as database:
        session_id = await ours.land(database, portal.first_scrape(), ours.moment(1))
        await ours.sync(database, session_id, ours.moment(1))
    async with server.connect(BASE) as conn:
        await conn.execute("vacuum analyze")


async def _compare(
    server: Server, rows: list[Row], expected: Expected, figures: Figures, *, keep: bool
) -> None:
    await server.copy("bench_limit", BASE)
    land, sync = await limit.timed(server, "bench_limit", rows, ours.moment(2))
    async with server.connect("bench_limit") as conn:
        theirs = await verify.catalogue(conn)
    await server.drop("bench_limit")

    await server.copy("bench_ours", BASE)
    our_land, our_sync, metrics = await ours.timed(server.login_dsn("bench_ours"), rows, ours.moment(2))
    async with server.connect("bench_ours") as conn:
        found = await verify.catalogue(conn)
        verify.right(metrics, found, expected)
        verify.same(found, theirs)
        await verify.green(conn)
    if not keep:
        await server.drop("bench_ours")
    figures.limit.add(land, sync)
    figures.ours.add(our_land, our_sync)


async def _scrape_unchanged(server: Server, rows: list[Row], expected: Expected, figures: Figures) -> None:
    """What a sync writes that finds nothing new: landing apart, staging read once, nothing else at work."""
    async with (
        await Database.connect(server.login_dsn("bench_ours")) as database,
        server.connect("bench_ours") as conn,
    ):
        session_id = await ours.land(database, rows, ours.moment(3))
        await conn.fetchval("select count(raw::text) from public.property_scrapes_staging")
        position = "select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
        before = await conn.fetchval(position)
        began = time.perf_counter()
        metrics = await ours.sync(database, session_id, ours.moment(3))
        figures.unchanged_seconds = time.perf_counter() - began
        figures.unchanged_wal = int(await conn.fetchval(position) - before)
        verify.unchanged(metrics, expected)


async def _client_memory(server: Server, rows: int) -> float:
    await server.copy("bench_memory", BASE)
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.client", server.login_dsn("bench_memory"), str(rows)),
        cwd=_ROOT,
        stdout=subprocess.PIPE,
    )
    out, _ = await child.communicate()
    if child.returncode:
        raise verify.WrongResultError(f"the client that lands {rows} rows ended with {child.returncode}")
    await server.drop("bench_memory")
    return float(json.loads(out)["peak_mb"])


def _help_seconds() -> float:
    """The median of five `--help`, a process each."""
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "property_manager_cli.py", "--help"],
            cwd=_ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def _table(figures: Figures) -> str:
    mine, other = figures.ours, figures.limit
    lines = [
        f"{figures.rows:,} rows staged, {figures.server}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores; best of {len(mine.land)}; results verified",
        "",
        f"{'':22}{'ours':>9}{'limit':>9}{'ratio':>8}",
    ]
    for name, a, b in (
        ("land", min(mine.land), min(other.land)),
        ("sync", min(mine.sync), min(other.sync)),
        ("land + sync", mine.whole, other.whole),
    ):
        lines.append(f"{name:22}{a:8.2f}s{b:8.2f}s{a / b:7.2f}×")
    lines += [
        "",
        f"{'landing':30}{figures.rows / min(mine.land):10,.0f} rows/s",
        f"{'sync, nothing changed':30}{figures.unchanged_seconds:10.2f} s, "
        f"{figures.unchanged_wal / 1e6:.2f} MB of WAL",
    ]
    lines += [
        f"{f'client, {rows:,} rows':30}{peak:10.0f} MB at its peak"
        for rows, peak in figures.client_mb.items()
    ]
    if figures.help_seconds is not None:
        lines.append(f"{'--help':30}{figures.help_seconds:10.2f} s")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=100_000, help="listings live before the run (default: 100000)"
    )
    parser.add_argument("--repeat", type=int, default=3, help="how often; the best counts (default: 3)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    args = parser.parse_args()
    figures = asyncio.run(measure(args.rows, args.repeat, client_rows=(args.rows, 3 * args.rows)))
    figures.help_seconds = _help_seconds()
    print(json.dumps(figures.as_json()) if args.json else _table(figures))


if __name__ == "__main__":
    main()
