"""`python -m benchmarks.county_scoring`: leads scored, beside one statement and a scorer row by row.

Invented: one county, and three records of trouble to a parcel: tax sales, certificates, foreclosures, code
cases, open and over; an appraiser record each. Everything is verified before it is told: each total and tier
of ours equals that of the statement of the same sums, and those of the scorer in Python equal both. Times are
processor seconds of client and server, as a machine is seldom one's own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import asyncpg

from benchmarks.county_rows import score_rows
from benchmarks.meter import Effort, clocked
from benchmarks.server import BASE, Server, throwaway_server
from config.source import Source
from database.direct import DirectDatabase
from services.county.scoring import Scored, score_leads
from services.staging import register_source

AS_OF: Final = date(2026, 1, 15)
_SQL: Final = Path(__file__).parent / "county"
LIMITS: Final = {"statement": 3.0, "row by row": 50.0, "one in a hundred": 0.03}


@dataclass(slots=True)
class Measured:
    """What each way took, and how many parcels it scored."""

    parcels: int
    efforts: dict[str, Effort] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def cpu(self, way: str) -> float:
        effort = self.efforts[way]
        return effort.client_cpu + (effort.server_cpu or 0.0)

    def ratios(self) -> dict[str, float]:
        ours = self.cpu("ours")
        per_row = self.cpu("row by row") / self.counts["row by row"] * self.parcels
        return {
            "statement": ours / self.cpu("statement"),
            "row by row": per_row / ours,
            "one in a hundred": self.cpu("one in a hundred") / ours,
        }


async def measure(server: Server, parcels: int, sample: int) -> Measured:
    """Score a county of so many parcels in each way. Raises AssertionError where two do not agree."""
    found, pid = Measured(parcels), await server.pid()
    async with server.connect(BASE) as conn:
        async with await DirectDatabase.connect(server.login_dsn(BASE)) as database:
            await register_source(database, Source(name="bench"))
        await conn.execute((_SQL / "fill.sql").read_text().replace(":parcels", str(parcels)))
        await conn.execute("vacuum analyze")
        statement = (_SQL / "statement.sql").read_text()
        with clocked(pid) as effort:
            await conn.execute(statement)
        found.efforts["statement"] = effort
        async with await DirectDatabase.connect(server.login_dsn(BASE)) as database:
            await _ours(database, conn, found, pid)
        ids = await conn.fetch("select id from county.properties order by md5(id::text) limit $1", sample)
        with clocked(pid) as effort:
            rows = await score_rows(conn, [row["id"] for row in ids], AS_OF)
        found.efforts["row by row"], found.counts["row by row"] = effort, len(rows)
        await _agree(conn, rows)
    return found


async def _ours(database: DirectDatabase, conn: asyncpg.Connection, found: Measured, pid: int) -> None:
    with clocked(pid) as effort:
        done = await score_leads(database, as_of=AS_OF)
    found.efforts["ours"] = effort
    assert (done.new, done.scored) == (found.parcels, found.parcels), done
    unlike = await conn.fetchval(
        "select count(*) from statement_scores t full join county.lead_scores s on s.property_id = t.id"
        " where (t.distress, t.value, t.location, t.urgency, t.total, t.tier) is distinct from"
        " (s.distress, s.value, s.location, s.urgency, s.total, s.tier)"
    )
    assert unlike == 0, f"{unlike} scores are not those of the statement"
    again = await _timed(database, found, pid, "again")
    assert (again.scored, again.new, again.changed) == (0, 0, 0), again
    await conn.execute((_SQL / "change.sql").read_text())
    changed = await _timed(database, found, pid, "one in a hundred")
    assert changed.scored >= found.parcels // 100, changed
    await _timed(database, found, pid, "all again", every=True)


async def _timed(database: DirectDatabase, found: Measured, pid: int, way: str, **asked: Any) -> Scored:
    with clocked(pid) as effort:
        done = await score_leads(database, as_of=AS_OF, **asked)
    found.efforts[way], found.counts[way] = effort, done.scored
    return done


async def _agree(conn: asyncpg.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Each row of the scorer in Python is that of live."""
    kept = await conn.fetch(
        "select property_id, distress, value, location, urgency, total, tier from county.lead_scores"
        " where property_id = any ($1)",
        [row[0] for row in rows],
    )
    assert {tuple(row) for row in kept} == set(rows), "the scorer in Python does not agree"


def report(found: Measured) -> str:
    """The figures as lines."""
    lines = [f"{found.parcels:,} parcels, {3 * found.parcels:,} records of trouble; processor seconds"]
    for way, effort in found.efforts.items():
        scored = found.counts.get(way, found.parcels)
        lines.append(f"  {way:18} {found.cpu(way):10.2f}  for {scored:,} parcels; {effort.seconds:.1f} s")
    ratios = found.ratios()
    return "\n".join(
        [
            *lines,
            f"ours by the statement: {ratios['statement']:.2f} (at most {LIMITS['statement']:g})",
            f"row by row by ours: {ratios['row by row']:.0f} (at least {LIMITS['row by row']:g})",
            f"1 % changed: {ratios['one in a hundred']:.2%} (at most {LIMITS['one in a hundred']:.0%})",
        ]
    )


async def run(parcels: int, sample: int) -> Measured:
    async with throwaway_server() as server:
        return await measure(server, parcels, sample)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--sample", type=int, default=2_000, help="parcels that are scored row by row")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found = asyncio.run(run(given.parcels, given.sample))
    print(report(found))
    if given.json:
        efforts = {way: effort.as_json() for way, effort in found.efforts.items()}
        document = {"parcels": found.parcels, "ratios": found.ratios(), "efforts": efforts}
        given.json.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
