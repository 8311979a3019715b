"""Listings as of any moment, all or one; what cannot be answered is refused by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from config.errors import NotFoundError, UsageError
from services.history.as_of import listing_at, listings_at
from tests.catalogue import Catalogue, at, home, homes


async def test_a_listing_is_returned_as_of_each_moment(catalogue: Catalogue) -> None:
    await catalogue.run([home(1, price=100_000, agent_name="Ana")], day=0)
    await catalogue.run([home(1, price=120_000, agent_name="Ana")], day=1)
    await catalogue.run([home(1, price=150_000, agent_name="Eva")], day=2)
    reported = [
        (await listing_at(catalogue.database, at(day), "acme", "A-1")).listing
        for day in (0, 0.9, 1, 1.5, 2, 50)
    ]
    assert [(one["price"], one["agent_name"]) for one in reported if one] == [
        (100_000, "Ana"),
        (100_000, "Ana"),
        (120_000, "Ana"),
        (120_000, "Ana"),
        (150_000, "Eva"),
        (150_000, "Eva"),
    ]


async def test_a_lost_value_is_absent_afterwards(catalogue: Catalogue) -> None:
    await catalogue.register(blank="clear")
    await catalogue.run([home(1, agent_name="Ana")], day=0)
    await catalogue.run([home(1, agent_name="")], day=1)
    before, after = [(await listing_at(catalogue.database, at(day), "acme", "A-1")).listing for day in (0, 1)]
    assert before is not None
    assert after is not None
    assert (before["agent_name"], "agent_name" in after) == ("Ana", False)


async def test_a_listing_has_its_status_of_the_moment(catalogue: Catalogue) -> None:
    await catalogue.run(homes(5), day=0)
    await catalogue.run(homes(4), day=1)
    await catalogue.run([*homes(3), home(9)], day=2)
    found = await listings_at(catalogue.database, at(1), source="acme")
    assert {row["property_id"]: row["status"] for row in found.listings} == {
        **{f"A-{n}": "active" for n in range(1, 5)},
        "A-5": "inactive",
    }


async def test_a_listing_not_yet_known_differs_from_an_unknown_one(catalogue: Catalogue) -> None:
    await catalogue.run([home(1)], day=0)
    await catalogue.run([home(1), home(2)], day=3)
    early = await listing_at(catalogue.database, at(1), "acme", "A-2")
    assert (early.listing, early.first_known) == (None, at(3))
    with pytest.raises(NotFoundError, match='source acme has no listing "A-22"') as refused:
        await listing_at(catalogue.database, at(1), "acme", "A-22")
    assert refused.value.next_step == "did you mean A-2?"


async def test_the_future_is_refused(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1), day=0)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    said = rf"^{tomorrow:%Y-%m-%d %H:%M} UTC is in the future: the database's clock says 2"
    with pytest.raises(UsageError, match=said):
        await listings_at(catalogue.database, tomorrow)
    with pytest.raises(UsageError, match=said):
        await listing_at(catalogue.database, tomorrow, "acme", "A-1")


async def test_the_first_listings_are_returned_and_all_counted(catalogue: Catalogue) -> None:
    await catalogue.run(homes(7), day=0)
    found = await listings_at(catalogue.database, at(1), source="acme", limit=3)
    assert (found.total, [row["property_id"] for row in found.listings]) == (7, ["A-1", "A-2", "A-3"])


async def test_before_the_first_change_nothing_was_known(catalogue: Catalogue) -> None:
    await catalogue.run(homes(2), day=5)
    found = await listings_at(catalogue.database, at(4))
    assert (found.total, found.listings, found.history_begins) == (0, (), at(5))
