"""Homes and decisions last: through syncs, other ids and names, merged sources, erasure and clean-ups."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from database.direct import DirectDatabase
from database.erasure_key import ErasureKey
from services.duplicates import keep_apart, list_events, list_pairs, merge_listings, show_home, undo
from services.erasure import erase_contact
from services.history.ids import apply_id_plan, list_id_plans
from services.history.retention import clean, compact
from services.history.sources import merge_sources, remove_source, rename_source
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, Row, home, homes, since
from tests.services.duplicates.test_find import ANA, REPOSTED, find, flat, home_of, listing
from tests.services.erasure.everything import places_of

KEPT = homes(9)[3:]


@pytest.fixture
def acme(database: DirectDatabase, catalogue: Catalogue) -> Catalogue:
    """A source in a database whose handle holds the key of erased contacts."""
    database.erasure_key = ErasureKey(SecretStr("a key for tests, held outside the database"))
    return catalogue


@pytest.fixture
async def other(acme: Catalogue) -> Catalogue:
    return await acme.beside("other")


async def applied(catalogue: Catalogue, rows: list[Row], *, day: float) -> SyncResult:
    """A session that is applied, be it held first."""
    result = await catalogue.run(rows, day=day)
    return await catalogue.approve(result, day=day) if result.status == "held" else result


async def found_once(acme: Catalogue, other: Catalogue) -> tuple[UUID, set[str]]:
    """One flat on two sites, found; its home."""
    await acme.run([flat(), *KEPT])
    await other.run([flat("x", **REPOSTED)])
    assert (await find(acme)).merged == 1
    return await home_of(acme)


async def events(catalogue: Catalogue) -> int:
    return len(await list_events(catalogue.database))


async def deeds(catalogue: Catalogue) -> list[dict[str, Any]]:
    """The lines of the admin audit, the oldest first."""
    rows = await catalogue.superuser.fetch("select * from api.admin_audit()")
    return [{**row, "details": json.loads(row["details"])} for row in rows]


async def test_a_home_outlives_that_its_listings_leave_and_come_back(
    acme: Catalogue, other: Catalogue
) -> None:
    """Under the same ids: nothing is decided anew, and what comes back is where it was."""
    before = await found_once(acme, other)
    for day in (1, 2, 3):
        await applied(acme, KEPT, day=day)
    assert (await acme.live(1))["status"] != "active"
    await find(acme)
    assert await home_of(acme) == before
    await applied(acme, [flat(), *KEPT], day=4)
    await find(acme)
    assert await home_of(acme) == before
    assert await events(acme) == 1


async def test_a_home_is_joined_by_each_new_address_of_its_listing(acme: Catalogue) -> None:
    """A site lists it again and again under a new id, when the one before is gone: one home."""
    await acme.run([flat(1), *KEPT])
    first = (await home_of(acme))[0]
    for day, number in ((1, 2), (4, 3)):
        for later in (0, 1):
            await applied(acme, [flat(number, price=2_400_000 - day), *KEPT], day=day + later)
        await find(acme)
    home_id, listings = await home_of(acme, 3)
    assert listings == {"acme/A-1", "acme/A-2", "acme/A-3"}
    assert home_id == (await home_of(acme, 1))[0]
    assert first in {home_id, *[(await listing(acme, n)) for n in (1, 2, 3)]}


async def test_a_home_outlives_that_its_listings_get_other_ids(acme: Catalogue, other: Catalogue) -> None:
    """A plan of ids gives a listing another property_id: its uuid stays, and so does its home."""
    acme.urls = False
    before = await found_once(acme, other)
    renamed = [{**row, "property_id": row["property_id"].replace("A-", "B-")} for row in [flat(), *KEPT]]
    held = await acme.run(renamed, day=1)
    assert held.status == "held"
    await apply_id_plan(acme.database, (await list_id_plans(acme.database))[0].id, actor=ANA)
    await acme.sync(held.session_id, day=1)
    await find(acme)
    home_id, sides = await show_home(acme.database, before[0])
    assert (home_id, {side["property_id"] for side in sides}) == (before[0], {"B-1", "A-x"})
    assert await events(acme) == 1


async def test_a_home_outlives_another_name_of_its_source(acme: Catalogue, other: Catalogue) -> None:
    """Nothing is compared anew, and what is compared later knows the source by its new name."""
    before = await found_once(acme, other)
    await rename_source(acme.database, "other", "second", actor=ANA)
    assert (await find(acme)).merged == 0
    home_id, sides = await show_home(acme.database, before[0])
    assert (home_id, {side["source"] for side in sides}) == (before[0], {"acme", "second"})


async def test_two_that_are_as_likely_stay_so_under_another_name_of_their_source(
    acme: Catalogue, other: Catalogue
) -> None:
    """A source that shows two like one of another's: neither is merged, be it renamed."""
    await other.run([flat("x", **REPOSTED), flat("y", **{**REPOSTED, "main_image_url": None})])
    await find(acme)
    await rename_source(acme.database, "other", "second", actor=ANA)
    await acme.run([flat()])
    assert (await find(acme)).merged == 0
    vetoed = {pair.vetoed for pair in await list_pairs(acme.database, least=0.5, source="acme")}
    assert vetoed == {"second shows another that is as likely"}


