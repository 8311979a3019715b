"""Browsers hear of changes by private topics of Realtime, where there is one; a sync never depends on it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import asyncpg
import pytest

from database.migrate import migrate
from services.feed import follow_up
from services.feed.realtime import broadcast
from services.history.sources import rename_source
from tests.catalogue import ACME, Catalogue, home, homes
from tests.stack.realtime import install

MESSAGES = "select topic, payload, event, private, extension from realtime.messages order by topic"


@pytest.fixture
async def realtime(superuser: asyncpg.Connection, dsn: str) -> asyncpg.Connection:
    """A database with Realtime, which the next migrate finds."""
    await install(superuser)
    await migrated(dsn)
    return superuser


async def migrated(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    try:
        await migrate(conn)
    finally:
        await conn.close()


async def messages(superuser: asyncpg.Connection) -> dict[str, dict[str, Any]]:
    """What was sent, by topic; each message is a private broadcast of the event `changed`."""
    found = {}
    for row in await superuser.fetch(MESSAGES):
        assert (row["event"], row["private"], row["extension"]) == ("changed", True, "broadcast")
        payload = json.loads(row["payload"])
        assert payload.pop("id")
        assert row["topic"] not in found
        found[row["topic"]] = payload
    await superuser.execute("truncate realtime.messages")
    return found


async def test_a_sync_tells_the_topics_of_its_source_and_of_its_cities(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """A message has a position and how many listings changed, and nothing of the listings themselves."""
    await catalogue.run([home(1), home(2), home(3, city="Progreso"), home(4, city="")], catch_up=True)
    assert await messages(realtime) == {
        "listings:source:acme": {"source": "acme", "position": 1, "changed": 4},
        "listings:city:Mérida": {"city": "Mérida", "position": 1, "changed": 2},
        "listings:city:Progreso": {"city": "Progreso", "position": 1, "changed": 1},
    }


async def test_only_what_changed_is_told(catalogue: Catalogue, realtime: asyncpg.Connection) -> None:
    """A second sync tells the cities whose listings changed; one that changed nothing tells nobody."""
    rows = [home(1), home(2), home(3, city="Progreso")]
    await catalogue.run(rows, catch_up=True)
    await messages(realtime)

    await catalogue.run(rows, day=1, catch_up=True)
    assert await messages(realtime) == {}
    await catalogue.run([home(1), home(2), home(3, city="Progreso", price=9_000)], day=2, catch_up=True)
    assert await messages(realtime) == {
        "listings:source:acme": {"source": "acme", "position": 3, "changed": 1},
        "listings:city:Progreso": {"city": "Progreso", "position": 3, "changed": 1},
    }


async def test_a_listing_that_moves_is_told_to_both_cities(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """The page of the city that it has left hears of it too."""
    await catalogue.run([home(1), home(2)], catch_up=True)
    await messages(realtime)
    await catalogue.run([home(1, city="Progreso"), home(2)], day=1, catch_up=True)
    assert sorted(await messages(realtime)) == [
        "listings:city:Mérida",
        "listings:city:Progreso",
        "listings:source:acme",
    ]


async def test_several_syncs_that_were_not_told_are_one_message(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """Each topic hears the newest position once, whichever process comes by."""
    for day in range(3):
        await catalogue.run(homes(2 + day), day=day)
    assert await follow_up(catalogue.database) == []
    assert await messages(realtime) == {
        "listings:source:acme": {"source": "acme", "position": 3, "changed": 4},
        "listings:city:Mérida": {"city": "Mérida", "position": 3, "changed": 4},
    }
    assert await follow_up(catalogue.database) == []
    assert await messages(realtime) == {}


async def test_the_cities_of_a_large_sync_are_told_by_their_changes(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """A sync of more than a hundred cities tells the hundred that have the most listings in it."""
    rows = [home(n, city=f"Ciudad {min(n, 130)}") for n in range(1, 133)]
    await catalogue.run(rows, catch_up=True)
    told = await messages(realtime)
    assert len(told) == 101
    assert told["listings:city:Ciudad 130"]["changed"] == 3


async def test_telling_of_a_very_large_sync_costs_no_more(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """Of more changes than a limit so many are counted, those of the newest sync first."""
    await catalogue.run([home(n, city="Progreso") for n in range(1, 6)])
    await catalogue.run([home(n, city="Progreso") for n in range(1, 6)] + [home(6), home(7)], day=1)
    told = await realtime.fetch("select topic, changed from property_manager.topics(0, 2, 100, 3) order by 1")
    assert [tuple(row) for row in told] == [
        ("listings:city:Mérida", 2),
        ("listings:city:Progreso", 1),
        ("listings:source:acme", 3),
    ]


async def test_a_renamed_source_is_told_by_both_names(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """Who listens to the old name asks, and finds the new one."""
    await catalogue.run(homes(1), catch_up=True)
    await messages(realtime)
    await rename_source(catalogue.database, "acme", "acme homes", actor="ana")
    assert {"listings:source:acme", "listings:source:acme homes"} <= set(await messages(realtime))


async def heard(conn: asyncpg.Connection, role: str, topic: str, extension: str = "broadcast") -> int:
    """How many messages of a topic the role may hear: asked as Realtime asks, and taken back."""
    async with conn.transaction():
        await conn.execute("truncate realtime.messages")
        await conn.execute(
            "insert into realtime.messages (topic, extension, private) values ($1, $2, true)",
            topic,
            extension,
        )
        await conn.execute(f"set local role {role}")
        await conn.execute("select set_config('realtime.topic', $1, true)", topic)
        found: int = await conn.fetchval("select count(*) from realtime.messages")
        await conn.execute("reset role")
    return found


@pytest.mark.parametrize("role", ["anon", "authenticated"])
async def test_readers_hear_the_topics_of_listings_and_no_others(
    realtime: asyncpg.Connection, role: str
) -> None:
    """The policy is for our topics and broadcasts; who may hear others is for others to say."""
    assert await heard(realtime, role, "listings:city:Mérida") == 1
    assert await heard(realtime, role, "listings:source:acme") == 1
    assert await heard(realtime, role, "room:1") == 0
    assert await heard(realtime, role, "listings:city:Mérida", "presence") == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with realtime.transaction():
            await realtime.execute(f"set local role {role}")
            await realtime.execute(
                "insert into realtime.messages (topic, extension) values ('listings:x', 'broadcast')"
            )


async def test_a_second_migrate_leaves_a_policy_that_was_changed(
    realtime: asyncpg.Connection, dsn: str
) -> None:
    """Who may hear is the project's to decide: it alters the policy, and it stays."""
    await realtime.execute("alter policy readers_hear_of_listings on realtime.messages to authenticated")
    await migrated(dsn)
    assert await heard(realtime, "anon", "listings:city:Mérida") == 0
    assert await heard(realtime, "authenticated", "listings:city:Mérida") == 1


