"""What is on the market, and where, is counted by what changes, and is what counting the catalogue gives."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue, home, homes, without
from tests.sql.asking import call

FIGURES = """
select property_type, operation_type, currency, count(*) as listings, count(price) as priced,
  round(avg(price), 2) as average_price
from public.properties_live where status = 'active' and ($1::text is null or city = $1)
group by 1, 2, 3 order by 4 desc, 1, 2, 3
"""
CITIES = """
select city, count(*) as listings from public.properties_live where status = 'active' and city <> ''
group by 1 order by 2 desc, 1
"""


async def require_right(catalogue: Catalogue) -> None:
    """Readers are told what plain SQL counts, and doctor agrees."""
    conn = catalogue.superuser
    for city in (None, "Mérida", "Tulum"):
        right = [tuple(row) for row in await conn.fetch(FIGURES, city)]
        assert [tuple(row) for row in await call(conn, "market_statistics", city=city)] == right
    assert [tuple(row) for row in await call(conn, "listings_by_city")] == [
        tuple(row) for row in await conn.fetch(CITIES)
    ]
    assert await catalogue.complaints() == []  # the places on the map are compared there


async def test_the_counts_follow_every_kind_of_change(catalogue: Catalogue) -> None:
    """New, changed, missed, back, rolled back, edited, renamed and removed listings, over two sources."""
    conn = catalogue.superuser
    other = await catalogue.beside("other")
    await other.run([home(n, city="Tulum", operation_type="rent") for n in range(1, 4)])
    await catalogue.run([*homes(6), without(home(7), "price"), without(home(8), "city")])
    await require_right(catalogue)
    changed = await catalogue.run(
        [
            home(1, price=1_100_000),
            home(2, city="Tulum"),
            home(3, property_type="Loft"),
            home(4, currency="USD", latitude=-33.9, longitude=151.2),
            without(home(5), "latitude", "longitude"),
            *(home(n) for n in (7, 8)),
        ],
        day=1,
    )
    await require_right(catalogue)
    await catalogue.run(homes(6), day=2)
    await require_right(catalogue)
    await catalogue.rollback(changed, day=3)
    await require_right(catalogue)
    await catalogue.edit(5, city="Tulum", day=4)
    await require_right(catalogue)
    await conn.execute("select api.rename_source('other', 'renamed', 'test')")
    await require_right(catalogue)
    await conn.execute("select api.remove_source('renamed', true, false, 'test')")
    await require_right(catalogue)
    assert [row["city"] for row in await call(conn, "listings_by_city")] == ["Mérida", "Tulum"]


async def test_what_a_source_declares_volatile_is_counted_too(catalogue: Catalogue) -> None:
    """Its price and its place change without a change in the audit."""
    await catalogue.register(volatile=["price", "latitude"])
    await catalogue.run(homes(3))
    moved = home(1, price=1_100_000, latitude=25.1, title="Casa nueva")
    await catalogue.run([moved, home(2), home(3)], day=1)
    await require_right(catalogue)


async def test_a_city_is_counted_however_it_is_written(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2, city="MERIDA")])
    (row,) = await call(catalogue.superuser, "market_statistics", city="merida", currency="MXN")
    assert row["listings"] == 2


async def test_doctor_finds_a_wrong_count_and_says_what_to_run(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    await catalogue.run(homes(3))
    for wrong in (
        "market_counts set listings = 5 where level = 'city'",
        "map_cells set x_sum = 5 where level = 14",
    ):
        await superuser.execute(f"update property_manager.{wrong}")
        (complaint,) = await catalogue.complaints()
        assert complaint.startswith("listings on the market are counted")

        await superuser.execute("select api.recount_market('acme')")
        await require_right(catalogue)


@pytest.mark.parametrize("level", ["city and kind", "kind", "city"])
async def test_a_migration_counts_what_is_there(
    catalogue: Catalogue, superuser: asyncpg.Connection, level: str
) -> None:
    """The counts that a migration makes of an older catalogue are those that the syncs would have made."""
    await catalogue.run(homes(4))
    kept = await superuser.fetch("select * from property_manager.market_counts where level = $1", level)
    await superuser.execute("select property_manager.recount_market(f) from public.sources f")
    counted = await superuser.fetch("select * from property_manager.market_counts where level = $1", level)
    assert kept == counted != []