async def test_a_home_outlives_that_two_sources_become_one(acme: Catalogue, other: Catalogue) -> None:
    """The listing that stands for one of the merged source is of its home; a rollback takes that back."""
    third = await acme.beside("third")
    before = await found_once(acme, other)
    await applied(third, homes(2), day=1)
    merged = await merge_sources(acme.database, "other", "third", actor=ANA)
    home_id, listings = await home_of(acme)
    assert (home_id, listings) == (before[0], {"acme/A-1", "other/A-x", "third/A-x"})
    assert (await find(acme)).merged == 0

    assert merged.change_set_id is not None
    await acme.rollback(merged.change_set_id, day=2)
    assert await home_of(acme) == before
    assert [event.kind for event in await list_events(acme.database)] == ["undo", "merge", "merge"]


async def test_a_home_keeps_its_id_as_its_only_source_is_merged(acme: Catalogue, other: Catalogue) -> None:
    """A listing that is alone and becomes one of the other source: a link to the home still leads there."""
    await acme.run([flat(), *KEPT])
    await other.run([home("x", address="Calle Hidalgo 9", latitude=20.99)], day=1)
    before, _ = await home_of(other, "x")
    await merge_sources(acme.database, "other", "acme", actor=ANA)
    assert await home_of(acme, "x") == (before, {"acme/A-x", "other/A-x"})


async def test_what_people_said_holds_as_two_sources_become_one(acme: Catalogue, other: Catalogue) -> None:
    """Kept apart from a listing of the source that goes: so is the one that stands for it."""
    third = await acme.beside("third")
    await found_once(acme, other)
    await keep_apart(acme.database, await listing(other, "x"), actor=ANA)
    await applied(third, homes(2), day=1)
    await merge_sources(acme.database, "other", "third", actor=ANA)
    assert (await find(acme)).merged == 0
    assert (await home_of(acme))[1] == {"acme/A-1"}
    assert (await home_of(third, "x"))[1] == {"other/A-x", "third/A-x"}


