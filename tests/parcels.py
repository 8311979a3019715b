"""Parcels and code cases for tests about places: put live as their owner would, all over a county."""

from __future__ import annotations

from typing import Final

import asyncpg

CENTRE: Final = (28.5384, -81.3789)
"""Downtown Orlando: latitude, longitude."""

_PARCELS: Final = """
insert into county.properties (source, record_id, state, county_fips, parcel_id_normalized, parcel_id,
  address, city, latitude, longitude, location_kind, record_status, change_set_id)
select 'orange-fl.parcels.properties', n::text, 'FL', '12095', lpad(n::text, 15, '0'), n::text,
  n || ' MAIN ST', 'ORLANDO', $2 + 0.7 * (random() - 0.5) * (random() + 0.02),
  $3 + 0.7 * (random() - 0.5) * (random() + 0.02), 'centroid',
  case when n % 40 = 0 then 'removed' else 'active' end, 0
from generate_series(1, $1) n
"""
_CASES: Final = """
insert into county.code_violations (source, record_id, state, county_fips, case_number, case_type, status,
  opened_on, property_id, latitude, longitude, change_set_id)
select 'orange-fl.cases.code_violations', p.record_id, p.state, p.county_fips, 'CE-' || p.record_id, 'Lot',
  case when p.record_id::integer % 4 = 0 then 'closed' else 'open' end, '2026-10-01', p.id,
  case when p.record_id::integer % 3 = 0 then p.latitude + 0.0001 end,
  case when p.record_id::integer % 3 = 0 then p.longitude end, 0
from county.properties p
where p.record_id::integer % 7 = 0 and p.is_active
"""


async def fill(conn: asyncpg.Connection, parcels: int, centre: tuple[float, float] = CENTRE) -> None:
    """So many parcels, denser in the middle, one in forty removed; a seventh has a code case.

    One case in four is closed; one in three has a place of its own, 11 m north of its parcel's.
    """
    await conn.execute("select setseed(0.4)")
    await conn.execute(_PARCELS, parcels, *centre)
    await conn.execute(_CASES)
