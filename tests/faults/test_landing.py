"""Rows are staged once each when the connection is lost while they are sent."""

from __future__ import annotations

from uuid import UUID

import asyncpg
import pytest

from config.errors import DatabaseUnreachableError
from database.direct import DirectDatabase
from parsing.rows import CellReader
from services.staging import SessionWriter
from tests.catalogue import ACME, Catalogue, at, homes
from tests.faults.proxy import cutting_proxy


async def _begun(database: DirectDatabase, count: int) -> SessionWriter:
    """An open session with so many rows in batches of ten, the last batch unsent."""
    writer = await SessionWriter.open(
        database, ACME, scope="all", kind="scrape", clock=lambda: at(0), batch_rows=10
    )
    reader = CellReader(ACME)
    for row in homes(count):
        await writer.add(reader.read(row, url=None, page_number=None, fetched_at=at(0)))
    return writer


async def _numbers(superuser: asyncpg.Connection, session_id: UUID) -> list[int]:
    rows = await superuser.fetch(
        "select row_no from public.property_scrapes_staging where session_id = $1 order by 1", session_id
    )
    return [row["row_no"] for row in rows]


@pytest.mark.parametrize("count", [5, 10, 25])
async def test_a_batch_with_an_unanswered_commit_is_staged_once(
    catalogue: Catalogue, dsn: str, count: int
) -> None:
    async with (
        cutting_proxy(dsn) as (through, proxy),
        await DirectDatabase.connect(through, pool_size=1) as cut,
    ):
        proxy.cut_after = "COPY"
        writer = await _begun(cut, count)
        await writer.complete("complete")

    assert proxy.cuts == 1
    assert await _numbers(catalogue.superuser, writer.session_id) == list(range(1, count + 1))
    assert (await catalogue.sync(writer.session_id)).status == "applied"


async def test_a_session_with_an_unanswered_completion_is_complete(catalogue: Catalogue, dsn: str) -> None:
    async with (
        cutting_proxy(dsn) as (through, proxy),
        await DirectDatabase.connect(through, pool_size=1) as cut,
    ):
        writer = await _begun(cut, 5)
        proxy.cut_after = "complete_session"
        await writer.complete("complete")

    assert proxy.cuts == 1
    assert (await catalogue.sync(writer.session_id)).status == "applied"


async def test_backends_that_die_around_batches_lose_no_row(
    catalogue: Catalogue, database: DirectDatabase
) -> None:
    writer = await _begun(database, 15)
    await _kill_backends(catalogue.superuser)
    await writer.complete("complete")

    assert await _numbers(catalogue.superuser, writer.session_id) == list(range(1, 16))


async def test_rows_wait_while_the_server_is_unreachable(catalogue: Catalogue, direct: str) -> None:
    async with (
        cutting_proxy(direct) as (through, proxy),
        await DirectDatabase.connect(through, pool_size=1) as cut,
    ):
        writer = await _begun(cut, 5)
        port, proxy.port = proxy.port, 1  # nothing listens there
        await _kill_backends(catalogue.superuser)
        with pytest.raises(DatabaseUnreachableError):
            await writer.flush()
        proxy.port = port
        await writer.complete("complete")

    assert await _numbers(catalogue.superuser, writer.session_id) == list(range(1, 6))


async def _kill_backends(superuser: asyncpg.Connection) -> None:
    await superuser.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'property-manager' and datname = current_database()"
    )
