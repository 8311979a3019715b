"""Near, nearest and in a box: what the functions find is what every row's own distance says."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from tests.parcels import CENTRE, fill

METRES = """
(111319.49079327358 * sqrt((power({0}.latitude::float8 - $1, 2) * 0.9866560547431698 / power(w, 2)
  + power({0}.longitude::float8 - $2, 2) * (1 + cos(radians({0}.latitude::float8 + $1))) / 2) / w))
"""


async def near(conn: asyncpg.Connection, function: str, places: Any, *arguments: Any) -> list[asyncpg.Record]:
    marks = "".join(f", ${number}" for number in range(2, len(arguments) + 2))
    found: list[asyncpg.Record] = await conn.fetch(
        f"select * from api.{function}($1::jsonb{marks})", json.dumps(places), *arguments
    )
    return found


def place(latitude: float, longitude: float, name: str = "here") -> dict[str, Any]:
    return {"place": name, "latitude": latitude, "longitude": longitude}


async def distances(conn: asyncpg.Connection, latitude: float, longitude: float) -> dict[Any, float]:
    """Active parcels by their distance, each computed for itself."""
    rows = await conn.fetch(
        f"select p.id, {METRES.format('p')} as metres from county.properties p cross join lateral"
        " (select 0.9966528100049293 + 0.0033471899950707 * cos(radians(p.latitude::float8 + $1)) as w) k"
        " where is_active",
        latitude,
        longitude,
    )
    return {row["id"]: row["metres"] for row in rows}


@pytest.fixture
async def county(superuser: asyncpg.Connection) -> asyncpg.Connection:
    await fill(superuser, 4_000)
    return superuser


async def test_a_radius_finds_every_parcel_within_it_and_no_other(county: asyncpg.Connection) -> None:
    """Around several places at once each has its own; nearest first, as many as are asked for."""
    places = [place(*CENTRE, "centre"), place(28.6, -81.45, "north-west"), place(27.0, -80.0, "elsewhere")]
    for metres in (1_000.0, 1_609.344, 10_000.0):
        found = await near(county, "parcels_near", places, metres, None)
        for each in places:
            right = {
                parcel: distance
                for parcel, distance in (await distances(county, each["latitude"], each["longitude"])).items()
                if distance <= metres
            }
            here = [row for row in found if row["place"] == each["place"]]
            assert {row["parcel"] for row in here} == right.keys(), (each["place"], metres)
            assert all(row["metres"] == pytest.approx(right[row["parcel"]], abs=1e-6) for row in here)
            assert [row["metres"] for row in here] == sorted(row["metres"] for row in here)
            assert right or each["place"] == "elsewhere"
            some = await near(county, "parcels_near", [each], metres, 3)
            assert [row["parcel"] for row in some] == [row["parcel"] for row in here[:3]]


async def test_the_nearest_are_the_nearest_in_metres(county: asyncpg.Connection) -> None:
    """Not in degrees; none beyond the radius, and a parcel is not its own neighbour."""
    for spot in (CENTRE, (28.62, -81.5), (28.2, -81.0)):
        right = await distances(county, *spot)
        order = sorted(right, key=lambda parcel: (right[parcel], parcel))
        found = await near(county, "nearest_parcels", [place(*spot)], 7, 100_000.0)
        assert [row["parcel"] for row in found] == order[:7]
        close = (right[order[2]] + right[order[3]]) / 2
        assert len(await near(county, "nearest_parcels", [place(*spot)], 7, close)) == 3
        (beside, *_) = await near(county, "nearest_parcels", [{"parcel": str(order[0])}], 1, 100_000.0)
        assert beside["parcel"] != order[0] and beside["place"] == str(order[0])


async def test_cases_are_found_where_they_or_their_parcels_are(county: asyncpg.Connection) -> None:
    """A case without coordinates lies where its parcel does; closed ones are found where all are."""
    right = await county.fetch(
        "select c.id, c.latitude is null as by_parcel from county.code_violations c"
        " join county.properties p on p.id = c.property_id"
        " where c.status = 'open' and 2000 >= (select metres from api.parcels_near(jsonb_build_array("
        " jsonb_build_object('latitude', $1::float8, 'longitude', $2::float8)), 5000, null) n"
        " where n.parcel = p.id)",
        *CENTRE,
    )
    found = await near(county, "cases_near", [place(*CENTRE)], 2_000.0, "open", None)
    by_parcel = {row["code_case"] for row in found if row["located_by"] == "parcel"}
    assert by_parcel == {row["id"] for row in right if row["by_parcel"]} != set()
    own = [row for row in found if row["located_by"] == "case"]
    assert own and all(row["metres"] <= 2_000 and row["status"] == "open" for row in own)
    every = await near(county, "cases_near", [place(*CENTRE)], 2_000.0, None, None)
    assert {row["status"] for row in every} == {"open", "closed"}


async def test_listings_near_a_place_are_those_on_the_market(superuser: asyncpg.Connection) -> None:
    await superuser.execute(
        "insert into public.properties_live (source, property_id, title, source_url, status, latitude,"
        " longitude, change_set_id) select 's', n::text, 'Casa', 'https://s.example/' || n,"
        " case n when 3 then 'removed' else 'active' end, 20.9 + n * 0.001, -89.6, 0"
        " from generate_series(1, 30) n"
    )
    found = await near(superuser, "listings_near", [place(20.9, -89.6)], 1_000.0, None)
    assert [row["property_id"] for row in found] == ["1", "2", "4", "5", "6", "7", "8", "9"]
    assert found[0]["metres"] == pytest.approx(110.7, abs=0.1)


async def test_a_box_holds_its_parcels_page_by_page(county: asyncpg.Connection) -> None:
    sides = {"south": 28.5, "west": -81.42, "north": 28.56, "east": -81.3}
    right = await county.fetch(
        "select id from county.properties where is_active and latitude between 28.5 and 28.56"
        " and longitude between -81.42 and -81.3 order by id"
    )
    seen: list[Any] = []
    while page := await near(county, "parcels_in_box", sides, seen[-1] if seen else None, 200):
        seen += [row["parcel"] for row in page]
    assert seen == [row["id"] for row in right] != []


async def test_the_180th_meridian_is_no_border(superuser: asyncpg.Connection) -> None:
    """On the Aleutians one circle and one box hold parcels of both sides."""
    await fill(superuser, 300, (51.9, 179.999))
    await superuser.execute("update county.properties set longitude = longitude - 360 where longitude > 180")
    found = await near(
        superuser, "parcels_near", [place(51.9, 179.999), place(51.9, -179.999)], 5_000.0, None
    )
    assert {row["longitude"] > 0 for row in found} == {True, False}
    assert max(row["metres"] for row in found) <= 5_000
    right = await superuser.fetchval(
        "select count(*) from county.properties where is_active and latitude between 51.88 and 51.92"
        " and (longitude >= 179.97 or longitude <= -179.98)"
    )
    sides = {"south": 51.88, "west": 179.97, "north": 51.92, "east": -179.98}
    assert len(await near(superuser, "parcels_in_box", sides, None, None)) == right > 0


@pytest.mark.parametrize(
    ("places", "metres", "says"),
    [
        ([place(28.5, -81.4)], 0.0, "a radius of 0 metres"),
        ([place(28.5, -81.4)], float("nan"), "a radius of NaN metres"),
        ([place(28.5, -81.4)], 100_001.0, "a radius of 100001 metres"),
        ([place(28.5, -81.4, "a"), place(-81.4, 28.5, "b"), place(95, 0, "c")], 10.0, "place c: latitude 95"),
        ([place(85.1, 0, "north")], 10.0, "place north: distances are not computed beyond 85 degrees"),
        ([{"latitude": 1}], 10.0, "place 1: latitude 1 and longitude null are no place"),
        ({"latitude": 1}, 10.0, "places are a list"),
        ([{"parcel": "00000000-0000-0000-0000-000000000000"}], 10.0, "there is no parcel"),
    ],
)
async def test_what_cannot_be_searched_is_named(
    superuser: asyncpg.Connection, places: Any, metres: float, says: str
) -> None:
    with pytest.raises(asyncpg.PostgresError, match=says):
        await near(superuser, "parcels_near", places, metres, None)


async def test_a_search_reads_its_box_and_no_more(county: asyncpg.Connection) -> None:
    """By the index of places, also where the statistics know of no row."""
    read = (
        "select seq_tup_read, idx_tup_fetch from pg_stat_xact_user_tables"
        " where relid = 'county.properties'::regclass"
    )
    async with county.transaction():
        before = await county.fetchrow(read)
        await near(county, "parcels_near", [place(*CENTRE)], 500.0, None)
        await near(county, "nearest_parcels", [place(*CENTRE)], 3, 100_000.0)
        await near(county, "cases_near", [place(*CENTRE)], 200.0, "open", None)
        after = await county.fetchrow(read)
    assert after["seq_tup_read"] == before["seq_tup_read"]
    assert 0 < after["idx_tup_fetch"] - before["idx_tup_fetch"] < 400


SALES = """
insert into county.property_records (source, record_id, property_id, state, county_fips, parcel_id_normalized,
  roll_year, use_code, living_area_sqft, year_built, last_sale_date, last_sale_price, sale_qualification,
  change_set_id)
