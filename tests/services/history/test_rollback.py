"""A session, or any change set, can be undone; live stays the fold of its audit."""

from __future__ import annotations

from tests.catalogue import Catalogue, home, homes


async def test_what_a_session_changed_and_brought_is_taken_back(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    bad = await catalogue.run([home(1, price=5), *homes(4)[1:]], day=1)

    undone = await catalogue.rollback(bad, day=2)

    assert (undone.status, undone.reversed, undone.kept, undone.failed) == ("rolled_back", 2, 0, 0)
    assert (await catalogue.live())["price"] == 1_001_000
    assert await catalogue.statuses() == {
        "A-1": "active",
        "A-2": "active",
        "A-3": "active",
        "A-4": "removed",
    }
    assert await catalogue.complaints() == []
