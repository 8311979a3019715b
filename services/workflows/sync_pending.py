"""Pending sessions synced in the order they completed, a few sources at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from config.errors import BusyError, PropertyManagerError, TakenOverError
from database.handle import Database
from database.retrying import when_free
from services.feed import follow_up
from services.pipeline import Observer, SyncOptions, SyncResult, sync_session
from services.reports.sessions import PendingSession

AT_ONCE: Final = 3
"""Sessions synced at the same time, each of another source."""

PATIENCE_SECONDS: Final = 60.0
"""How long a batch waits for another worker's sync of a source."""


@dataclass(frozen=True, slots=True)
class SessionFailure:
    """A session whose sync failed."""

    session_id: UUID
    code: str
    message: str
    next_step: str | None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """The outcome of a batch of pending sessions."""

    synced: tuple[SyncResult, ...]
    failed: tuple[SessionFailure, ...]
    left: tuple[UUID, ...] = ()
    """Sessions that another worker is syncing; they are left to it and are not failures."""
    follow_up_failures: tuple[str, ...] = ()

    @property
    def held(self) -> tuple[SyncResult, ...]:
        """The sessions whose plan the guard holds."""
        return tuple(result for result in self.synced if result.status == "held")


OnResult = Callable[[SyncResult | SessionFailure], None]


class Batch:
    """Syncs sessions; the subscribers of the feed catch up once, at the end."""

    def __init__(
        self,
        database: Database,
        options: SyncOptions,
        observer: Observer,
        *,
        patience_seconds: float,
        on_result: OnResult,
    ) -> None:
        self._database = database
        self._options = replace(options, only_waiting=True, wait_seconds=0, catch_up=False)
        self._observer = observer
        self._patience_seconds = patience_seconds
        self._on_result = on_result
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._synced: list[SyncResult] = []
        self._failed: list[SessionFailure] = []
        self._left: list[UUID] = []

    async def run(self, pending: Sequence[PendingSession]) -> BatchResult:
        """Sync them, each source's in their order; a source that fails or is busy stops no other."""
        source = attrgetter("source")
        async with asyncio.TaskGroup() as tasks:
            for _, sessions in groupby(sorted(pending, key=source), key=source):
                tasks.create_task(self._sync_in_order([session.id for session in sessions]))
        applied = any(result.status == "applied" for result in self._synced)
        failures = await follow_up(self._database) if applied else []
        return BatchResult(tuple(self._synced), tuple(self._failed), tuple(self._left), tuple(failures))

    async def _sync_in_order(self, sessions: Iterable[UUID]) -> None:
        """Sync a source's sessions until one fails or is left to another worker."""
        for session_id in sessions:
            try:
                result = await self._sync(session_id)
            except (BusyError, TakenOverError):
                self._left.append(session_id)
                return
            except PropertyManagerError as error:
                failure = SessionFailure(session_id, error.code, error.message, error.next_step)
                self._failed.append(failure)
                self._on_result(failure)
                return
            self._synced.append(result)
            self._on_result(result)

    async def _sync(self, session_id: UUID) -> SyncResult:
        """Sync one session; other sources go first while another worker has its source."""

        async def sync() -> SyncResult:
            async with self._gate:
                return await sync_session(self._database, session_id, self._options, self._observer)

        return await when_free(sync, self._patience_seconds, on=(BusyError, TakenOverError))
