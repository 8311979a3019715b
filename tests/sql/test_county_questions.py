"""Each question on county records is answered from its index, whatever the statistics say."""

from __future__ import annotations

import json
from typing import Any, Final

import asyncpg
import pytest

from config.county.kinds import KINDS

ROWS: Final = 3_000
FEW: Final = 120
"""What a page of five may read: its rows, those of the other years of a parcel, and the ways to them."""
FILL: Final = """
insert into public.sources (name, language, facts)
select 'orange-fl.' || k, 'english', jsonb_build_object('records', k) from unnest($1::text[]) k;
insert into county.properties (source, record_id, state, county_fips, parcel_id_normalized, city, latitude,
  longitude, change_set_id)
select 'orange-fl.properties', k.key, 'FL', '12095', k.key, 'City ' || n % 100,
  case when n % 30 = 0 then 28 + n / 1e5 end, -81, 1
from generate_series(1, $2) n cross join lateral (select 'P' || lpad(n::text, 5, '0') as key) k;
insert into county.property_records (source, record_id, property_id, state, county_fips,
  parcel_id_normalized, roll_year, market_value, lien_amount, change_set_id)
select 'orange-fl.property_records', p.record_id || ':' || y, case when n % 2 = 0 then p.id end, 'FL',
  '12095', p.parcel_id_normalized, y, n * 1000, case when n % 100 = 0 then n * 100 end, 1
from (select *, right(record_id, 5)::integer as n from county.properties) p, generate_series(2025, 2026) y;
insert into county.tax_sales (source, record_id, tda_number, state, county_fips, parcel_id_normalized,
  sale_date, status, change_set_id)
select 'orange-fl.tax_sales', n, n, 'FL', '12095', 'W' || n, current_date + n - 100, 'scheduled', 1
from generate_series(1, $2) n;
insert into county.foreclosures (source, record_id, case_number, state, county_fips, default_amount,
  auction_date, change_set_id)
select 'orange-fl.foreclosures', n, n, 'FL', '12095', n * 100,
  case when n % 100 = 0 then current_date + n end, 1
from generate_series(1, $2) n;
insert into county.code_violations (source, record_id, case_number, state, county_fips, status, opened_on,
  change_set_id)
select 'orange-fl.code_violations', n, n, 'FL', '12095', case when n % 100 = 0 then 'open' else 'closed' end,
  current_date - n, 1
from generate_series(1, $2) n;
insert into county.data_ingestion_runs (county, layer, source_type, status, started_at, completed_at)
select 'county-' || n % 50, 'parcels', 'arcgis', case when n % 100 = 0 then 'failure' else 'success' end,
  now() - n * interval '1 minute', now()
from generate_series(1, $2) n;
"""
HOLLOW: Final = """
delete from pg_statistic;
update pg_class set reltuples = 0, relpages = pg_relation_size(oid) / 8192
where relnamespace = 'county'::regnamespace and relkind = 'r';
"""
READ: Final = """
select sum(pg_stat_get_xact_tuples_returned(oid) + pg_stat_get_xact_tuples_fetched(oid))::integer
from pg_class where relnamespace = 'county'::regnamespace and relkind in ('r', 'i')
"""
PAGES: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "one by its id": ("properties", {"id": "00000000-0000-0000-0000-000000000000"}),
    "all": ("properties", {"status": "active", "county": "orange-fl"}),
    "a city": ("properties", {"city": "CITY 7", "status": "active"}),
    "with coordinates": ("properties", {"placed": True}),
    "sales of some days": ("tax_sales", {"from": "-infinity", "upto": "2000-01-01"}),
    "upcoming sales": ("tax_sales", {"upcoming": 3, "status": "active"}),
    "by amount": ("foreclosures", {"least": "100", "most": "50000"}),
    "with an auction": ("foreclosures", {"dated": True}),
    "by value, each parcel once": ("property_records", {"newest": True, "least": "1", "most": "150000"}),
    "high equity, each parcel once": ("property_records", {"newest": True, "equity": "80"}),
    "open cases": ("code_violations", {"open": True}),
}
COLUMNS: Final = {kind: ["id", "record_id"] for kind in KINDS}


@pytest.fixture
async def filled(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Enough records that it shows when all of them are read."""
    kinds = ", ".join(f"'{kind}'" for kind in KINDS)
    script = FILL.replace("$1::text[]", f"array[{kinds}]").replace("$2", str(ROWS))
    await superuser.execute(script)
    return superuser


async def read_by(conn: asyncpg.Connection, statement: str, *values: Any) -> int:
    """Rows and entries of indexes of county records that a call reads."""
    async with conn.transaction():
        before = await conn.fetchval(READ)
        await conn.fetch(statement, *values)
        read: int = await conn.fetchval(READ) - before
        return read


async def asked(conn: asyncpg.Connection) -> dict[str, int]:
    """What each question reads."""
    read = {}
    page = "select * from api.county_page($1, $2, '{id}', 5, $3)"
    for name, (kind, wanted) in PAGES.items():
        text = json.dumps(wanted)
        read[name] = await read_by(conn, page, kind, text, None)
        if last := await conn.fetch(page, kind, text, None):
            read[f"{name}, the next page"] = await read_by(conn, page, kind, text, last[-1]["cursor"])
    for name, written in (("a parcel", "p-00077"), ("one that is waited for", "w77"), ("none", "x-1")):
        statement = "select api.county_parcel($1, null, $2, 5)"
        if name == "none":
            statement = "select * from property_manager.parcels_meant($1, null) where $2 <> ''"
        read[name] = await read_by(conn, statement, written, json.dumps(COLUMNS))
    for name, wanted in (
        ("loads", {}),
        ("failed loads", {"status": "failure"}),
        ("a county's loads", {"county": "county-7"}),
    ):
        read[name] = await read_by(conn, "select * from api.county_runs($1, 5, null)", json.dumps(wanted))
    return read


async def test_each_question_reads_little_more_than_what_it_shows(filled: asyncpg.Connection) -> None:
    """With statistics that are right, and with those of tables that were empty."""
    await filled.execute("analyze")
    right = await asked(filled)
    await filled.execute(HOLLOW)
    hollow = await asked(filled)
    much = {
        f"{name}, {statistics}": number
        for statistics, read in (("right", right), ("hollow", hollow))
        for name, number in read.items()
        if number > FEW
    }
    assert much == {}
    assert len(right) >= 2 * len(PAGES) - 2, "questions of which no next page was asked"
