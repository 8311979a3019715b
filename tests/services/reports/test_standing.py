"""How the catalogue stands: by its days, and each source in one word."""

from __future__ import annotations

import asyncpg
import pytest

from services.reports.standing import (
    catalogue_standing,
    market_days,
    overview,
    quality_days,
    running_sessions,
    sessions_page,
    source_standing,
    source_states,
    state_counts,
)
from services.staging import SessionWriter
from tests.catalogue import ACME, Catalogue, home, homes


async def test_each_day_is_what_its_change_sets_came_to(catalogue: Catalogue) -> None:
    """And the listings on the market after the last of them, edits and rollbacks included."""
    await catalogue.run(homes(4), day=0)
    await catalogue.run([home(1, price=1_000_500), *homes(4)[1:], home(5)], day=0.1)
    await catalogue.run([*homes(5)[:1], *homes(5)[2:]], day=1)
    back = await catalogue.run(homes(6), day=2)
    days = await market_days(catalogue.database)
    assert [(each.day.day, each.active, each.added, each.changed, each.returned) for each in days] == [
        (1, 5, 5, 1, 0),
        (2, 4, 0, 1, 0),
        (3, 6, 1, 0, 1),
    ]
    await catalogue.rollback(back.session_id, day=3)
    assert (await market_days(catalogue.database))[-1].active == 4
    assert (await catalogue_standing(catalogue.database)).active == 4
    other = await catalogue.beside("other")
    await other.run(homes(10), day=1)
    third = await catalogue.beside("third")
    await third.run(homes(2), day=-1)
    days = await market_days(catalogue.database)
    assert [each.active for each in days] == [2, 7, 16, 18, 16], "what is told late counts in the days after"
    whole = await overview(catalogue.database)
    assert list(whole.days) == days
    assert list(whole.quality) == await quality_days(catalogue.database, days=60)
    assert list(whole.sessions) == await sessions_page(catalogue.database, limit=8)
    assert list(whole.sources) == await source_states(catalogue.database)
    assert {each.state: each.sources for each in whole.states} == await state_counts(catalogue.database)
    quality = await quality_days(catalogue.database, source="acme")
    assert [(each.day.day, each.sessions) for each in quality] == [(1, 2), (2, 1), (3, 1)]


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        ("", "fresh", None),
        ("update public.sync_metadata set completed_at = now() - interval '8 days'", "late", None),
        (
            "update public.scraping_sessions set status = 'failed', verdict = null, sync_status = null,"
            " error_message = 'no route' where id = $1",
            "failed",
            "no route",
        ),
        (
            "update public.scraping_sessions set status = 'running', verdict = null, sync_status = null,"
            " completed_at = null, heartbeat_at = now() - interval '1 hour' where id = $1",
            "failed",
            "its process ended",
        ),
        (
            "update public.scraping_sessions set verdict = 'suspect', verdict_reason = 'captchas'"
            " where id = $1",
            "suspect",
            "captchas",
        ),
        (
            "update public.scraping_sessions set sync_status = 'held' where id = $1",
            "suspect",
            "its plan waits for a decision",
        ),
        (
            "insert into property_manager.pauses (source_id, nth, until, reason)"
            " select s.source_id, 1, 'infinity', 'blocked' from public.scraping_sessions s where s.id = $1",
            "suspect",
            "blocked",
        ),
    ],
    ids=["fresh", "late", "failed", "interrupted", "suspect", "held", "paused"],
)
async def test_a_source_stands_in_one_word_with_its_reason(
    catalogue: Catalogue, superuser: asyncpg.Connection, change: str, state: str, why: str | None
) -> None:
    """What needs a person comes before what is only late."""
    await catalogue.run(homes(2), day=0)
    last = await catalogue.run(homes(3), day=1)
    if change:
        await superuser.execute(change, *([last.session_id] if "$1" in change else []))
    found = await source_standing(catalogue.database, "acme")
    assert (found.state, found.why, found.active) == (state, why, 3)
    assert await state_counts(catalogue.database) == {state: 1}


async def test_sessions_come_page_by_page_and_those_that_run_say_how_far(catalogue: Catalogue) -> None:
    """A page goes on where the one before ended, also between sessions of one moment."""
    for day in (0, 0, 1):
        await catalogue.run(homes(3), day=day)
    pages = [await sessions_page(catalogue.database, limit=2)]
    end = pages[0][-1]
    pages.append(await sessions_page(catalogue.database, before=(end.created_at, end.id), limit=2))
    assert [len(page) for page in pages] == [2, 1]
    assert len({line.id for page in pages for line in page}) == 3
    writer = await SessionWriter.open(catalogue.database, ACME, scope="all", kind="import")
    (running,) = await running_sessions(catalogue.database)
    assert (running.source, running.rows, running.usual_rows) == ("acme", 0, 3)
    assert (await catalogue_standing(catalogue.database)).running == 1
    await writer.complete("partial", "it was tried")
    assert await running_sessions(catalogue.database) == []
