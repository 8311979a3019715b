"""A county's roll loaded: ours beside COPY with hand-written SQL, and beside SQLAlchemy's bulk upserts.

    python -m benchmarks.county_load --rows 340000 --sqlalchemy PYTHON [--peer-rows 34000]

Every contender gets the same records, of the shape of Florida's NAL file, already read; each in a database
of its own. Ours ends with live, audit, state, guard and feed; COPY with SQL writes the same live rows and
the same audit, and nothing else; SQLAlchemy writes live rows alone, in batches of 1,000, of which it gets
fewer: its figure is per row. What is in live and in the audit is compared before any figure is shown.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

import orjson

from benchmarks.meter import Effort, metered
from benchmarks.server import BASE, Server, throwaway_server
from config.county.kinds import PROPERTY_RECORDS
from config.source import Source
from database.direct import DirectDatabase
from parsing.parcels.staged import StagedRecord
from services.county.records import RecordWriter
from services.pipeline import Metrics, SyncOptions, sync_session
from services.staging import register_source

ROLL: Final = Source(name="bench.roll", records="property_records", currency="USD", country="US")
COUNTY: Final = {"state": "FL", "county_fips": "12095"}
FIELDS: Final = [field.name for field in PROPERTY_RECORDS.fields]
_CHANGED: Final = 100
"""Of the second load every so many rows have another value."""
_IMAGE: Final = ", ".join(FIELDS)
_LIVE: Final = ", ".join(f"l.{name}" for name in FIELDS)
_STREETS: Final = ("Main St", "Oak Ave", "Lake Underhill Rd", "W Colonial Dr", "E Robinson St")


def roll(rows: int, *, changed: bool = False) -> Iterator[StagedRecord]:
    """Records of one roll year, the same at every call."""
    chance = Random(20261129)
    for number in range(rows):
        key = (
            f"{22 + number % 6:02d}{27 + number % 8:02d}{1 + number % 36:02d}{number % 9000:04d}{number:09d}"[
                : 15 + 6
            ]
        )
        value = chance.randrange(60_000, 900_000)
        if changed and not number % _CHANGED:
            value += 1_000
        content: dict[str, Any] = {
            **COUNTY,
            "parcel_id_normalized": key,
            "parcel_id": f"{key[:2]}-{key[2:4]}-{key[4:]}",
            "roll_year": 2026,
            "market_value": value,
            "assessed_value": value - value // 7,
            "taxable_value": max(0, value - value // 7 - 50_000),
            "land_value": value // 4,
            "homestead": number % 3 == 0,
            "use_code": f"{chance.randrange(100):04d}",
            "year_built": 1930 + number % 95,
            "effective_year_built": 1940 + number % 85,
            "living_area_sqft": 800 + number % 3_000,
            "lot_size_sqft": 4_000 + number % 20_000,
            "units": 1,
            "last_sale_date": f"{1990 + number % 35}-{1 + number % 12:02d}-01",
            "last_sale_price": value - 20_000,
            "sale_qualification": "01",
            "legal_description": f"LOT {number % 900} BLK {number % 40} CYPRESS POINT UNIT {number % 12}",
            "owner_name": f"OWNER {number} FAMILY TRUST",
            "mailing_address": f"{number % 9_000} {_STREETS[number % 5]}",
            "mailing_city": "ORLANDO",
            "mailing_state": "FL",
            "mailing_postal_code": f"{32801 + number % 80}",
            "absentee": number % 3 != 0,
        }
        yield StagedRecord(
            f"{key}:2026",
            content,
            raw=orjson.dumps({"PARCEL_ID": key, "JV": value, "DOR_UC": content["use_code"]}),
        )


async def load_ours(server: Server, database: str, rows: Iterator[StagedRecord], day: int) -> Metrics:
    """Stage and sync, everything on."""
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    async with await DirectDatabase.connect(server.login_dsn(database)) as opened:
        await register_source(opened, ROLL)
        writer = await RecordWriter.open(
            opened, ROLL, scope="layer", kind="import", filters={"county": COUNTY}, clock=lambda: at
        )
        for row in rows:
            await writer.add(row)
        await writer.complete("complete")
        result = await sync_session(opened, writer.session_id, SyncOptions(clock=lambda: at, catch_up=False))
    if result.status != "applied":
        raise RuntimeError(f"the sync is {result.status}: {result.error}")
    return result.metrics


async def load_by_copy(server: Server, database: str, rows: Iterator[StagedRecord]) -> None:
    """COPY into a table of typed columns, then two statements: live, and the audit of it."""
    columns = ", ".join(f"{field.name} {field.sql}" for field in PROPERTY_RECORDS.fields)
    async with server.connect(database) as conn:
        await conn.execute(f"create unlogged table county.landed (record_id text, {columns}, raw jsonb)")
        await conn.copy_to_table(
            "landed",
            schema_name="county",
            source=_lines(rows),
            columns=("record_id", *FIELDS, "raw"),
            format="text",
        )
        await conn.execute(f"""
            with made as (
              insert into county.property_records as l (source, record_id, {_IMAGE}, raw, change_set_id)
              select 'bench.roll', record_id, {_IMAGE}, raw, 1 from county.landed
              returning l.id, l.record_id, (select to_jsonb(i) from (
                select {_LIVE}, l.record_status) i) as image
            )
            insert into county.changes (change_set_id, kind, record, source, record_id, change_type,
              new_value, change_reason, actor)
            select 1, 'property_records', id, 'bench.roll', record_id, 'created', image, 'first seen', 'peer'
            from made""")


async def _lines(rows: Iterator[StagedRecord]) -> AsyncIterator[bytes]:
    batch: list[str] = []
    for row in rows:
        content = row.content
        cells = [row.record_id or "", *("\\N" if content.get(n) is None else str(content[n]) for n in FIELDS)]
        batch.append("\t".join([*cells, (row.raw or b"").decode().replace("\\", "\\\\")]) + "\n")
        if len(batch) == 2_000:
            yield "".join(batch).encode()
            batch = []
    yield "".join(batch).encode()


async def result_of(server: Server, database: str) -> list[Any]:
    """What live and the audit hold, in one figure each."""
    async with server.connect(database) as conn:
        return [
            await conn.fetchval(
                "select count(*) || '/' ||"
                f" sum(hashtextextended(row({_IMAGE}, record_id, record_status)::text, 0))"
                " from county.property_records"
            ),
            await conn.fetchval(
                "select count(*) || '/' || sum(jsonb_hash_extended(jsonb_strip_nulls(new_value), 0)::numeric"
                " + hashtextextended(record_id, 0))"
                " from county.changes"
            ),
        ]


def by_sqlalchemy(server: Server, database: str, python: str, rows: int) -> dict[str, float]:
    """What the peer's own process says that it took."""
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as file:
        for row in roll(rows):
            fixed = {"source": "bench.roll", "record_id": row.record_id, "change_set_id": 1}
            file.write(orjson.dumps({**fixed, **row.content}) + b"\n")
        file.flush()
        script = Path(__file__).parent / "county_peer" / "by_sqlalchemy.py"
        done = subprocess.run(
            [python, str(script), server.superuser_dsn(database), file.name, "county.property_records"],
            check=True,
            capture_output=True,
            text=True,
        )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def timed(server: Server, database: str, pid: int, work: Callable[[], Any]) -> Effort:
    """What a piece of work takes."""
    with metered(server.superuser_dsn(database), pid) as effort:
        work()
    return effort


