"""`python -m benchmarks.streams`: what live pages cost with 200 open streams, beside a bare LISTEN client.

The dashboard runs in a process of its own. A commit is notified to a bare client and shown to the last of 200
streams; the delays are of the same commits. Idle streams are watched for half a minute by processor time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import time
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Final

import asyncpg

from benchmarks.server import BASE, Server, throwaway_server
from tests.homes import run_folder

PROGRAM: Final = Path(__file__).resolve().parent.parent / "property_manager_cli.py"
KEY: Final = "the key of a benchmark"
COMMITS: Final = 60
BAR_MS: Final = 100.0
_PAGE_KB: Final = os.sysconf("SC_PAGE_SIZE") / 1024
_PUBLISH: Final = """
update property_manager.feed set position = position + 1;
select pg_notify('property_changes', '{}');
"""


class Streams:
    """Open streams of one dashboard, and when the last of them heard of a commit."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._heard: asyncio.Queue[float] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, count: int) -> None:
        """Open so many, and wait until each has had its first event."""
        for _ in range(count):
            self._tasks.append(asyncio.create_task(self._read()))
        await self.heard(count)

    async def heard(self, count: int) -> float:
        """The time at which the last of so many heard."""
        return max([await self._heard.get() for _ in range(count)])

    def forget(self) -> None:
        """Forget what was heard before."""
        while not self._heard.empty():
            self._heard.get_nowait()

    async def close(self) -> None:
        """Close them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _read(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        head = f"GET /live HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\nauthorization: Bearer {KEY}\r\n\r\n"
        writer.write(head.encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"data: "):
                    self._heard.put_nowait(time.perf_counter())
        finally:
            writer.close()


async def measure(server: Server, streams: int) -> dict[str, float]:
    """Delays in milliseconds at the 95th percentile, the share of a core, megabytes, connections."""
    env = {**os.environ, "DATABASE_URL": server.login_dsn(BASE), "PROPERTY_MANAGER_DASHBOARD_KEY": KEY}
    started = (sys.executable, str(PROGRAM), "dashboard", "--port", "0", "--json")
    process = await asyncio.create_subprocess_exec(*started, env=env, stdout=PIPE)
    try:
        if process.stdout is None:
            raise RuntimeError("the dashboard says nothing")
        address: str = json.loads(await process.stdout.readline())["url"]
        opened = Streams(int(address.rstrip("/").rpartition(":")[2]))
        async with server.connect(BASE) as writes, server.connect(BASE) as listens:
            await opened.open(streams)
            before, began = _seconds(process.pid), time.monotonic()
            await asyncio.sleep(30)
            idle = (_seconds(process.pid) - before) / (time.monotonic() - began)
            shown, bare = await _delays(opened, writes, listens, streams)
            connections = await writes.fetchval(
                "select count(*) from pg_stat_activity where application_name = 'property-manager'"
            )
        memory = _memory(process.pid)
        await opened.close()
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()
    return {
        "bare LISTEN, ms": _p95(bare),
        f"the last of {streams} streams, ms": _p95(shown),
        "share of a core while idle": idle,
        "memory, MB": memory,
        "connections": connections,
    }


async def _delays(
    opened: Streams, writes: asyncpg.Connection, listens: asyncpg.Connection, streams: int
) -> tuple[list[float], list[float]]:
    """From commit to the streams, and to a bare client, of the same commits."""
    notified: asyncio.Queue[float] = asyncio.Queue()
    await listens.add_listener("property_changes", lambda *_: notified.put_nowait(time.perf_counter()))
    shown, bare = [], []
    for _ in range(COMMITS):
        opened.forget()
        began = time.perf_counter()
        await writes.execute(_PUBLISH)
        bare.append(await notified.get() - began)
        shown.append(await opened.heard(streams) - began)
        await asyncio.sleep(0.3)
    return shown, bare


def _p95(seconds: list[float]) -> float:
    return 1000 * statistics.quantiles(seconds, n=20)[-1]


def _seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * _PAGE_KB / 1024


async def run(streams: int) -> int:
    async with throwaway_server() as server:
        found = await measure(server, streams)
    for name, value in found.items():
        print(f"{name}: {value:.3g}")
    bare, shown, idle, memory, connections = found.values()
    within = shown <= 2 * bare + BAR_MS and idle < 0.05 and memory < 200 and connections <= 2
    print("within the bars" if within else "above a bar")
    return 0 if within else 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.streams", description=__doc__)
    parser.add_argument("--streams", type=int, default=200, help="how many streams (default: %(default)s)")
    args = parser.parse_args()
    with run_folder():
        return asyncio.run(run(args.streams))


if __name__ == "__main__":
    sys.exit(main())
