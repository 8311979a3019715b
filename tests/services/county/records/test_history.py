"""Every change of a county record is audited, explained and undone."""

from __future__ import annotations

import asyncpg
import pytest

from config.errors import UsageError
from database.handle import Database
from services.county.records.explain import explain_record
from services.history.edits import pin_field
from services.history.retention import clean
from services.history.rollback import rollback
from services.history.sources import remove_source
from services.reports.doctor import examine
from tests.catalogue import at, since
from tests.services.county.records.county import Layer, parcel, parcels


@pytest.fixture
async def layer(database: Database, superuser: asyncpg.Connection) -> Layer:
    """Two parcels, of which the second session changed one and brought a third."""
    layer = await Layer.of(database, superuser)
    await layer.load(parcels(2))
    return layer


async def cities(layer: Layer) -> list[tuple[str, str]]:
    return [(row["city"], row["record_status"]) for row in await layer.live("city, record_status")]


async def test_a_change_set_is_undone_and_so_is_its_undoing(layer: Layer) -> None:
    second = await layer.load([parcel(1, city="Apopka"), parcel(2), parcel(3)], day=1)
    planned = await rollback(layer.database, session_id=second.session_id, dry_run=True)
    undone = await rollback(layer.database, session_id=second.session_id, clock=lambda: at(2))
    after = await cities(layer)
    again = await rollback(layer.database, change_set=undone.change_set_id, clock=lambda: at(3))

    assert (planned.status, planned.reversed) == ("planned", 2)
    assert (undone.status, undone.reversed, undone.kept, undone.failed) == ("rolled_back", 2, 0, 0)
    assert after == [("Orlando", "active"), ("Orlando", "active"), ("Orlando", "removed")]
    assert again.reversed == 2
    assert await cities(layer) == [("Apopka", "active"), ("Orlando", "active"), ("Orlando", "active")]


async def test_a_later_change_of_a_field_is_kept_and_the_next_sync_shows_the_source_again(
    layer: Layer,
) -> None:
    second = await layer.load([parcel(1, city="Apopka"), parcel(2, city="Ocoee")], day=1)
    await layer.load([parcel(1, city="Maitland"), parcel(2, city="Ocoee")], day=2)
    undone = await rollback(layer.database, session_id=second.session_id, clock=lambda: at(3))
    after = await cities(layer)
    await layer.load([parcel(1, city="Maitland"), parcel(2, city="Ocoee")], day=4)

    assert (undone.reversed, undone.kept) == (1, 1)
    assert "synced since" in undone.rows[0].reason
    assert after == [("Maitland", "active"), ("Orlando", "active")]
    assert await cities(layer) == [("Maitland", "active"), ("Ocoee", "active")]


async def test_doctor_finds_what_was_written_past_the_audit(layer: Layer) -> None:
    name = "live county records are the fold of their audit"
    longer = parcel(3, latitude=28.123456789123)  # than its column keeps
    second = await layer.load([parcel(1, city="Apopka"), parcel(2), longer], day=1)
    await rollback(layer.database, session_id=second.session_id)
    whole = {each.check: each.found for each in await examine(layer.database)}
    await layer.superuser.execute("update county.properties set city = 'Elsewhere' where record_id like '%1'")
    damaged = {each.check: each for each in await examine(layer.database)}

    assert (whole[name], sum(whole.values())) == (0, 0)
    assert damaged[name].found == 1
    assert 'city is "Elsewhere", the audit says "Orlando"' in (damaged[name].detail or "")


async def test_a_value_is_explained_by_who_brought_it_and_when(layer: Layer) -> None:
    second = await layer.load([parcel(1, city="Apopka"), parcel(2)], day=1, actor="ana")
    found = await explain_record(layer.database, "properties", f"{1:015d}")
    city = next(field for field in found.fields if field.field == "city")

    assert [(each.new, each.actor, each.session_id == second.session_id) for each in city.changes] == [
        ("Apopka", "ana", True),
        ("Orlando", "sync", False),
    ]
    assert city.changes[0].at == at(1)
    assert found.rows[city.changes[0].change_set_id]["raw"] == {"row": f"{1:015d}"}
    assert found.sessions[str(second.session_id)]["scope"] == "all"


async def test_cleanup_removes_what_was_staged_and_a_source_goes_with_its_records(layer: Layer) -> None:
    for day in range(1, 8):
        await layer.load(parcels(2, city=f"City {day}"), day=day)
    await clean(layer.database, since(3))
    staged = await layer.superuser.fetchval("select count(distinct session_id) from county.staging")
    removed = await remove_source(layer.database, layer.source.name, listings=True, actor="ana")

    assert staged == 5  # the last five of a scope stay
    assert (removed.status, removed.listings) == ("retired", 2)
    assert await cities(layer) == [("City 7", "removed")] * 2


async def test_what_only_listings_have_is_refused_by_name(layer: Layer) -> None:
    with pytest.raises(UsageError, match="has county records"):
        await pin_field(layer.database, layer.source.name, f"{1:015d}", "title", actor="ana")
