"""`python -m benchmarks.linkage.speed`: duplicates of many listings, beside Splink on the same pairs.

Invented homes of two portals, 3 % of them listed by both, a town to every 2,000. Ours is the whole search:
what changed is read from live, put into cells, compared, weighed, and homes are merged with their audit.
Splink gets the same cells and the prepared columns from memory, in a process of its own; reading and
preparing are not counted. It estimates u, trains twice, predicts, and clusters. The pairs that both compare
are counted first; a difference ends the run.

Then a hundredth changes: each hundredth listing of the first portal has another price. Last, a third portal
lists a hundredth of the homes, most of them known twice. Before each the server's vacuum is let in, as it
comes by itself within a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.duplicates import Town, portal
from benchmarks.linkage import peer
from benchmarks.linkage.listed import show
from benchmarks.linkage.quality import Quality, quality
from benchmarks.meter import metered
from benchmarks.server import BASE, Server, throwaway_server
from database.direct import DirectDatabase
from database.queries import parse
from services.duplicates import find_duplicates, list_pairs
from services.duplicates.find import MERGE_AT

_PROC = Path("/proc")
_QUERIES = {
    query.name: query.text
    for query in parse(
        files("benchmarks.linkage").joinpath("speed.sql").read_text(encoding="utf-8"), "speed.sql"
    )
}


class WrongPairsError(Exception):
    """Splink and we compared other pairs."""


@dataclass(slots=True)
class Took:
    """What a piece of work took. `grown_mb` is client and server above what they had before."""

    seconds: float = 0.0
    cpu: float = 0.0
    grown_mb: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """The listings of one run; `changed` and `batch` are a hundredth of them each, searched afterwards."""

    listings: int
    pairs: int
    ours: Took
    changed: Took
    changed_pairs: int
    batch: Took
    batch_pairs: int
    quality: Quality
    splink: Took | None


@contextmanager
def taken(server: Server, pid: int) -> Iterator[Took]:
    """Measure what is done inside: wall and processor time, and memory at its peak."""
    took = Took()
    memory = _Memory(pid)
    with metered(server.superuser, pid) as effort:
        yield took
    took.seconds = effort.seconds
    took.cpu = effort.client_cpu + (effort.server_cpu or 0.0)
    took.grown_mb = memory.stop() + (effort.grown_mb or 0.0)


class _Memory:
    """The private memory of all server processes together, looked at five times a second."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._peak = self._now()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self._peak - self._before

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self._peak = max(self._peak, self._now())

    def _now(self) -> float:
        total = 0.0
        for path in _PROC.glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":", 1) for line in path.read_text().splitlines())
            except (FileNotFoundError, ProcessLookupError):
                continue  # it has ended since it was listed
            if int(fields["PPid"]) == self._pid and "RssAnon" in fields:
                total += int(fields["RssAnon"].split()[0]) / 1024
        return total


