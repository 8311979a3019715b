"""The map of parcels counts each lead, case and auction once at any zoom; the counts follow the records."""

from __future__ import annotations

import json
from collections import Counter

import asyncpg
import pytest

from tests.parcels import CENTRE, fill

WORLD = {"south": -85, "west": -180, "north": 85, "east": 180}
NEARBY = {
    "south": CENTRE[0] - 0.02,
    "west": CENTRE[1] - 0.02,
    "north": CENTRE[0] + 0.02,
    "east": CENTRE[1] + 0.02,
}
KINDS = ("A", "B", "C", "D", "none", "case", "auction")
RIGHT = """
select what, count(*) from (
  select coalesce(s.tier, 'none') as what, p.latitude, p.longitude from county.properties p
  left join county.lead_scores s on s.property_id = p.id where p.is_active
  union all
  select 'case', coalesce(c.latitude, p.latitude), coalesce(c.longitude, p.longitude)
  from county.code_violations c join county.properties p on p.id = c.property_id where c.status = 'open'
  union all
  select 'auction', t.latitude, t.longitude from county.tax_sales t where t.record_id = 'coming'
) n where latitude between $1 and $3 and longitude between $2 and $4 group by what
"""


async def shown(
    conn: asyncpg.Connection, sides: dict[str, float], level: int, most: int, *kinds: str
) -> list[asyncpg.Record]:
    found: list[asyncpg.Record] = await conn.fetch(
        "select * from api.county_map($1::jsonb, $2, $3)",
        json.dumps({**sides, "kinds": kinds or KINDS}),
        level,
        most,
    )
    return found


def totals(rows: list[asyncpg.Record]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for row in rows:
        counted.update(json.loads(row["counts"]))
    return dict(counted)


@pytest.fixture
async def county(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Two thousand parcels, half of them scored, with cases, an auction to come and three that are not."""
    await fill(superuser, 2_000)
    await superuser.execute(
        "insert into county.lead_scores (property_id, distress, value, location, urgency, total, tier,"
        " confidence, reasons, score_version, as_of, fingerprint, scored_at)"
        " select id, 1, 1, 1, 1, 50, substr('ABCD', 1 + record_id::integer % 4, 1), 0.5, '[]', 1,"
        " '2026-11-29', 0, now() from county.properties where record_id::integer % 2 = 0 and is_active"
    )
    await superuser.execute(
        "insert into county.tax_sales (source, record_id, state, county_fips, tda_number, sale_date, status,"
        " latitude, longitude, record_status, change_set_id) select 's', n, 'FL', '12095', n,"
        " current_date + d, s, 28.54, -81.38, r, 0 from (values ('coming', 9, 'scheduled', 'active'),"
        " ('past', -1, 'scheduled', 'active'), ('sold', 9, 'sold', 'active'),"
        " ('gone', 9, 'scheduled', 'removed')) v (n, d, s, r)"
    )
    return superuser


async def test_the_map_counts_everything_once(county: asyncpg.Connection) -> None:
    """In clusters, from the kept cells, and one by one; of all kinds or of some."""
    for sides in (WORLD, NEARBY):
        right = {row[0]: row[1] for row in await county.fetch(RIGHT, *sides.values())}
        assert set(right) == {"A", "C", "none", "case", "auction"}
        for level, most in ((4, 100), (11, 100), (16, 100), (20, 100_000)):
            if sides == NEARBY and most == 100:
                continue  # kept cells reach beyond the sides
            found = await shown(county, sides, level, most)
            assert totals(found) == right, (sides, level)
            assert not any(row["more"] for row in found)
            assert all(row["west"] - 1e-9 <= row["longitude"] <= row["east"] + 1e-9 for row in found)
            assert all(row["south"] - 1e-9 <= row["latitude"] <= row["north"] + 1e-9 for row in found)
    right = {row[0]: row[1] for row in await county.fetch(RIGHT, *WORLD.values())}
    some = totals(await shown(county, WORLD, 11, 100, "A", "case"))
    assert some == {"A": right["A"], "case": right["case"]}


async def test_what_is_alone_is_named_and_a_crowd_says_that_there_is_more(county: asyncpg.Connection) -> None:
    (auction,) = await shown(county, NEARBY, 20, 1_000, "auction")
    assert (auction["what"], auction["title"], auction["things"]) == ("auction", "Tax deed sale coming", 1)
    leads = await shown(county, NEARBY, 26, 1_000, "A")
    assert all(row["note"] == "50.00" and row["parcel"] == row["id"] for row in leads if row["things"] == 1)
    crowd = await shown(county, NEARBY, 20, 5)
    assert sum(row["things"] for row in crowd) == 6 and all(row["more"] for row in crowd)


async def test_the_counts_are_made_again_once_something_has_changed(county: asyncpg.Connection) -> None:
    """Not twice in a minute; a reader that cannot write sees what is there."""
    before = totals(await shown(county, WORLD, 4, 1))
    await county.execute("update county.properties set record_status = 'removed' where record_id = '1'")
    await county.execute("update property_manager.feed set position = position + 1")
    assert totals(await shown(county, WORLD, 4, 1)) == before
    await county.execute("update property_manager.county_map set counted_at = now() - interval '2 minutes'")
    async with county.transaction(readonly=True):
        assert totals(await shown(county, WORLD, 4, 1)) == before
    assert totals(await shown(county, WORLD, 4, 1))["none"] == before["none"] - 1
