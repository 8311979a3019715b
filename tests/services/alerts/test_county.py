"""What is told of counties: loads that fail, layers that are late."""

from __future__ import annotations

import asyncpg

from database.handle import Database
from services.alerts import list_alerts
from services.county.records import RecordWriter
from tests.services.county.records.county import Layer, parcels

DOWN = "orange-fl, layer nal: the server answers 500"
LOADS: list[tuple[int, str, str | None, str | None]] = [
    (20, "success", None, None),
    (19, "failure", "the server answers 500", DOWN),
    (18, "failure", "its name is not known", DOWN),
    (17, "partial", None, None),
    (16, "failure", None, "orange-fl, layer nal: its load ended without a word"),
    (15, "success", None, None),
    (7, "running", None, "orange-fl, layer nal: interrupted: its load began at "),
    (6, "success", None, None),
    (5, "failure", "the server answers 500", DOWN),
    (1, "running", None, DOWN),
]
"""Loads of a layer one after the other: begun so many hours ago, status, error; what is told then."""


async def test_a_layer_whose_load_fails_is_one_alert_until_one_ends_well(
    database: Database, superuser: asyncpg.Connection
) -> None:
    for hours, status, error, told in LOADS:
        await superuser.execute(
            "insert into county.data_ingestion_runs"
            " (county, layer, source_type, status, error_message, started_at, completed_at)"
            " values ('orange-fl', 'nal', 'delimited', $1, $2, now() - make_interval(hours => $3),"
            " case when $1 <> 'running' then now() end)",
            *(status, error, hours),
        )
        found = await list_alerts(database)
        assert [each.kind for each in found] == ["load_failed"] * (told is not None), hours
        assert told is None or found[0].sentence.startswith(told)
    alerts = await list_alerts(database, ended=True)
    assert len(alerts) == 4
    assert {each.next_step for each in alerts} == {"property-manager county load 'orange-fl' --layer 'nal'"}


async def test_a_load_whose_session_failed_is_told_once(
    database: Database, superuser: asyncpg.Connection
) -> None:
    layer = await Layer.of(database, superuser)
    writer = await RecordWriter.open(database, layer.source, scope="all", kind="import", filters={})
    await writer.fail("the file is cut")
    await superuser.execute(
        "insert into county.data_ingestion_runs (county, layer, source_type, status, sessions, completed_at)"
        " values ('orange-fl', 'properties', 'delimited', 'failure', array[$1::uuid], now())",
        writer.session_id,
    )
    assert [(each.kind, each.source) for each in await list_alerts(database)] == [
        ("session_failed", "orange-fl.properties")
    ]


async def test_a_layer_is_late_by_its_own_rhythm(database: Database, superuser: asyncpg.Connection) -> None:
    layer = await Layer.of(database, superuser)
    await layer.load(parcels(2))
    for days, late in ((6, []), (8, ["orange-fl.properties"])):
        await superuser.execute("delete from property_manager.alert_searches")
        for table in ("public.sync_metadata", "public.scraping_sessions"):
            await superuser.execute(
                f"update {table} set completed_at = now() - make_interval(days => $1)", days
            )
        found = [each for each in await list_alerts(database) if each.kind == "source_late"]
        assert [each.source for each in found] == late