def run(server: Server, pid: int, listings: int, *, with_splink: bool) -> Run:
    """List so many and search; the same by Splink; then search as a hundredth changes, or comes."""
    town = _town(listings)
    asyncio.run(_list(server, town))
    with taken(server, pid) as ours:
        found = asyncio.run(_search(server))
    right = quality(asyncio.run(_merged(server)), town.true_pairs())
    splink = _splink(server, found.pairs) if with_splink else None
    asyncio.run(_change(server, listings))
    with taken(server, pid) as changed:
        again = asyncio.run(_search(server))
    asyncio.run(_list_batch(server, town, listings // 100))
    with taken(server, pid) as batch:
        more = asyncio.run(_search(server))
    asyncio.run(server.drop("speed"))
    return Run(found.listings, found.pairs, ours, changed, again.pairs, batch, more.pairs, right, splink)


def _town(listings: int) -> Town:
    return Town(round(listings / 1.03), 1, alone=0.82, homes_a_town=2_000)


async def _change(server: Server, listings: int) -> None:
    """The first portal is scraped again: of each hundredth listing the price is another."""
    first, _ = _town(listings).listings()
    for row in first[::85]:  # it lists 85 in a hundred homes
        row["price"] -= 1_000
    async with await DirectDatabase.connect(server.login_dsn("speed")) as database:
        await show(database, portal("first"), first, day=2)
    await _vacuum(server)


async def _vacuum(server: Server) -> None:
    async with server.connect("speed") as conn:
        await conn.execute("vacuum (analyze)")


async def _list(server: Server, town: Town) -> None:
    await server.copy("speed", BASE)
    first, second = town.listings()
    async with await DirectDatabase.connect(server.login_dsn("speed")) as database:
        await show(database, portal("first"), first)
        await show(database, portal("second"), second)


async def _list_batch(server: Server, town: Town, listings: int) -> None:
    async with await DirectDatabase.connect(server.login_dsn("speed")) as database:
        await show(database, portal("third"), town.third(listings))
    await _vacuum(server)


async def _search(server: Server) -> Any:
    async with await DirectDatabase.connect(server.login_dsn("speed")) as database:
        return await find_duplicates(database, actor="benchmark")


async def _merged(server: Server) -> set[tuple[str, str]]:
    async with await DirectDatabase.connect(server.login_dsn("speed")) as database:
        pairs = await list_pairs(database, state="merged", least=0, limit=10_000_000)
    ids = ((pair.left_side["property_id"], pair.right_side["property_id"]) for pair in pairs)
    return {(min(pair), max(pair)) for pair in ids}


def _splink(server: Server, pairs: int) -> Took:
    """The same pairs by Splink, in a process that only does that."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=_in_splink, args=(server.superuser_dsn("speed"), pairs, queue))
    process.start()
    done = queue.get()
    process.join()
    if isinstance(done, str):
        raise WrongPairsError(done)
    return Took(*done)


def _in_splink(dsn: str, pairs: int, queue: Any) -> None:
    try:
        table = asyncio.run(_columns(dsn))
        for last, trained_on in enumerate(peer.TRAINED_ON, 1 - len(peer.TRAINED_ON)):
            before = resource.getrusage(resource.RUSAGE_SELF)
            began = time.perf_counter()
            try:
                compared = peer.listings(table, MERGE_AT, trained_on)
                break
            except ValueError:
                if last == 0:
                    raise
        seconds = time.perf_counter() - began
        after = resource.getrusage(resource.RUSAGE_SELF)
        if compared != pairs:
            queue.put(f"Splink compared {compared:,} pairs, we {pairs:,}")
            return
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        queue.put((seconds, cpu, (after.ru_maxrss - before.ru_maxrss) / 1024))
    except BaseException as error:  # the other process waits for an answer
        queue.put(f"Splink failed: {error!r}")
        raise


async def _columns(dsn: str) -> dict[str, list[Any]]:
    conn = await asyncpg.connect(dsn)
    try:
        async with conn.transaction():
            columns: dict[str, list[Any]] = {}
            async for row in conn.cursor(_QUERIES["splink_columns"], prefetch=10_000):
                for name, value in row.items():
                    columns.setdefault(name, []).append(value)
    finally:
        await conn.close()
    return columns


def report(runs: list[Run]) -> Iterator[str]:
    """The table, as Markdown."""
    yield (
        "| listings | pairs | ours s (CPU) | grown MB | 1 % changed | 1 % by a third portal | Splink s (CPU) "
        "| grown MB | ours is |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for each in runs:
        ours, splink = each.ours, each.splink
        share = " | ".join(
            f"{batch.seconds:.1f} ({batch.cpu:.1f}), {batch.cpu / ours.cpu:.1%} of the CPU, "
            f"{pairs / each.pairs:.1%} of the pairs"
            for batch, pairs in ((each.changed, each.changed_pairs), (each.batch, each.batch_pairs))
        )
        peer = f"{splink.seconds:.1f} ({splink.cpu:.1f}) | {splink.grown_mb:.0f}" if splink else "– | –"
        ratio = (
            f"{splink.seconds / ours.seconds:.2f} × (CPU {splink.cpu / ours.cpu:.2f} ×)" if splink else "–"
        )
        mine = f"{ours.seconds:.1f} ({ours.cpu:.1f}) | {ours.grown_mb:.0f} | {share}"
        yield f"| {each.listings:,} | {each.pairs:,} | {mine} | {peer} | {ratio} |"


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000])
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    runs = []
    with _server() as server:
        pid = asyncio.run(server.pid())
        for rows in asked.rows:
            runs.append(run(server, pid, rows, with_splink=not asked.no_splink))
            print("\n".join(report(runs)), flush=True)
            right = runs[-1].quality
            print(f"merged: precision {right.precision:.4f}, recall {right.recall:.4f}, F1 {right.f1:.4f}")
    if asked.json:
        asked.json.write_text(json.dumps([asdict(each) for each in runs], indent=1), encoding="utf-8")


@contextmanager
def _server() -> Iterator[Server]:
    """The throwaway server, from a loop that ends before work is measured."""
    with asyncio.Runner() as runner:
        context = throwaway_server()
        server = runner.run(context.__aenter__())
        try:
            yield server
        finally:
            runner.run(context.__aexit__(None, None, None))


if __name__ == "__main__":
    _main()
