"""Migrations during syncs: each sync ends or is refused with the version, and none deadlocks."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from config.errors import MigrationError
from config.settings import Settings
from database import migrate as migrating
from database.checkout import Checkout, Migration, Script, checkout
from database.handle import Database
from database.migrate import migrate
from services.pipeline import sync_session
from services.pipeline.stages import call
from tests.catalogue import Catalogue, homes, on
from tests.faults.backends import open_gate, shut_gate, waiting
from tests.faults.processes import output, worker
from tests.faults.promises import Content, promises_hold, settled
from tests.faults.proxy import cutting_proxy
from tests.servers import SOAK, Server

DEPLOYS = 20 if SOAK else 3


def with_code(text: str = "create function property_manager.newer() returns integer return 1;") -> Checkout:
    """The next version of this program's code, with one more function."""
    newest = checkout().code[-1]
    path = newest.path.rpartition("/")[0] + "/99_newer.sql"
    return replace(checkout(), code=(*checkout().code, Script(path, text, text)))


def with_migration() -> Checkout:
    text = "alter table public.sources add column newer text;"
    newer = Migration(
        "20990101000000", "newer", Script("sql/migrations/20990101000000_newer.sql", text, text)
    )
    return replace(checkout(), migrations=(*checkout().migrations, newer))


@pytest.fixture
async def deployer(server: Server, database_name: str) -> AsyncIterator[asyncpg.Connection]:
    """The login role's connection, as `db migrate` uses it."""
    conn = await asyncpg.connect(server.login_dsn(database_name))
    yield conn
    await conn.close()


async def test_the_next_run_finishes_a_sync_that_a_deploy_ended(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, deployer: asyncpg.Connection
) -> None:
    catalogue, session_id = prepared
    claimed = await call(catalogue.database, "claim", session_id, False, "worker", None, None)
    await call(catalogue.database, "sift", session_id, claimed["epoch"], True)

    assert (await migrate(deployer, with_code())).code_changed

    with pytest.raises(MigrationError, match="was migrated during the sync") as refused:
        await call(catalogue.database, "quarantine_rows", session_id, claimed["epoch"])
    assert "run it again" in (refused.value.next_step or "")
    await call(catalogue.database, "release", session_id, claimed["epoch"], refused.value.message)
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_a_deploy_waits_for_an_apply_that_has_begun(
    prepared: tuple[Catalogue, UUID],
    undisturbed: Content,
    deployer: asyncpg.Connection,
) -> None:
    catalogue, session_id = prepared
    await shut_gate(catalogue.superuser, "public.property_changes")
    sync = asyncio.create_task(catalogue.sync(session_id, day=1))
    await waiting(catalogue.superuser, 1)
    deploy = asyncio.create_task(migrate(deployer, with_code(), lock_timeout="100ms"))
    await waiting(catalogue.superuser, 2)
    # longer than the deploy waits at a time: it steps back and tries again
    await asyncio.sleep(0.15)
    await open_gate(catalogue.superuser)

    assert (await sync).status == "applied"
    assert (await deploy).code_changed
    await settled(catalogue, undisturbed)


async def test_deploys_during_syncs_cause_no_deadlock_and_no_loss(
    catalogue: Catalogue, deployer: asyncpg.Connection, way: str
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    versions = [with_code(), checkout()]
    days = range(3 * DEPLOYS)
    sessions = [await catalogue.stage(homes(20, price=900_000 - day), day=day) for day in days]

    async def deploys() -> None:
        for number in range(DEPLOYS):
            assert (await migrate(deployer, versions[number % 2])).code_changed
            await asyncio.sleep(chance.uniform(0, 0.2))

    deploying = asyncio.create_task(deploys())
    ended = set[str]()
    for session_id in sessions:
        async with worker(way, session_id, day=99) as process:
            ended.add(await output(process))
        if deploying.done():
            break
    await deploying

    assert ended <= {"applied", "migration"}
    for session_id in sessions:
        assert (await catalogue.sync(session_id, day=99)).status in ("applied", "stale")
    assert (await catalogue.live(1))["price"] == 900_000 - days[-1]
    await promises_hold(catalogue)


async def test_readers_are_served_before_or_after_a_deploy(
    prepared: tuple[Catalogue, UUID], deployer: asyncpg.Connection
) -> None:
    catalogue, _ = prepared
    deploying = asyncio.create_task(migrate(deployer, with_code()))
    while not deploying.done():
        assert len(await catalogue.superuser.fetch("select last_seen_at from public.listings")) == 60
    assert (await deploying).code_changed
    await promises_hold(catalogue)


async def test_a_worker_older_than_the_code_refuses_to_sync(
    prepared: tuple[Catalogue, UUID], settings: Settings, deployer: asyncpg.Connection, undisturbed: Content
) -> None:
    catalogue, session_id = prepared
    async with await Database.open(settings) as old:
        await migrate(deployer, with_code())
        plans = await catalogue.plans()

        with pytest.raises(MigrationError, match="another version of the code") as refused:
            await sync_session(old, session_id, on(1))

    assert refused.value.next_step == "run: property-manager db migrate"
    assert await catalogue.plans() == plans
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


async def test_an_old_worker_is_refused_with_the_newer_migration(
    catalogue: Catalogue, settings: Settings, deployer: asyncpg.Connection
) -> None:
    session_id = await catalogue.stage(homes(3))
    async with await Database.open(settings) as old:
        newer = with_migration()
        await migrate(deployer, replace(newer, code=with_code().code))

        with pytest.raises(MigrationError, match=r"newer than this program .*20990101000000"):
            await sync_session(old, session_id)
    with pytest.raises(MigrationError, match=r"newer than this program .*20990101000000"):
        await Database.open(settings)
    assert (await catalogue.sync(session_id)).status == "applied", "by a worker of the right version"
    await promises_hold(catalogue)


async def test_a_worker_without_its_stage_function_reports_the_version(
    catalogue: Catalogue, settings: Settings, deployer: asyncpg.Connection
) -> None:
    session_id = await catalogue.stage(homes(3))
    async with await Database.open(settings) as old:
        await migrate(deployer, with_code())
        await catalogue.superuser.execute("drop function api.claim(uuid, boolean, text, text, text)")
        with pytest.raises(MigrationError, match="another version of the code"):
            await sync_session(old, session_id)


@pytest.mark.parametrize(
    ("newer", "said"),
    [(with_migration(), "lacks migration 20990101000000"), (with_code(), "another version of the code")],
    ids=["state", "code"],
)
async def test_a_new_worker_is_refused_by_an_older_database(
    catalogue: Catalogue, deployer: asyncpg.Connection, newer: Checkout, said: str
) -> None:
    found = await migrating.status(deployer, newer)
    with pytest.raises(MigrationError, match=said) as refused:
        migrating.require_current(found)
    assert refused.value.next_step == "run: property-manager db migrate"
    await promises_hold(catalogue)


async def test_a_server_of_an_older_major_is_named(direct: str) -> None:
    """Before PostgreSQL 15 nothing is migrated: the sentence says what it is and what it has to be."""
    async with cutting_proxy(direct) as (through, proxy):
        proxy.major = 14
        conn = await asyncpg.connect(through, ssl=False)
        try:
            with pytest.raises(MigrationError, match="the server is PostgreSQL 14") as refused:
                await migrate(conn)
        finally:
            await conn.close()
    assert refused.value.next_step == "use PostgreSQL 15 or newer"
