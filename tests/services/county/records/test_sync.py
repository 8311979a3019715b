"""County records go through the stages that listings do, with the same promises."""

from __future__ import annotations

import asyncpg
import pytest

from database.handle import Database
from tests.services.county.records.county import Layer, parcels


@pytest.fixture
async def layer(database: Database, superuser: asyncpg.Connection) -> Layer:
    return await Layer.of(database, superuser)


async def test_what_is_staged_goes_live_once(layer: Layer) -> None:
    first = await layer.load(parcels(3))
    live = await layer.live()
    again = await layer.load(parcels(3), day=1)

    assert (first.status, first.metrics.new_properties) == ("applied", 3)
    assert [(row["address"], row["record_status"], row["raw"]) for row in live] == [
        ("1 Main St", "active", '{"row": "000000000000001"}'),
        ("2 Main St", "active", '{"row": "000000000000002"}'),
        ("3 Main St", "active", '{"row": "000000000000003"}'),
    ]
    assert (again.metrics.new_properties, again.metrics.unchanged_properties) == (0, 3)
    assert await layer.live() == live
    assert await layer.superuser.fetchval("select count(*) from county.changes") == 3
