"""Staff edits and pins: no sync overwrites them, and the source's own values are reported."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from config.errors import BusyError, NotFoundError, PlanOutdatedError, UsageError
from database.direct import DirectDatabase
from services.history.edits import edit_listing
from services.pipeline.observers import NullObserver
from tests.catalogue import Catalogue, at, home, homes, without
from tests.tables import rows as each_of

NOTE = "1 pinned field differs from what the source shows: see pin --list"


def shows(price: int, **fields: Any) -> list[dict[str, Any]]:
    """What the source shows of nine homes, the first at that price."""
    return [home(1, price=price, **fields), *homes(9)[1:]]


async def test_an_edited_field_keeps_its_value_whatever_the_source_shows(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price="950000")

    synced = await catalogue.run(shows(900_000), day=2)

    assert (await catalogue.live())["price"] == 950_000
    assert (synced.metrics.updated_properties, synced.metrics.unchanged_properties) == (0, 9)
    assert synced.warnings == (NOTE,)
    assert await catalogue.complaints() == []


async def test_an_edit_is_audited_with_who_and_why(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))

    edited = await catalogue.edit(1, day=1, actor="eva", reason="agent called", price=950_000, bedrooms=4)

    assert [(change.field, change.old, change.new) for change in edited.changes] == [
        ("bedrooms", 3, 4),
        ("price", 1_001_000, 950_000),
    ]
    audit = (await catalogue.changes())[-2:]
    assert {(row["origin"], row["actor"], row["change_reason"]) for row in audit} == {
        ("edit", "eva", "agent called")
    }
    assert (await catalogue.live())["last_updated_at"] == at(1)
    assert await catalogue.complaints() == []


async def test_what_derives_from_an_edited_field_follows(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    score = (await catalogue.live())["data_completeness_score"]

    await catalogue.edit(1, title="Palacete", address="Av. Reforma 5", main_image_url=None)

    row = await catalogue.superuser.fetchrow(
        "select search_vector @@ to_tsquery('spanish', 'palacete') as found, address_normalized,"
        " data_completeness_score from public.properties_live where property_id = 'A-1'"
    )
    assert row["found"]
    assert row["address_normalized"] == "AV REFORMA 5"
    assert row["data_completeness_score"] < score
    assert await catalogue.complaints() == []


async def test_the_same_edit_again_changes_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, price=950_000)
    audit = await catalogue.changes()

    again = await catalogue.edit(1, price="950000.00")

    assert (again.change_set_id, again.changes, again.pinned) == (None, (), ("price",))
    assert await catalogue.changes() == audit


async def test_a_pin_reports_the_sources_value_and_since_when(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, reason="agent called", price=950_000)
    (before,) = await catalogue.pins()
    assert (before.value, before.differs, before.reason) == (950_000, False, "agent called")

    await catalogue.run(shows(900_000), day=2)
    await catalogue.run(shows(900_000), day=3)
    (pin,) = await catalogue.pins()
    assert (pin.differs, pin.shown, pin.shown_since) == (True, 900_000, at(2))

    await catalogue.run(shows(890_000), day=4)
    (pin,) = await catalogue.pins()
    assert (pin.shown, pin.shown_since) == (890_000, at(4))

    agrees = await catalogue.run(shows(950_000), day=5)
    (pin,) = await catalogue.pins()
    assert (pin.differs, pin.shown, agrees.warnings) == (False, None, ())


async def test_a_difference_is_reported_while_it_lasts(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price=950_000)
    assert (await catalogue.run(shows(900_000), day=2)).warnings == (NOTE,)
    assert (await catalogue.run(shows(900_000), day=3)).warnings == (NOTE,)
    assert (await catalogue.run(shows(900_000), day=4, dry_run=True)).warnings == (NOTE,)


async def test_of_a_row_with_other_differences_those_are_the_change(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price=950_000)

    synced = await catalogue.run(shows(5_000, is_featured=True), day=2)

    assert (synced.metrics.updated_properties, synced.metrics.changed_fields) == (1, 1)
    assert synced.metrics.significant_updates == 0
    assert (await catalogue.change(synced, "is_featured"))["change_reason"] == "is_featured nothing → yes"
    assert (await catalogue.live())["price"] == 950_000
    assert await catalogue.complaints() == []


async def test_a_pin_alone_holds_what_live_has(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    audit = await catalogue.changes()

    pinned = await catalogue.pin("price")

    assert (pinned.change_set_id, pinned.pinned) == (None, ("price",))
    assert await catalogue.changes() == audit
    await catalogue.run(shows(5_000), day=1)
    assert (await catalogue.live())["price"] == 1_001_000


@pytest.mark.parametrize("shown", [900_000, 1_001_000])
async def test_an_unpinned_field_follows_its_source_again(catalogue: Catalogue, shown: int) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price=950_000)
    await catalogue.run(shows(shown), day=2)

    assert await catalogue.unpin("price") == ("price",)
    assert (await catalogue.live())["price"] == 950_000
    synced = await catalogue.run(shows(shown), day=3)

    assert (await catalogue.live())["price"] == shown
    assert (synced.metrics.updated_properties, synced.warnings) == (1, ())
    assert await catalogue.pins() == []
    assert await catalogue.complaints() == []


async def test_unpinning_what_is_not_pinned_does_nothing(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, price=950_000, bedrooms=4)
    assert await catalogue.unpin("title") == ()
    assert await catalogue.unpin() == ("bedrooms", "price")
    assert await catalogue.unpin() == ()


async def test_a_listing_taken_off_by_hand_stays_off(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    edited = await catalogue.edit(1, day=1, status="removed")
    assert [row["change_type"] for row in (await catalogue.changes())[-1:]] == ["removed"]

    synced = await catalogue.run(homes(9), day=2)

    assert ((await catalogue.live())["status"], synced.metrics.reactivated_properties) == ("removed", 0)
    assert edited.pinned == ("status",)
    await catalogue.unpin()
    assert (await catalogue.run(homes(9), day=3)).metrics.reactivated_properties == 1
    assert await catalogue.complaints() == []


async def test_a_pinned_status_is_not_retired_and_absence_is_reported(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(9))
    await catalogue.pin("status")

    for day in (1, 2, 3):
        absent = await catalogue.run([home(2, price=day * 1_000), *homes(9)[2:]], day=day)
        assert (absent.metrics.missing_properties, absent.metrics.removed_properties) == (0, 0)

    assert (await catalogue.live())["status"] == "active"
    assert absent.warnings == (NOTE,)
    (pin,) = await catalogue.pins()
    assert (pin.shown, pin.shown_since) == ("removed", at(2))

    await catalogue.run(homes(9), day=4)
    assert [found.differs for found in await catalogue.pins()] == [False]
    assert await catalogue.complaints() == []


async def test_once_unpinned_absence_counts_with_the_next_proof(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.pin("status")
    for day in (1, 2):
        await catalogue.run([home(2, price=day * 1_000), *homes(9)[2:]], day=day)
    await catalogue.unpin("status")

    await catalogue.run([home(2, price=9_000), *homes(9)[2:]], day=3)

    assert (await catalogue.live())["status"] == "removed"
    assert await catalogue.complaints() == []


async def test_a_row_without_the_pinned_field_reports_no_difference(catalogue: Catalogue) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price=950_000)
    await catalogue.run(shows(900_000), day=2)

    await catalogue.run([without(home(1, bedrooms=4), "price"), *homes(9)[1:]], day=3)

    (pin,) = await catalogue.pins()
    assert (pin.shown, pin.shown_since) == (900_000, at(2))


@pytest.fixture
async def three_homes(catalogue: Catalogue) -> Catalogue:
    await catalogue.run(homes(3))
    return catalogue


@each_of(
    ("patch", "says"),
    [
        ({"price": "cheap"}, 'price of listing A-1 cannot be "cheap"'),
        ({"price": "NaN"}, "it reads as blank"),
        ({"price": -5}, "it is negative"),
        ({"price": "1e300"}, "more than one number"),
        ({"price": [1]}, "it must be one value"),
        ({"bedrooms": "2.5"}, "not a whole number"),
        ({"latitude": 91}, "it is outside -90 … 90"),
        ({"listing_date": "infinity"}, "not a date"),
        ({"listing_date": "2026-02-30"}, "no such day"),
        ({"is_featured": "perhaps"}, "neither yes nor no"),
        ({"amenities": "pool"}, "it must be a JSON list"),
        ({"title": " "}, "every listing has one"),
        ({"source_url": None}, "every listing has one"),
        ({"status": "sold"}, "it must be active, inactive or removed"),
        ({"property_id": "B-1"}, "property_id is not part of a listing's content"),
        ({"scraped_at": "2026-01-01"}, "scraped_at is not part of a listing's content"),
        ({"colour": "red"}, 'a listing has no field "colour"'),
        ({"title": "a\x00b"}, "NUL"),
        ({"title": "a\ud800b"}, "cannot be stored"),
        ({"features": {"a": float("nan")}}, "cannot be stored"),
        ({}, "no field is named"),
    ],
)
async def test_a_value_that_cannot_be_is_refused_and_nothing_changes(
    three_homes: Catalogue, patch: dict[str, Any], says: str
) -> None:
    catalogue = three_homes
    audit = await catalogue.changes()

    with pytest.raises(UsageError, match=says):
        await catalogue.edit(1, **patch)

    assert (await catalogue.changes(), await catalogue.pins()) == (audit, [])


@pytest.mark.parametrize(
    ("patch", "becomes"),
    [
        ({"price": "1234.5"}, 1234.5),
        ({"price": "$4,400,000"}, 4_400_000),
        ({"title": "Casa\x1b]0;owned\x07\x9b2J"}, "Casa]0;owned2J"),
        ({"amenities": ["po\x1bol"]}, ["pool"]),
        ({"bedrooms": ""}, None),
        ({"price": None}, None),
        ({"is_featured": "yes"}, True),
        ({"floor_number": -1}, -1),
        ({"amenities": ["pool", {"a": None}]}, ["pool", {"a": None}]),
        ({"features": {"view": None, "rooms": [1, "two"]}}, {"view": None, "rooms": [1, "two"]}),
        ({"listing_date": "2026-10-01"}, "2026-10-01"),
        ({"description": 'says "\\u0000"'}, 'says "\\u0000"'),
    ],
)
async def test_a_value_is_read_as_its_column_reads_it(
    catalogue: Catalogue, patch: dict[str, Any], becomes: Any
) -> None:
    await catalogue.run(homes(3))
    await catalogue.edit(1, **patch)
    assert [pin.value for pin in await catalogue.pins()] == [becomes]
    assert await catalogue.complaints() == []


async def test_an_unknown_listing_or_source_is_refused(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    with pytest.raises(NotFoundError, match='source acme has no listing "A-7"'):
        await catalogue.edit(7, price=1)
    with pytest.raises(NotFoundError, match='has no listing "A-7"'):
        await catalogue.unpin("price", 7)
    with pytest.raises(NotFoundError, match='no source "nowhere"'):
        await edit_listing(catalogue.database, "nowhere", "A-1", {"price": 1}, actor="ana")


async def test_an_edit_in_sql_is_limited_to_content_fields(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    for field in ("property_id", "scraped_at", "colour"):
        with pytest.raises(UsageError, match=f'no field "{field}" that can be edited'):
            await catalogue.database.value(
                "edit_listing", "acme", "A-1", {field: "x"}, "ana", None, None, None, None
            )


async def test_a_misspelt_field_is_not_unpinned_but_named(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    with pytest.raises(UsageError, match='no field "titel"') as refused:
        await catalogue.unpin("titel")
    assert refused.value.next_step == "did you mean title?"


async def test_an_edit_waits_for_a_sync_and_gives_up(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.lease_taken_by("other")
    with pytest.raises(BusyError):
        await edit_listing(catalogue.database, "acme", "A-1", {"price": 1}, actor="ana", wait_seconds=0)


@pytest.mark.parametrize("act", ["edit", "pin"])
async def test_an_edit_makes_a_saved_plan_outdated(catalogue: Catalogue, act: str) -> None:
    await catalogue.run(homes(9))
    planned = await catalogue.run(shows(900_000), day=1, dry_run=True)
    if act == "edit":
        await catalogue.edit(1, day=2, bedrooms=5)
    else:
        await catalogue.pin("price")

    with pytest.raises(PlanOutdatedError, match=r"A-1 has (been pinned|changed) since"):
        await catalogue.approve(planned, day=3)

    assert (await catalogue.live())["price"] == 1_001_000
    assert await catalogue.complaints() == []


async def test_the_next_sync_compares_what_was_revised_since_the_plan(
    catalogue: Catalogue,
) -> None:
    await catalogue.run(homes(9))
    await catalogue.edit(1, day=1, price=950_000)
    planned = await catalogue.run(shows(900_000), day=2, dry_run=True)
    await catalogue.unpin("price")
    await catalogue.approve(planned, day=3)

    await catalogue.run(shows(900_000), day=4)

    assert (await catalogue.live())["price"] == 900_000
    assert await catalogue.complaints() == []


@pytest.mark.parametrize("edits", [1, 2])
async def test_a_sync_that_an_edit_overtakes_plans_anew(catalogue: Catalogue, dsn: str, edits: int) -> None:
    await catalogue.run(homes(9))
    left = iter(range(edits))

    async def overtake(bedrooms: int) -> None:
        async with await DirectDatabase.connect(dsn) as database:
            await edit_listing(database, "acme", "A-1", {"bedrooms": bedrooms}, actor="eva")

    class Overtaken(NullObserver):
        def began(self, stage: str) -> None:
            # a worker that stalled past its lease and still runs
            if stage == "apply" and (number := next(left, None)) is not None:
                with ThreadPoolExecutor() as pool:
                    pool.submit(asyncio.run, _expire(dsn)).result()
                    pool.submit(asyncio.run, overtake(5 + number)).result()

    synced = await catalogue.run(shows(900_000), day=1, observer=Overtaken())

    assert (synced.status, synced.metrics.updated_properties) == ("applied", 1)
    live = await catalogue.live()
    assert (live["price"], live["bedrooms"]) == (900_000, 4 + edits)
    assert await catalogue.complaints() == []


async def _expire(dsn: str) -> None:
    async with await DirectDatabase.connect(dsn) as database, database.admin() as conn:
        await conn.execute("set role property_manager_owner")
        await conn.execute("update property_manager.leases set leased_until = null")
