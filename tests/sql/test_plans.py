"""The plans of statements whose cost depends on them: which index is read."""

from __future__ import annotations

from tests.catalogue import Catalogue, homes


async def test_the_market_is_counted_by_key_though_live_was_analyzed_empty(catalogue: Catalogue) -> None:
    """With the statistics of an empty table, the indexes on status would be read whole for every listing."""
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
            "select sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) from pg_index i"
            " where i.indrelid = 'public.properties_live'::regclass"
            " and pg_get_indexdef(i.indexrelid) like '%(status, %'"
        )

    assert "many_leaving" in {row["code"] for row in found}
    assert read == 0, "entries of the indexes on status that were read"


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
