"""`python -m benchmarks.crawl`: detail pages fetched, read and staged from a durable queue, beside Scrapy.

Both fetch the same pages of 72 KB from a site on loopback, obey its robots.txt and keep their queue on disk:
Scrapy in a JOBDIR, as nothing else of it survives a stop; ours in the database, where the rows land in the
same transaction. Scrapy takes ten fields by CSS and writes lines of JSON; ours reads every page with the
generic extractor, whose time is shown apart. Each figure is checked before it is printed: all pages are
staged, each once, with the price of its page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.crawl_site import KINDS, price_of
from benchmarks.meter import clocked
from benchmarks.server import BASE, Server, throwaway_server
from config.source import Source
from database.direct import DirectDatabase
from services.frontier import Priority, enqueue
from services.sources import register_source

_SPIDER = Path(__file__).parent / "crawl_peer" / "spider.py"


@asynccontextmanager
async def site(pages: int, kind: str) -> AsyncIterator[str]:
    """The site in its own process: its address."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.crawl_site", str(pages), kind), stdout=asyncio.subprocess.PIPE
    )
    try:
        if process.stdout is None:
            raise RuntimeError("the site has no output")
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.kill()
        await process.wait()


async def printed(*command: str) -> dict[str, Any]:
    """What a process prints as JSON."""
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{command[:4]} ended with {process.returncode}")
    found: dict[str, Any] = json.loads(out.splitlines()[-1])
    return found


async def queue(database: DirectDatabase, base: str, pages: range) -> None:
    """Let pages of the site wait."""
    source = Source(name="site", hosts=("127.0.0.1",), currency="MXN", country="MX", keep_pages=0)
    await register_source(database, source)
    urls = [f"{base}/homes/PM-{number:07}" for number in pages]
    await enqueue(database, source.name, urls, priority=Priority.NEW, reason="new")


async def ours(server: Server, base: str, pages: int, queued: int) -> dict[str, Any]:
    """Our worker on so many pages of a queue of more."""
    await server.copy("crawl", BASE)
    dsn = server.login_dsn("crawl")
    async with await DirectDatabase.connect(dsn) as database:
        await queue(database, base, range(queued))
    with clocked(await server.pid()) as effort:
        found = await printed(sys.executable, "-m", "benchmarks.crawl_worker", dsn, str(pages))
    async with server.connect("crawl") as conn:
        staged = await conn.fetchrow(
            "select count(*), count(distinct source_url), sum(price) from public.property_scrapes_staging"
        )
    _expect("staged rows, pages and prices", tuple(staged), (pages, pages, sum(map(price_of, range(pages)))))
    await server.drop("crawl")
    return found | {"server_cpu": effort.server_cpu, "queued": queued}


async def scrapy(python: str, base: str, pages: int) -> dict[str, Any]:
    """Scrapy on the same pages."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "items.jsonl"
        found = await printed(python, str(_SPIDER), base, str(pages), f"{folder}/job", str(out))
        lines = [json.loads(line) for line in out.read_text().splitlines()]
    prices = {line["url"]: line["price"] for line in lines}
    wanted = {f"{base}/homes/PM-{number:07}": f"$ {price_of(number):,} MXN" for number in range(pages)}
    _expect("pages of Scrapy", prices, wanted)
    return found


def _expect(what: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise RuntimeError(f"{what}: {found}, not {wanted}")


def _line(name: str, found: dict[str, Any], pages: int) -> str:
    apart = ""
    if "stages" in found:
        named = {"fetching and queue": found["cpu"] - sum(found["stages"].values())} | found["stages"]
        apart = " = " + " + ".join(f"{1000 * cpu / pages:.2f} {name}" for name, cpu in named.items())
        apart += f"; server {1000 * found['server_cpu'] / pages:.2f}"
    return (
        f"{name}: {pages / found['seconds']:.0f} pages/s, CPU {1000 * found['cpu'] / pages:.2f} ms a page"
        f"{apart}, {found['mb']:.0f} MB"
    )


async def main() -> None:
    """Run what was asked for and print a line each, then the ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl", description=__doc__)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--queued", type=int, default=100_000, help="pages that wait, for the memory")
    parser.add_argument("--kind", choices=KINDS, default="usual", help="what the pages are like")
    parser.add_argument("--scrapy", metavar="PYTHON", help="of an environment with Scrapy")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    async with throwaway_server() as server, site(args.pages, args.kind) as base:
        found: dict[str, Any] = {}
        if args.scrapy:
            found["scrapy"] = await scrapy(args.scrapy, base, args.pages)
            print(_line("Scrapy with JOBDIR", found["scrapy"], args.pages), flush=True)
        for queued in (args.pages, args.queued):
            name = f"ours, {queued:,} queued"
            found[name] = await ours(server, base, args.pages, queued)
            print(_line(name, found[name], args.pages), flush=True)
    few = found[f"ours, {args.pages:,} queued"]
    if args.scrapy:
        peer = found["scrapy"]
        print(f"pages/s: {peer['seconds'] / few['seconds']:.2f} times Scrapy's")
        print(f"CPU a page: {few['cpu'] / peer['cpu']:.2f} of Scrapy's, without reading ", end="")
        print(f"{(few['cpu'] - sum(few['stages'].values())) / peer['cpu']:.2f}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    asyncio.run(main())
