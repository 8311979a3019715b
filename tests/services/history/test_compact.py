"""Old history is folded: live, the kept window and every reader stay right, and the rest is refused."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

import asyncpg
import pytest
from hypothesis import strategies as st

from config.errors import BeforeHistoryError, NotFoundError
from config.source import Source
from database import queries
from database.direct import DirectDatabase
from services.feed import Place, changes
from services.history.as_of import listing_at, listings_at
from services.history.retention import Compacted, compact
from tests.catalogue import Catalogue, at, home, homes, since
from tests.histories import play_histories
from tests.servers import Server

IMAGES = """
    select property_id, to_jsonb(l) - $2::text[] as image from public.properties_live l where source = $1
"""
SAME_THEN = """
    select property_id, to_jsonb(l) - $2::text[] as image from api.listings_at($3, $1) l
"""
AUDIT = "select * from public.property_changes order by id"


async def untold(catalogue: Catalogue) -> list[str]:
    """The columns of live that the audit does not keep: provenance, volatile fields and other columns."""
    rows = await catalogue.superuser.fetch(
        "select attname from pg_attribute where attrelid = 'public.properties_live'::regclass and attnum > 0"
        " and attname not in (select name from property_manager.listing_fields where role <> 'provenance')"
        " and attname <> 'status'"
    )
    return [*(row[0] for row in rows), *catalogue.source.volatile]


async def live(catalogue: Catalogue) -> dict[str, str]:
    rows = await catalogue.superuser.fetch(IMAGES, catalogue.source.name, await untold(catalogue))
    return {row["property_id"]: row["image"] for row in rows}


async def stood(catalogue: Catalogue, moment: datetime) -> dict[str, str]:
    rows = await catalogue.superuser.fetch(SAME_THEN, catalogue.source.name, await untold(catalogue), moment)
    return {row["property_id"]: row["image"] for row in rows}


async def compacted(catalogue: Catalogue, day: float) -> Compacted:
    return await compact(catalogue.database, since(day), actor="ana")


async def audit(catalogue: Catalogue, number: int = 1) -> list[tuple[str, str | None, str]]:
    """The kinds, fields and origins of a listing's changes."""
    return [
        (row["change_type"], row["field_name"], row["origin"])
        for row in await catalogue.changes()
        if row["property_id"] == f"A-{number}"
    ]


async def prices(catalogue: Catalogue, *days: float) -> None:
    """A-1 changes its price on each day; A-2 never changes."""
    for day in days:
        await catalogue.run([home(1, price=1_000_000 + day * 20_000), home(2)], day=day)