select 'r', p.record_id || ':' || roll_year, p.id, 'FL', '12095', p.parcel_id_normalized, roll_year,
  coalesce(s.use_code, '0100'), coalesce(s.area, 1500), coalesce(s.built, 1990),
  '2026-09-01'::date - coalesce(s.days, 30), coalesce(s.price, 300000), coalesce(s.code, '01'), 0
from county.properties p
join (values (1, 2026, null, null::integer, null::integer, null::integer, null::integer, null),
  (2, 2026, null, 1250, null, null, null, null), (3, 2026, null, 1801, null, null, null, null),
  (4, 2026, '0400', null, null, null, null, null), (5, 2026, null, null, 1979, null, null, null),
  (6, 2026, null, null, null, 200, null, null), (7, 2026, null, null, null, null, null, '11'),
  (8, 2025, null, null, null, null, 999, null), (8, 2026, null, null, 2000, null, 310000, ' q '),
  (9, 2026, null, null, null, null, null, null), (10, 2026, null, null, null, null, null, null)
) s (parcel, roll_year, use_code, area, built, days, price, code) on p.record_id = s.parcel::text
"""


async def test_comparables_are_sales_of_parcels_alike(superuser: asyncpg.Connection) -> None:
    """Same use, size, age; lately, nearby, at arm's length. What is asked comes after what was paid."""
    await fill(superuser, 12)
    await superuser.execute(
        "update county.properties set latitude = 28.5 + record_id::integer * 0.0005, longitude = -81.4"
        " + case record_id when '9' then 1 else 0 end"
    )
    await superuser.execute(SALES)
    await superuser.execute(
        "insert into public.properties_live (source, property_id, title, source_url, status, latitude,"
        " longitude, operation_type, currency, price, covered_area_m2, change_set_id)"
        " values ('s', 'l', 'House', 'https://s.example/l', 'active', 28.5, -81.4, 'sale', 'USD', 1, 140, 0)"
    )
    ids = {row["record_id"]: row["id"] for row in await superuser.fetch("select * from county.properties")}
    names = {parcel: name for name, parcel in ids.items()}
    found = await superuser.fetch(
        "select * from api.comparables($1, $2::jsonb)",
        [ids["1"], ids["9"], ids["11"]],
        json.dumps({"as_of": "2026-09-01"}),
    )
    mine = [row for row in found if row["subject"] == ids["1"]]
    assert [(row["basis"], names.get(row["parcel"]), row["price"]) for row in mine] == [
        ("sold", "2", 300_000),
        ("sold", "8", 310_000),
        ("sold", "10", 300_000),
        ("listed", None, 1),
    ]
    assert {(row["confidence"], row["sales"], row["left_out"]) for row in mine} == {("enough", 3, 1)}
    assert mine[0]["price_per_sqft"] == 240
    others = {names[row["subject"]]: tuple(row)[1:6] for row in found if row["subject"] != ids["1"]}
    assert others == {
        "9": (None, "low", 0, 0, None),
        "11": ("there is no appraiser record of it", "low", 0, 0, None),
    }
