"""Rows of the legacy table pulled_properties are taken over, once, audited; live wins."""

from __future__ import annotations

from decimal import Decimal

import asyncpg
import pytest

from config.errors import UsageError
from config.listing import FIELDS
from tests.catalogue import Catalogue, at, home, homes

FLAGS = (
    "has_pool", "has_garden", "has_elevator", "has_balcony", "has_terrace", "has_gym", "has_security",
    "pet_friendly", "furnished",
)  # fmt: skip
NEW = (
    "standard_status",
    "price_period",
    "price_max",
    "price_is_from",
    "price_note",
    "offers",
    "location_precision",
)


@pytest.fixture
async def legacy(superuser: asyncpg.Connection) -> asyncpg.Connection:
    columns = [f"{field.name} {field.sql}" for field in FIELDS if field.name not in NEW]
    flags = [f"{flag} boolean" for flag in FLAGS]
    await superuser.execute(
        "create table public.pulled_properties (id uuid primary key default gen_random_uuid(), "
        + ", ".join((*columns, *flags, "status text", "created_at timestamptz", "updated_at timestamptz"))
        + ", search_vector tsvector); grant select on public.pulled_properties to property_manager_owner"
    )
    return superuser


async def put(conn: asyncpg.Connection, **columns: object) -> None:
    names = ", ".join(columns)
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await conn.execute(f"insert into public.pulled_properties ({names}) values ({places})", *columns.values())


async def migrated(catalogue: Catalogue) -> int:
    async with catalogue.database.connection() as conn:
        moved: int = await conn.fetchval("select public.migrate_pulled_properties_to_live()")
    return moved


ROW = {"property_id": "A-1", "title": "Old", "source_url": "https://www.acme.example/1", "price": 5_000}


async def test_without_the_table_nothing_is_moved(catalogue: Catalogue) -> None:
    assert await migrated(catalogue) == 0


async def test_rows_are_moved_whole_and_audited(catalogue: Catalogue, legacy: asyncpg.Connection) -> None:
    await put(
        legacy, **ROW, city="Mérida", features='{"view": "sea"}', amenities='["a"]', has_pool=True,
        furnished=False, status="inactive", created_at=at(-300),
    )  # fmt: skip
    await put(legacy, property_id="Z", title="Elsewhere", source_url="https://other.example/z")

    assert await migrated(catalogue) == 2

    live = await legacy.fetchrow("select * from public.properties_live where property_id = 'A-1'")
    assert (live["source"], live["title"], live["price"], live["city"]) == (
        "acme.example",
        "Old",
        5_000,
        "Mérida",
    )
    assert (live["status"], live["first_seen_at"], live["created_at"]) == ("inactive", at(-300), at(-300))
    assert catalogue.read(live["features"]) == {"view": "sea", "has_pool": True}
    assert live["data_completeness_score"] == Decimal("0.5")
    assert live["data_quality_score"] == Decimal("0.8")
    changes = await legacy.fetch("select change_type, origin, actor from public.property_changes")
    assert {tuple(row) for row in changes} == {("created", "migrate", "migrate_pulled_properties_to_live")}
    assert await legacy.fetchval("select position from property_manager.feed") == 2, "one change set a source"
    assert await catalogue.complaints() == []


async def test_rows_without_an_id_are_skipped(catalogue: Catalogue, legacy: asyncpg.Connection) -> None:
    for property_id in (None, "", "  "):
        await put(legacy, **{**ROW, "property_id": property_id})

    assert await migrated(catalogue) == 0


async def test_the_latest_row_of_a_repeated_id_is_moved(
    catalogue: Catalogue, legacy: asyncpg.Connection
) -> None:
    await put(legacy, **{**ROW, "title": "Newer", "property_id": " A-1"}, updated_at=at(-1))
    await put(legacy, **{**ROW, "title": "Older", "property_id": "A-1 "}, updated_at=at(-2))
    await put(legacy, **{**ROW, "title": "Undated"})

    assert await migrated(catalogue) == 1
    assert await legacy.fetchval("select title || property_id from public.properties_live") == "NewerA-1"


async def test_live_rows_win_and_a_second_call_moves_nothing(
    catalogue: Catalogue, legacy: asyncpg.Connection
) -> None:
    await catalogue.register(name="acme.example")
    await catalogue.run([home(1)])
    await put(legacy, **ROW)
    await put(legacy, **{**ROW, "property_id": "A-2"})

    assert [await migrated(catalogue), await migrated(catalogue)] == [1, 0]
    assert (await catalogue.live(1))["title"] == "Casa 1 en venta"
    assert await legacy.fetchval("select count(*) from public.pulled_properties") == 2, (
        "the table is not touched"
    )
    assert await catalogue.complaints() == []


async def test_a_row_without_title_or_url_gets_both(catalogue: Catalogue, legacy: asyncpg.Connection) -> None:
    await put(legacy, property_id="A-1", property_type="Casa")

    assert await migrated(catalogue) == 1
    live = await legacy.fetchrow("select * from public.properties_live")
    assert (live["source"], live["title"], live["source_url"]) == (
        *("pulled_properties", "Casa"),
        "import:pulled_properties/A-1",
    )


async def test_a_text_too_long_for_a_search_vector_is_moved(
    catalogue: Catalogue, legacy: asyncpg.Connection
) -> None:
    words = " ".join(f"漢{chr(0x4E00 + n % 20_000)}-{chr(0x20000 + n)}字" for n in range(40_000))
    await put(legacy, **ROW, description=words)

    assert await migrated(catalogue) == 1


async def test_a_sync_continues_from_the_migrated_rows(
    catalogue: Catalogue, legacy: asyncpg.Connection
) -> None:
    await catalogue.register(name="acme.example")
    await put(legacy, **ROW)
    await migrated(catalogue)
    identity = (await catalogue.live())["id"]

    result = await catalogue.run(homes(3))

    assert (await catalogue.live())["id"] == identity
    assert (result.metrics.updated_properties, result.metrics.new_properties) == (1, 2)
    assert await catalogue.complaints() == []


async def test_nothing_is_moved_once_something_was_erased(
    catalogue: Catalogue, legacy: asyncpg.Connection
) -> None:
    await catalogue.register(name="acme.example")
    await put(legacy, **ROW, agent_name="Ana Pech")
    database = catalogue.database
    erased = "acme.example", "A-1", ["agent_name"], "dpo"
    erasure = await database.value("request_listing_erasure", *erased)

    with pytest.raises(UsageError, match="pulled_properties") as refused:
        await migrated(catalogue)
    assert "import --file" in (refused.value.next_step or "")
    assert await legacy.fetchval("select count(*) from public.properties_live") == 0

    await database.value("lift_erasure", erasure, "dpo")
    assert await migrated(catalogue) == 1


async def test_a_take_over_can_be_taken_back(catalogue: Catalogue, legacy: asyncpg.Connection) -> None:
    await catalogue.register(name="acme.example")
    for number in (1, 2, 3):
        await put(legacy, **{**ROW, "property_id": f"A-{number}"})
    await migrated(catalogue)
    await catalogue.run([home(1)], verdict="partial")
    take_back = "select public.take_back_pulled_properties()"

    assert [await legacy.fetchval(take_back), await legacy.fetchval(take_back)] == [2, 0]

    assert await catalogue.statuses() == {"A-1": "active", "A-2": "removed", "A-3": "removed"}
    assert await catalogue.complaints() == []
    result = await catalogue.run([home(2)], day=1, verdict="partial")
    assert result.metrics.reactivated_properties == 1
    assert await migrated(catalogue) == 0, "what is in live wins, removed or not"
