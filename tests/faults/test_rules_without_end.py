"""Promise 7: a rule that catches its cancellation ends all the same, and nobody waits for it."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from database.direct import DirectDatabase
from database.migrate import migrate
from services.history.edits import edit_listing, pin_field
from services.history.retention import clean
from services.pipeline import SyncResult
from tests.catalogue import Catalogue, home, homes
from tests.faults.backends import waiting
from tests.faults.processes import worker
from tests.faults.promises import promises_hold
from tests.services.feed.conftest import until
from tests.services.pipeline.test_rules import Rules, findings

GATE = 4712
DEAF = f"""
loop
  begin
    perform pg_advisory_xact_lock_shared({GATE});
    return null;
  exception when query_canceled or others then
    begin
      perform pg_sleep(0.01);
    exception when query_canceled or others then
      null;
    end;
  end;
end loop;
"""
"""Until the gate opens it catches whatever would end it."""

ENDED = "rule deaf could not be checked: it did not end within 0.3 s, and was ended from outside"


async def add_rule(superuser: asyncpg.Connection, body: str, *, severity: str = "warning") -> None:
    rules = Rules(superuser)
    await rules.function("deaf", body)
    await rules.add("deaf", "custom", severity=severity, function="deaf")


@asynccontextmanager
async def shut(superuser: asyncpg.Connection) -> AsyncIterator[None]:
    await superuser.execute("select pg_advisory_lock($1)", GATE)
    try:
        yield
    finally:
        await superuser.execute("select pg_advisory_unlock($1)", GATE)


async def no_backend_waits(superuser: asyncpg.Connection) -> None:
    await until(
        lambda: superuser.fetchval(
            "select not exists (select from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock')"
        )
    )


async def begun(catalogue: Catalogue, severity: str = "warning") -> UUID:
    """A catalogue of 20 listings, the rule, and a session that waits for its sync."""
    await catalogue.run(homes(20))
    await add_rule(catalogue.superuser, DEAF, severity=severity)
    return await catalogue.stage([home(1, price=900_000), *homes(20)[1:]], day=1)


@pytest.mark.parametrize(("severity", "status"), [("error", "held"), ("warning", "applied")])
async def test_a_rule_that_catches_its_cancellation_is_ended_and_reported(
    catalogue: Catalogue, way: str, severity: str, status: str
) -> None:
    session_id = await begun(catalogue, severity)
    async with await DirectDatabase.connect(way) as database, shut(catalogue.superuser):
        there = Catalogue(database, catalogue.superuser, catalogue.source)
        async with asyncio.timeout(60):
            result = await there.sync(session_id, day=1, rule_seconds=0.3)
        await no_backend_waits(catalogue.superuser)

    assert result.status == status
    assert await findings(catalogue, result) == {(None, "deaf", "errored")}
    assert ENDED in ([reason.sentence for reason in result.reasons] or list(result.warnings))[0]
    await promises_hold(catalogue)


@asynccontextmanager
async def checking(catalogue: Catalogue, session_id: UUID) -> AsyncIterator[asyncio.Task[SyncResult]]:
    """A sync whose rule has begun and does not end before the block does."""
    async with shut(catalogue.superuser):
        syncing = asyncio.create_task(catalogue.sync(session_id, day=1, rule_seconds=600))
        await waiting(catalogue.superuser, 1)
        yield syncing
    await syncing


async def test_edits_and_pins_pass_while_a_rule_is_checked(catalogue: Catalogue) -> None:
    session_id = await begun(catalogue)
    async with checking(catalogue, session_id) as syncing:
        database = catalogue.database
        await pin_field(database, "acme", "A-2", "price", actor="ana", wait_seconds=0)
        await edit_listing(database, "acme", "A-1", {"bedrooms": 5}, actor="ana", wait_seconds=0)
    result = await syncing

    assert (result.status, result.metrics.updated_properties) == ("applied", 1)
    live = await catalogue.live(1)
    assert (live["bedrooms"], live["price"]) == (5, 900_000)
    await promises_hold(catalogue)


async def test_others_do_not_wait_while_a_rule_is_checked(catalogue: Catalogue, direct: str) -> None:
    session_id = await begun(catalogue)
    other = await catalogue.beside("other")
    async with checking(catalogue, session_id) as syncing, asyncio.timeout(60):
        assert (await other.run(homes(5), with_rules=False)).status == "applied"
        await clean(catalogue.database, timedelta(days=30))
        assert await catalogue.complaints() == []
        await catalogue.superuser.execute("update property_manager.code_version set version = 'older'")
        migrating = await asyncpg.connect(direct)
        try:
            assert (await migrate(migrating)).code_changed
        finally:
            await migrating.close()

    assert (await syncing).status == "applied"
    await promises_hold(catalogue)


async def test_a_rule_ends_with_the_worker_that_was_killed(catalogue: Catalogue, way: str) -> None:
    session_id = await begun(catalogue)
    async with shut(catalogue.superuser):
        async with worker(way, session_id) as process:
            await waiting(catalogue.superuser, 1)
            process.kill()
        await no_backend_waits(catalogue.superuser)

    assert (await catalogue.sync(session_id, day=1)).status == "applied"
    await promises_hold(catalogue)


async def test_the_server_ends_a_rule_whose_worker_stands_still(catalogue: Catalogue, direct: str) -> None:
    if catalogue.superuser.get_server_version().major < 17:
        pytest.skip("the server has no transaction_timeout")
    session_id = await begun(catalogue)
    async with shut(catalogue.superuser), worker(direct, session_id, rule_seconds=0.3) as process:
        await waiting(catalogue.superuser, 1)
        process.send_signal(signal.SIGSTOP)
        await no_backend_waits(catalogue.superuser)
        process.kill()


TRACES = {
    "an advisory lock": "perform pg_advisory_lock(8150);",
    "a lock on live": "lock table public.properties_live in access exclusive mode;",
    "a setting": "perform set_config('property_manager.rewriting', 'erase', false),"
    " set_config('transaction_timeout', '0', false);",
    "a notification": "perform pg_notify('property_changes', '{}');",
    "many notices": "for n in 1..2000 loop raise warning '%', n; end loop;",
}


@pytest.mark.parametrize("left", TRACES)
async def test_a_rule_leaves_nothing_on_its_connection(
    catalogue: Catalogue, pooler: str, superuser: asyncpg.Connection, left: str
) -> None:
    if "transaction_timeout" in TRACES[left] and superuser.get_server_version().major < 17:
        pytest.skip("the server has no transaction_timeout")
    heard: list[str] = []
    await superuser.add_listener("property_changes", lambda *call: heard.append(call[-1]))
    await add_rule(superuser, TRACES[left] + " return 'seen';")

    async with await DirectDatabase.connect(pooler, pool_size=1) as database:
        there = Catalogue(database, superuser, catalogue.source)
        result = await there.run(homes(3))
        async with database.connection() as conn:
            assert (
                await conn.fetchval(
                    "select coalesce(current_setting('property_manager.rewriting', true), '')"
                )
                == ""
            )

    assert await findings(catalogue, result) == {(number, "deaf", "failed") for number in (1, 2, 3)}
    assert await superuser.fetch("select from pg_locks where locktype = 'advisory'") == []
    await until(lambda: asyncio.sleep(0, heard))
    assert {json.loads(payload)["position"] for payload in heard} == {result.position}
