"""Two sources become one: each home is live once, nothing of the past is lost, and a rollback undoes it."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from config.errors import BusyError, UsageError
from services.erasure import erase_listing
from services.feed import Place, changes
from services.history.as_of import listings_at
from services.history.sources import Merged, merge_sources, rename_source
from services.pipeline import SyncResult
from services.reports.sources import list_sources
from tests.catalogue import ACME, Catalogue, Row, at, home, homes


@pytest.fixture
async def acmee(catalogue: Catalogue) -> Catalogue:
    """The same site under a mistyped name."""
    other = await catalogue.beside("acmee")
    other.site = "acme"
    return other


async def merge(catalogue: Catalogue, **options: Any) -> Merged:
    return await merge_sources(catalogue.database, "acmee", "acme", actor="ana", **options)


async def shown(superuser: asyncpg.Connection, *columns: str) -> list[tuple[Any, ...]]:
    """The listings of all sources that are not removed."""
    rows = await superuser.fetch(
        f"select source, property_id, {', '.join(('status', *columns))} from public.properties_live"
        " where status <> 'removed' order by source, property_id"
    )
    return [tuple(row) for row in rows]


async def brought(catalogue: Catalogue, rows: list[Row], *, day: float) -> SyncResult:
    """A session that is applied, be it held first as one that doubles another source."""
    result = await catalogue.run(rows, day=day)
    return await catalogue.approve(result, day=day) if result.status == "held" else result


async def test_a_merge_is_shown_before_anything_changes(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(3), day=0)
    await brought(acmee, [home(2), home(3, price=1_500_000), home(4), home(5)], day=1)
    position = await catalogue.position()

    plan = await merge(catalogue, dry_run=True)

    assert (plan.listings, plan.moved, plan.doubles, plan.by_url) == (4, 2, 2, 2)
    assert (plan.taken, plan.clashes, plan.change_set_id) == (1, 0, None)
    first = plan.homes[0]
    assert (first.from_id, first.into_id, first.witness, first.taken) == ("A-3", "A-3", "url", True)
    assert (first.from_price, first.into_price) == (1_500_000, 1_003_000)
    assert await catalogue.position() == position
    assert [source.merged_into for source in await list_sources(catalogue.database)] == [None, None]


async def test_each_home_of_two_merged_sources_is_live_once(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    await catalogue.run(homes(3), day=0)
    await brought(acmee, [home(2), home(3, price=1_500_000), home(4)], day=1)

    await merge(catalogue)

    assert await shown(superuser, "price::int") == [
        ("acme", "A-1", "active", 1_001_000),
        ("acme", "A-2", "active", 1_002_000),
        ("acme", "A-3", "active", 1_500_000),
        ("acme", "A-4", "active", 1_004_000),
    ]
    assert set((await acmee.statuses()).values()) == {"removed"}
    assert await catalogue.complaints() == []


async def test_the_next_session_of_either_finds_nothing_new(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(3), day=0)
    await brought(acmee, [home(3), home(4), home(5)], day=1)
    await merge(catalogue)

    again = await catalogue.run(homes(5), day=2)

    assert again.status == "applied"
    assert (again.metrics.unchanged_properties, again.metrics.new_properties) == (5, 0)
    assert set((await catalogue.statuses()).values()) == {"active"}
    assert await catalogue.complaints() == []


async def test_homes_without_pages_are_one_by_id_or_by_address(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    catalogue.urls = acmee.urls = False
    await catalogue.run([home(1), home(2, address="Calle Luna 8")], day=0)
    rows = [home(1, price=1_070_000), home("X-9", address="Calle Luna 8", title="Casa 2 en venta"), home(3)]
    await brought(acmee, rows, day=1)

    merged = await merge(catalogue)

    assert (merged.by_url, merged.by_id, merged.by_address, merged.moved) == (0, 1, 1, 1)
    assert [row[:2] for row in await shown(superuser)] == [("acme", "A-1"), ("acme", "A-2"), ("acme", "A-3")]
    assert (await catalogue.live(3))["source_url"] == "import:acme/A-3"
    again = await catalogue.run(rows, day=2, verdict="partial")
    assert (again.metrics.new_properties, again.metrics.unchanged_properties) == (0, 3)
    assert await catalogue.complaints() == []


async def test_units_of_one_address_stay_apart(catalogue: Catalogue, acmee: Catalogue) -> None:
    """One address alone is not one home: price, size or title has to agree too."""
    catalogue.urls = acmee.urls = False
    await catalogue.run([home(1, address="Calle Luna 8")], day=0)
    other = home("U-2", address="Calle Luna 8", title="Departamento", price=2_900_000)
    await brought(acmee, [other], day=1)
    assert (await merge(catalogue, dry_run=True)).moved == 1


async def test_a_home_that_one_source_has_lost_and_the_other_shows_stays_shown(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(3), day=0)
    await catalogue.run(homes(2), day=1)
    await catalogue.run([home(1), home(2, price=1_030_000)], day=2)
    assert (await catalogue.statuses())["A-3"] == "removed"
    await brought(acmee, [home(3, price=1_080_000)], day=0.5)

    await merge(catalogue)

    assert (await catalogue.statuses())["A-3"] == "active"
    assert (await catalogue.live(3))["price"] == 1_080_000
    assert await catalogue.complaints() == []


async def test_what_is_seen_of_a_home_stays_what_was_seen(catalogue: Catalogue, acmee: Catalogue) -> None:
    """A home that only the merged source has was last seen when that saw it, not when the other was read."""
    await brought(acmee, [home(8)], day=1)
    await catalogue.run([home(1)], day=0)
    await catalogue.run([home(1)], day=3)
    await merge(catalogue)
    assert (await catalogue.live(8))["last_seen_at"] == at(1)
    assert (await catalogue.live(1))["last_seen_at"] == at(3)
    await catalogue.run([home(1), home(8)], day=4)
    assert (await catalogue.live(8))["last_seen_at"] == at(4)


async def test_a_merged_home_that_is_shown_no_more_goes_missing(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(9), day=0)
    await brought(acmee, [home(20)], day=1)
    await merge(catalogue)
    await catalogue.run(homes(9), day=2)
    assert (await catalogue.statuses())["A-20"] == "inactive"
    await catalogue.run([*homes(8), home(9, price=1_030_000)], day=3)
    assert (await catalogue.statuses())["A-20"] == "removed"
    assert await catalogue.complaints() == []


async def test_pins_go_with_a_home_and_hold_what_they_hold(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    await brought(acmee, [home(2, price=1_050_000), home(3)], day=1)
    await acmee.pin("price", 3)
    await catalogue.pin("price", 2)
    await merge(catalogue)
    assert {(pin.property_id, pin.field) for pin in await catalogue.pins()} == {
        ("A-2", "price"),
        ("A-3", "price"),
    }
    assert (await catalogue.live(2))["price"] == 1_002_000
    assert await catalogue.complaints() == []


async def test_a_rollback_takes_a_merge_back(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    await catalogue.run(homes(3), day=0)
    await brought(acmee, [home(2), home(3, price=1_500_000), home(4)], day=1)
    before = await shown(superuser, "price", "title", "source_url")
    merged = await merge(catalogue)
    assert merged.change_set_id is not None
    planned = await catalogue.rollback(merged.change_set_id, dry_run=True)

    undone = await catalogue.rollback(merged.change_set_id)

    assert (planned.status, planned.reversed) == ("planned", undone.reversed)
    assert (undone.status, undone.source, undone.kept, undone.failed) == ("rolled_back", "acme", 0, 0)
    assert await shown(superuser, "price", "title", "source_url") == before
    assert [source.merged_into for source in await list_sources(catalogue.database)] == [None, None]
    assert await catalogue.complaints() == []
    assert (await catalogue.rollback(merged.change_set_id)).status == "already_undone"
    again = await acmee.run([home(2), home(3, price=1_500_000), home(4)], day=2)
    assert again.metrics.unchanged_properties == 3
    assert await catalogue.complaints() == []


async def test_a_home_changed_since_goes_back_too(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    """A price that changed after the merge stays with the home; the home itself is not live twice."""
    await catalogue.run(homes(9), day=0)
    await brought(acmee, [home(9), home(20), home(21)], day=1)
    merged = await merge(catalogue)
    await catalogue.run([*homes(9), home(20, price=1_030_000)], day=2)  # 20 has another price, 21 is missing
    assert merged.change_set_id is not None
    await catalogue.rollback(merged.change_set_id)
    named = [row[:2] for row in await shown(superuser) if row[1] in ("A-20", "A-21")]
    assert named == [("acmee", "A-20"), ("acmee", "A-21")]
    assert await catalogue.complaints() == []


async def test_sources_merged_again_after_a_rollback_are_one_again(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    await catalogue.run(homes(2), day=0)
    await brought(acmee, [home(2), home(3)], day=1)
    first = await merge(catalogue)
    assert first.change_set_id is not None
    back = await catalogue.rollback(first.change_set_id)
    assert back.change_set_id is not None
    with pytest.raises(UsageError, match="it took a merge back") as refused:
        await catalogue.rollback(back.change_set_id)
    assert "sources merge 'acmee' 'acme'" in (refused.value.next_step or "")
    again = await merge(catalogue)
    assert (again.doubles, again.moved) == (2, 0)
    assert [row[:2] for row in await shown(superuser)] == [("acme", "A-1"), ("acme", "A-2"), ("acme", "A-3")]
    assert await catalogue.complaints() == []


async def test_a_part_of_a_merge_is_not_undone_alone(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    await brought(acmee, [home(3)], day=1)
    merged = await merge(catalogue)
    assert merged.change_set_id is not None
    for part in (merged.change_set_id + 1, merged.change_set_id + 2):
        with pytest.raises(UsageError, match="part of a merge") as refused:
            await catalogue.rollback(part)
        assert f"--change-set {merged.change_set_id}" in (refused.value.next_step or "")


async def test_the_past_is_as_it_was(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    await brought(acmee, [home(3)], day=1)
    await merge(catalogue)
    before = await listings_at(catalogue.database, at(1.5))
    assert [(row["source"], row["property_id"]) for row in before.listings] == [
        ("acme", "A-1"),
        ("acme", "A-2"),
        ("acmee", "A-3"),
    ]


async def test_readers_of_the_feed_are_told_once_and_then_of_each_home(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(1), day=0)
    await brought(acmee, [home(1), home(2)], day=1)
    seen = [change async for change in changes(catalogue.database, Place(), follow=False)]
    merged = await merge(catalogue)
    told = [change async for change in changes(catalogue.database, seen[-1].place, follow=False)]
    assert [(c.change_type, c.source, c.property_id, c.new_value) for c in told][:3] == [
        ("merged", "acme", None, "acme"),
        ("removed", "acmee", "A-1", "removed"),
        ("removed", "acmee", "A-2", "removed"),
    ]
    assert [(c.change_type, c.source, c.property_id) for c in told][3:] == [("created", "acme", "A-2")]
    assert not any(change.significant for change in told if change.property_id)
    of_one = [c async for c in changes(catalogue.database, Place(), source="acmee", follow=False)]
    assert told[0] in of_one
    for change in told:
        rest = [c async for c in changes(catalogue.database, change.place, follow=False)]
        assert rest == told[told.index(change) + 1 :]
    assert merged.change_set_id is not None
    await catalogue.rollback(merged.change_set_id)
    last = [c async for c in changes(catalogue.database, told[-1].place, follow=False)]
    assert [(c.change_type, c.source) for c in last] == [
        ("unmerged", "acme"),
        ("reactivated", "acmee"),
        ("reactivated", "acmee"),
        ("removed", "acme"),
    ]


# what is refused


async def test_a_merged_source_takes_nothing_more(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    done = await brought(acmee, [home(3)], day=1)
    merged = await merge(catalogue)
    for attempt in (
        acmee.run([home(3)], day=2),
        acmee.register(hosts=("acme.example",)),
        acmee.edit(3, price=1_050_000),
        acmee.rollback(done),
        rename_source(catalogue.database, "acmee", "bolt", actor="ana"),
        merge(catalogue),
    ):
        with pytest.raises(UsageError, match="source acmee was merged into acme") as refused:
            await attempt
        assert "name 'acme' instead" in (refused.value.next_step or "")
        assert f"rollback --change-set {merged.change_set_id}" in (refused.value.next_step or "")


async def test_a_host_of_a_merged_source_leads_to_the_other(catalogue: Catalogue, acmee: Catalogue) -> None:
    await acmee.register(hosts=("acme.example",))
    await catalogue.run(homes(1), day=0)
    await brought(acmee, [home(2)], day=1)
    await merge(catalogue)
    found = await catalogue.database.rows("sources_of_host", "www.acme.example")
    assert [row["name"] for row in found] == ["acme"]


async def test_a_source_of_which_a_session_waits_is_not_merged(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(1), day=0)
    await brought(acmee, [home(2)], day=1)
    waiting = await acmee.stage([home(3)], day=2)
    with pytest.raises(UsageError, match=f"its session {str(waiting)[:8]} waits for a sync"):
        await merge(catalogue)
    await acmee.interrupted(waiting)
    with pytest.raises(UsageError, match=f"its session {str(waiting)[:8]} has stopped half-way"):
        await merge(catalogue)
    await acmee.interrupted(waiting, silent=at(0) - at(0))
    with pytest.raises(BusyError, match="is being written"):
        await merge(catalogue, wait_seconds=0)


async def test_what_waits_of_the_other_is_planned_anew(catalogue: Catalogue, acmee: Catalogue) -> None:
    await catalogue.run(homes(1), day=0)
    await brought(acmee, [home(2)], day=1)
    planned = await catalogue.run(homes(2), day=2, dry_run=True)
    merged = await merge(catalogue)
    assert merged.again == (planned.session_id,)
    done = await catalogue.sync(planned.session_id, day=2)
    assert (done.metrics.new_properties, done.metrics.unchanged_properties) == (0, 2)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"currency": "EUR"}, "its currency is EUR, that of acme is MXN"),
        ({"country": "ES"}, "its country is ES, that of acme is MX"),
    ],
)
async def test_sources_of_different_places_are_not_merged(
    catalogue: Catalogue, acmee: Catalogue, facts: dict[str, Any], said: str
) -> None:
    await catalogue.run(homes(1), day=0)
    await acmee.register(**facts)
    await brought(acmee, [home(2)], day=1)
    with pytest.raises(UsageError, match=said):
        await merge(catalogue)


async def test_facts_that_were_not_stated_are_no_hindrance(catalogue: Catalogue) -> None:
    """A mistyped name has no currency and no language; the homes are found by the words of the other."""
    await catalogue.run(homes(1), day=0)
    bare = ACME.model_copy(update={"name": "acmee", "currency": None, "country": None, "language": "simple"})
    acmee = await Catalogue(catalogue.database, catalogue.superuser, bare).register()
    await brought(acmee, [home(2, currency="MXN")], day=1)
    await merge(catalogue)
    vectors = await catalogue.superuser.fetch(
        "select search_vector @@ to_tsquery('spanish', 'ventas') as found from public.properties_live"
        " where source = 'acme'"
    )
    assert [row["found"] for row in vectors] == [True, True]
    assert await catalogue.complaints() == []


async def test_ids_of_different_homes_are_refused_unless_they_are_said_to_be_one(
    catalogue: Catalogue, acmee: Catalogue, superuser: asyncpg.Connection
) -> None:
    catalogue.urls = acmee.urls = False
    await catalogue.run(homes(2), day=0)
    await brought(acmee, [home(2, title="Terreno", address="Avenida 40"), home(3)], day=1)
    plan = await merge(catalogue, dry_run=True)
    assert (plan.clashes, plan.homes[0].witness, plan.homes[0].into_title) == (1, None, "Casa 2 en venta")
    with pytest.raises(UsageError, match="1 ids are of two different homes, such as A-2") as refused:
        await merge(catalogue)
    assert "--same-ids" in (refused.value.next_step or "")
    merged = await merge(catalogue, same_ids=True)
    assert (merged.by_id, merged.moved) == (1, 1)
    assert [row[3] for row in await shown(superuser, "title")][1] == "Terreno"
    assert await catalogue.complaints() == []


async def test_a_source_is_not_merged_into_itself_nor_when_it_shows_nothing(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(1), day=0)
    with pytest.raises(UsageError, match="cannot be merged into itself"):
        await merge_sources(catalogue.database, "acme", "acme", actor="ana")
    with pytest.raises(UsageError, match="it shows no listing"):
        await merge(catalogue)


async def test_three_names_of_one_source_become_one(catalogue: Catalogue, acmee: Catalogue) -> None:
    third = await catalogue.beside("akme")
    third.site = "acme"
    await brought(third, [home(1), home(2)], day=0)
    await brought(acmee, [home(2), home(3)], day=1)
    await catalogue.run([home(3), home(4)], day=2)
    first = await merge_sources(catalogue.database, "akme", "acmee", actor="ana")
    await merge(catalogue)
    assert set((await catalogue.statuses()).values()) == {"active"}
    assert list(await catalogue.statuses()) == ["A-1", "A-2", "A-3", "A-4"]
    assert first.change_set_id is not None
    with pytest.raises(UsageError, match="source acmee was merged into acme"):
        await catalogue.rollback(first.change_set_id)
    assert await catalogue.complaints() == []


# erasures


PHONE = "+525555010199"


@pytest.mark.parametrize("named", ["acme", "acmee"])
@pytest.mark.parametrize("number", [2, 3], ids=["a double", "a home that moved"])
async def test_what_is_erased_of_a_merged_home_is_erased_of_its_past_too(
    catalogue: Catalogue, acmee: Catalogue, named: str, number: int
) -> None:
    """Named by either source: live, history and staged rows of both lose it, and it stays out."""
    both = [home(2, agent_phone=PHONE), home(3, agent_phone=PHONE)]
    await catalogue.run([home(1), *both[:1]], day=0)
    await brought(acmee, both, day=1)
    await merge(catalogue)

    await erase_listing(catalogue.database, named, f"A-{number}", actor="ana")

    for table in ("properties_live", "property_changes", "property_scrapes_staging"):
        holds = f"select count(*) from public.{table} t where property_id = $1 and strpos(t::text, $2) > 0"
        assert await catalogue.superuser.fetchval(holds, f"A-{number}", PHONE) == 0, table
    await catalogue.run([home(1), *both], day=4)
    assert (await catalogue.live(number))["agent_phone"] is None
    assert (await catalogue.live(5 - number))["agent_phone"] == PHONE
    assert await catalogue.complaints() == []


async def test_what_was_erased_before_a_merge_stays_out_and_after_it_is_taken_back(
    catalogue: Catalogue, acmee: Catalogue
) -> None:
    await catalogue.run(homes(1), day=0)
    await brought(acmee, [home(3, agent_phone=PHONE)], day=1)
    await erase_listing(catalogue.database, "acmee", "A-3", actor="ana")
    merged = await merge(catalogue)
    await catalogue.run([home(1), home(3, agent_phone=PHONE)], day=2)
    assert (await catalogue.live(3))["agent_phone"] is None
    assert merged.change_set_id is not None
    await catalogue.rollback(merged.change_set_id)
    await brought(acmee, [home(3, agent_phone=PHONE)], day=3)
    assert (await acmee.live(3))["agent_phone"] is None
    await catalogue.run([home(1), home(3, agent_phone=PHONE)], day=4)
    assert (await catalogue.live(3))["agent_phone"] is None
