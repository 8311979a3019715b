"""What a transaction pooler mixes up: settings, roles, temporary tables, notifications, statements."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from config.errors import DatabaseUnreachableError, ListeningRefusedError, UsageError
from config.settings import Settings
from database.direct import DirectDatabase
from database.handle import Database
from database.migrate import migrate, status
from database.pooling import Way, way_of
from services.feed import Place, WatchOptions, changes
from services.workflows.daily import PropertySyncOrchestrator
from tests.catalogue import Catalogue, homes
from tests.faults.backends import sleeping
from tests.faults.conftest import next_day
from tests.faults.processes import worker
from tests.faults.promises import Content, content, promises_hold, settled
from tests.servers import Server
from tests.stack.pgbouncer import pooling

SETTINGS = """
select current_user, current_setting('role') as role, current_setting('search_path') as search_path,
  current_setting('statement_timeout') as statement_timeout, current_setting('TimeZone') as time_zone,
  current_setting('idle_in_transaction_session_timeout') as idle_timeout,
  current_setting('work_mem') as work_mem, current_setting('enable_nestloop') as nestloop,
  pg_backend_pid() as pid
"""


@pytest.fixture
def narrow(server: Server, dsn: str) -> Any:
    """A pooler with a single server connection, which passes from one client to the next."""
    with pooling(server.login, size=1) as running:
        yield running.before(dsn)


@pytest.fixture
async def stranger(narrow: str) -> Any:
    """Another program's connection through the same pooler."""
    conn = await asyncpg.connect(narrow, statement_cache_size=0)
    yield conn
    await conn.close()


async def test_a_sync_leaves_no_role_or_setting_to_the_next_client(
    catalogue: Catalogue, narrow: str, stranger: asyncpg.Connection
) -> None:
    before = await stranger.fetchrow(SETTINGS)

    async with await DirectDatabase.connect(narrow) as pooled:
        through = Catalogue(pooled, catalogue.superuser, catalogue.source)
        assert (await through.run(homes(30))).status == "applied"
        after = await stranger.fetchrow(SETTINGS)

    assert after == before, "and it was the same server connection"
    assert after["current_user"] == "property_manager"
    await promises_hold(catalogue)


async def test_a_failed_or_cancelled_statement_leaves_no_state(
    catalogue: Catalogue, narrow: str, stranger: asyncpg.Connection
) -> None:
    before = await stranger.fetchrow(SETTINGS)

    async with await DirectDatabase.connect(narrow) as pooled:
        with pytest.raises(Exception, match="division by zero"):
            async with pooled.connection(timeout=60) as conn:
                await conn.execute("select 1 / 0")
        with pytest.raises(Exception, match="statement timeout"):
            async with pooled.connection(timeout=0.05) as conn:
                await conn.execute("select pg_sleep(60)")
        asked = asyncio.create_task(_sleep(pooled))
        await sleeping(catalogue.superuser)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked

    found = await stranger.fetchrow(SETTINGS)
    assert dict(found) | {"pid": 0} == dict(before) | {"pid": 0}


async def _sleep(database: DirectDatabase) -> None:
    async with database.connection(timeout=60) as conn:
        await conn.execute("select pg_sleep(60)")


async def test_a_killed_client_leaves_no_transaction_or_role(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, narrow: str, stranger: asyncpg.Connection
) -> None:
    catalogue, session_id = prepared
    before = await stranger.fetchrow(SETTINGS)

    async with worker(narrow, session_id, crash_at="plan") as process:
        await process.wait()

    found = await stranger.fetchrow(SETTINGS)
    assert dict(found) | {"pid": 0} == dict(before) | {"pid": 0}
    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await settled(catalogue, undisturbed)


LEFT_ONCE = [
    "create temporary table sources (name text)",
    "create temporary table properties_live (id uuid)",
    "create temporary table property_changes (id bigint)",
    "create temporary table scraping_sessions (id uuid)",
    "create temporary table leases (id uuid)",
]
LEFT_AGAIN_AND_AGAIN = """
set search_path = nowhere, pg_temp; set time zone 'Pacific/Kiritimati'; set datestyle = 'German, DMY';
set default_transaction_isolation = 'repeatable read'; set enable_indexscan = off; set role anon
"""


async def test_state_left_by_another_client_changes_nothing(
    catalogue: Catalogue, undisturbed: Content, narrow: str, stranger: asyncpg.Connection
) -> None:
    for statement in LEFT_ONCE:
        await stranger.execute(statement)
    pid = await stranger.fetchval("select pg_backend_pid()")
    leaving = asyncio.create_task(_leave(stranger))

    async with await DirectDatabase.connect(narrow) as pooled:
        through = Catalogue(pooled, catalogue.superuser, catalogue.source)
        await through.run(homes(60))
        await through.run(next_day(), day=1)
        assert await content(catalogue.superuser, "acme") == undisturbed
        await promises_hold(through)
    leaving.cancel()
    await asyncio.wait({leaving})
    assert leaving.cancelled()
    async with await DirectDatabase.connect(narrow) as pooled, pooled.connection() as conn:
        assert await conn.fetchval("select pg_backend_pid()") == pid, "the same server connection all along"


async def _leave(stranger: asyncpg.Connection) -> None:
    """Leave state on the connection between any two of our transactions."""
    while True:
        await stranger.execute(LEFT_AGAIN_AND_AGAIN)


