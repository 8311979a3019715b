"""`python -m benchmarks.validation`: staged rows checked by 20 rules, beside a hand-written scan and pandera.

Invented listings are staged as an import would, and repeated to the number that is asked for; some of them
are wrong. Ours is what a sync does between the sift and the quarantine: every rule, and a verdict written for
each row that fails one. The scan is one statement that counts the same violations and writes nothing. Pandera
reads the rows from Postgres, checks them and writes its verdicts back. Counts are compared first: seconds of
a wrong result are none. Last, the rows are applied and staged again, and the session that brings nothing new
is validated.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from benchmarks import ours
from benchmarks.listings import Portal
from benchmarks.meter import clocked
from benchmarks.results import Results, machine
from benchmarks.server import BASE, Server, throwaway_server
from benchmarks.stage import say
from database.direct import DirectDatabase
from services.pipeline import SyncOptions, apply_plan, sync_session
from services.pipeline.lease import claim
from services.pipeline.stages import Run
from services.pipeline.validate import validate
from services.workflows.rule_files import RuleDraft
from services.workflows.rules import add_rules

BASE_ROWS: Final = 5_000
"""Listings that are staged one by one; the rest are copies of them under other ids."""

SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, and the condition under which a staged row fails it, written by hand."""

    rule: RuleDraft
    sql: str


def _check(name: str, field: str, kind: str, sql: str, **settings: Any) -> Check:
    given = {"name": name, "field": field, "kind": kind, "severity": "warning", **settings}
    return Check(RuleDraft.model_validate(given), sql)


CHECKS: Final = (
    _check("has_title", "title", "required", "title is null or btrim(title) = ''"),
    _check("has_city", "city", "required", "city is null or btrim(city) = ''"),
    _check("description_long", "description", "length", "length(description) < 20", min=20),
    _check("title_short", "title", "length", "length(title) > 120", max=120),
    _check("sale_price", "price", "range",
           "operation_type = 'sale' and (price < 1000 or price > 500000000)",
           min=1000, max=500_000_000, when={"operation": "sale"}),
    _check("rent_price", "price", "range", "operation_type = 'rent' and (price < 50 or price > 2000000)",
           min=50, max=2_000_000, when={"operation": "rent"}),
    _check("north", "latitude", "range", "latitude < 10 or latitude > 40", min=10, max=40),
    _check("east", "longitude", "range", "longitude < -120 or longitude > -80", min=-120, max=-80),
    _check("bedrooms", "bedrooms", "range", "bedrooms < 0 or bedrooms > 20", min=0, max=20),
    _check("bathrooms", "bathrooms", "range", "bathrooms < 0 or bathrooms > 15", min=0, max=15),
    _check("parking", "parking_spaces", "range", "parking_spaces < 0 or parking_spaces > 12", min=0, max=12),
    _check("total_area", "total_area_m2", "range", "total_area_m2 < 5 or total_area_m2 > 100000",
           min=5, max=100_000),
    _check("covered_area", "covered_area_m2", "range", "covered_area_m2 < 5 or covered_area_m2 > 20000",
           min=5, max=20_000),
    _check("known_currency", "currency", "one_of", "currency not in ('MXN', 'USD')", values=["MXN", "USD"]),
    _check("known_operation", "operation_type", "one_of", "operation_type not in ('sale', 'rent')",
           values=["sale", "rent"]),
    _check("five_digits", "postal_code", "pattern", "postal_code !~ '^[0-9]{5}$'", regex="^[0-9]{5}$"),
    _check("an_email", "agent_email", "pattern", "agent_email !~ '^[^@ ]+@[^@ ]+$'", regex="^[^@ ]+@[^@ ]+$"),
    _check("an_image", "main_image_url", "pattern", "main_image_url !~ '^https?://'", regex="^https?://"),
    _check("below_the_roof", "floor_number", "compare", "not floor_number <= total_floors",
           operator="<=", other_field="total_floors"),
    _check("covered_of_total", "covered_area_m2", "compare", "not covered_area_m2 <= total_area_m2",
           operator="<=", other_field="total_area_m2"),
)  # fmt: skip

SPOILT: Final = {
    "bedrooms": "case when {n} % 97 = 0 then 400 else bedrooms end",
    "price": "case when {n} % 101 = 0 then 1 else price end",
    "postal_code": "case when {n} % 103 = 0 then 'none' else postal_code end",
    "city": "case when {n} % 107 = 0 then null else city end",
    "agent_email": "case when {n} % 109 = 0 then 'nobody' else agent_email end",
    "latitude": "case when {n} % 113 = 0 then 80 else latitude end",
    "floor_number": "case when {n} % 127 = 0 then total_floors + 1"
    " else least(floor_number, total_floors) end",
}
"""What is made wrong: about one row in a hundred each."""


