"""The map shows each listing once: by itself where listings are few, else in a cluster that counts it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import Any

import asyncpg
import pytest

from tests.catalogue import Catalogue, home, homes, without
from tests.sql.test_search_listings import FILL

WORLD = {"south": -85, "west": -180, "north": 85, "east": 180}
PART = {"south": 17.31, "west": -97.33, "north": 22.13, "east": -93.2}
AROUND = {"south": 17.31, "west": -93.2, "north": 22.13, "east": -97.33}
"""The rest of the world between two parallels: across the 180th meridian."""
CENTRE = (
    "select count(*), avg(longitude)::float8 as longitude, avg(latitude)::float8 as latitude"
    " from public.properties_live where status = 'active' and source = coalesce($5, source)"
    " and latitude between $1::float8 and $3::float8 and case when $2::float8 <= $4::float8"
    " then longitude between $2 and $4 else longitude >= $2 or longitude <= $4 end"
)


async def clusters(
    conn: asyncpg.Connection, sides: dict[str, float], level: int, most: int, **wanted: Any
) -> list[asyncpg.Record]:
    """What a part of the map shows."""
    found: list[asyncpg.Record] = await conn.fetch(
        "select * from api.map_clusters($1::jsonb, $2, $3)",
        json.dumps({"status": "active", **sides, **wanted}),
        level,
        most,
    )
    return found


@pytest.fixture
async def filled(superuser: asyncpg.Connection) -> asyncpg.Connection:
    """Listings of two sources, all over Mexico."""
    await superuser.execute(FILL)
    await superuser.execute("select property_manager.recount_market(f) from public.sources f")
    return superuser


async def test_clusters_count_every_listing_of_the_part_once(filled: asyncpg.Connection) -> None:
    """At any zoom, of one source or all; they lie within what they say, in the middle of their listings."""
    for source in (None, "homes"):
        only = {} if source is None else {"source": source}
        (total, longitude, latitude) = await filled.fetchrow(CENTRE, *WORLD.values(), source)
        for level in (2, 5, 7, 11, 16):
            found = await clusters(filled, WORLD, level, 500, **only)
            assert sum(row["listings"] for row in found) == total, (source, level)
            for place, right in (("longitude", longitude), ("latitude", latitude)):
                middle = sum(row[place] * row["listings"] for row in found) / total
                assert middle == pytest.approx(right, abs=0.1), (source, level, place)
            assert all(row["west"] <= row["longitude"] <= row["east"] for row in found)
            assert all(row["south"] <= row["latitude"] <= row["north"] for row in found)
        assert len(await clusters(filled, WORLD, 14, 500, **only)) > len(
            await clusters(filled, WORLD, 5, 500, **only)
        )


@pytest.mark.parametrize("sides", [PART, AROUND], ids=["within", "across the 180th meridian"])
async def test_a_part_with_few_listings_shows_those_within_it(
    filled: asyncpg.Connection, sides: dict[str, float]
) -> None:
    """Exactly those; alone in its cell, a listing is named."""
    (right, *_) = await filled.fetchrow(CENTRE, *sides.values(), None)
    found = await clusters(filled, sides, 26, 100_000)
    assert sum(row["listings"] for row in found) == right > 0
    assert not any(row["more"] for row in found)
    alone = [row for row in found if row["listings"] == 1]
    assert alone and all(row["listing_id"] and row["title"] for row in alone)


async def test_a_narrowed_map_shows_some_and_says_that_there_are_more(filled: asyncpg.Connection) -> None:
    wanted = {"operation_type": "sale", "words": "jardin"}
    every = await clusters(filled, WORLD, 5, 10_000, **wanted)
    some = await clusters(filled, WORLD, 5, 20, **wanted)
    assert sum(row["listings"] for row in every) > 20 and not any(row["more"] for row in every)
    assert sum(row["listings"] for row in some) == 21 and all(row["more"] for row in some)


async def test_what_says_no_place_is_counted_and_on_no_map(catalogue: Catalogue) -> None:
    """A listing without coordinates, and one where equator and first meridian meet, which stands for none."""
    await catalogue.run([*homes(3), without(home(4), "latitude", "longitude")])
    conn = catalogue.superuser
    await conn.execute(
        "update public.properties_live set latitude = 0, longitude = 0 where property_id = 'A-3'"
    )
    await conn.execute("select property_manager.recount_market(f) from public.sources f")
    for wanted in ({}, {"words": "casa"}):
        found = await clusters(conn, WORLD, 20, 100, **wanted)
        assert sum(row["listings"] for row in found) == 2
        counted = await conn.fetchrow(
            "select * from api.count_listings($1::jsonb, 100)", json.dumps({"status": "active", **wanted})
        )
        assert tuple(counted) == (4, False, 2), wanted


async def test_the_map_of_a_migration_is_that_of_the_syncs(catalogue: Catalogue) -> None:
    """A large part of the world is read off counts that follow from the listings, whoever made them."""
    await catalogue.run([*homes(30), home(31, latitude=-89.9), home(32, latitude=90, longitude=180)])
    conn = catalogue.superuser
    kept = await conn.fetch("select * from property_manager.map_cells order by 1, 2, 3, 4")
    await conn.execute("truncate property_manager.map_cells")
    for name in ("20261210020001_map", "20261210020003_fewer_map_cells"):
        text = (files("sql") / f"migrations/{name}.sql").read_text(encoding="utf-8")
        await conn.execute(re.split("(?=insert into|delete from)", text)[1])
    assert kept == await conn.fetch("select * from property_manager.map_cells order by 1, 2, 3, 4") != []