async def test_a_migrate_that_may_not_make_the_policy_goes_on(
    catalogue: Catalogue, superuser: asyncpg.Connection, dsn: str
) -> None:
    """Messages are sent all the same, and doctor says that readers cannot hear them."""
    await install(superuser, owned=False)
    await migrated(dsn)
    await catalogue.run(homes(1), catch_up=True)
    assert "listings:source:acme" in await messages(superuser)
    (complaint,) = await catalogue.complaints()
    assert complaint.startswith("readers may hear of changes by Realtime")

    await superuser.execute("select property_manager.open_topics()")
    assert await catalogue.complaints() == []


async def test_without_realtime_nothing_is_sent_and_nothing_waits(
    catalogue: Catalogue, superuser: asyncpg.Connection
) -> None:
    """A plain database has the notifications alone, and no subscriber that is behind."""
    notified: list[str] = []
    await superuser.add_listener("property_changes", lambda *args: notified.append(args[-1]))
    await catalogue.run(homes(1), catch_up=True)
    assert await superuser.fetchval("select array_agg(name) from property_manager.subscribers") == ["views"]
    assert [json.loads(note)["position"] for note in notified] == [1]
    assert await catalogue.complaints() == []


async def test_notifications_are_sent_beside_realtime(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """Servers that listen hear what they heard before."""
    notified: list[str] = []
    await realtime.add_listener("property_changes", lambda *args: notified.append(args[-1]))
    await catalogue.run(homes(1), catch_up=True)
    assert [json.loads(note)["position"] for note in notified] == [1]


async def test_a_realtime_that_is_taken_away_is_forgotten(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """It is not reported as behind for ever."""
    await catalogue.run(homes(1), catch_up=True)
    await realtime.execute("drop schema realtime cascade")
    applied = await catalogue.run(homes(2), day=1, catch_up=True)
    assert applied.follow_up_failures == ()
    assert await catalogue.complaints() == []


REPLACED = (
    "create or replace function realtime.send(payload jsonb, event text, topic text, private boolean"
    " default true) returns void language plpgsql as $$ begin {} end $$"
)


async def test_a_realtime_that_fails_fails_no_sync(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """The sync stands and names the failure; the next one sends what was missed."""
    working = await realtime.fetchval(
        "select pg_get_functiondef('realtime.send(jsonb,text,text,boolean)'::regprocedure)"
    )
    await realtime.execute(REPLACED.format("raise exception 'the service is down';"))
    applied = await catalogue.run(homes(2), catch_up=True)
    assert applied.status == "applied"
    assert applied.follow_up_failures == ("realtime: the service is down",)
    assert any("the service is down" in each for each in await catalogue.complaints())

    await realtime.execute(working)
    applied = await catalogue.run(homes(3), day=1, catch_up=True)
    assert applied.follow_up_failures == ()
    assert (await messages(realtime))["listings:source:acme"]["changed"] == 3
    assert await catalogue.complaints() == []


async def test_a_realtime_without_a_partition_for_today_fails_no_sync(
    catalogue: Catalogue, superuser: asyncpg.Connection, dsn: str
) -> None:
    """Realtime makes a day's partition when a client connects; until then it drops messages and warns."""
    await install(superuser, partition=False)
    await migrated(dsn)
    applied = await catalogue.run(homes(2), catch_up=True)
    assert (applied.status, applied.follow_up_failures) == ("applied", ())


async def test_a_locked_realtime_holds_nobody(
    catalogue: Catalogue, realtime: asyncpg.Connection, dsn: str
) -> None:
    """While its table is locked a sync ends, others sync, and the message is given up at once."""
    async with realtime.transaction():
        await realtime.execute("lock table realtime.messages in access exclusive mode")
        applied = await catalogue.run(homes(2), catch_up=True)
        assert applied.status == "applied"
    assert await messages(realtime) == {}


@pytest.mark.direct
async def test_a_realtime_that_hangs_holds_no_sync(
    catalogue: Catalogue, realtime: asyncpg.Connection
) -> None:
    """What hangs is ended, and while it hangs another source syncs: nothing of a sync waits for it."""
    await realtime.execute(REPLACED.format("perform pg_sleep(60);"))
    other = await Catalogue(
        catalogue.database, catalogue.superuser, ACME.model_copy(update={"name": "other"})
    ).register()
    await catalogue.run(homes(2))
    telling = asyncio.create_task(broadcast(catalogue.database))
    await hangs(realtime)

    applied = await other.run(homes(2))

    assert applied.status == "applied"
    assert not telling.done(), "the sync did not wait for the message"
    assert "statement timeout" in (await telling or "")
    assert any("realtime is at 0 of 2" in each for each in await catalogue.complaints())


async def hangs(superuser: asyncpg.Connection) -> None:
    """Wait until a session sleeps in Realtime."""
    sleeping = (
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()"
    )
    async with asyncio.timeout(20):
        while not await superuser.fetchval(sleeping):
            await asyncio.sleep(0.01)


async def test_only_our_owner_speaks_in_the_name_of_the_login(superuser: asyncpg.Connection) -> None:
    """The function that runs as the login role sends one message, and no role of the API may call it."""
    found = await superuser.fetch(
        "select p.oid::regprocedure::text as name, p.proconfig as settings, array(select r.rolname"
        " from pg_roles r where not r.rolsuper and has_function_privilege(r.oid, p.oid, 'execute')"
        " and r.rolname !~ '^pg_' order by 1) as callers from pg_proc p"
        " where p.pronamespace = 'property_manager'::regnamespace and p.prosecdef"
        " and p.proowner <> 'property_manager_owner'::regrole"
    )
    (function,) = found
    assert function["name"] == "property_manager.send_message(text,jsonb)"
    assert "search_path=pg_catalog, pg_temp" in function["settings"]
    assert function["callers"] == ["property_manager", "property_manager_owner"]
