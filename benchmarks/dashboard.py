"""`python -m benchmarks.dashboard`: what a page of the dashboard costs its server, beside its SQL alone.

A page is asked as a browser asks it; what it asked of the database is then asked again by a bare client. Both
are measured by processor time, of this process and of the database's: others may be at work on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import statistics
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeAlias

import asyncpg
from starlette.applications import Starlette

from benchmarks.readers.__main__ import fill, say
from benchmarks.readers.effort import Processes
from benchmarks.results import machine
from benchmarks.server import BASE, Server, throwaway_server
from config.settings import Settings
from dashboard.access.door import Door
from dashboard.access.users import staff
from dashboard.app import Dashboard
from dashboard.assets import VENDOR
from dashboard.pages import all_pages
from database import queries
from database.direct import DirectDatabase
from tests.homes import run_folder

Made: TypeAlias = "tuple[Starlette, Recording]"
HOST: Final = "127.0.0.1:1"
HEAVIEST: Final = 300_000
FACTOR: Final = 2.0
GROWTH: Final = 1.5
CHANGES: Final = 10
"""How many changes there are for each listing."""
NARROWED: Final = {
    "listings of any status": "/listings?status=any",
    "listings by two words": "/listings?q=jard%C3%ADn+alberca",
    "listings of a city and type": "/listings?place=merida&type=casa",
    "the cheapest listings": "/listings?currency=MXN&sort=cheapest&min=500k",
    "the map of a country": "/map?south=14&west=-118&north=33&east=-86&zoom=4",
    "the map of a city": "/map?south={south}&west={west}&north={north}&east={east}&zoom=10",
    "the map of some streets": "/map?south={south1}&west={west1}&north={north1}&east={east1}&zoom=14",
    "price drops": "/changes?kind=price_drop",
    "price drops of a source": "/changes?kind=price_drop&source=homes",
    "changes of a field": "/changes?field=title",
    "changes of a month": "/changes?since=2025-03-01&until=2025-04-01",
    "a listing": "/listings/{listing}",
    "a listing as it stood": "/listings/{listing}?at=2026-01-01",
}
_EXAMPLES: Final = """
select (select listing_id::text from public.property_changes where field_name = 'price'
    order by id desc limit 1) as listing,
  l.latitude::float8 as y, l.longitude::float8 as x
