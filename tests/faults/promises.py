"""What must be true after any fault: each promise of the engine, checked from outside."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, Final
from uuid import UUID

import asyncpg

from config.listing import FIELDS
from config.metrics import OUTCOMES, outcome_of
from services.feed import Place, changes
from tests.catalogue import Catalogue

COMPARED: Final = ("property_id", *(field.name for field in FIELDS if field.compared))

Content = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


async def content(superuser: asyncpg.Connection, source: str) -> Content:
    """A source's live and audit without ids, times and its host, which is equal in two runs."""
    live = await superuser.fetch(
        """select property_id, title, price, status, verification_status, data_completeness_score
           from public.properties_live where source = $1 order by property_id""",
        source,
    )
    audit = await superuser.fetch(
        """select property_id, change_type, field_name, old_value::text,
             replace(new_value::text, '//' || source || '.example/', '//acme.example/') as new_value,
             change_reason
           from public.property_changes where source = $1 order by property_id, field_name nulls first, id""",
        source,
    )
    return [tuple(row) for row in live], [tuple(row) for row in audit]


async def settled(catalogue: Catalogue, expected: Content) -> None:
    """Check that the source ended as without the fault, and that the promises hold."""
    assert await content(catalogue.superuser, catalogue.source.name) == expected
    await promises_hold(catalogue)


async def promises_hold(catalogue: Catalogue) -> None:
    """Check what must be true of a database after any fault."""
    assert await catalogue.complaints() == []
    await _every_row_is_in_one_bucket(catalogue.superuser)
    await _the_feed_is_the_audit_and_folds_to_live(catalogue)
    await _nothing_is_left_over(catalogue.superuser)
    await _a_rerun_changes_nothing(catalogue)


STAGED_SYNCS: Final = """
select m.* from public.sync_metadata m join public.scraping_sessions s on s.id = m.session_id
where m.sync_status = 'completed' -- of a session that was cleaned only the figures stay
"""
BUCKETS: Final = {outcome_of(metric): metric for metric in OUTCOMES}


async def _every_row_is_in_one_bucket(superuser: asyncpg.Connection) -> None:
    for sync in await superuser.fetch(STAGED_SYNCS):
        rows = await superuser.fetch(
            "select row_no, outcome from public.staging_outcomes where session_id = $1", sync["session_id"]
        )
        assert len({row["row_no"] for row in rows}) == len(rows) == sync["total_scraped"]
        counts = Counter(row["outcome"] for row in rows)
        assert counts == Counter({bucket: sync[column] for bucket, column in BUCKETS.items()})


async def _the_feed_is_the_audit_and_folds_to_live(catalogue: Catalogue) -> None:
    """Read as a subscriber reads and folded in Python, independent of the server's fold and of doctor."""
    read = [change async for change in changes(catalogue.database, Place(), follow=False)]
    places = [change.place for change in read]
    assert places == sorted(set(places))
    audit = await catalogue.superuser.fetch("select id from public.property_changes")
    assert sorted(change.change_id for change in read) == sorted(row["id"] for row in audit)
    positions = await catalogue.superuser.fetch(
        "select position from property_manager.change_sets order by 1"
    )
    end = await catalogue.superuser.fetchval("select position from property_manager.feed")
    assert [row["position"] for row in positions] == list(range(1, end + 1))

    folded: dict[UUID, dict[str, Any]] = {}
    for change in read:
        if change.change_type == "created":
            folded[change.listing_id] = dict(change.new_value)
        else:
            folded[change.listing_id][str(change.field_name)] = change.new_value
    live = await catalogue.superuser.fetch(
        "select id, to_jsonb(l)::text as row from public.properties_live l"
    )
    assert {key: _given(image) for key, image in folded.items()} == {
        row["id"]: _given(catalogue.read(row["row"])) for row in live
    }


def _given(image: dict[str, Any]) -> dict[str, Any]:
    return {name: image[name] for name in (*COMPARED, "status") if image.get(name) is not None}


async def _nothing_is_left_over(superuser: asyncpg.Connection) -> None:
    leases = "select count(*) from property_manager.leases where leased_until is not null"
    assert await superuser.fetchval(leases) == 0, "no lease is left"
    running = "select count(*) from public.sync_metadata where sync_status = 'running'"
    assert await superuser.fetchval(running) == 0, "no sync is left running"
    # the server notices a moment later that a client was killed
    async with asyncio.timeout(20):
        while await superuser.fetch(LEFT_OVER):
            await asyncio.sleep(0.02)


LEFT_OVER: Final = """
select a.pid, a.state, a.query, l.locktype, l.mode
from pg_stat_activity a left join pg_locks l on l.pid = a.pid
where a.datname = current_database() and a.application_name like 'property-manager%'
  and (l.pid is not null or a.state <> 'idle')
"""


async def _a_rerun_changes_nothing(catalogue: Catalogue) -> None:
    everything = """
      select (select position from property_manager.feed), (select count(*) from public.property_changes),
        (select md5(string_agg(l::text, '|' order by l.id)) from public.properties_live l)
    """
    before = await catalogue.superuser.fetchrow(everything)
    for row in await catalogue.superuser.fetch(
        "select id from public.scraping_sessions where sync_status = 'completed'"
    ):
        assert (await catalogue.sync(row["id"], day=9)).status == "applied"
    assert await catalogue.superuser.fetchrow(everything) == before
