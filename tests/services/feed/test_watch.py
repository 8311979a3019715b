"""Readers of the feed miss nothing and see no gap, whatever happens in between."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Iterator
from uuid import UUID

import asyncpg
import pytest

from config.errors import UsageError
from database import queries
from database.direct import DirectDatabase
from database.embedded import Embedded
from services.feed import Change, Place, WatchOptions, changes
from services.pipeline.stages import call
from tests.catalogue import ACME, Catalogue, at, home, homes
from tests.homes import temporary_home
from tests.servers import embedded, migrate_database
from tests.services.feed.conftest import following, listeners, until


async def read(
    database: DirectDatabase, since: Place | None = None, source: str | None = None, page_size: int = 1_000
) -> list[Change]:
    options = WatchOptions(page_size=page_size)
    found = changes(database, since or Place(), source=source, follow=False, options=options)
    return [change async for change in found]


async def other_source(catalogue: Catalogue) -> Catalogue:
    source = ACME.model_copy(update={"name": "other"})
    return await Catalogue(catalogue.database, catalogue.superuser, source).register()


async def test_the_feed_is_read_in_commit_order_from_the_beginning(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.run([home(1, price=900_000), home(2), home(3, title="Casa grande")], day=1)
    found = await read(catalogue.database)
    assert [change.position for change in found] == [1, 1, 1, 2, 2]
    assert [change.change_type for change in found] == ["created"] * 3 + ["updated"] * 2
    places = [Place.parse(str(change.place)) for change in found]
    assert places == sorted(set(places))


async def test_reading_continues_from_any_place(catalogue: Catalogue) -> None:
    await catalogue.run(homes(3))
    await catalogue.run([home(1, price=900_000), home(2), home(3, title="Casa grande")], day=1)
    whole = await read(catalogue.database)
    for count, change in enumerate(whole, 1):
        assert await read(catalogue.database, Place.parse(str(change.place))) == whole[count:]
    assert await read(catalogue.database, Place.parse("1")) == whole[3:]
    assert await read(catalogue.database, Place.parse("2")) == []


async def test_a_long_feed_is_read_page_by_page(catalogue: Catalogue) -> None:
    await catalogue.run(homes(7))
    assert len({change.place for change in await read(catalogue.database, page_size=3)}) == 7


async def test_one_source_can_be_read_alone(catalogue: Catalogue) -> None:
    other = await other_source(catalogue)
    await catalogue.run(homes(2))
    await other.run(homes(3))
    assert {change.source for change in await read(catalogue.database, source="other")} == {"other"}
    assert len(await read(catalogue.database, source="other")) == 3


@pytest.mark.parametrize("text", ["", "x", "1.x", "-1", "1.2.3", "٣", "9" * 30])
def test_an_invalid_place_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="not a place in the feed"):
        Place.parse(text)


async def test_a_follower_is_woken_by_the_next_sync(catalogue: Catalogue) -> None:
    await catalogue.run(homes(1))
    async with following(catalogue.database) as follower:
        await listeners(catalogue.superuser)
        await catalogue.run(homes(3), day=1)
        assert {change.property_id for change in await follower.next(2)} == {"A-2", "A-3"}


async def notifications(
    superuser: asyncpg.Connection, catalogue: Catalogue, *sessions: list[Change]
) -> list[str]:
    """What is published while these sessions are synced, a day each."""
    heard: list[str] = []
    await superuser.add_listener("property_changes", lambda *args: heard.append(args[-1]))
    for day, rows in enumerate(sessions):
        await catalogue.run(rows, day=day)
    await superuser.execute("select 1")  # what was published before has arrived with its answer
    return heard


async def test_a_session_is_published_once_without_contacts(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    contact = {"agent_name": "Ana Ruiz", "agent_phone": "+52 999 123 4567", "agent_email": "ana@acme.example"}
    heard = await notifications(
        superuser, catalogue, homes(30, **contact), [home(n, **contact, price=5_000) for n in range(1, 4)]
    )
    reported = [json.loads(payload) for payload in heard]
    assert [note["position"] for note in reported] == [1]  # the second was refused: no notification
    assert reported[0]["counts"]["new_properties"] == 30
    assert reported[0]["source"] == "acme"
    assert UUID(reported[0]["session_id"])
    assert not any(value in payload for payload in heard for value in contact.values())


async def test_a_notification_fits_any_source_name(
    database: DirectDatabase, superuser: asyncpg.Connection
) -> None:
    longest = await Catalogue(
        database, superuser, ACME.model_copy(update={"name": "\U0001f3e0" * 100})
    ).register()
    (payload,) = await notifications(superuser, longest, homes(1))
    assert len(payload.encode()) < 8000


async def test_nothing_is_lost_when_the_listening_backend_is_terminated(catalogue: Catalogue) -> None:
    async with following(catalogue.database, Place()) as follower:
        await catalogue.run(homes(2))
        await follower.next(2)
        for day in (1, 2):
            (pid,) = await listeners(catalogue.superuser)
            await catalogue.superuser.execute("select pg_terminate_backend($1, 5000)", pid)
            await catalogue.run(homes(2 + day), day=day)
            await follower.next()
        assert sorted(change.property_id for change in follower.seen) == ["A-1", "A-2", "A-3", "A-4"]
        assert follower.waiting == 0


async def test_no_change_is_lost_when_notifications_are(
    catalogue: Catalogue,
) -> None:
    async with following(
        catalogue.database, Place(), channel="nobody_publishes_here", poll_seconds=0.01
    ) as follower:
        await listeners(catalogue.superuser)
        for day in (0, 1):
            await catalogue.run(homes(1 + day), day=day)
            await follower.next()
        assert sorted(change.property_id for change in follower.seen) == ["A-1", "A-2"]


async def test_a_reader_counts_its_patience_from_the_outage(
    catalogue: Catalogue,
) -> None:
    async with following(catalogue.database, Place(), give_up_seconds=0.5) as follower:
        await catalogue.run(homes(1))
        await follower.next()
        await asyncio.sleep(0.6)  # longer than its patience
        (pid,) = await listeners(catalogue.superuser)
        await catalogue.superuser.execute("select pg_terminate_backend($1, 5000)", pid)
        await catalogue.run(homes(2), day=1)
        await follower.next()
        assert not follower.task.done()


@pytest.fixture
def own_server() -> Iterator[Embedded]:
    """A server that may be killed, its database migrated."""
    with temporary_home() as home_folder:
        server = embedded(home_folder)
        asyncio.run(migrate_database(asyncio.run(server.ensure())))
        yield server


async def test_no_change_is_lost_when_the_server_is_killed(own_server: Embedded) -> None:
    async with await DirectDatabase.connect(await own_server.ensure()) as database:
        superuser = await asyncpg.connect(await own_server.ensure())
        catalogue = await Catalogue(database, superuser).register()
        async with following(database, Place()) as follower:
            await catalogue.run(homes(2))
            await follower.next(2)

            pid = own_server.status().pid
            assert pid is not None
            os.kill(pid, signal.SIGQUIT)  # an immediate stop: no connection is closed properly
            await until(lambda: asyncio.sleep(0, not own_server.status().running))
            async with await DirectDatabase.connect(await own_server.ensure()) as afresh:
                await Catalogue(afresh, superuser).run(homes(3), day=1)
            await follower.next()
            assert sorted(change.property_id for change in follower.seen) == ["A-1", "A-2", "A-3"]
            assert follower.waiting == 0
        superuser.terminate()


SOMEBODY_WAITS = (
    "select exists (select from pg_catalog.pg_stat_activity"
    " where datname = current_database() and wait_event_type = 'Lock')"
)


class Undone(Exception):
    """Undoes a transaction."""


@pytest.mark.parametrize("slow_one_commits", [True, False])
async def test_positions_become_visible_in_order_when_a_commit_is_slow(
    catalogue: Catalogue, superuser: asyncpg.Connection, slow_one_commits: bool
) -> None:
    slow, quick = catalogue, await other_source(catalogue)
    slow_session, quick_session = await slow.stage(homes(1)), await quick.stage(homes(2))
    epoch = (await call(slow.database, "claim", slow_session, False, "slow", None, None))["epoch"]
    for stage, *args in (("sift", False), ("quarantine_rows",), ("plan",), ("guard", at(0))):
        await call(slow.database, stage, slow_session, epoch, *args)

    async with following(slow.database, Place()) as follower:
        await listeners(superuser)
        with contextlib.suppress(Undone):
            async with slow.database.connection() as conn:
                await conn.execute(queries.text("apply"), slow_session, epoch, "slow", at(0))
                applying = asyncio.create_task(quick.sync(quick_session))
                await until(lambda: superuser.fetchval(SOMEBODY_WAITS))
                assert follower.waiting == 0
                if not slow_one_commits:
                    raise Undone
        await applying
        found = await follower.next(3 if slow_one_commits else 2)
    order = [(change.position, change.source) for change in found]
    both = [(1, "acme"), (2, "other"), (2, "other")]
    assert order == (both if slow_one_commits else [(1, "other"), (1, "other")])