async def stage_rows(server: Server, database: DirectDatabase, rows: int, day: int) -> UUID:
    """A session of so many rows: listings that are staged as an import's, and copies of them, some spoilt."""
    session = await ours.land(database, Portal(BASE_ROWS).first_scrape(), ours.moment(day))
    async with server.connect(BASE) as conn:
        names = [
            row["attname"]
            for row in await conn.fetch(
                "select attname from pg_attribute"
                " where attrelid = 'public.property_scrapes_staging'::regclass"
                " and attnum > 0 and not attisdropped and attgenerated = '' order by attnum"
            )
        ]
        made = {
            "row_no": "s.row_no + k.copy * $2",
            "property_id": "s.property_id || '-' || k.copy",
            **{name: sql.format(n="(s.row_no + k.copy * $2)") for name, sql in SPOILT.items()},
        }
        values = ", ".join(made.get(name, f"s.{name}") for name in names)
        await conn.execute(
            f"insert into public.property_scrapes_staging ({', '.join(names)}) select {values}"
            " from public.property_scrapes_staging s cross join generate_series(1, $3::integer - 1) k (copy)"
            " where s.session_id = $1",
            *(session, BASE_ROWS, rows // BASE_ROWS),
        )
        spoilt = ", ".join(f"{name} = {sql.format(n='row_no')}" for name, sql in SPOILT.items())
        await conn.execute(
            f"update public.property_scrapes_staging set {spoilt} where session_id = $1 and row_no <= $2",
            *(session, BASE_ROWS),
        )
        await conn.execute(
            "update public.scraping_sessions set properties_found = $2 where id = $1", session, rows
        )
        await conn.execute("vacuum analyze public.property_scrapes_staging")
    return session


Measured = dict[str, Any]


async def timed(server: Server, work: Awaitable[Any]) -> Measured:
    """What a piece of work takes: seconds, and the processor time of client and server."""
    with clocked(await server.pid()) as effort:
        await work
    return {
        "seconds": round(effort.seconds, 3),
        "client_cpu": round(effort.client_cpu, 3),
        "server_cpu": None if effort.server_cpu is None else round(effort.server_cpu, 3),
        "noise": None if effort.noise is None else round(effort.noise, 2),
    }


async def claimed(database: DirectDatabase, session: UUID, day: int) -> Run:
    """The session as a sync has it once its rows are sifted: what is to be validated is known."""
    found = await claim(database, session, SyncOptions(clock=lambda: ours.moment(day), catch_up=False))
    run = Run(database, session, found.epoch)
    await run.stage("sift", True)
    return run


async def counted(conn: asyncpg.Connection, query: str, *args: Any) -> dict[str, int]:
    """How many rows fail each rule, those that none fails left out."""
    return {row["rule_name"]: row["rows"] for row in await conn.fetch(query, *args) if row["rows"]}


async def our_counts(conn: asyncpg.Connection, session: UUID) -> dict[str, int]:
    """By the verdicts that ours wrote."""
    return await counted(
        conn,
        "select rule_name, count(distinct row_no) as rows from property_manager.findings"
        " where session_id = $1 and outcome = 'failed' group by rule_name order by rule_name",
        session,
    )


async def scan(conn: asyncpg.Connection, session: UUID) -> dict[str, int]:
    """The hand-written statement: each row read once, nothing written."""
    columns = ", ".join(f"count(*) filter (where {check.sql}) as {check.rule.name}" for check in CHECKS)
    row = await conn.fetchrow(
        f"select {columns} from public.property_scrapes_staging where session_id = $1", session
    )
    return {name: number for name, number in sorted(row.items()) if number}


def same(what: str, found: dict[str, int], expected: dict[str, int]) -> None:
    if dict(sorted(found.items())) != dict(sorted(expected.items())):
        raise RuntimeError(f"{what} counts {found}, and the scan {expected}")


async def released(database: DirectDatabase, run: Run) -> None:
    await database.run("release", run.session_id, run.epoch, None)


async def measure(rows: int, repeat: int, *, pandera: bool, results: Results) -> None:
    async with throwaway_server() as server:
        await server.settle()
        async with await DirectDatabase.connect(server.login_dsn(BASE)) as database:
            async with server.connect(BASE) as conn:
                await conn.execute("update public.validation_rules set is_active = false")
            await add_rules(database, [check.rule for check in CHECKS], actor="benchmark", enabled=True)
            say(f"{rows:,} rows: staging")
            session = await stage_rows(server, database, rows, 1)
            async with server.connect(BASE) as conn:
                expected = await scan(conn, session)
                say(f"  {sum(expected.values()):,} violations of {len(expected)} rules")
                for _ in range(repeat):
                    results.add_run({"peer": "scan", **await timed(server, scan(conn, session))})
                    run = await claimed(database, session, 1)
                    results.add_run({"peer": "ours", **await timed(server, validate(run, SECONDS))})
                    same("ours", await our_counts(conn, session), expected)
                    await released(database, run)
                    if pandera:
                        spent = await by_pandera(server, conn, session, expected)
                        results.add_run({"peer": "pandera", **spent})
                    for each in results.runs[-3 if pandera else -2 :]:
                        say(f"  {each}")
            results.add_figure("violations", expected)
            await unchanged(server, database, session, rows, results)


async def unchanged(
    server: Server, database: DirectDatabase, session: UUID, rows: int, results: Results
) -> None:
    """The rows are applied and come again: no rule looks at a row that has not changed since it passed."""
    say("  applying")
    result = await sync_session(
        database, session, SyncOptions(clock=lambda: ours.moment(1), catch_up=False, rule_seconds=SECONDS)
    )
    if result.status == "held":
        assert result.plan_id is not None
        await apply_plan(database, result.plan_id, SyncOptions(clock=lambda: ours.moment(1), catch_up=False))
    again = await stage_rows(server, database, rows, 2)
    run = await claimed(database, again, 2)
    figure = await timed(server, validate(run, SECONDS))
    async with server.connect(BASE) as conn:
        looked_at = "select count(*) from property_manager.candidates where session_id = $1"
        figure["candidates"] = await conn.fetchval(looked_at, again)
    results.add_figure("unchanged", figure)
    say(f"  unchanged: {figure}")


async def by_pandera(
    server: Server, conn: asyncpg.Connection, session: UUID, expected: dict[str, int]
) -> Measured:
    """Rows read from Postgres into pandas, checked, verdicts written back by COPY."""
    from benchmarks.by_pandera import check  # noqa: PLC0415 not installed with the project

    await conn.execute("drop table if exists public.verdicts")
    await conn.execute("create table public.verdicts (row_no integer, rule_name text, value text)")
    dsn = server.superuser_dsn(BASE)
    measured = await timed(server, asyncio.to_thread(check, dsn, str(session)))
    query = "select rule_name, count(distinct row_no) as rows from public.verdicts group by rule_name"
    same("pandera", await counted(conn, query), expected)
    return measured


def told(results: Results) -> list[str]:
    """The table: the least of each, and how they compare."""
    least: dict[str, dict[str, Any]] = {}
    for run in results.runs:
        kept = least.get(run["peer"])
        if kept is None or run["seconds"] < kept["seconds"]:
            least[run["peer"]] = run
    if "unchanged" in results.figures:
        least["ours, unchanged rows"] = results.figures["unchanged"]
    lines = ["| what | s | processor s | of the scan | processor, of the scan |", "|---|---|---|---|---|"]
    base = least["scan"]
    for name, each in least.items():
        spent = each["client_cpu"] + (each["server_cpu"] or 0)
        of_base = base["client_cpu"] + (base["server_cpu"] or 0)
        share = f"{spent / of_base:.2f} ×" if of_base else "–"
        slower = f"{each['seconds'] / base['seconds']:.2f} ×"
        lines.append(f"| {name} | {each['seconds']:.2f} | {spent:.2f} | {slower} | {share} |")
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.validation", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="staged rows (default: 100000)")
    parser.add_argument("--repeat", type=int, default=3, help="how often; the least counts (default: 3)")
    parser.add_argument("--without-pandera", action="store_true", help="ours and the scan alone")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep what is found, after every step")
    args = parser.parse_args()
    if args.rows % BASE_ROWS or args.rows <= 0:
        parser.error(f"--rows takes a multiple of {BASE_ROWS}")
    results = Results(args.json, machine() | {"rows": args.rows})
    asyncio.run(measure(args.rows, args.repeat, pandera=not args.without_pandera, results=results))
    print("\n".join(told(results)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
