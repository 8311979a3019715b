"""What fault tests share: a day of changes, its undisturbed outcome, and processes to kill."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from database.handle import Database
from tests.catalogue import ACME, Catalogue, Row, home, homes, without

ROOT = Path(__file__).parents[2]

Content = tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]


def next_day() -> list[Row]:
    """After `homes(60)`: price cuts, a new home, one gone, one broken, one repeated, the rest unchanged."""
    rows = [home(n, price=900_000) if n <= 5 else home(n) for n in range(1, 60)]
    return [
        *rows,
        home(61),
        home(62, bedrooms=400),
        home(61, title="Casa 61"),
        without(home(63), "property_id"),
    ]


async def content(superuser: asyncpg.Connection, source: str) -> Content:
    """A source's live and audit without ids and times: what two runs must have in common."""
    live = await superuser.fetch(
        """select property_id, title, price, status, verification_status, data_completeness_score
           from public.properties_live where source = $1 order by property_id""",
        source,
    )
    audit = await superuser.fetch(
        """select property_id, change_type, field_name, old_value::text, new_value::text, change_reason
           from public.property_changes where source = $1 order by property_id, field_name nulls first, id""",
        source,
    )
    return [tuple(row) for row in live], [tuple(row) for row in audit]


@pytest.fixture
async def prepared(catalogue: Catalogue) -> tuple[Catalogue, UUID]:
    """A catalogue of 60 homes, and a session of the next day that waits."""
    await catalogue.run(homes(60))
    return catalogue, await catalogue.stage(next_day(), day=1)


@pytest.fixture
async def undisturbed(database: Database, superuser: asyncpg.Connection) -> Content:
    """What the same two days come to when nothing happens to them."""
    calm = await Catalogue(database, superuser, ACME.model_copy(update={"name": "calm"})).register()
    await calm.run(homes(60))
    await calm.run(next_day(), day=1)
    return await content(superuser, "calm")


@asynccontextmanager
async def worker(dsn: str, session_id: UUID, crash_at: str = "") -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that syncs the session, once it has said that it is connected."""
    arguments = [dsn, str(session_id), *([crash_at] if crash_at else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.worker", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        assert await process.stdout.readline() == b"ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def said(process: asyncio.subprocess.Process) -> str:
    """The last word of a worker."""
    assert process.stdout is not None
    return (await process.stdout.read()).decode().strip()


async def settled(catalogue: Catalogue, expected: Content) -> None:
    """Promises 1 to 3 hold, and nothing is left over."""
    assert await content(catalogue.superuser, catalogue.source.name) == expected
    assert await catalogue.complaints() == []
    held = await catalogue.superuser.fetchval(
        "select count(*) from property_manager.leases where leased_until > clock_timestamp()"
    )
    assert held == 0, "no lease is left"
