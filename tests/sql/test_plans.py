"""The plans of statements whose cost depends on them: what is inlined, and which index is read."""

from __future__ import annotations

import asyncpg
import pytest

from tests.catalogue import Catalogue, homes

ROWS_INLINED = {
    "staged": "property_manager.staged('00000000-0000-0000-0000-000000000000', 1)",
    "folded": "property_manager.folded('acme', 'infinity')",
    "previewed": "property_manager.previewed('00000000-0000-0000-0000-000000000000')",
    "known_changes": (
        "public.sources f, property_manager.known_changes('00000000-0000-0000-0000-000000000000', f)"
    ),
    "listing_of": "property_manager.listing_of('acme', 'A-1')",
    "change_set": "property_manager.change_set(1)",
}
VALUES_INLINED = {
    "collapse_space": "property_manager.collapse_space(l.title)",
    "status_by_source": "property_manager.status_by_source(l.standard_status)",
    "describe_change": (
        "property_manager.describe_change(l.title, 'percent', to_jsonb(l.price), to_jsonb(l.price), 'MXN')"
    ),
    "change_type_of": "property_manager.change_type_of(l.title, to_jsonb(l.price))",
    "action_rank": "property_manager.action_rank(l.title)",
}


async def plan_of(conn: asyncpg.Connection, statement: str) -> str:
    """The plan of a statement in a stage's setting: the owner's role and search_path."""
    async with conn.transaction():
        await conn.execute(
            "set local role property_manager_owner; set local search_path = pg_catalog, pg_temp"
        )
        rows = await conn.fetch(f"explain (verbose, costs off) {statement}")
    return "\n".join(row[0] for row in rows)


@pytest.mark.parametrize("function", ROWS_INLINED)
async def test_a_function_of_rows_becomes_part_of_its_query(
    superuser: asyncpg.Connection, function: str
) -> None:
    plan = await plan_of(superuser, f"select * from {ROWS_INLINED[function]}")
    assert f"Function Scan on property_manager.{function}" not in plan
    assert f"property_manager.{function}(" not in plan
    assert "Scan" in plan


@pytest.mark.parametrize("function", VALUES_INLINED)
async def test_a_function_of_a_value_becomes_part_of_its_query(
    superuser: asyncpg.Connection, function: str
) -> None:
    plan = await plan_of(superuser, f"select {VALUES_INLINED[function]} from public.properties_live l")
    assert f"property_manager.{function}(" not in plan
    assert "Seq Scan on public.properties_live" in plan


async def test_the_market_is_counted_by_key_though_live_was_analyzed_empty(catalogue: Catalogue) -> None:
    """With the statistics of an empty table, the index on status would be read whole for every listing."""
    await catalogue.run(homes(2_000))
    held = await catalogue.run(homes(1_100), day=1)
    assert "many_leaving" in {reason.code for reason in held.reasons}
    conn = catalogue.superuser

    async with conn.transaction():
        await conn.execute("set local enable_mergejoin = off")  # as the stages have it
        await conn.execute("delete from pg_statistic where starelid = 'public.properties_live'::regclass")
        await conn.execute(
            "update pg_class set relpages = 9000, reltuples = 0"
            " where oid = 'public.properties_live'::regclass"
        )
        found = await conn.fetch(
            "select (property_manager.guard_volume(p, s, f)).code from property_manager.plans p"
            " join public.scraping_sessions s on s.id = p.session_id"
            " join public.sources f on f.id = s.source_id where p.id = $1",
            held.plan_id,
        )
        read = await conn.fetchval(
            "select pg_stat_get_xact_tuples_returned('public.properties_live_status_idx'::regclass)"
        )

    assert "many_leaving" in {row["code"] for row in found}
    assert read == 0, "entries of the index on status that were read"


async def pages_read(catalogue: Catalogue, call: str) -> int:
    """Pages of tables and indexes that a call reads, once those of the system catalogue are cached."""
    statement = f"explain (analyze, buffers, format json) select * from {call}"
    for _ in range(2):
        (plan,) = Catalogue.read(await catalogue.superuser.fetchval(statement))
    return int(plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"])


async def test_one_listing_as_of_costs_its_own_changes(catalogue: Catalogue) -> None:
    """However large its source is."""

    async def pages() -> tuple[int, int]:
        await catalogue.superuser.execute("analyze")
        return (
            await pages_read(catalogue, "api.listing_at('acme', 'A-1', '2025-11-02')"),
            await pages_read(catalogue, "api.listings_at('2025-11-02', 'acme')"),
        )

    await catalogue.run(homes(100), day=0)
    one_of_few, few = await pages()
    await catalogue.run(homes(800), day=0.5)
    one_of_many, many = await pages()

    assert many - few > 100
    assert (one_of_many - one_of_few) * 4 < many - few
