"""`python -m benchmarks.run`: ours, the limit and other tools on the same rows, results verified first."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from pathlib import Path
from typing import Any, Final

import asyncpg

from benchmarks import copying, figures, report, verify
from benchmarks.peers import FAMILIES, LIMIT, OURS, Entry, Place, Relations, chosen
from benchmarks.results import Results, machine
from benchmarks.server import BASE
from benchmarks.stage import Stage, StepError, open_stage, run_step, say

_RUN: Final = "bench_run"
_PREPARED: Final = "bench_prepared"
_TRIED: Final = "bench_trial"
_FAILURES: Final = (StepError, verify.WrongResultError, asyncpg.PostgresError, OSError)


async def measure(
    rows: int, peers: list[Entry], *, repeat: int, wanted: list[str], file: Path | None = None
) -> Results:
    """Everything on one server. What goes wrong with one peer or figure is noted, and the rest goes on."""
    began = time.monotonic()
    async with open_stage(rows) as stage:
        facts = machine() | {
            "server": await stage.server.version(),
            "rows": rows,
            "staged": stage.expected.rows,
        }
        results = Results(file, facts)
        facts["copy_clients"] = await _choose_client(stage)
        catalogues: dict[str, verify.Catalogue] = {}
        for entry in peers:
            await _run_peer(stage, entry, repeat, results, catalogues)
        for name in wanted:
            say(f"figure: {name}")
            try:
                results.add_figure(name, await figures.FIGURES[name](stage))
            except _FAILURES as error:
                results.add_figure(name, {"error": str(error)})
                say(f"  {error}")
        facts["minutes"] = round((time.monotonic() - began) / 60, 1)
        results.save()
    return results


async def _choose_client(stage: Stage) -> dict[str, float]:
    """The limit lands by whichever client is the fastest today: rows a second of each."""
    speeds: dict[str, float] = {}
    for _ in range(2):
        for name in copying.available():
            await stage.server.copy(_TRIED, BASE)
            outcome = await run_step("trial", name, stage.place(_TRIED))
            speeds[name] = max(speeds.get(name, 0), round(outcome["rows_per_second"]))
    await stage.server.drop(_TRIED)
    stage.copy_client = max(speeds, key=lambda name: speeds[name])
    say("COPY clients, rows/s: " + ", ".join(f"{name} {speed:,}" for name, speed in speeds.items()))
    return speeds


async def _run_peer(
    stage: Stage, entry: Entry, repeat: int, results: Results, catalogues: dict[str, verify.Catalogue]
) -> None:
    folder = entry.name.replace(" ", "_")
    say(f"{entry.name}: preparing")
    try:
        await stage.server.copy(_PREPARED, BASE)
        await run_step("prepare", entry.name, stage.place(_PREPARED, folder=folder, variant=entry.variant))
    except _FAILURES as error:
        results.add_run({"peer": entry.name, "check": f"failed: {error}"})
        say(f"  {error}")
        return
    for _ in range(repeat):
        await stage.server.copy(_RUN, _PREPARED)
        place = stage.place(_RUN, folder=folder, variant=entry.variant)
        run = {"peer": entry.name, **await _timed(stage, entry, place, catalogues)}
        results.add_run(run)
        say(f"  {report.run_line(run)}")
    await stage.server.drop(_PREPARED)
    await stage.server.drop(_RUN)


async def _timed(
    stage: Stage, entry: Entry, place: Place, catalogues: dict[str, verify.Catalogue]
) -> dict[str, Any]:
    try:
        outcome = await run_step("run", entry.name, place)
    except _FAILURES as error:
        return {"check": f"failed: {error}"}
    try:
        await _check(stage, entry, Relations(**outcome["relations"]), catalogues)
    except _FAILURES as error:
        return {**outcome["measured"], "check": f"wrong: {error}"}
    return {**outcome["measured"], "check": "verified"}


async def _check(
    stage: Stage, entry: Entry, relations: Relations, catalogues: dict[str, verify.Catalogue]
) -> None:
    async with stage.server.connect(_RUN) as conn:
        verify.right(await verify.counts(conn, relations), stage.expected, stage.active)
        if entry.name not in (LIMIT, OURS):
            return
        catalogues[entry.name] = await verify.catalogue(conn)
        if entry.name == OURS:
            await verify.metrics(conn, stage.expected)
            await verify.green(conn)
        if catalogues.keys() == {LIMIT, OURS}:
            verify.same(catalogues[OURS], catalogues[LIMIT])


def _listed(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "--rows", type=int, default=100_000, help="listings live before the run (default: 100000)"
    )
    parser.add_argument("--peers", default="all", help=f"of {','.join(FAMILIES)} (default: all)")
    parser.add_argument(
        "--figures", default="all", help=f"of {','.join(figures.FIGURES)}, or none (default: all)"
    )
    parser.add_argument("--repeat", type=int, default=1, help="how often; the best counts (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what is found, after every step")
    parser.add_argument(
        "--report", type=Path, metavar="FILE", help="print the tables of a run kept by --json"
    )
    args = parser.parse_args()
    if args.report:
        print(report.markdown(Results.read(args.report)))
        return 0
    if args.rows % 100 or args.rows <= 0:
        parser.error("--rows takes a multiple of 100: it makes the shares of new and changed rows exact")
    try:
        peers = chosen(FAMILIES if args.peers == "all" else _listed(args.peers))
    except ValueError as error:
        parser.error(str(error))
    wanted = {"all": list(figures.FIGURES), "none": []}.get(args.figures, _listed(args.figures))
    if unknown := set(wanted) - set(figures.FIGURES):
        parser.error(f"there is no figure {', '.join(sorted(unknown))}")
    results = asyncio.run(measure(args.rows, peers, repeat=args.repeat, wanted=wanted, file=args.json))
    print(report.markdown(results))
    return 0 if all(run["check"] == "verified" for run in results.runs) else 1


if __name__ == "__main__":
    sys.exit(main())
