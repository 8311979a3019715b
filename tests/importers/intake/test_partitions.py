"""Partitions: their sessions, and the bound on unsent rows over all of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest

from config.errors import PropertyManagerError
from importers.intake.partitions import Partitions
from parsing.staged import StagedRow

ROW = 100


class Recorded:
    """A session that records what was done to it."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        self.session_id: UUID = uuid4()
        self.rows_staged = 0
        self.waiting = 0
        self.sent = 0
        self.failed: str | None = None

    async def add(self, row: StagedRow) -> None:
        self.rows_staged += 1
        self.waiting += ROW

    async def flush(self) -> None:
        self.sent, self.waiting = self.sent + self.waiting, 0

    async def describe(self, facts: dict[str, Any]) -> None: ...

    async def complete(self, verdict: str, reason: str | None = None) -> None: ...

    @asynccontextmanager
    async def ended(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException as error:
            self.failed = str(error)
            raise

    @asynccontextmanager
    async def kept_alive(self) -> AsyncIterator[None]:
        yield


async def recorded(scope: str) -> Recorded:
    return Recorded(scope)


async def test_the_fullest_sessions_are_sent_first() -> None:
    limit = 20 * ROW
    async with Partitions(recorded, "State", unsent_bytes=limit) as parts:
        for number in range(500):
            await parts.add(StagedRow([]), "big" if number % 3 else f"part {number % 21}")
            assert sum(session.waiting for session in parts.sessions.values()) <= limit
        assert parts.rows_staged == 500
        assert parts.sessions["big"].sent > 0


async def test_each_value_has_a_scope_of_its_own() -> None:
    async with Partitions(recorded, "State") as parts:
        for name in ("YUC", None, "YUC", "a\0b"):
            await parts.add(StagedRow([]), name)
        scopes = [session.scope for session in parts.sessions.values()]
        assert scopes == ["import:State=YUC", "import:State=", "import:State=ab"]


async def test_without_a_partition_column_there_is_one_session() -> None:
    async with Partitions(recorded, None) as parts:
        await parts.add(StagedRow([]), None)
        await parts.add(StagedRow([]), None)
        assert [session.scope for session in parts.sessions.values()] == ["import"]


async def test_an_error_fails_every_session() -> None:
    parts = Partitions(recorded, "State")
    with pytest.raises(PropertyManagerError):
        async with parts:
            await parts.add(StagedRow([]), "YUC")
            await parts.add(StagedRow([]), "CAM")
            raise PropertyManagerError("the file is gone")
    assert [session.failed for session in parts.sessions.values()] == ["the file is gone"] * 2