def cpu(effort: Effort) -> float:
    return effort.client_cpu + (effort.server_cpu or 0)


async def _run(arguments: argparse.Namespace) -> dict[str, Any]:
    rows: int = arguments.rows
    async with throwaway_server() as server:
        await server.settle()
        pid = await server.pid()
        for name in ("ours", "peer", "orm"):
            await server.copy(name, BASE)

        def ours(day: int, *, changed: bool) -> Callable[[], Metrics]:
            return lambda: asyncio.run(load_ours(server, "ours", roll(rows, changed=changed), day))

        def measured(database: str, work: Callable[[], Any]) -> Effort:
            return timed(server, database, pid, work)

        made = await asyncio.to_thread(measured, "ours", lambda: sum(1 for _ in roll(rows)))
        first = await asyncio.to_thread(measured, "ours", ours(1, changed=False))
        peer = await asyncio.to_thread(
            measured, "peer", lambda: asyncio.run(load_by_copy(server, "peer", roll(rows)))
        )
        mine, theirs = await result_of(server, "ours"), await result_of(server, "peer")
        if mine != theirs:
            raise RuntimeError(f"ours and COPY with SQL differ: {mine} {theirs}")
        again = await asyncio.to_thread(measured, "ours", ours(2, changed=True))
        orm: dict[str, float] = {}
        orm_effort: Effort | None = None
        if arguments.sqlalchemy:
            orm_effort = await asyncio.to_thread(
                measured,
                "orm",
                lambda: orm.update(by_sqlalchemy(server, "orm", arguments.sqlalchemy, arguments.peer_rows)),
            )
            # as its own process measured it: without its start
            orm_effort.client_cpu, orm_effort.seconds = orm["cpu"], orm["seconds"]
            async with server.connect("orm") as conn:
                if await conn.fetchval("select count(*) from county.property_records") != arguments.peer_rows:
                    raise RuntimeError("SQLAlchemy has not written every row")
    for effort in (first, peer, again):  # making the records is no part of loading them
        effort.client_cpu -= made.client_cpu
        effort.seconds -= made.client_cpu
    report: dict[str, Any] = {
        "rows": rows,
        "ours": first.as_json(),
        "copy_and_sql": peer.as_json(),
        "reload": again.as_json(),
        "ratio_to_copy": {"cpu": cpu(first) / cpu(peer), "clock": first.seconds / peer.seconds},
        "reload_share": {"cpu": cpu(again) / cpu(first), "clock": again.seconds / first.seconds},
        "client_grown_mb": max(first.grown_mb or 0, again.grown_mb or 0),
    }
    if orm_effort is not None:
        share = arguments.peer_rows / rows
        report["sqlalchemy"] = orm_effort.as_json() | {"rows": arguments.peer_rows}
        report["times_sqlalchemy"] = {
            "cpu": cpu(orm_effort) / share / cpu(first),
            "clock": orm_effort.seconds / share / first.seconds,
        }
    return report


def main() -> None:
    """Measure and print one document."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=340_000)
    parser.add_argument("--sqlalchemy", metavar="PYTHON", help="A Python with sqlalchemy and psycopg.")
    parser.add_argument("--peer-rows", type=int, default=34_000)
    print(json.dumps(asyncio.run(_run(parser.parse_args())), indent=2))


if __name__ == "__main__":
    main()