async def test_older_changes_of_a_listing_become_one_image(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    assert await compacted(catalogue, 2.5) == Compacted(listings=1, changes=2)
    assert await audit(catalogue) == [("created", None, "compact"), ("updated", "price", "sync")]
    assert await catalogue.complaints() == []


async def test_an_image_keeps_the_newest_changes_place(
    catalogue: Catalogue,
) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    newest = (await catalogue.changes())[-2]
    await compacted(catalogue, 2.5)
    (image,) = [row for row in await catalogue.changes() if row["origin"] == "compact"]
    assert (image["actor"], image["change_reason"]) == ("ana", "3 changes folded")
    for name in ("id", "change_set_id", "created_at", "listing_id"):
        assert image[name] == newest[name]


async def test_a_single_old_change_is_not_compacted(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2)
    await compacted(catalogue, 1.5)
    assert await audit(catalogue, 2) == [("created", None, "sync")]


async def test_a_second_run_changes_nothing(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    await compacted(catalogue, 2.5)
    before = await catalogue.superuser.fetch(AUDIT)
    assert await compacted(catalogue, 2.5) == Compacted()
    assert await compacted(catalogue, 1.5) == Compacted()
    assert await catalogue.superuser.fetch(AUDIT) == before


async def test_a_later_run_folds_what_has_become_old_since(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    await compacted(catalogue, 1.5)
    assert await compacted(catalogue, 3.5) == Compacted(listings=1, changes=2)
    assert await audit(catalogue) == [("created", None, "compact")]
    assert await catalogue.complaints() == []


async def test_a_dry_run_counts_what_a_run_folds(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    before = await catalogue.superuser.fetch(AUDIT)
    for day in (2.5, 3.5):
        would = await compact(catalogue.database, since(day), actor="ana", dry_run=True)
        assert await catalogue.superuser.fetch(AUDIT) == before
        assert await compacted(catalogue, day) == would
        before = await catalogue.superuser.fetch(AUDIT)


async def test_many_listings_are_folded_batch_by_batch(catalogue: Catalogue) -> None:
    await catalogue.register(guard={"changed_share": 1})
    for day in range(4):
        await catalogue.run(homes(30, bedrooms=day + 1)[: 30 - 2 * day], day=day, verdict="partial")
    seen: list[Compacted] = []
    done = await compact(
        catalogue.database, since(2.5), actor="ana", batch_changes=3, on_progress=seen.append
    )
    assert done == seen[-1] == Compacted(listings=28, changes=28 + 26)
    assert len(seen) > 9
    assert await catalogue.complaints() == []


async def test_an_interrupted_run_leaves_a_right_audit_and_goes_on(catalogue: Catalogue) -> None:
    for day in range(3):
        await catalogue.run(homes(4, bedrooms=day + 1), day=day, verdict="partial")
    batch = await catalogue.database.value("compact", "acme", since(5), "ana", 2)
    assert batch == {"listings": 2, "changes": 4, "more": True}
    assert await catalogue.complaints() == []
    with pytest.raises(BeforeHistoryError):
        await listings_at(catalogue.database, at(1))
    assert await compacted(catalogue, 5) == Compacted(listings=2, changes=4)


async def test_only_moments_after_the_horizon_are_answered(
    catalogue: Catalogue,
) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    now = await live(catalogue)
    await compacted(catalogue, 2.5)
    with pytest.raises(
        BeforeHistoryError, match=r"history of acme begins on 2025-11-03 11:40 UTC; compacted on"
    ):
        await listings_at(catalogue.database, at(2.4))
    with pytest.raises(BeforeHistoryError, match="begins on"):
        await listing_at(catalogue.database, at(2.4), "acme", "A-2")
    assert await stood(catalogue, at(3)) == now
    assert (await listing_at(catalogue.database, at(2.5), "acme", "A-1")).listing["price"] == 1_040_000  # type: ignore[index]
    begins = "select api.history_begins('acme')"
    assert at(2.4) < await catalogue.superuser.fetchval(begins) < at(2.5)


async def test_one_sources_horizon_is_not_another_ones(catalogue: Catalogue) -> None:
    other = await Catalogue(catalogue.database, catalogue.superuser, Source(name="other")).register()
    await other.run(homes(2), day=0)
    await prices(catalogue, 0, 1, 2)
    await compacted(catalogue, 1.5)
    assert (await listings_at(catalogue.database, at(0.5), source="other")).total == 2
    with pytest.raises(BeforeHistoryError, match="history of acme"):
        await listings_at(catalogue.database, at(0.5))


async def test_where_nothing_was_folded_the_past_can_still_be_asked(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), day=0)
    assert await compacted(catalogue, 30) == Compacted()
    assert (await listings_at(catalogue.database, at(1), source="acme")).total == 2


async def test_an_unknown_source_is_refused(database: DirectDatabase) -> None:
    with pytest.raises(NotFoundError, match="no source"):
        await database.value("compact", "nowhere", since(0), "ana", 10)


async def test_changes_dated_by_a_clock_put_back_are_not_compacted(catalogue: Catalogue) -> None:
    await catalogue.run([home(1), home(2)], day=0)
    await catalogue.run([home(1, bedrooms=9), home(2)], day=4)
    session = await catalogue.stage([home(1, bedrooms=9, price=1_500_000), home(2)], day=5)
    await catalogue.sync(session, day=1)  # a worker whose clock is days behind
    expected = [await stood(catalogue, at(day)) for day in (3, 4.5)]
    await compacted(catalogue, 2)
    assert [await stood(catalogue, at(day)) for day in (3, 4.5)] == expected
    assert await catalogue.complaints() == []


async def test_only_change_sets_before_the_horizon_are_compacted(
    catalogue: Catalogue,
) -> None:
    await prices(catalogue, 0, 1, 2, 3)
    await compacted(catalogue, 1.5)
    rows = await catalogue.superuser.fetch(
        "select property_manager.is_compacted(id) from property_manager.change_sets order by position"
    )
    assert [row[0] for row in rows] == [True, True, False, False]


async def replica(database: DirectDatabase, since: Place, known: dict[Any, dict[str, Any]]) -> Place:
    """Read on from a place into what a reader holds; where it ends."""
    place = since
    async for change in changes(database, since, follow=False):
        place = change.place
        key = (change.source, change.property_id)
        if change.change_type == "created":
            known[key] = dict(change.new_value)
        elif change.new_value is None:
            known[key].pop(str(change.field_name), None)
        else:
            known[key][str(change.field_name)] = change.new_value
    return place


async def folded(superuser: asyncpg.Connection) -> dict[Any, Any]:
    rows = await superuser.fetch(
        "select l.source, l.property_id, property_manager.listing_image(l)::text as image"
        " from public.properties_live l"
    )
    return {(row["source"], row["property_id"]): Catalogue.read(row["image"]) for row in rows}


async def test_a_reader_before_the_horizon_gets_images(catalogue: Catalogue) -> None:
    readers: list[tuple[Place, dict[Any, dict[str, Any]]]] = [(Place(), {})]
    for day in range(6):
        rows = [home(n, price=1_000_000 + day * 20_000 + n, bedrooms=3 + day % 2) for n in range(1, 5)]
        await catalogue.run([rows[day % 4], *homes(6)[4 : 5 + day % 2]], day=day, verdict="partial")
        known = {key: dict(image) for key, image in readers[-1][1].items()}
        readers.append((await replica(catalogue.database, readers[-1][0], known), known))
    await compacted(catalogue, 3.5)
    expected = await folded(catalogue.superuser)
    for place, known in readers:
        await replica(catalogue.database, place, known)
        assert known == expected


async def test_the_feed_marks_a_compacted_image(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1, 2)
    await compacted(catalogue, 1.5)
    feed = [change async for change in changes(catalogue.database, Place(), follow=False)]
    assert [(one.property_id, one.origin, one.actor) for one in feed if one.origin != "sync"] == [
        ("A-1", "compact", "ana")
    ]


REWRITES = ("update {} set actor = 'me'", "delete from {}", "truncate {}")


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        *itertools.product(("service_role", "authenticated", "postgres"), REWRITES),
        ("property_manager_owner", "truncate {}"),
    ],
)
async def test_setting_the_flag_does_not_open_the_audit(
    catalogue: Catalogue, role: str, statement: str
) -> None:
    """Only the owner's own functions rewrite it, and even the owner cannot truncate it."""
    await catalogue.run(homes(1))
    superuser = catalogue.superuser
    if role == "postgres":
        role = await superuser.fetchval("select current_user")
    for word in ("compact", "erase"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with superuser.transaction():
                await superuser.execute(f'set local role "{role}"')
                await superuser.execute("select set_config('property_manager.rewriting', $1, true)", word)
                await superuser.execute(statement.format("public.property_changes"))


async def test_compaction_closes_the_audit_again(catalogue: Catalogue) -> None:
    await prices(catalogue, 0, 1)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with catalogue.superuser.transaction():
            await catalogue.superuser.fetchval("select api.compact('acme', $1, 'ana', 100)", since(5))
            await catalogue.superuser.execute("set local role property_manager_owner")
            await catalogue.superuser.execute("delete from public.property_changes")


async def play(catalogue: Catalogue, sessions: list[Any], when: float) -> int:
    """A history, a snapshot after each session; then folding, and every snapshot asked for again.

    Out: how many of the snapshots had to be refused.
    """
    day, kept, refused = 0.0, [], 0
    for rows, verdict, scope, days, approves in sessions:
        day += days
        result = await catalogue.run(rows, day=day, verdict=verdict, scope=scope)
        if result.status == "held" and approves:
            await catalogue.approve(result, day=day)
        kept.append((day, await live(catalogue)))
    horizon = when * day
    await compacted(catalogue, horizon)
    assert await catalogue.complaints() == []
    folded = await catalogue.superuser.fetchval(
        "select count(*) from property_manager.horizons h join public.sources s on s.id = h.source_id"
        " where s.name = $1 and h.begins <= $2",
        catalogue.source.name,
        at(horizon),
    )
    for moment, snapshot in kept:
        if moment >= horizon or not folded:
            assert await stood(catalogue, at(moment)) == snapshot
            await check_one_by_one(catalogue, moment)
        else:
            refused += 1
            with pytest.raises(asyncpg.PostgresError, match="history of"):
                await stood(catalogue, at(moment))
    assert await compacted(catalogue, horizon) == Compacted()
    return refused


async def check_one_by_one(catalogue: Catalogue, moment: float) -> None:
    differing = await catalogue.superuser.fetchval(
        "select count(*) from api.listings_at($2, $1) a"
        " full join lateral (select b.* from public.properties_live l"
        "   cross join lateral api.listing_at(l.source, l.property_id, $2) b"
        "   where l.source = $1) b"
        " on b.id = a.id where to_jsonb(a) is distinct from to_jsonb(b)",
        catalogue.source.name,
        at(moment),
    )
    assert differing == 0


def test_compaction_changes_neither_live_nor_the_window(server: Server, template: str) -> None:
    refused: list[int] = []

    async def play_and_fold(catalogue: Catalogue, sessions: list[Any], when: float) -> None:
        refused.append(await play(catalogue, sessions, when))

    when = st.sampled_from([0.3, 0.6, 0.9, 1.1])
    play_histories(server, template, play_and_fold, when, examples=4)
    assert 2 < sum(map(bool, refused)) < len(refused), f"the histories show too little: {refused}"


@pytest.mark.direct
async def test_compaction_and_syncs_do_not_wait_for_each_other(
    catalogue: Catalogue, database: DirectDatabase
) -> None:
    await prices(catalogue, 0, 1, 2)
    async with database.connection() as folding:  # and not yet committed
        await folding.fetchval(queries.text("compact"), "acme", since(1.5), "ana", 100)
        assert (await catalogue.run(homes(3), day=3)).status == "applied"
    assert await catalogue.complaints() == []
