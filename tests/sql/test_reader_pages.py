"""What front ends ask beside a search: what was seen last, what changed since, one listing's history."""

from __future__ import annotations

import json
from typing import Any

import asyncpg
import pytest

from tests.catalogue import Catalogue, at, home, homes
from tests.sql.asking import ask, call, pages
from tests.tables import rows as each_of

CONTACTS = {"agent_name": "Ana Planted", "agent_phone": "+525512345678"}


async def seen(conn: asyncpg.Connection, role: str, source: str | None = None) -> dict[Any, Any]:
    """When each listing that a role sees was last seen, by plain SQL."""
    rows = await ask(
        conn,
        role,
        "select id, last_seen_at from public.listings where $1::text is null or source = $1",
        source,
    )
    return {row["id"]: row["last_seen_at"] for row in rows}


@pytest.fixture
async def watched(catalogue: Catalogue) -> Catalogue:
    """Two sources of several scopes: covered, partly since, missed once, missed for good, shown twice."""
    await catalogue.run(homes(9), scope="all")
    await catalogue.run([home(n) for n in range(7, 15)], scope="north", day=1)
    await catalogue.run([home(n) for n in (3, 8, 20)], scope="one by one", day=2, verdict="partial")
    await catalogue.run(homes(8), scope="all", day=3)
    await catalogue.run([home(n) for n in (1, 2, 21)], scope="pages", day=4, verdict="partial")
    await catalogue.run([home(n) for n in range(8, 15)], scope="north", day=5)
    other = await catalogue.beside("other")
    await other.run(homes(6), scope="all", day=3)
    await other.run(homes(4), scope="all", day=6)
    await other.run([home(5)], scope="pages", day=7, verdict="partial")
    return catalogue


@each_of("role", ["anon", "authenticated"])
@each_of("size", [1, 4, 100])
@each_of("source", [None, "acme", "other"])
async def test_pages_of_what_was_seen_last_have_each_listing_once_in_order(
    watched: Catalogue, role: str, size: int, source: str | None
) -> None:
    """Over any number of scopes and whatever they missed, the moments are those of the view `listings`."""
    right = await seen(watched.superuser, role, source)
    rows = await pages(watched.superuser, "recently_seen", size, role=role, source=source)

    assert len(right) > 4
    assert {row["id"]: row["last_seen_at"] for row in rows} == right
    assert len(rows) == len(right)
    moments = [row["last_seen_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)


async def test_a_listing_that_was_brought_back_is_seen_when_it_was(catalogue: Catalogue) -> None:
    """Visitors find it though every scope has missed it: staff say that it is on the market."""
    await catalogue.run(homes(3))
    await catalogue.run(homes(2), day=1)
    await catalogue.edit(3, status="active", day=2)

    rows = await pages(catalogue.superuser, "recently_seen", 1)
    assert [row["property_id"] for row in rows][-1] == "A-3"
    right = await seen(catalogue.superuser, "anon")
    assert {row["id"]: row["last_seen_at"] for row in rows} == right
    assert len(right) == 3


async def test_what_changed_since_is_told_once_in_the_order_of_the_feed(catalogue: Catalogue) -> None:
    """A cursor that was kept continues with what was committed after it, and with nothing else."""
    await catalogue.run(homes(5))
    conn = catalogue.superuser
    first = await pages(conn, "changed_listings", 2)
    assert sorted(row["property_id"] for row in first) == [f"A-{n}" for n in range(1, 6)]
    assert await call(conn, "changed_listings", after=first[-1]["cursor"]) == []

    await catalogue.run([home(1, price=1_100_000), *homes(6)[1:]], day=1)
    await catalogue.run([home(1, price=1_100_000), home(2, price=1_200_000), *homes(6)[2:]], day=2)

    then = await pages(conn, "changed_listings", 1, since=at(0))
    assert {row["property_id"] for row in then[:2]} == {"A-1", "A-6"}
    assert [row["property_id"] for row in then[2:]] == ["A-2"]
    kept = await call(conn, "changed_listings", after=first[-1]["cursor"])
    assert [row["id"] for row in kept] == [row["id"] for row in then]
    assert [row["property_id"] for row in await call(conn, "changed_listings", since=at(1))] == ["A-2"]
    assert await call(conn, "changed_listings", since=at(2)) == []


async def test_a_change_that_is_committed_late_is_not_passed_over(catalogue: Catalogue) -> None:
    """A slow sync dates its changes before those that a reader has seen already; its position is later."""
    other = await catalogue.beside("other")
    await other.run(homes(1), day=2)
    (seen_first,) = await call(catalogue.superuser, "changed_listings")
    await catalogue.run(homes(1), day=1)

    (late,) = await call(catalogue.superuser, "changed_listings", after=seen_first["cursor"])
    assert late["source"] == "acme"


async def test_users_are_told_what_left_the_market_and_visitors_what_is_on_it(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.run(homes(2), day=1)
    conn = catalogue.superuser
    assert {row["status"] for row in await call(conn, "changed_listings")} == {"active"}
    told = await call(conn, "changed_listings", role="authenticated", since=at(0))
    assert [(row["property_id"], row["status"]) for row in told] == [("A-3", "inactive")]


async def history(conn: asyncpg.Connection, **arguments: Any) -> Any:
    """A listing with its history, as a user reads it."""
    (row,) = await call(conn, "listing_with_history", role="authenticated", **arguments)
    return None if row[0] is None else json.loads(row[0])


async def test_a_listing_comes_with_its_changes_newest_first(catalogue: Catalogue) -> None:
    """By its id, by source and property_id, or by an id that it had before; page by page."""
    await catalogue.run([home(1, price=1_000_000)])
    for day in (1, 2, 3):
        await catalogue.run([home(1, price=1_000_000 + 1_000 * day)], day=day)
    conn = catalogue.superuser

    found = await history(conn, source="acme", property_id="A-1")
    assert found["listing"]["price"] == 1_003_000
    assert [change["new"] for change in found["history"][:3]] == [1_003_000, 1_002_000, 1_001_000]
    assert found["history"][3]["change_type"] == "created"
    assert found["history"][3]["new"]["price"] == 1_000_000
    assert await history(conn, id=found["listing"]["id"]) == found
    older = await history(
        conn, id=found["listing"]["id"], before=found["history"][1]["change_id"], page_size=1
    )
    assert older["history"] == [found["history"][2]]
    assert await history(conn, source="acme", property_id="A-9") is None


async def test_history_has_no_contact_and_the_listing_only_where_its_source_permits(
    catalogue: Catalogue,
) -> None:
    """Neither in the image of a new listing nor in a change of a contact."""
    await catalogue.run([home(1, **CONTACTS)])
    await catalogue.run([home(1, **{**CONTACTS, "agent_name": "Bea Planted"})], day=1)
    conn = catalogue.superuser

    found = await history(conn, source="acme", property_id="A-1")
    assert "lanted" not in json.dumps(found) and "5512345678" not in json.dumps(found)

    await catalogue.register(public_contacts=True)
    found = await history(conn, source="acme", property_id="A-1")
    assert found["listing"]["agent_name"] == "Bea Planted"
    assert "lanted" not in json.dumps(found["history"])
    (row,) = await call(conn, "listing_with_history", role="service_role", source="acme", property_id="A-1")
    assert "Bea Planted" in row[0]


async def test_visitors_read_no_history(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await call(catalogue.superuser, "listing_with_history", source="acme", property_id="A-1")
