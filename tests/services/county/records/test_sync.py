"""County records go through the stages that listings do, with the same promises."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from database.handle import Database
from parsing.parcels.staged import StagedRecord
from services.pipeline import sync_session
from services.pipeline.observers import NullObserver
from services.reports.previews import preview_plan
from services.reports.quarantine import list_quarantine
from services.staging.session import Verdict
from tests.catalogue import on
from tests.services.county.records.county import ORANGE, Layer, parcel, parcels, record

STAGES = ("sift", "validate_built_in", "quarantine_rows", "plan", "guard", "apply")


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


class _Died(Exception):
    """What a process that is killed leaves behind it: nothing."""


class _DiesAfter(NullObserver):
    def __init__(self, stage: str) -> None:
        self._stage = stage

    def ended(self, stage: str) -> None:
        if stage == self._stage:
            raise _Died(stage)


async def test_a_sync_cut_between_any_two_stages_ends_as_one_that_was_never_disturbed(layer: Layer) -> None:
    await layer.load(parcels(4))
    session = await layer.stage([*parcels(2, city="Apopka"), parcel(9)], day=1)
    for stage in STAGES:
        with pytest.raises(_Died):
            await sync_session(layer.database, session, on(1), _DiesAfter(stage))
    done = await sync_session(layer.database, session, on(1))

    assert (done.status, done.metrics.new_properties, done.metrics.updated_properties) == ("applied", 1, 2)
    assert [(row["record_id"][-1], row["city"], row["record_status"]) for row in await layer.live()] == [
        ("1", "Apopka", "active"),
        ("2", "Apopka", "active"),
        ("3", "Orlando", "inactive"),
        ("4", "Orlando", "inactive"),
        ("9", "Orlando", "active"),
    ]
    changes = await layer.superuser.fetch(
        "select right(record_id, 1) as id, change_type, field_name, old_value, new_value from county.changes"
        " where session_id = $1 order by record_id", session,
    )  # fmt: skip
    assert [tuple(change)[:3] for change in changes] == [
        ("1", "updated", "city"),
        ("2", "updated", "city"),
        ("3", "updated", "record_status"),
        ("4", "updated", "record_status"),
        ("9", "created", None),
    ]


async def test_a_record_is_removed_by_two_complete_sessions_hours_apart_and_returns(layer: Layer) -> None:
    async def standing() -> tuple[str, bool]:
        (row,) = [row for row in await layer.live() if row["record_id"].endswith("5")]
        return row["record_status"], row["deleted_at"] is not None

    seen = []
    await layer.load(parcels(5))
    sessions: list[tuple[float, Verdict]] = [
        (1, "partial"),
        (2, "complete"),
        (2.1, "complete"),
        (3, "complete"),
    ]
    for day, verdict in sessions:
        await layer.load(
            [*parcels(3), parcel(4, address=f"{day} Oak St")], day=day, verdict=verdict, reason="cut"
        )
        seen.append(await standing())
    back = await layer.load(parcels(5), day=4)
    seen.append(await standing())

    assert seen == [
        ("active", False),  # partial: absence says nothing
        ("inactive", False),
        ("inactive", False),  # two hours later counts nothing
        ("removed", True),
        ("active", False),
    ]
    assert back.metrics.reactivated_properties == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"county_fips": "12097"}, "its county is FL 12097, and the source is of FL 12095"),
        ({"latitude": 91}, "latitude 91 is no latitude: it is outside -90 … 90"),
        ({"latitude": "28.5"}, "latitude cannot be '28.5': its column holds numeric(10,8)"),
        ({"address": "1 Main\x00St"}, r"address cannot be '1 Main\x00St': its column holds text"),
        ({"address": "1 Main \ud83d"}, "a value of it cannot be stored"),
        ({"state": None}, "it has no state"),
        ({"zip": "32801"}, "it states 'zip', which no record of properties has"),
    ],
)
async def test_poison_is_set_aside_and_the_rest_goes_live(
    layer: Layer, fields: dict[str, Any], said: str
) -> None:
    synced = await layer.load([*parcels(3), parcel(4, **fields)])
    (row,) = await list_quarantine(layer.database, session_id=synced.session_id)

    assert (synced.status, synced.metrics.new_properties) == ("applied", 3)
    assert said in row.reasons[0].reason
    assert len(await layer.live()) == 3


async def test_days_years_and_amounts_out_of_bounds_are_named(
    database: Database, superuser: asyncpg.Connection
) -> None:
    layer = await Layer.of(database, superuser, "property_records")

    def roll(number: int, **fields: Any) -> StagedRecord:
        content = {**ORANGE, "parcel_id_normalized": f"{number:015d}", "roll_year": 2026, **fields}
        return record(f"{number:015d}:2026", content)

    synced = await layer.load(
        [
            *(roll(number, market_value=100) for number in range(10, 30)),
            roll(1, last_sale_date="1899-12-30"),
            roll(2, last_sale_date="9999-12-31", market_value=-1),
            roll(3, year_built=0),
            roll(4, last_sale_date="1900-01-01", market_value=0, year_built=1600),
        ]
    )
    rows = await list_quarantine(database, session_id=synced.session_id)

    assert [(row.property_id, [why.reason for why in row.reasons]) for row in rows] == [
        ("000000000000001:2026",
         ["last_sale_date 1899-12-30 is no day of a record: it is before 1900 or after 2100"]),
        ("000000000000002:2026",
         ["last_sale_date 9999-12-31 is no day of a record: it is before 1900 or after 2100",
          "market_value -1 is below zero, or beyond what its column holds"]),
        ("000000000000003:2026", ["year_built 0 is no year of a record: it is before 1600 or after 2100"]),
    ]  # fmt: skip
    assert synced.metrics.new_properties == 21


@pytest.mark.parametrize(
    ("later", "code"),
    [
        (parcels(10), "few_rows"),
        ([*parcels(12), *(parcel(number) for number in range(100, 118))], "many_leaving"),
        (parcels(30, city="Apopka"), "many_changed"),
        (parcels(30, city=None), "values_vanish"),
        ([parcel(number) for number in range(100, 130)], "all_new"),
        ([*parcels(30), parcel(1, address="9 Elm St"), parcel(2, address="8 Elm St")], "shared_ids"),
        ([], "no_usable_rows"),
        ([*parcels(16), *(parcel(number, state=None) for number in range(17, 31))], "low_quality"),
    ],
)
async def test_the_guard_holds_what_looks_like_a_fault(
    layer: Layer, later: list[StagedRecord], code: str
) -> None:
    await layer.load(parcels(30))
    before = await layer.live()
    held = await layer.load(later, day=1)
    assert held.plan_id is not None
    preview = await preview_plan(layer.database, held.plan_id)

    assert held.status == "held"
    assert sum(each.rows for each in preview.set_aside) == held.metrics.quarantined_properties
    assert code in [reason.code for reason in held.reasons]
    assert await layer.live() == before


async def test_what_a_row_does_not_state_stays_and_noise_is_no_change(layer: Layer) -> None:
    await layer.load(parcels(2))
    moved = parcel(1, latitude=28.500004, address="1  Main St ")
    silent = parcel(2)
    del silent.content["city"]
    again = await layer.load([moved, silent], day=1)

    assert (again.metrics.updated_properties, again.metrics.unchanged_properties) == (0, 2)
    assert [(row["city"], float(row["latitude"])) for row in await layer.live()] == [("Orlando", 28.5)] * 2
    assert await layer.superuser.fetchval("select active from property_manager.feed") == 0
