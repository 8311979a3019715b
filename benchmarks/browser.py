"""`python -m benchmarks.browser`: pages that scripts build, beside crawl4ai as it comes."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from config.source import Source
from scrapers.browser import BrowserClient
from scrapers.browser.engine import load_crawl4ai
from scrapers.fetch import PoliteClient

TABS: Final = 4
_TICK: Final = os.sysconf("SC_CLK_TCK")
_FILLER: Final = "".join(f'<li class="fact"><b>Fact {n}</b> <i>{n * n}</i></li>' for n in range(900))
_SHELL: Final = (
    '<!doctype html><html><head><title>Homes</title><script src="/app.js" defer></script></head>'
    '<body><div id="root"></div><img src="/photo.jpg">{filler}</body></html>'
)
_SCRIPT: Final = """
const id = location.pathname.split('/').pop();
fetch('/api/' + id).then(answer => answer.json()).then(home => {
  document.title = home.title;
  document.getElementById('root').innerHTML =
    `<h1>${home.title}</h1><p class="price">$${home.price}</p>` +
    home.rooms.map(room => `<div class="room">${room}</div>`).join('');
});
"""


def _home(number: str) -> dict[str, Any]:
    rooms = [f"Room {n} of {number}" for n in range(60)]
    return {"title": f"House {number}", "price": 1_000_000 + int(number), "rooms": rooms}


class _Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        kind, body = self._answer(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, path: str) -> tuple[str, bytes]:
        if path == "/app.js":
            return "text/javascript", _SCRIPT.encode()
        if path.startswith("/api/"):
            return "application/json", json.dumps(_home(path.rpartition("/")[2])).encode()
        if path.startswith("/home/"):
            return "text/html", _SHELL.format(filler=_FILLER).encode()
        if path == "/photo.jpg":
            return "image/jpeg", bytes(300_000)
        return "text/plain", b""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[str]:
    """Serve the site from a process of its own, so that its time is not counted; yields its address."""
    server = subprocess.Popen([sys.executable, "-m", "benchmarks.browser", "--serve"], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().decode().strip()
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def serve() -> None:
    """Serve the site until this process is ended."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


@dataclass(frozen=True, slots=True)
class Figures:
    """What so many pages took: seconds of the clock, and of the processors, the browser's included."""

    pages: int
    seconds: float
    cpu: float


async def ours(base: str, numbers: list[int], folder: Path) -> tuple[list[str], Figures]:
    """Through the polite client: our pace is off, robots.txt and all guards are on."""
    facts = Source(name="homes", hosts=("127.0.0.1",), requests_per_second=50, browser=True)
    async with (
        PoliteClient(facts, allow_private=True, pace=_NoPace()) as client,
        BrowserClient(client, facts, folder=folder) as browser,
    ):

        async def one(number: int) -> str:
            return (await browser.get(f"{base}/home/{number}")).text

        return await _measured(one, numbers)


async def peer(base: str, numbers: list[int], folder: Path) -> tuple[list[str], Figures]:
    """crawl4ai with its default configuration, except that it waits for what the script builds."""
    crawl4ai = load_crawl4ai(folder)
    strategy = crawl4ai.async_crawler_strategy.AsyncPlaywrightCrawlerStrategy(
        browser_config=crawl4ai.BrowserConfig(verbose=False)
    )
    build = strategy.browser_manager._build_browser_args
    strategy.browser_manager._build_browser_args = lambda: {**build(), "executable_path": "/usr/bin/chromium"}
    config = crawl4ai.CrawlerRunConfig(verbose=False, wait_for="css:.price")
    async with crawl4ai.AsyncWebCrawler(crawler_strategy=strategy, verbose=False) as crawler:

        async def one(number: int) -> str:
            html: str = (await crawler.arun(f"{base}/home/{number}", config=config.clone())).html
            return html

        return await _measured(one, numbers)


async def _measured(one: Callable[[int], Awaitable[str]], numbers: list[int]) -> tuple[list[str], Figures]:
    turns = asyncio.Semaphore(TABS)

    async def in_turn(number: int) -> str:
        async with turns:
            return await one(number)

    await one(0)  # the browser is warm
    with _Processors() as used:
        began = time.perf_counter()
        found = await asyncio.gather(*map(in_turn, numbers))
        seconds = time.perf_counter() - began
    return list(found), Figures(len(numbers), seconds, used.seconds)


class _Processors:
    """The seconds of the processors that this process and all that it has started use meanwhile.

    What ends meanwhile is counted as it was seen last, five times a second.
    """

    def __init__(self) -> None:
        self.seconds = 0.0
        self._seen: dict[int, int] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> _Processors:
        self._before = _ticks()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._seen.update(_ticks())
        used = sum(ticks - self._before.get(pid, 0) for pid, ticks in self._seen.items())
        self.seconds = used / _TICK

    def _watch(self) -> None:
        while not self._ended.wait(0.2):
            self._seen.update(_ticks())


def _ticks() -> dict[int, int]:
    """User and system ticks of this process and all below it, but for the site."""
    found: dict[int, tuple[int, int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"--serve" in (path / "cmdline").read_bytes():
                continue
            fields = (path / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        found[int(path.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    below = {os.getpid()}
    while more := {pid for pid, (parent, _) in found.items() if parent in below} - below:
        below |= more
    return {pid: ticks for pid, (_, ticks) in found.items() if pid in below}


class _NoPace:
    """Lets every request go at once: a site on this machine is measured, not spared."""

    def __new__(cls) -> Any:
        from scrapers.fetch.pace import Pace  # noqa: PLC0415

        return Pace(100_000)


def check(found: list[str], numbers: list[int]) -> None:
    """Raise ValueError unless every page shows its own home as the script builds it."""
    for html, number in zip(found, numbers, strict=True):
        home = _home(str(number))
        if f"<h1>{home['title']}</h1>" not in html or html.count('class="room"') != len(home["rooms"]):
            raise ValueError(f"page {number} was not built: {html[:200]}")


async def measured(pages: int, rounds: int) -> tuple[list[Figures], list[Figures]]:
    """Figures of ours and of the peer, taken in turn; every page is looked at."""
    numbers = list(range(1, pages + 1))
    all_ours: list[Figures] = []
    all_peers: list[Figures] = []
    with site() as base, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for _ in range(rounds):
            for run, figures in ((ours, all_ours), (peer, all_peers)):
                found, took = await run(base, numbers, Path(folder))
                check(found, numbers)
                figures.append(took)
    return all_ours, all_peers


def main() -> None:
    """Print a line for each, and the ratios of pages a second, by the clock and by processor time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve()
        return
    mine, others = asyncio.run(measured(given.pages, given.rounds))
    best = [min(runs, key=lambda run: run.cpu) for runs in (mine, others)]
    for name, run in zip(("ours", "crawl4ai, defaults"), best, strict=True):
        print(
            f"{name:20} {run.pages / run.seconds:6.2f} pages/s {1000 * run.cpu / run.pages:7.0f} ms of a "
            "processor a page"
        )
    us, peers = best
    print(f"ratio: {peers.seconds / us.seconds:.2f} by the clock, {peers.cpu / us.cpu:.2f} by processor time")


if __name__ == "__main__":
    main()
