"""`python -m benchmarks.county_space`: near, nearest and many places at once, beside PostGIS.

The same parcels lie in the embedded server and in Debian's PostgreSQL 15, there with PostGIS's index of
geographies beside ours. First each question's answer is compared, parcel by parcel; then each is timed by the
processor time of the backend that answers it, as others share the machine. Ours is asked by functions that
the program calls; PostGIS by the statement that its manual gives for the question, with the same columns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import asyncpg

from tests.homes import run_folder
from tests.servers import Server, build_template, running_server
from tests.stack.packages import POSTGRES_15

MILE: Final = 1609.344
NEAR_ENOUGH: Final = 0.001
"""Metres by which a distance may differ from PostGIS's."""
TIMES: Final = 2.0
"""The most of PostGIS's time that ours may take."""
_GEO: Final = "st_setsrid(st_makepoint(p.longitude::float8, p.latitude::float8), 4326)::geography"
_NEAR: Final = (
    "select w.place, st_distance({geo}, w.geo) as metres, p.id, p.state, p.county_fips,"
    " p.parcel_id_normalized, p.parcel_id, p.address, p.unit, p.city, p.postal_code, p.latitude, p.longitude,"
    " p.location_kind from places w cross join lateral (select * from county.properties p where"
    " st_dwithin({geo}, w.geo, {metres}) and p.is_active) p order by w.place, metres"
)
_NEAREST: Final = (
    "select w.place, n.* from places w cross join lateral (select st_distance({geo}, w.geo) as metres, p.id,"
    " p.state, p.county_fips, p.parcel_id_normalized, p.parcel_id, p.address, p.unit, p.city, p.postal_code,"
    " p.latitude, p.longitude, p.location_kind from county.properties p where p.is_active"
    " order by {geo} <-> w.geo limit {limit}) n"
)
_COLUMNS: Final = (
    *("source", "record_id", "state", "county_fips", "parcel_id_normalized", "parcel_id", "address", "city"),
    *("latitude", "longitude", "location_kind", "change_set_id"),
)


@dataclass(frozen=True)
class Question:
    """One question: how each side is asked, and around how many places."""

    name: str
    ours: str
    theirs: str
    places: int
    metres: float = 0.0
    right: str | None = None
    """What answers it exactly, where `theirs` does not."""
    together: bool = False
    """Whether all places are asked about at once."""


QUESTIONS: Final = (
    Question(
        "10 nearest",
        "select * from api.nearest_parcels($1, 10, 100000)",
        _NEAREST.format(geo=_GEO, limit=10),
        100,
        # geographies are ordered by their distance on a sphere, so the tenth may be another one
        right="select c.* from (select distinct place from places) w cross join lateral (select * from"
        f" ({_NEAREST.format(geo=_GEO, limit=40)}) n where n.place = w.place order by n.metres limit 10) c",
    ),
    Question(
        "200 places, 1 mile",
        f"select * from api.parcels_near($1, {MILE}, null)",
        _NEAR.format(geo=_GEO, metres=MILE),
        200,
        MILE,
        together=True,
    ),
    *(
        Question(
            name,
            f"select * from api.parcels_near($1, {metres}, null)",
            _NEAR.format(geo=_GEO, metres=metres),
            places,
            metres,
        )
        for name, metres, places in (
            ("within 1 km", 1_000, 22),
            ("within 1 mile", MILE, 22),
            ("within 10 km", 10_000, 8),
        )
    ),
)


def county(rows: int) -> list[tuple[Any, ...]]:
    """Parcels of one county: half of them even over 60 km, half in towns."""
    chance = random.Random(1)
    towns = [(28.3 + 0.5 * chance.random(), -81.65 + 0.6 * chance.random()) for _ in range(40)]
    found = []
    for number in range(rows):
        if number % 2:
            latitude, longitude = 28.3 + 0.54 * chance.random(), -81.65 + 0.62 * chance.random()
        else:
            town = towns[number % 40]
            latitude, longitude = chance.gauss(town[0], 0.02), chance.gauss(town[1], 0.02)
        key = f"{number:015d}"
        found.append(
            (
                *("orange-fl.parcels", key, "FL", "12095", key, key, f"{number} MAIN ST", "ORLANDO"),
                *(f"{latitude:.8f}", f"{longitude:.8f}", "centroid", 1),
            )
        )
    return found


def places(count: int) -> list[dict[str, Any]]:
    chance = random.Random(2)
    return [
        {
            "place": f"{n:03d}",
            "latitude": 28.4 + 0.34 * chance.random(),
            "longitude": -81.55 + 0.42 * chance.random(),
        }
        for n in range(count)
    ]


@asynccontextmanager
async def database(server: Server, rows: list[tuple[Any, ...]]) -> AsyncIterator[asyncpg.Connection]:
    """A migrated database with the parcels."""
    name = await build_template(server)
    conn = await asyncpg.connect(server.superuser_dsn(name))
    try:
        await conn.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        lines = "".join("\t".join(map(str, row)) + "\n" for row in rows).encode()
        await conn.copy_to_table("properties", schema_name="county", columns=_COLUMNS, source=_chunks(lines))
        await conn.execute("vacuum analyze county.properties")
        await conn.execute("set max_parallel_workers_per_gather = 0")
        await conn.execute("set jit = off")
        yield conn
    finally:
        await conn.close()


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(data), 1 << 20):
        yield data[start : start + (1 << 20)]


