"""Metrics that Prometheus reads: right figures, and a bounded answer however many sources there are."""

from __future__ import annotations

import asyncpg
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from database.handle import Database
from services.reports.metrics import MOST_SOURCES, metrics_text
from tests.catalogue import Catalogue, homes

ODD = 'a "quoted" \\ name'
Series = dict[tuple[str, str], float]


async def series(database: Database, *, accept: str = "") -> Series:
    """Every series by its name and the value of its label."""
    text, media_type = await metrics_text(database, accept=accept)
    read = openmetrics if "openmetrics" in media_type else plain
    return {
        (sample.name, next(iter(sample.labels.values()), "")): sample.value
        for family in read(text.decode())
        for sample in family.samples
    }


async def test_the_figures_are_those_of_the_catalogue(database: Database, catalogue: Catalogue) -> None:
    other = await catalogue.beside(ODD)
    other.site = "odd"
    await catalogue.run(homes(30))
    await other.run([*homes(4), {"property_id": "A-9", "price": "1"}])
    await catalogue.run(homes(3), day=1)  # held
    await catalogue.stage(homes(5), day=2)
    active = "property_manager_listings_active"
    for accept in ("", "application/openmetrics-text; version=1.0.0"):
        found = await series(database, accept=accept)
        assert found[active, "acme"] == 30
        assert found[active, ODD] == 4
        assert found["property_manager_catalogue_listings_active", ""] == 34
        assert found["property_manager_quarantined_rows", ODD] == 1
        assert found["property_manager_plans_held", ""] == 1
        assert found["property_manager_sessions_pending", ""] == 1
        assert found["property_manager_sessions_pending_age_seconds", ""] > 86_400
        assert found["property_manager_last_success_timestamp_seconds", "acme"] == 1_761_955_200
        assert found["property_manager_session_duration_seconds", "acme"] >= 0
        assert found["property_manager_feed_position", ""] == 2
        assert found["property_manager_jobs", "failed"] == 0
        assert not any(name.endswith("_created") for name, _ in found)


async def test_ten_thousand_sources_are_a_bounded_answer(
    database: Database, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(
        "insert into public.sources (name, facts)"
        " select 'source-' || lpad(n::text, 5, '0'), '{}' from generate_series(1, 10000) n;"
        "insert into property_manager.market_counts"
        " (source_id, level, property_type, operation_type, currency, listings, priced, price_sum)"
        " select id, 'kind', k, 'sale', 'MXN', id, 0, 0"
        " from public.sources cross join unnest('{Casa,Loft}'::text[]) k"
    )
    found = await series(database)
    largest = sorted(
        value for (name, _), value in found.items() if name == "property_manager_listings_active"
    )
    assert len(largest) == MOST_SOURCES
    ids = await superuser.fetchval("select array_agg(id order by id) from public.sources")
    assert largest == [2.0 * one for one in ids[-MOST_SOURCES:]]
    assert found["property_manager_sources", ""] == 10_000
    assert found["property_manager_catalogue_listings_active", ""] == 2 * sum(ids)
    assert len(found) < 4 * MOST_SOURCES + 100