from public.properties_live l where l.city = 'Ciudad de México' order by l.id limit 1
"""


class Recording(DirectDatabase):
    """A database that notes what it is asked."""

    asked: list[tuple[str, tuple[Any, ...]]]

    async def rows(self, name: str, *args: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        self.asked.append((name, args))
        return await super().rows(name, *args, timeout=timeout)

    async def row(self, name: str, *args: Any) -> Any:
        self.asked.append((name, args))
        return await super().row(name, *args)

    async def value(self, name: str, *args: Any, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        self.asked.append((name, args))
        return await super().value(name, *args, timeout=timeout)


@dataclass(frozen=True, slots=True)
class Cost:
    """Median milliseconds of processor time of a page and of its SQL alone; bytes, as sent and unpacked."""

    page: float
    sql: float
    queries: int
    sent: int
    size: int

    @property
    def factor(self) -> float:
        """The page beside its SQL."""
        return self.page / self.sql


async def get(app: Starlette, address: str) -> bytes:
    """The body of an answer with status 200, by ASGI; raises RuntimeError for another status."""
    path, _, query = address.partition("?")
    body: list[bytes] = []
    status = 0

    async def send(message: Any) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        else:
            body.append(message.get("body", b""))

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"host", HOST.encode()), (b"accept", b"text/html"), (b"accept-encoding", b"gzip")]
    await app(
        {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET",
            "scheme": "http", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1), "root_path": "",
        },
        receive,
        send,
    )  # fmt: skip
    if status != 200:
        raise RuntimeError(f"{address}: status {status}")
    answer = b"".join(body)
    return gzip.decompress(answer) if answer.startswith(b"\x1f\x8b") else answer


@asynccontextmanager
async def serving(dsn: str) -> AsyncIterator[tuple[Starlette, Recording]]:
    """The dashboard over a database that notes what it is asked."""
    database = await Recording.connect(dsn, pool_size=1)
    database.asked = []
    try:
        door = Door(opened=staff("benchmark"))
        yield Dashboard(database, Settings(), door, names=frozenset({HOST})).app(), database
    finally:
        await database.close()


async def addresses(conn: asyncpg.Connection) -> dict[str, str]:
    """Name → address: every page that needs no id, and those narrowed down."""
    row = await conn.fetchrow(_EXAMPLES)
    listing, y, x = row["listing"], row["y"], row["x"]
    sides = {
        f"{name}{suffix}": round(middle + sign * wide, 5)
        for suffix, wide in (("", 0.35), ("1", 0.02))
        for name, middle, sign in (("south", y, -1), ("north", y, 1), ("west", x, -1), ("east", x, 1))
    }
    plain = {page.title.lower(): page.path for page in all_pages() if "{" not in page.path and page.menu}
    return plain | {name: path.format(listing=listing, **sides) for name, path in NARROWED.items()}


async def measure(dsn: str, superuser: str, postmaster: int, rounds: int) -> dict[str, Cost]:
    """What each page costs."""
    processes = Processes(os.getpid(), postmaster)
    conn = await asyncpg.connect(superuser)
    bare = await asyncpg.connect(dsn)
    try:
        await bare.execute("set role service_role; set timezone = 'UTC'")
        for kind in ("json", "jsonb"):
            await bare.set_type_codec(kind, encoder=_as_json, decoder=str, schema="pg_catalog")
        found = {}
        async with serving(dsn) as made:
            for name, address in (await addresses(conn)).items():
                found[name] = await _cost(made, bare, address, processes, rounds)
                say(f"{name}: {found[name].page:.1f} ms, {found[name].factor:.2f} × its SQL")
        return found
    finally:
        await bare.close()
        await conn.close()


async def _cost(
    made: Made, bare: asyncpg.Connection, address: str, processes: Processes, rounds: int
) -> Cost:
    app, database = made
    await get(app, address)
    database.asked.clear()
    body = await get(app, address)
    asked = list(database.asked)

    async def page() -> None:
        await get(app, address)

    async def sql() -> None:
        for name, args in asked:
            await bare.fetch(queries.text(name), *args)

    taken: dict[str, list[float]] = {"page": [], "sql": []}
    for _ in range(rounds):  # in turn, so that whatever else the machine does meets both
        for name, work in (("page", page), ("sql", sql)):
            taken[name].append(await _spent(work, processes))
    page_ms, sql_ms = (1000 * statistics.median(taken[name]) for name in ("page", "sql"))
    size = len(body) + sum(len(content) for content in _assets(body.decode()))
    sent = len(gzip.compress(body, 6)) + sum(
        len(gzip.compress(content, 6)) for content in _assets(body.decode())
    )
    return Cost(page_ms, sql_ms, len(asked), sent, size)


async def _spent(work: Callable[[], Awaitable[None]], processes: Processes) -> float:
    before = processes.seconds()
    await work()
    return processes.seconds() - before


def _assets(page: str) -> Iterator[bytes]:
    """The files that a page loads, and the modules that these import; the map's are another weight."""
    static = files("dashboard").joinpath("static")
    vendor = files("dashboard").joinpath("packages/node_modules")
    waiting = set(re.findall(r'"/static/[0-9a-f]+/([\w./-]+)', page)) - {"map.js"}
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name.startswith("vendor/"):
            if "maplibre" not in name and "world" not in name:
                yield vendor.joinpath(VENDOR[name.removeprefix("vendor/")]).read_bytes()
            continue
        content = static.joinpath(name).read_bytes()
        yield content
        if name.endswith(".js"):
            waiting |= set(re.findall(r'from "\./([\w.-]+)"', content.decode())) - seen


