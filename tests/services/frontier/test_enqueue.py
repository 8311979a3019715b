"""Pages come into the frontier once each, with the best priority they were queued with."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from config.errors import NotFoundError, UsageError
from services.frontier import Enqueued, Priority, enqueue
from tests.catalogue import Catalogue

A, B, C = (f"https://acme.example/homes/{name}" for name in "abc")


async def queue(superuser: asyncpg.Connection) -> list[tuple[Any, ...]]:
    """What waits, in the order in which it is fetched."""
    rows = await superuser.fetch(
        "select url, priority, reason, state, attempts, queued_again from property_manager.frontier "
        "order by priority, queued_at, position"
    )
    return [tuple(row) for row in rows]


async def test_a_page_waits_once_with_its_best_priority(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    database, name = catalogue.database, catalogue.source.name

    assert await enqueue(database, name, [B, A, B], priority=Priority.STALE, reason="stale") == Enqueued(2, 0)
    assert await enqueue(database, name, [A, C], priority=Priority.SAMPLE, reason="sample") == Enqueued(1, 1)
    assert await enqueue(database, name, [C], priority=Priority.NEW, reason="new") == Enqueued(1, 0)
    assert await enqueue(database, name, [C], priority=Priority.NEW, reason="asked") == Enqueued(0, 1)

    assert await queue(superuser) == [
        (C, 1, "new", "waiting", 0, False),
        (B, 4, "stale", "waiting", 0, False),
        (A, 4, "stale", "waiting", 0, False),
    ]


async def test_a_fetched_page_waits_anew_and_one_being_fetched_waits_again(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    database, name = catalogue.database, catalogue.source.name
    await enqueue(database, name, [A, B, C], priority=Priority.NEW, reason="new")
    await superuser.execute(
        "update property_manager.frontier set attempts = 2, state = case url when $1 then 'done' "
        "when $2 then 'failed' else 'claimed' end, claimed_by = case url when $3 then gen_random_uuid() end, "
        "leased_until = case url when $3 then now() end",
        *(A, B, C),
    )

    again = await enqueue(database, name, [A, B, C], priority=Priority.STALE, reason="stale")

    assert again == Enqueued(3, 0)
    assert await queue(superuser) == [
        (A, 4, "stale", "waiting", 0, False),
        (B, 4, "stale", "waiting", 0, False),
        (C, 4, "stale", "claimed", 2, True),
    ]


async def test_what_cannot_be_queued_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError, match="no source"):
        await enqueue(catalogue.database, "nobody", [A], priority=Priority.NEW, reason="new")
    with pytest.raises(UsageError, match="priority of 6"):
        await enqueue(catalogue.database, catalogue.source.name, [A], priority=6, reason="new")  # type: ignore[arg-type]
