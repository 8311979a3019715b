"""Promise 5 of one worker: a late one cannot write, and a dead one does not block others."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest

from config.errors import BusyError, TakenOverError
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.pipeline import lease
from services.staging import SessionWriter
from tests.catalogue import Catalogue, at, home, homes
from tests.faults.backends import end_silent_transactions, open_gate, shut_gate, waiting
from tests.faults.conftest import LONE_RULE, STAGES
from tests.faults.processes import output, worker
from tests.faults.promises import Content, promises_hold, settled


@contextmanager
def stopped(process: asyncio.subprocess.Process) -> Iterator[None]:
    process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        process.send_signal(signal.SIGCONT)


async def shut_gate_after(catalogue: Catalogue, stage: str) -> None:
    """Stop the sync in that stage, all of it done except the COMMIT."""
    when = f"for each row when (new.stage = '{stage}')"
    await shut_gate(catalogue.superuser, "property_manager.stage_results", when)


@pytest.mark.parametrize("stage", STAGES)
async def test_a_worker_stopped_past_its_lease_writes_nothing_more(
    prepared: tuple[Catalogue, UUID], undisturbed: Content, way: str, stage: str
) -> None:
    catalogue, session_id = prepared
    named = {"quarantine_rows": "quarantine", "validate_rule": f"validate {LONE_RULE}"}
    await shut_gate_after(catalogue, named.get(stage, stage))
    async with worker(way, session_id) as stalled:
        await waiting(catalogue.superuser, 1)
        with stopped(stalled):
            # its server process ends the stage, and waits for a COMMIT that does not come
            await open_gate(catalogue.superuser)
            await end_silent_transactions(catalogue.superuser)
            await catalogue.lease_ends()
            taken_over = await catalogue.sync(session_id, day=1)
        ended = await output(stalled)

    assert taken_over.status == "applied"
    assert ended == "taken_over"
    await settled(catalogue, undisturbed)


async def test_a_scraper_whose_session_was_taken_over_stages_nothing_more(
    catalogue: Catalogue, way: str
) -> None:
    row = CellReader(catalogue.source).read(home(1), url=None, page_number=1, fetched_at=at(0))
    async with await DirectDatabase.connect(way) as there:
        first = await SessionWriter.open(there, catalogue.source, scope="all", kind="scrape")
        await first.add(row)
        await first.flush()
        await first.error("https://acme.example/2", "timeout", "no answer")
        await catalogue.superuser.execute(
            "update public.scraping_sessions set heartbeat_at = now() - interval '2 minutes'"
        )
        second = await SessionWriter.resume(catalogue.database, first.session_id, catalogue.source)

        await first.add(row)
        for late in (
            first.flush,
            lambda: first.error("https://acme.example/3", "timeout", "no answer"),
            lambda: first.resolved(["https://acme.example/2"]),
            lambda: first.describe({"columns": []}),
            lambda: first.complete("complete"),
        ):
            with pytest.raises(TakenOverError):
                await late()
    errors = await catalogue.superuser.fetch("select url, resolved from public.scraping_errors")
    assert [tuple(row) for row in errors] == [("https://acme.example/2", False)]
    assert await catalogue.superuser.fetchval("select count(*) from public.property_scrapes_staging") == 1

    await second.complete("partial")
    assert (await catalogue.sync(second.session_id)).status == "applied"
    await promises_hold(catalogue)


async def test_a_stage_of_a_silent_client_soon_releases_its_locks(catalogue: Catalogue) -> None:
    async with catalogue.database.connection(timeout=60) as conn:
        assert await conn.fetchval("show idle_in_transaction_session_timeout") == "20s"


async def test_an_interrupted_sync_releases_its_lease(prepared: tuple[Catalogue, UUID]) -> None:
    catalogue, session_id = prepared
    await shut_gate_after(catalogue, "quarantine")
    sync = asyncio.create_task(catalogue.sync(session_id, day=1))
    await waiting(catalogue.superuser, 1)

    sync.cancel()
    await asyncio.wait([sync])
    await open_gate(catalogue.superuser)

    assert sync.cancelled()
    assert not await catalogue.is_leased()
    assert (await catalogue.sync(session_id, day=1)).status == "applied"


async def test_a_lease_is_taken_over_only_from_a_dead_process(
    catalogue: Catalogue,
) -> None:
    """A clone or a container can share a host's name and a process id without being that host."""
    session_id = await catalogue.stage(homes(3))
    elsewhere = f"{lease._processes()}:of-another-container/1/x"
    await catalogue.database.value("claim", session_id, False, elsewhere, None, None)

    with pytest.raises(BusyError):
        await catalogue.sync(session_id, wait_seconds=0)

    beside = f"{lease._processes()}/{2**22 + 1}/x"  # more than any process id
    await catalogue.lease_taken_by(beside, session_id)
    assert (await catalogue.sync(session_id)).status == "applied"
    await promises_hold(catalogue)
