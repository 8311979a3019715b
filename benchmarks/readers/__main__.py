"""`python -m benchmarks.readers`: ten questions, right first, then timed beside a look-up by key."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import asyncpg

from benchmarks.meter import metered
from benchmarks.readers.asking import KEY, Asker, Asking, Spent
from benchmarks.readers.effort import Processes
from benchmarks.readers.questions import QUESTIONS
from benchmarks.results import machine
from benchmarks.server import BASE, Server, throwaway_server
from tests.homes import run_folder
from tests.servers import Server as Served
from tests.stack.postgrest import postgrest
from tests.stack.tokens import SharedSecret

ROLES: Final = ("anon", "authenticated")
BAR: Final = 10.0
GROWTH: Final = 1.5
TEXTS: Final = 20_000
"""How many different texts the listings have."""
Times = dict[str, list[Spent]]


def say(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


async def fill(server: Server, rows: int) -> float:
    """Make the catalogue; returns the seconds that took."""
    began = time.monotonic()
    script = files("benchmarks.readers").joinpath("fill.sql").read_text(encoding="utf-8")
    async with server.connect(BASE) as conn:
        await conn.execute(script.replace("{rows}", str(rows)).replace("{texts}", str(min(rows, TEXTS))))
    async with server.connect(BASE) as conn:
        await conn.execute("vacuum (analyze)")
        await conn.execute("checkpoint")
    return time.monotonic() - began


@contextmanager
def asking(server: Server, conn: asyncpg.Connection, pid: int) -> Iterator[Asker]:
    """PostgREST for the catalogue, as a project has it."""
    signing = SharedSecret()
    with postgrest(Served(server.superuser, server.login), BASE, [signing.jwk()]) as running:
        tokens = {role: signing.token(role, sub="3f9b0b6e-0000-4000-8000-000000000001") for role in ROLES}
        with closing(Asking(running.socket)) as api:
            yield Asker(api, conn, tokens, Processes(running.process.pid, pid))


async def measure(server: Server, rounds: int) -> dict[str, Any]:
    """Every answer checked, then all questions in turn, round by round, with the look-up between them."""
    pid = await server.pid()
    async with server.connect(BASE) as conn:
        with asking(server, conn, pid) as asker:
            await asker.look_around()
            for question in QUESTIONS:
                found = [await asker.check(question, arguments) for arguments in asker.calls(question)]
                say(f"{question.name}: right, {found} rows")
            times, noise = await asyncio.to_thread(_metered, asker, rounds, server, pid)
    return {"noise": noise, "times": {name: summary(taken) for name, taken in times.items()}}


def _metered(asker: Asker, rounds: int, server: Server, pid: int) -> tuple[Times, float | None]:
    """The times, and how many cores others kept busy meanwhile."""
    with metered(server.superuser_dsn(BASE), pid) as effort:
        times = timed(asker, rounds)
    return times, effort.noise


def timed(asker: Asker, rounds: int) -> Times:
    """What each question takes, and the look-up by key before each."""
    times: Times = {name: [] for name in (KEY, *(question.name for question in QUESTIONS))}
    calls = {question.name: list(asker.calls(question)) for question in QUESTIONS}
    for turn in range(-5, rounds):  # the first turns fill caches
        for question in QUESTIONS:
            arguments = calls[question.name][turn % len(calls[question.name])]
            key, own = asker.key_spent(), asker.spent(question, arguments)
            if turn >= 0:
                times[KEY].append(key)
                times[question.name].append(own)
    return times


def summary(taken: list[Spent]) -> dict[str, float]:
    """Median and 95th percentile of the time and of the processor time, in milliseconds."""
    found = {}
    for name, seconds in (("", [spent.time for spent in taken]), ("cpu ", [spent.cpu for spent in taken])):
        found[f"{name}p50"] = 1000 * statistics.median(seconds)
        found[f"{name}p95"] = 1000 * statistics.quantiles(seconds, n=20)[-1]
    return found


def report(runs: list[dict[str, Any]]) -> Iterator[str]:
    """A table: ratios to the look-up by key of the same run, and how they grow with the catalogue."""
    parts = ("p50", "p95", "cpu p50", "cpu p95")
    heads = [f"{run['rows']:,}: {part}" for run in runs for part in parts]
    yield f"| ms, and × the look-up by key | {' | '.join(heads)} | growth of {' | '.join(parts)} |"
    yield "|---" * (1 + len(heads) + len(parts)) + "|"
    for name in runs[0]["times"]:
        cells = [
            f"{run['times'][name][part]:.1f}, {ratio(run, name, part):.1f} ×"
            for run in runs
            for part in parts
        ]
        grown = [f"{ratio(runs[-1], name, part) / ratio(runs[0], name, part):.2f}" for part in parts]
        yield f"| {name} | {' | '.join(cells + grown)} |"


def ratio(run: dict[str, Any], name: str, part: str) -> float:
    """A question's time beside that of the look-up by key."""
    return float(run["times"][name][part] / run["times"][KEY][part])


def misses(runs: list[dict[str, Any]]) -> list[str]:
    """What is above the bar: p95 ≤ 10 × the look-up in the largest catalogue, and its growth ≤ 1.5."""
    over = []
    for name in (question.name for question in QUESTIONS):
        largest = ratio(runs[-1], name, "p95")
        if largest > BAR:
            over.append(f"{name}: p95 is {largest:.1f} × the look-up by key")
        if len(runs) > 1 and (grown := largest / ratio(runs[0], name, "p95")) > GROWTH:
            over.append(f"{name}: p95 grows {grown:.2f} ×")
    return over


async def run(rows: list[int], rounds: int) -> list[dict[str, Any]]:
    runs = []
    for size in rows:
        async with throwaway_server() as server:
            say(f"{size:,} listings")
            seconds = await fill(server, size)
            say(f"filled in {seconds:.0f} s")
            runs.append({"rows": size, "fill_seconds": seconds, **await measure(server, rounds)})
    return runs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.readers", description=__doc__)
    parser.add_argument(
        "--rows", default="100000,1000000", help="sizes of the catalogue (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=200, help="how often each is asked (default: 200)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what is found")
    args = parser.parse_args()
    with run_folder(large=True):
        runs = asyncio.run(run([int(size) for size in args.rows.split(",")], args.rounds))
    if args.json:
        args.json.write_text(json.dumps(machine() | {"runs": runs}, indent=1))
    print("\n".join(report(runs)))
    over = misses(runs)
    print("\n".join(over) or "every question is within the bar")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
