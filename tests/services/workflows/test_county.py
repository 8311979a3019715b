"""A county is loaded layer by layer: each row once, each failure kept, each absence proven."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cli.views.county_load import render_status
from config.county.layout import County, parse_county
from config.errors import LayerRefusedError, RefusedError
from config.terminal import one_line
from database.handle import Database
from importers.layers.answers import decoded
from services.county.records.runs import IngestionRun, county_status
from services.workflows.county import CountyLoader
from services.workflows.county_loaded import CountyLoad
from tests.catalogue import on

HEADER = "PARCEL_ID,SITUS,CITY,JV"
ROWS = [
    f"29-22-{number:02d}-0000-00-{number:03d},{number} Main St,Orlando,{number}00000"
    for number in range(1, 6)
]


@pytest.fixture
def county(tmp_path: Path) -> County:
    """A county of one file that feeds parcels and their values."""
    return parse_county(
        {
            "name": "orange-fl",
            "state": "FL",
            "county_fips": "12095",
            "layers": {
                "roll": {
                    "type": "delimited",
                    "path": "roll.csv",
                    "kinds": {
                        "properties": {"parcel_id": "PARCEL_ID", "address": "SITUS", "city": "CITY"},
                        "property_records": {
                            "parcel_id": "PARCEL_ID",
                            "market_value": "JV",
                            "roll_year": {"const": 2026},
                        },
                    },
                }
            },
        },
        folder=tmp_path,
    )


async def load(database: Database, county: County, *lines: str, day: float = 0, **options: Any) -> CountyLoad:
    path = county.layers[0].path
    assert path is not None
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return await CountyLoader(database, options=on(day, **options)).load(county)


async def test_a_layer_feeds_several_kinds_and_a_second_load_changes_nothing(
    database: Database, superuser: asyncpg.Connection, county: County
) -> None:
    first = await load(database, county, HEADER, *ROWS)
    again = await load(database, county, HEADER, *ROWS, day=1)
    found = await county_status(database, "orange-fl")

    assert [(each.status, each.verdict, each.read) for each in first.layers] == [("success", "complete", 5)]
    assert [
        [(kind.source, kind.sync.metrics.new_properties, kind.sync.metrics.unchanged_properties) for kind in
         one.layers[0].kinds if kind.sync] for one in (first, again)
    ] == [
        [("orange-fl.roll.properties", 5, 0), ("orange-fl.roll.property_records", 5, 0)],
        [("orange-fl.roll.properties", 0, 5), ("orange-fl.roll.property_records", 0, 5)],
    ]  # fmt: skip
    assert [(each.kind, each.active) for each in found.sources] == [
        ("properties", 5),
        ("property_records", 5),
    ]
    overview = await superuser.fetch("select name, active from api.sources_overview(null)")
    assert [tuple(each) for each in overview] == [(each.source, each.active) for each in found.sources]
    assert await superuser.fetch(
        "select status, processed, inserted, updated, failed, cardinality(sessions) as sessions"
        " from county.data_ingestion_runs order by started_at"
    ) == [("success", 5, 10, 0, 0, 2), ("success", 5, 0, 0, 0, 2)]
    assert await superuser.fetchval("select count(*) from county.changes") == 10


async def test_a_layer_without_a_column_stages_nothing_and_leaves_a_failed_run(
    database: Database, superuser: asyncpg.Connection, county: County
) -> None:
    await load(database, county, HEADER, *ROWS)
    failed = await load(database, county, HEADER.replace("JV", "JUST"), *ROWS, day=1)
    run = await superuser.fetchrow(
        "select * from county.data_ingestion_runs order by started_at desc limit 1"
    )

    assert failed.layers[0].failure is not None
    assert "no column 'JV'" in failed.layers[0].failure.message
    assert (run["status"], run["inserted"], run["sessions"]) == ("failure", 0, [])
    assert "no column 'JV'" in run["error_message"]
    assert await superuser.fetchval("select count(*) from scraping_sessions") == 2


async def test_parcels_that_another_source_has_are_refused_before_anything_is_staged(
    database: Database, superuser: asyncpg.Connection, county: County
) -> None:
    """As when a county's file or its layer is given another name."""
    await load(database, county, HEADER, *ROWS)
    (refused,) = (
        await load(database, county.model_copy(update={"name": "orange"}), HEADER, *ROWS, day=1)
    ).layers
    assert isinstance(refused.failure, RefusedError)
    assert "county 12095, FL are those of source orange-fl.roll.properties" in refused.failure.message
    assert await superuser.fetchval("select count(*) from public.sources") == 2
    assert (
        await superuser.fetchval("select count(*) from county.data_ingestion_runs where status = 'failure'")
        == 1
    )
    elsewhere = county.model_copy(update={"name": "polk-fl", "county_fips": "12105"})
    assert (await load(database, elsewhere, HEADER, *ROWS, day=2)).layers[0].kinds


@pytest.mark.parametrize(
    "content",
    [b"\x00\xff\xfe" * 500, b"<html><body>\x1b[31mSign in</body></html>", HEADER.lower().encode()],
    ids=["a program's file", "a web page", "a header alone, of other columns"],
)
async def test_what_is_no_such_layer_is_refused_by_name_and_no_other_layer_suffers(
    database: Database, superuser: asyncpg.Connection, county: County, content: bytes, tmp_path: Path
) -> None:
    await load(database, county, HEADER, *ROWS)
    (tmp_path / "roll.csv").write_bytes(content)
    (refused,) = (await CountyLoader(database, options=on(1)).load(county)).layers
    assert isinstance(refused.failure, RefusedError)
    assert "layer roll has no column 'PARCEL_ID'" in refused.failure.message
    assert one_line(refused.failure.next_step or "") == refused.failure.next_step
    assert await superuser.fetch(
        "select status, error_message from county.data_ingestion_runs order by started_at desc limit 1"
    ) == [("failure", refused.failure.message)]
    assert await superuser.fetch("select record_status from county.properties") == [("active",)] * 5


async def test_what_a_server_says_is_kept_of_a_run_whatever_bytes_it_has(
    database: Database, superuser: asyncpg.Connection, county: County
) -> None:
    with pytest.raises(LayerRefusedError, match=r"is not JSON: \\x00\\x1b") as refused:
        decoded(b"\x00\x1b[31m", "http://127.0.0.1/0", "a layer")
    run = await IngestionRun.begin(database, "orange-fl", "roll", "arcgis")
    await run.end("failure", message="\x00 no\nwhere", details={"reasons": [refused.value.message, "\x00"]})
    (ended,) = (await county_status(database, "orange-fl")).runs
    assert (ended.status, ended.error_message) == ("failure", r"\x00 no\nwhere")


@pytest.mark.parametrize(
    ("lines", "code"),
    [((HEADER,), "suspect_session"), ((HEADER, *ROWS[:2]), "few_rows")],
    ids=["no rows", "half of them"],
)
async def test_an_outage_is_held_and_retires_nothing(
    database: Database, superuser: asyncpg.Connection, county: County, lines: tuple[str, ...], code: str
) -> None:
    await load(database, county, HEADER, *ROWS)
    for day in (1, 2, 3):
        held = await load(database, county, *lines, day=day)

    said = render_status(await county_status(database, "orange-fl")).text
    assert str(said[-1]).startswith("next: ") and str(said[-1]).endswith("plans list")
    assert held.layers[0].status == "partial"
    assert all(kind.sync and code in [why.code for why in kind.sync.reasons] for kind in held.layers[0].kinds)
    assert await superuser.fetch("select record_status from county.properties") == [("active",)] * 5