def _as_json(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


async def add_changes(server: Server, listings: int) -> None:
    """Bring the audit to ten changes a listing: titles, bedrooms, prices, what left and came back."""
    async with server.connect(BASE) as conn:
        await conn.execute(CHANGES_SQL.replace("{missing}", str(CHANGES * listings)))
        await conn.execute("vacuum (analyze) public.property_changes")


CHANGES_SQL: Final = """
create temporary table indexes as
select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
from pg_index where indrelid = 'public.property_changes'::regclass
  and not exists (select from pg_constraint c where c.conindid = indexrelid);
do $$ declare v record; begin
  for v in select * from indexes loop execute 'drop index ' || v.name; end loop;
end $$;
insert into public.property_changes (change_set_id, listing_id, source, property_id, change_type, field_name,
  old_value, new_value, confidence_score, change_reason, significant, actor, created_at)
select s.id, l.id, l.source, l.property_id, k.kind, k.field, k.old, k.new, 0.9, 'changed', true, 'benchmark',
  s.committed_at
from public.properties_live l
join public.sources f on f.name = l.source
cross join generate_series(1, 8) n
cross join lateral (
  select (array['title', 'status', 'price', 'bedrooms'])[1 + n % 4] as field,
    case when n % 4 <> 1 then 'updated' when n < 4 then 'removed' else 'reactivated' end as kind,
    case n % 4 when 0 then '"Casa"' when 1 then case when n < 4 then '"inactive"' else '"removed"' end
      else to_json(1000000 + n)::text end::jsonb as old,
    case n % 4 when 0 then '"Casa nueva"' when 1 then case when n < 4 then '"removed"' else '"active"' end
      else to_json(1000000 + n + case when hashtext(l.property_id) % 2 = 0 then 10 else -10 end)::text
      end::jsonb as new
) k
join lateral (
  select c.id, c.committed_at from property_manager.change_sets c
  where c.source_id = f.id
  order by c.id offset (hashint8extended(substr(l.property_id, 2)::bigint, n) & 2147483647) % 69 limit 1
) s on true
order by s.id
limit greatest(0, {missing} - (select count(*) from public.property_changes));
do $$ declare v record; begin
  for v in select * from indexes loop execute v.definition; end loop;
end $$;
"""


def report(runs: list[dict[str, Any]]) -> Iterator[str]:
    """A table: processor time of each page, beside its SQL, and how it grows with the catalogue."""
    heads = [f"{run['rows']:,}: ms | × its SQL" for run in runs]
    yield f"| page | {' | '.join(heads)} | growth | queries | kB sent | kB unpacked |"
    yield "|---" * (5 + 2 * len(runs)) + "|"
    for name, last in runs[-1]["costs"].items():
        cells = [f"{run['costs'][name].page:.1f} | {run['costs'][name].factor:.2f}" for run in runs]
        grown = last.page / runs[0]["costs"][name].page
        yield (
            f"| {name} | {' | '.join(cells)} | {grown:.2f} | {last.queries} | {last.sent / 1000:.0f} |"
            f" {last.size / 1000:.0f} |"
        )


def misses(runs: list[dict[str, Any]]) -> list[str]:
    """What is above the bars: ≤ 2 × its SQL, growth ≤ 1.5, 300 kB."""
    over = []
    for name, cost in runs[-1]["costs"].items():
        if cost.factor > FACTOR:
            over.append(f"{name}: {cost.factor:.2f} × its SQL")
        if len(runs) > 1 and (grown := cost.page / runs[0]["costs"][name].page) > GROWTH:
            over.append(f"{name}: grows {grown:.2f} ×")
        if cost.sent > HEAVIEST:
            over.append(f"{name}: {cost.sent:,} bytes")
    return over


async def run(sizes: list[int], rounds: int) -> list[dict[str, Any]]:
    runs = []
    for size in sizes:
        async with throwaway_server() as server:
            say(f"{size:,} listings")
            await fill(server, size)
            await add_changes(server, size)
            await server.settle()
            costs = await measure(
                server.login_dsn(BASE), server.superuser_dsn(BASE), await server.pid(), rounds
            )
            runs.append({"rows": size, "costs": costs})
    return runs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.dashboard", description=__doc__)
    parser.add_argument(
        "--rows", default="100000,1000000", help="sizes of the catalogue (default: %(default)s)"
    )
    parser.add_argument("--rounds", type=int, default=15, help="how often each page is asked (default: 15)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what is found")
    args = parser.parse_args()
    with run_folder(large=True):
        runs = asyncio.run(run([int(size) for size in args.rows.split(",")], args.rounds))
    if args.json:
        kept = [{**run, "costs": {name: asdict(cost) for name, cost in run["costs"].items()}} for run in runs]
        args.json.write_text(json.dumps(machine() | {"runs": kept}, indent=1))
    print("\n".join(report(runs)))
    over = misses(runs)
    print("\n".join(over) or "every page is within the bars")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
