"""Promises 7 and 1: every poison row and every bad rule in one session, killed and run again."""

from __future__ import annotations

import json
import signal
from uuid import UUID

import asyncpg
import pytest

from tests.catalogue import Catalogue, Row, home, homes
from tests.faults.backends import sleeping
from tests.faults.processes import worker
from tests.faults.promises import content, promises_hold, settled
from tests.services.pipeline.test_rules import Rules
from tests.services.staging.test_poison import POISON

BAD = "if r.title = 'Bad' then {} end if; return null;"
HOSTILE = {
    "asserts": "assert false, 'not so';",
    "deletes listings": "delete from public.properties_live;",
    "drops a table": "drop table property_manager.candidates cascade;",
    "locks live": "lock table public.properties_live in access exclusive mode;",
    "locks for itself": "perform pg_advisory_lock(8150);",
    "names a lost connection": "raise exception 'gone' using errcode = '08006';",
    "names a takeover": "raise exception 'mine' using errcode = 'PMTKN';",
    "names no error of ours": "raise exception 'x' using errcode = 'PMVER';",
    "raises": "raise exception 'division by cucumber';",
    "rewrites the audit": "perform set_config('property_manager.rewriting', 'erase', true);"
    " delete from public.property_changes;",
    "silences its own limits": "perform set_config('statement_timeout', '0', false);",
    "turns the clock": "perform set_config('timezone', 'Asia/Tokyo', false);",
    "wants to write": "perform set_config('transaction_read_only', 'off', true);"
    " update public.properties_live set price = 1;",
}
HARMLESS = {"locks live", "locks for itself", "silences its own limits", "turns the clock"}
NEVER_ENDS = "zz never ends"  # rules run in the order of their names


def rows() -> list[Row]:
    poison = [{**home(number), **row} for number, row in enumerate(POISON.values(), 100)]
    return [*homes(40), home(41, title="Bad"), home(42, bedrooms=400), home(1, price=500_000), *poison]


async def add_hostile_rules(superuser: asyncpg.Connection) -> None:
    rules = Rules(superuser)
    for name, body in {**HOSTILE, NEVER_ENDS: "perform pg_sleep(600);"}.items():
        function = name.replace(" ", "_")
        await rules.function(function, BAD.format(body))
        await rules.add(name, "custom", severity="warning", function=function)


async def test_poison_and_hostile_rules_do_no_harm_despite_kills(catalogue: Catalogue, dsn: str) -> None:
    superuser = catalogue.superuser
    other = await catalogue.beside("calm")
    for each in (catalogue, other):
        await each.run(homes(60))
    await add_hostile_rules(superuser)
    await other.run(rows(), day=1, verdict="partial", rule_seconds=0.3)
    undisturbed = await content(superuser, "calm")
    session_id = await catalogue.stage(rows(), day=1, verdict="partial")

    async with worker(dsn, session_id, crash_at="validate_built_in") as process:
        assert await process.wait() == -signal.SIGKILL
    async with worker(dsn, session_id) as process:
        await sleeping(superuser)
        process.kill()
    result = await catalogue.sync(session_id, day=1, rule_seconds=0.3)

    assert result.status == "applied"
    assert result.metrics.total_scraped == 43 + len(POISON)
    assert await errored(superuser, session_id) == {
        **dict.fromkeys(HOSTILE.keys() - HARMLESS, 41),
        NEVER_ENDS: None,
    }
    await settled(catalogue, undisturbed)


async def errored(superuser: asyncpg.Connection, session_id: UUID) -> dict[str, int | None]:
    found = await superuser.fetch(
        "select rule_name, row_no from property_manager.findings"
        " where session_id = $1 and outcome = 'errored'",
        session_id,
    )
    return {row["rule_name"]: row["row_no"] for row in found}


@pytest.mark.parametrize(
    "name", ["deletes listings", "drops a table", "rewrites the audit", "wants to write"]
)
async def test_a_rule_that_writes_fails_and_writes_nothing(catalogue: Catalogue, name: str) -> None:
    await catalogue.run(homes(9))
    rules = Rules(catalogue.superuser)
    await rules.function("hostile", BAD.format(HOSTILE[name]))
    await rules.add("hostile", "custom", function="hostile")

    result = await catalogue.run([home(1, title="Bad"), *homes(9)[1:]], day=1)

    assert (result.status, result.metrics.quarantined_properties) == ("applied", 1)
    reasons = await catalogue.superuser.fetchval("select reasons::text from property_manager.quarantine")
    (reason,) = json.loads(reasons)
    assert "read-only transaction" in reason["reason"] or "read-write mode" in reason["reason"]
    assert len(await catalogue.statuses()) == 9
    await promises_hold(catalogue)


async def test_a_stage_of_a_killed_client_releases_its_locks(catalogue: Catalogue) -> None:
    async with catalogue.database.connection(timeout=60) as conn:
        assert await conn.fetchval("show client_connection_check_interval") == "1s"
