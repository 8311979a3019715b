"""Every staged row ends as exactly one of new, updated, unchanged, reactivated, quarantined, superseded."""

from __future__ import annotations

from dataclasses import asdict
from itertools import permutations

import pytest

from config.metrics import OUTCOMES
from services.reports.plans import show_plan
from tests.catalogue import Catalogue, home, homes, without


async def test_a_session_with_all_six_kinds_counts_each_row_once(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5))
    await catalogue.run([home(n) for n in (1, 2, 3, 4)], day=1)

    result = await catalogue.run(
        [
            home(1),
            home(2, price=900_000),
            home(5),
            home(6),
            home(7, bedrooms=400),
            without(home(8), "property_id"),
            home(9),
            home(9),
            home(4),
        ],
        day=2,
    )

    figures = asdict(result.metrics)
    assert {name: figures[name] for name in OUTCOMES} == {
        "new_properties": 2,
        "updated_properties": 1,
        "unchanged_properties": 2,
        "reactivated_properties": 1,
        "quarantined_properties": 2,
        "superseded_rows": 1,
    }
    assert sum(figures[name] for name in OUTCOMES) == figures["total_scraped"] == 9
    assert figures["missing_properties"] == 1, "home 3: outside the sum"
    outcomes = await catalogue.outcomes(result)
    assert outcomes == {
        1: "unchanged", 2: "updated", 3: "reactivated", 4: "new", 5: "quarantined", 6: "quarantined",
        7: "superseded", 8: "new", 9: "unchanged",
    }  # fmt: skip


async def test_the_session_keeps_the_same_figures_as_the_result(catalogue: Catalogue) -> None:
    result = await catalogue.run([*homes(3), home(3)])

    kept = await catalogue.superuser.fetchrow(
        "select * from public.sync_metadata where session_id = $1", result.session_id
    )
    figures = asdict(result.metrics)
    assert {name: kept[name] for name in OUTCOMES} == {name: figures[name] for name in OUTCOMES}
    assert kept["sync_status"] == "completed"


async def test_a_closed_listing_is_among_the_updated_and_the_removed(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2))

    result = await catalogue.run([home(1), home(2, standard_status="Closed")], day=1)

    assert (result.metrics.updated_properties, result.metrics.removed_properties) == (1, 1)
    row = await catalogue.superuser.fetchrow(
        "select outcome, processing_status, change_type from public.staging_outcomes"
        " where session_id = $1 and property_id = 'A-2'",
        result.session_id,
    )
    assert tuple(row) == ("updated", "processed", "removed")


async def test_rows_wait_until_their_session_is_synced(catalogue: Catalogue) -> None:
    session_id = await catalogue.stage(homes(1))
    query = (
        "select outcome, processing_status, change_type from public.staging_outcomes where session_id = $1"
    )
    assert tuple(await catalogue.superuser.fetchrow(query, session_id)) == (None, "pending", None)

    await catalogue.sync(session_id)

    assert tuple(await catalogue.superuser.fetchrow(query, session_id)) == ("new", "processed", "new")


BARE = without(home(1), "address", "city")
REPEATS = {
    "the latest fetch wins": ([(home(1, price=3_000), 0), (home(1, price=4_000), 2), (BARE, 1)], 4_000),
    "an older full row loses to a later bare one": (
        [(home(1, price=3_000), 0), ({**BARE, "price": 4_000}, 1)],
        4_000,
    ),
}


@pytest.mark.parametrize("rule", REPEATS)
async def test_of_a_repeated_id(catalogue: Catalogue, rule: str) -> None:
    rows, winner = REPEATS[rule]
    for day, order in enumerate(permutations(rows)):
        catalogue.source = catalogue.source.model_copy(update={"name": f"order-{day}"})
        await catalogue.register(guard={"superseded_share": 1})
        result = await catalogue.run([row for row, _ in order], day=3, fetched=lambda n, o=order: o[n][1])
        if result.status == "held":  # one home in two sources, prices far apart
            await catalogue.approve(result, day=3)
        assert (await catalogue.live())["price"] == winner, order
        assert result.metrics.superseded_rows == len(rows) - 1


async def test_of_rows_of_one_time_the_later_wins(catalogue: Catalogue) -> None:
    orders = list(permutations((3_000, 4_000, 5_000)))
    await catalogue.run([home(n, price=price) for n, order in enumerate(orders) for price in order])

    assert [(await catalogue.live(n))["price"] for n in range(6)] == [order[-1] for order in orders]


async def test_superseded_rows_stay_in_staging_and_name_their_winner(catalogue: Catalogue) -> None:
    result = await catalogue.run([home(1), home(1), home(1, price=900_000)], fetched=lambda n: n)

    rows = await catalogue.superuser.fetch(
        "select row_no, winner from property_manager.superseded where session_id = $1 order by row_no",
        result.session_id,
    )
    assert [tuple(row) for row in rows] == [(1, 3), (2, 3)]
    assert await catalogue.superuser.fetchval("select count(*) from public.property_scrapes_staging") == 3


async def test_a_plan_says_which_rows_lost_and_how_they_differ(catalogue: Catalogue) -> None:
    """The first three, in a sentence and for programs; those with the same content are only counted."""
    rows = [home(1), home(1, price=900_000, bedrooms=9), home(2), home(2), *homes(9)[2:]]
    result = await catalogue.run(rows, dry_run=True)

    assert result.plan_id is not None
    (lost,) = result.superseded
    assert (lost.row_no, lost.winner, lost.property_id) == (1, 2, "A-1")
    assert [(one.field, one.lost, one.kept) for one in lost.differences] == [
        ("price", 1_001_000, 900_000),
        ("bedrooms", 3, 9),
    ]
    assert result.warnings == (
        "1 superseded row differs from the row of its id that is used: A-1 (row 1, used is 2): "
        "price 1,001,000 → 900,000, bedrooms 3 → 9; see session-details --session-id "
        f"{str(result.session_id)[:8]} --superseded",
    )
    head = await show_plan(catalogue.database, result.plan_id)
    assert (head.superseded, head.warnings) == (result.superseded, result.warnings)


async def test_a_plan_repeats_no_contacts_of_rows_that_lost(catalogue: Catalogue) -> None:
    rows = [home(1, agent_phone="999 123 4567"), home(1, agent_phone="999 765 4321")]
    result = await catalogue.run(rows, dry_run=True)

    (lost,) = result.superseded
    assert lost.differences == ()
    assert "its contacts" in result.warnings[0] and "4567" not in result.warnings[0]


async def test_a_repeat_of_a_quarantined_row_is_superseded(catalogue: Catalogue) -> None:
    result = await catalogue.run([home(1), home(1, bedrooms=400)], fetched=lambda n: n)

    assert await catalogue.outcomes(result) == {1: "superseded", 2: "quarantined"}
    assert await catalogue.live() is None


async def test_a_second_run_finds_everything_unchanged(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))

    result = await catalogue.run(homes(3), day=1)

    assert result.metrics.unchanged_properties == 3
    assert await catalogue.changes(result) == []
