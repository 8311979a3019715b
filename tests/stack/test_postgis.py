"""On Debian's PostgreSQL 15 our way and PostGIS find the same sets; polygons are asked of PostGIS alone."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.parcels import CENTRE, fill
from tests.servers import Server, build_template, database_from

GEO = "extensions.geography(extensions.st_setsrid(extensions.st_makepoint(p.longitude, p.latitude), 4326))"
BY_POSTGIS = (
    f"select p.id, extensions.st_distance({GEO}, $1::extensions.geography) as metres from county.properties p"
    f" where p.is_active and extensions.st_dwithin({GEO}, $1::extensions.geography, $2)"
)
NEAREST_BY_POSTGIS = (
    "select p.id from county.properties p where p.is_active"
    f" order by extensions.st_distance({GEO}, $1::extensions.geography), p.id limit 25"
)
PLACES = (CENTRE, (28.55, -81.41), (28.4, -81.2), (28.62, -81.5), (28.5384, -81.3))
SQUARE = [[-81.39, 28.53], [-81.37, 28.53], [-81.37, 28.55], [-81.39, 28.55], [-81.39, 28.53]]


@pytest.fixture
async def old(postgres_15: Server) -> AsyncIterator[asyncpg.Connection]:
    async with database_from(postgres_15, await build_template(postgres_15)) as name:
        conn = await asyncpg.connect(postgres_15.superuser_dsn(name))
        yield conn
        await conn.close()


@pytest.fixture
async def county(old: asyncpg.Connection) -> asyncpg.Connection:
    """Six thousand parcels, and PostGIS."""
    await old.execute("create extension postgis with schema extensions")
    await fill(old, 6_000)
    return old


def polygon(*rings: list[list[float]]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": rings})


async def test_both_ways_find_the_same_parcels(county: asyncpg.Connection) -> None:
    """At 1 km, 1 mile and 10 km, distances within a millimetre of PostGIS's; and the same nearest."""
    found = 0
    for latitude, longitude in PLACES:
        point = f"SRID=4326;POINT({longitude} {latitude})"
        place = json.dumps([{"latitude": latitude, "longitude": longitude}])
        for metres in (1_000.0, 1_609.344, 10_000.0):
            ours = await county.fetch(
                "select parcel, metres from api.parcels_near($1::jsonb, $2, null)", place, metres
            )
            theirs = {row["id"]: row["metres"] for row in await county.fetch(BY_POSTGIS, point, metres)}
            assert {row["parcel"] for row in ours} == theirs.keys(), (latitude, longitude, metres)
            assert all(abs(row["metres"] - theirs[row["parcel"]]) < 0.001 for row in ours)
            found += len(ours)
        nearest = await county.fetch("select parcel from api.nearest_parcels($1::jsonb, 25, 100000)", place)
        assert [row[0] for row in nearest] == [
            row[0] for row in await county.fetch(NEAREST_BY_POSTGIS, point)
        ]
    assert found > 3_000


async def test_polygons_are_asked_of_postgis_once_it_is_on(county: asyncpg.Connection) -> None:
    """An outline in a hole, a crossed one and some that are no area, which are counted and in no answer."""
    ids = [
        row[0] for row in await county.fetch("select id from county.properties where is_active order by id")
    ]
    hole = [[-81.385, 28.535], [-81.375, 28.535], [-81.375, 28.545], [-81.385, 28.545], [-81.385, 28.535]]
    shapes: list[Any] = [
        polygon(SQUARE, hole),
        polygon(hole),
        polygon([[-81.3, 28.5], [-81.2, 28.6], [-81.2, 28.5], [-81.3, 28.6], [-81.3, 28.5]]),
        '{"type": "Polygon", "coordinates": [[[1, 2], [3, 4]]]}',
        '{"type": "Point", "coordinates": [-81.38, 28.54]}',
        '{"no": "geometry"}',
    ]
    for parcel, shape in zip(ids, shapes, strict=False):
        await county.execute("update county.properties set shape = $2::jsonb where id = $1", parcel, shape)
    assert await county.fetchval("select api.set_postgis(true)")
    assert not await county.fetchval("select api.set_postgis(true)")

    async def at(latitude: float, longitude: float) -> list[Any]:
        return [
            row["parcel"]
            for row in await county.fetch("select * from api.parcels_at($1, $2)", latitude, longitude)
        ]

    assert await at(28.54, -81.38) == [ids[1]]
    assert await at(28.531, -81.38) == [ids[0]]
    assert await at(28.54, -81.385) == sorted(ids[:2]), "the border belongs to both"
    assert await at(28.51, -81.21) == [ids[2]]
    assert await at(28.7, -81.38) == []
    told = await county.fetchrow("select * from api.postgis()")
    assert (told["is_on"], told["shapes"], told["unreadable"], told["schema"]) == (True, 3, 3, "extensions")
    assert told["version"].startswith("3.")

    right = await county.fetch(
        "select id from county.properties where is_active and latitude between 28.53 and 28.55"
        " and longitude between -81.39 and -81.37 order by id"
    )
    within = await county.fetch(
        "select parcel from api.parcels_within($1::jsonb, null, null)", polygon(SQUARE)
    )
    assert [row[0] for row in within] == [row[0] for row in right] != []
    with pytest.raises(asyncpg.PostgresError, match="no polygon that PostGIS reads"):
        await county.fetch("select * from api.parcels_within('{}', null, null)")

    assert await county.fetchval("select api.set_postgis(false)")
    with pytest.raises(asyncpg.PostgresError, match="not indexed by PostGIS") as refused:
        await at(28.54, -81.38)
    assert refused.value.hint == "run: db postgis on"


async def test_without_postgis_polygons_are_refused_with_what_to_do(old: asyncpg.Connection) -> None:
    for question in (
        "api.parcels_at(28.5, -81.4)",
        "api.parcels_within('{}', null, 1)",
        "api.set_postgis(true)",
    ):
        with pytest.raises(asyncpg.PostgresError, match="need PostGIS") as refused:
            await old.fetch(f"select * from {question}")
        assert "create extension postgis with schema extensions" in refused.value.hint
    assert tuple(await old.fetchrow("select version, is_on from api.postgis()")) == (None, False)