async def test_homes_that_a_person_kept_apart_are_not_joined_by_a_merge_of_sources(
    acme: Catalogue, other: Catalogue
) -> None:
    """The sources say that two listings are one; a person said that their homes are two."""
    third = await acme.beside("third")
    third.site = other.site
    await found_once(acme, other)
    await applied(third, [flat("x", **REPOSTED), *homes(2)], day=1)
    await keep_apart(acme.database, await listing(third, "x"), [await listing(acme)], actor=ANA)
    await merge_sources(acme.database, "other", "third", actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-x"}
    assert (await home_of(third, "x"))[1] == {"third/A-x"}


async def test_a_home_outlives_that_its_source_is_removed_and_brought_back(
    acme: Catalogue, other: Catalogue
) -> None:
    """Its listings are marked as removed; a rollback of that finds the home as it was."""
    before = await found_once(acme, other)
    removed = await remove_source(acme.database, "other", listings=True, actor=ANA)
    await find(acme)
    assert await home_of(acme) == before
    assert removed.change_set_id is not None
    await acme.rollback(removed.change_set_id, day=2)
    await find(acme)
    assert await home_of(acme) == before


async def test_a_rollback_of_the_sync_that_listed_a_home_again_leaves_what_was_decided(
    acme: Catalogue, other: Catalogue
) -> None:
    """The listing is gone from the market, and its home knows it; the same sync again changes nothing."""
    await acme.run([flat(), *KEPT])
    brought = await other.run([flat("x", **REPOSTED)])
    await find(acme)
    before = await home_of(acme)
    await other.rollback(brought, day=1)
    await find(acme)
    assert await home_of(acme) == before
    await other.run([flat("x", **REPOSTED)], day=2)
    await find(acme)
    assert await home_of(acme) == before
    assert await events(acme) == 1


async def test_cleaning_up_takes_no_home_and_no_decision(acme: Catalogue, other: Catalogue) -> None:
    """Sessions go and history is folded; who decided what of homes stays, and can be undone."""
    before = await found_once(acme, other)
    await clean(acme.database, since(0))
    await compact(acme.database, since(0), actor=ANA)
    assert (await find(acme)).merged == 0
    assert await home_of(acme) == before
    (merge,) = await list_events(acme.database)
    await undo(acme.database, merge.id, actor=ANA)
    assert (await home_of(acme))[1] == {"acme/A-1"}


async def test_nothing_private_is_kept_of_what_was_compared(acme: Catalogue, other: Catalogue) -> None:
    """Neither the hash of an erased number, which would confirm a guess, nor the reason that tells it."""
    await acme.run([flat(1, agent_phone="+529991234567"), *KEPT])
    await other.run([flat("x", **{**REPOSTED, "bedrooms": 2, "agent_phone": "+529991234567"})])
    await find(acme)
    one, two = await listing(acme), await listing(other, "x")
    await merge_listings(acme.database, [one, two], actor=ANA, reason="the same agent, 999 123 4567")
    hashed = "select count(phone) from property_manager.linkage_listings"
    assert await acme.superuser.fetchval(hashed) == 2
    cells = await acme.superuser.fetch("select cell from property_manager.linkage_cells")

    await erase_contact(acme.database, "+529991234567", actor=ANA)
    assert await acme.superuser.fetchval(hashed) == 0
    left = await acme.superuser.fetch("select cell from property_manager.linkage_cells")
    assert {row["cell"] for row in left} < {row["cell"] for row in cells}
    assert await places_of(acme.superuser, "9991234567") == []
    assert await places_of(acme.superuser, "999 123 4567") == []
    assert (await home_of(acme))[1] == {"acme/A-1", "other/A-x"}
    (merge,) = await list_events(acme.database)
    assert merge.reason == "the same agent, [erased]"


async def test_what_people_decide_is_in_the_admin_audit(acme: Catalogue, other: Catalogue) -> None:
    """Who merged, kept apart and undid what, and why; what comparisons merged is no deed of anybody."""
    await found_once(acme, other)
    assert await deeds(acme) == []
    one, two = await listing(acme), await listing(other, "x")
    apart = await keep_apart(acme.database, two, actor=ANA, reason="another floor")
    assert apart is not None
    undone = await undo(acme.database, apart, actor="bea")
    assert await keep_apart(acme.database, two, [await listing(acme, 4)], actor=ANA) is not None
    merged = await merge_listings(acme.database, [one, await listing(acme, 5)], actor=ANA)
    assert await merge_listings(acme.database, [one, await listing(acme, 5)], actor=ANA) is None
    found = await deeds(acme)
    assert [(deed["actor"], deed["action"]) for deed in found] == [
        ("ana", "keep_apart"),
        ("bea", "undo_home_event"),
        ("ana", "keep_apart"),
        ("ana", "merge_listings"),
    ]
    first = found[0]["details"]
    assert (first["decision"], first["reason"], first["undoes"]) == (apart, "another floor", None)
    assert set(first["listings"]) == {str(one), str(two)}
    assert (found[1]["details"]["decision"], found[1]["details"]["undoes"]) == (undone, apart)
    assert found[3]["details"]["decision"] == merged
