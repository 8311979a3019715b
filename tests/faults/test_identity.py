"""Repeated ids, renumbered ids and values that change back keep a listing's history true."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.catalogue import Catalogue, Row, home, homes, without
from tests.faults.promises import promises_hold


@pytest.mark.parametrize("count", [5, 66])
async def test_renumbering_all_listings_is_held(catalogue: Catalogue, count: int) -> None:
    await catalogue.run(homes(count))
    renumbered = [{**row, "property_id": f"B-{number}"} for number, row in enumerate(homes(count))]

    for day in (1, 2, 3):
        held = await catalogue.run(renumbered, day=day)
        assert held.status == "held"
        assert "many_leaving" in {reason.code for reason in held.reasons}

    assert await catalogue.statuses() == {f"A-{n}": "active" for n in range(1, count + 1)}
    await promises_hold(catalogue)


async def test_an_approved_renumbering_keeps_old_listings_and_history(
    catalogue: Catalogue,
) -> None:
    first = await catalogue.run(homes(5))
    renumbered = [{**row, "property_id": f"B-{number}"} for number, row in enumerate(homes(5))]
    held = await catalogue.run(renumbered, day=1)

    await catalogue.approve(held, day=1)

    statuses = await catalogue.statuses()
    assert [statuses[f"A-{n}"] for n in range(1, 6)] == ["inactive"] * 5
    assert [statuses[f"B-{n}"] for n in range(5)] == ["active"] * 5
    assert len(await catalogue.changes(first)) == 5
    await promises_hold(catalogue)


def repeats(number: int) -> list[tuple[Row, float]]:
    """Rows of one id and their times: two share the latest."""
    return [
        (home(number, price=900_000), 0.1),
        (home(number, price=800_000), 0.3),
        (without(home(number, price=700_000), "bathrooms"), 0.3),
        (home(number, price=600_000), 0.2),
    ]


async def test_of_a_repeated_id_the_latest_fetch_wins_then_the_later_row(catalogue: Catalogue) -> None:
    orders = list(itertools.permutations(range(4)))
    staged = [repeats(number)[place] for number, order in enumerate(orders, 1) for place in order]

    result = await catalogue.run([row for row, _ in staged], fetched=lambda n: staged[n][1])

    assert (result.metrics.new_properties, result.metrics.superseded_rows) == (24, 72)
    for number, order in enumerate(orders, 1):
        later = max(order.index(1), order.index(2))
        assert (await catalogue.live(number))["price"] == {1: 800_000, 2: 700_000}[order[later]], order
    await promises_hold(catalogue)


async def test_the_winner_of_a_repeated_id_stays_when_other_values_change(catalogue: Catalogue) -> None:
    """The rows of an id are in the same order every day, so nothing but the new text changes."""
    await catalogue.run(
        [home(n, price=price, description="old") for n in range(1, 21) for price in (1_500, 1_000)]
    )

    result = await catalogue.run(
        [home(n, price=price, description=f"new {n}") for n in range(1, 21) for price in (1_500, 1_000)],
        day=1,
    )

    assert {change["field_name"] for change in await catalogue.changes(result)} == {"description"}
    assert [(await catalogue.live(n))["price"] for n in range(1, 21)] == [1_000] * 20


@pytest.mark.parametrize("order", list(itertools.permutations(["there", "back", "there again"])))
async def test_a_value_changed_twice_in_a_session_ends_as_last_seen(
    catalogue: Catalogue, order: tuple[str, ...]
) -> None:
    await catalogue.run(homes(3))
    rows = {"there": (home(1), 1.0), "back": (home(1, price=950_000), 1.1), "there again": (home(1), 1.2)}
    chosen = [rows[name] for name in order]

    result = await catalogue.run(
        [home(2), home(3), *(row for row, _ in chosen)],
        day=2,
        fetched=lambda n: chosen[n - 2][1] if n > 1 else 1,
    )

    assert (result.metrics.superseded_rows, result.metrics.unchanged_properties) == (2, 3)
    assert await catalogue.changes(result) == [], "no change that never was"
    await promises_hold(catalogue)


async def test_a_value_changed_back_in_the_next_session_is_two_changes(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    there = await catalogue.run([home(1, price=950_000), home(2), home(3)], day=1)
    back = await catalogue.run(homes(3), day=2)
    again = await catalogue.run(homes(3), day=3)

    assert await moves(catalogue, there) == [("price", 1_001_000, 950_000)]
    assert await moves(catalogue, back) == [("price", 950_000, 1_001_000)]
    assert await moves(catalogue, again) == []
    await promises_hold(catalogue)


async def test_a_change_never_applied_leaves_no_trace(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    there = await catalogue.stage([home(1, price=950_000), home(2), home(3)], day=1)
    back = await catalogue.run(homes(3), day=2)

    assert (await catalogue.sync(there, day=3)).status == "stale"
    assert await moves(catalogue, back) == []
    assert len(await catalogue.changes()) == 3, "created, and nothing since"
    await promises_hold(catalogue)


async def test_a_listing_that_comes_back_changed_is_reactivated(catalogue: Catalogue) -> None:
    await catalogue.run(homes(10))
    gone = await catalogue.run(homes(9), day=1)
    back = await catalogue.run([*homes(9), home(10, price=950_000)], day=2)
    left = await catalogue.run([*homes(8), home(9, title="Casa 9 otra"), home(10, price=950_000)], day=3)

    assert await moves(catalogue, gone) == [("status", "active", "inactive")]
    assert await moves(catalogue, back) == [("price", 1_010_000, 950_000), ("status", "inactive", "active")]
    assert await moves(catalogue, left) == [("title", "Casa 9 en venta", "Casa 9 otra")]
    await promises_hold(catalogue)


async def moves(catalogue: Catalogue, result: Any) -> list[tuple[Any, ...]]:
    rows = await catalogue.changes(result)
    return sorted(
        (row["field_name"], catalogue.read(row["old_value"]), catalogue.read(row["new_value"]))
        for row in rows
    )