async def test_no_statement_stays_prepared_on_a_server_connection(
    catalogue: Catalogue, narrow: str, stranger: asyncpg.Connection
) -> None:
    async with await DirectDatabase.connect(narrow) as pooled:
        through = Catalogue(pooled, catalogue.superuser, catalogue.source)
        await through.run(homes(3))
        await PropertySyncOrchestrator(pooled).get_sync_dashboard_data()
        assert await stranger.fetch("select name from pg_prepared_statements where name <> ''") == []
    assert await stranger.fetch("select * from pg_locks where locktype = 'advisory'") == []


async def test_many_handles_share_few_server_connections(catalogue: Catalogue, pooler: str) -> None:
    opened = [await DirectDatabase.connect(pooler, pool_size=2) for _ in range(20)]
    try:
        answers = await asyncio.gather(
            *(database.value("feed_position") for database in opened for _ in range(3))
        )
    finally:
        for database in opened:
            await database.close()
    assert answers == [0] * 60


async def test_a_watcher_behind_a_pooler_polls_for_changes(catalogue: Catalogue, pooler: str) -> None:
    async with await DirectDatabase.connect(pooler) as pooled:
        feed = changes(pooled, Place(), options=WatchOptions(pooled_poll_seconds=0.05))
        reading = asyncio.create_task(_first(feed, 3))
        for day in range(3):
            await catalogue.run(homes(day + 1), day=day)

        async with asyncio.timeout(20):
            found = await reading
        await feed.aclose()
    assert [change.property_id for change in found] == ["A-1", "A-2", "A-3"]


async def _first(feed: Any, count: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async for change in feed:
        found.append(change)
        if len(found) == count:
            break
    return found


async def _way(dsn: str) -> Way:
    database = DirectDatabase.connect(dsn)
    async with await database as opened, opened.admin() as one, opened.admin() as other:
        return await way_of(one, other)


@pytest.mark.parametrize("size", [1, 3])
async def test_a_transaction_pooler_is_recognised_on_any_port(direct: str, server: Server, size: int) -> None:
    """A pooler in transaction mode is recognised by what it does, with one server connection or several."""
    with pooling(server.login, size=size) as running:
        assert await _way(running.before(direct)) is Way.TRANSACTION


async def test_a_session_pooler_and_a_server_are_told_apart(direct: str, server: Server) -> None:
    """A pooler in session mode keeps a server process for each client; a server has no pooler before it."""
    with pooling(server.login, size=4, mode="session") as running:
        assert await _way(running.before(direct)) is Way.SESSION
    assert await _way(direct) is Way.DIRECT


async def test_a_busy_transaction_pooler_is_recognised(direct: str, server: Server) -> None:
    """Other clients that take turns on the same server connections do not hide what the pooler is."""
    with pooling(server.login, size=3) as running:
        dsn = running.before(direct)
        async with await DirectDatabase.connect(dsn) as busy:
            working = [asyncio.create_task(_work(busy)) for _ in range(4)]
            found = [await _way(dsn) for _ in range(5)]
            for task in working:
                task.cancel()
            await asyncio.wait(working)
    assert set(found) == {Way.TRANSACTION}


async def _work(database: DirectDatabase) -> None:
    while True:
        await database.value("feed_position")


async def test_listening_through_a_transaction_pooler_is_refused(pooler: str, direct: str) -> None:
    """LISTEN is refused with advice where it would be taken and deliver nothing; elsewhere it is granted."""
    async with await DirectDatabase.connect(pooler) as pooled:
        with pytest.raises(ListeningRefusedError, match=r"cannot listen.*transaction pooler") as refused:
            async with pooled.listener():
                pass
    assert "session pooler" in (refused.value.next_step or "")
    async with await DirectDatabase.connect(direct) as database, database.listener() as conn:
        assert conn.get_server_pid() > 0


async def test_a_pooler_without_transactions_is_refused(direct: str, server: Server) -> None:
    """One that pools statement by statement is named at once, and not tried again as a fault that passes."""
    with pooling(server.login, mode="statement") as pooler:
        async with await DirectDatabase.connect(pooler.before(direct)) as database:
            with pytest.raises(UsageError, match="keeps no transaction together") as refused:
                await database.value("feed_position")
    assert "pool_mode" in str(refused.value.next_step)


async def test_a_full_pooler_says_what_to_lower(direct: str, server: Server) -> None:
    """A client that the pooler has no room for is told of the setting that bounds its connections."""
    with pooling(server.login, size=1, clients=2) as running:
        dsn = running.before(direct)
        async with await DirectDatabase.connect(dsn, pool_size=1) as database, database.admin():
            with pytest.raises(DatabaseUnreachableError, match="no further client") as refused:
                await DirectDatabase.connect(dsn)
    assert "PROPERTY_MANAGER_CONNECTIONS" in (refused.value.next_step or "")


async def test_the_setting_bounds_the_connections_of_a_process(
    settings: Settings, superuser: asyncpg.Connection
) -> None:
    """With PROPERTY_MANAGER_CONNECTIONS=2 twenty queries at once use two connections."""
    few = settings.model_copy(update={"connections": 2})
    async with await Database.open(few) as database:
        await asyncio.gather(*(database.value("feed_position") for _ in range(20)))
        open_now = await superuser.fetchval(
            "select count(*) from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and application_name = 'property-manager'"
        )
    assert open_now == 2


async def test_migrations_work_through_a_pooler(bare_name: str, bouncer: Any, server: Server) -> None:
    conn = await asyncpg.connect(bouncer.before(server.login_dsn(bare_name)), statement_cache_size=0)
    try:
        await migrate(conn)
        assert (await status(conn)).current
        assert (await migrate(conn)).code_changed is False
    finally:
        await conn.close()