async def with_postgis(conn: asyncpg.Connection) -> None:
    """PostGIS and its index of geographies, as its manual recommends."""
    await conn.execute("create extension postgis")
    await conn.execute(
        "create index properties_geography on county.properties using gist"
        " ((st_setsrid(st_makepoint(longitude::float8, latitude::float8), 4326)::geography))"
    )
    await conn.execute("create temp table places (place text, geo public.geography)")
    await conn.execute("vacuum analyze county.properties")


async def _asked(conn: asyncpg.Connection, around: list[dict[str, Any]]) -> None:
    await conn.execute("truncate places")
    await conn.executemany(
        "insert into places values ($1, st_setsrid(st_makepoint($2, $3), 4326)::geography)",
        [(each["place"], each["longitude"], each["latitude"]) for each in around],
    )


class Timed:
    """What one side takes for each question, in seconds of its backend's processor time."""

    def __init__(self, conn: asyncpg.Connection) -> None:
        self._conn = conn
        self._cpu = Path(f"/proc/{conn.get_server_pid()}/schedstat")

    async def once(self, statement: str, *arguments: Any) -> float:
        before = self._read()
        await self._conn.fetchval(f"select count(*) from ({statement} offset 0) n", *arguments)
        return self._read() - before

    def _read(self) -> float:
        return int(self._cpu.read_text().split()[0]) / 1e9


async def compared(question: Question, embedded: asyncpg.Connection, debian: asyncpg.Connection) -> int:
    """How many rows the three answers have. Raises SystemExit where they are not the same parcels."""
    around = places(question.places)
    await _asked(debian, around)
    asked: tuple[tuple[asyncpg.Connection, str, str, list[Any]], ...] = (
        (embedded, question.ours, "parcel", [around]),
        (debian, question.ours, "parcel", [around]),
        (debian, question.right or question.theirs, "id", []),
    )
    answers = []
    for conn, statement, name, arguments in asked:
        rows = await conn.fetch(
            f"select n.place || ':' || p.record_id, n.metres from ({statement}) n"
            f" join county.properties p on p.id = n.{name}",
            *arguments,
        )
        answers.append({row[0]: row[1] for row in rows})
    first, second, right = answers
    all_of_them = first | right
    different = first.keys() ^ right.keys()
    # on the circle itself a tenth of a millimetre decides
    border = {key for key in different if abs(all_of_them[key] - question.metres) < NEAR_ENOUGH}
    off = max((abs(first[key] - right[key]) for key in first.keys() & right.keys()), default=0.0)
    if not right or first.keys() != second.keys() or different != border or off > NEAR_ENOUGH:
        raise SystemExit(
            f"{question.name}: {len(different - border)} parcels are in one answer alone,"
            f" and distances are up to {1000 * off:.3f} mm off"
        )
    if border:
        print(f"{question.name}: {len(border)} of {len(right):,} on the circle itself, within a millimetre")
    return len(right)


async def timed(
    question: Question, embedded: asyncpg.Connection, debian: asyncpg.Connection, repeat: int
) -> tuple[float, float, float]:
    """Seconds for all places: the median of the rounds, ours on both servers and PostGIS's."""
    around = places(question.places)
    batches = [around] if question.together else [[each] for each in around]
    ours, ours_too, theirs = Timed(embedded), Timed(debian), Timed(debian)
    rounds: list[tuple[float, float, float]] = []
    for _ in range(repeat + 1):
        taken = [0.0, 0.0, 0.0]
        for batch in batches:
            await _asked(debian, batch)
            taken[0] += await ours.once(question.ours, batch)
            taken[1] += await ours_too.once(question.ours, batch)
            taken[2] += await theirs.once(question.theirs)
        rounds.append((taken[0], taken[1], taken[2]))
    first, second, third = zip(*rounds[1:], strict=True)  # the first one fills the caches
    return statistics.median(first), statistics.median(second), statistics.median(third)


async def run(first: Server, second: Server, rows: int, repeat: int) -> list[dict[str, Any]]:
    """Measure on both servers, and print a line a question."""
    parcels = county(rows)
    figures: list[dict[str, Any]] = []
    async with database(first, parcels) as embedded, database(second, parcels) as debian:
        await with_postgis(debian)
        print(f"{rows:,} parcels; processor milliseconds a place; the answers are the same parcels")
        print(f"{'':20} {'found':>10} {'embedded':>9} {'PG 15':>9} {'PostGIS':>9}   ratio")
        for question in QUESTIONS:
            found = await compared(question, embedded, debian)
            taken = await timed(question, embedded, debian, repeat)
            each = [1000 * seconds / question.places for seconds in taken]
            ratios = [each[0] / each[2], each[1] / each[2]]
            figures.append({"question": question.name, "found": found, "ms": each, "ratios": ratios})
            print(
                f"{question.name:20} {found:10,} {each[0]:9.3f} {each[1]:9.3f} {each[2]:9.3f}"
                f"   {ratios[0]:.2f} and {ratios[1]:.2f}",
                flush=True,
            )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--json", type=Path, dest="into")
    given = parser.parse_args()
    if not (POSTGRES_15 / "postgres").exists():
        sys.exit("Debian's PostgreSQL 15 with PostGIS is not installed: make packages")
    settings = {"shared_buffers": "512MB"}
    with (
        run_folder(large=True),
        running_server(settings=settings) as first,
        running_server(POSTGRES_15, settings) as second,
    ):
        figures = asyncio.run(run(first, second, given.rows, given.repeat))
    if given.into:
        given.into.write_text(
            json.dumps({"rows": given.rows, "figures": figures}, indent=2), encoding="utf-8"
        )
    if any(ratio > TIMES for figure in figures for ratio in figure["ratios"]):
        sys.exit(f"the embedded way took more than {TIMES:g} times PostGIS's time")


if __name__ == "__main__":
    main()
