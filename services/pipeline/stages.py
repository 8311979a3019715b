"""The stages of a sync, each one call of one database function in a transaction of its own.

A stage that is repeated under the same (session, epoch) returns its stored result, so a call is simply
repeated when the connection is lost, even if the answer to its COMMIT was lost with it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from config.errors import DatabaseError, MigrationError
from config.spans import span
from database.errors import UNDEFINED_FUNCTION, sqlstate_of
from database.handle import Database
from database.retrying import retry
from services.pipeline.observers import NO_OBSERVER, Observer

log = logging.getLogger(__name__)

STAGE_SECONDS: Final = 3600.0
"""How long a stage may take; the limits of a server or a role are for requests and shorter."""

_ATTEMPTS: Final = 6
_KEEP_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Run:
    """One claimed session; every stage names it and its epoch."""

    database: Database
    session_id: UUID
    epoch: int
    observer: Observer = NO_OBSERVER

    async def stage(self, name: str, *args: Any, timeout: float = STAGE_SECONDS) -> Any:  # noqa: ASYNC109
        """Run one stage and return its result."""
        self.observer.began(name)
        with span(name) as made:
            result = await call(self.database, name, self.session_id, self.epoch, *args, timeout=timeout)
            made.count(_counts(result))
        self.observer.ended(name)
        return result

    async def stage_within(self, seconds: float, name: str, *args: Any) -> Any:
        """Run a stage that runs the code of others before it locks anything; edits and pins may pass it.

        Raises OverdueError when it took longer than so many seconds.
        """

        async def once() -> Any:
            async with self._lease_kept():
                return await self.database.value_within(seconds, name, self.session_id, self.epoch, *args)

        self.observer.began(name)
        with span(name):
            result = await _repeated(self.database, once)
        self.observer.ended(name)
        return result

    @asynccontextmanager
    async def _lease_kept(self) -> AsyncIterator[None]:
        await call(self.database, "keep_lease", self.session_id, self.epoch)
        keeping = asyncio.create_task(self._keep_lease())
        try:
            yield
        finally:
            keeping.cancel()
            await asyncio.wait({keeping})

    async def _keep_lease(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            try:
                await self.database.run("keep_lease", self.session_id, self.epoch)
            except DatabaseError as error:  # the stage itself finds out whether the lease is still ours
                log.warning("session %s: %s", self.session_id, error.message)


def _counts(result: Any) -> dict[str, Any]:
    """The figures of a stage's result: its own, and those of its plan."""
    found = result if isinstance(result, dict) else {}
    metrics = found.get("metrics")
    return {**found, **(metrics if isinstance(metrics, dict) else {})}


async def call(database: Database, name: str, *args: Any, timeout: float = STAGE_SECONDS) -> Any:  # noqa: ASYNC109
    """Make one repeatable call, and repeat it after a transient error."""

    async def once() -> Any:
        return await database.value(name, *args, timeout=timeout)

    return await _repeated(database, once)


async def _repeated(database: Database, once: Callable[[], Awaitable[Any]]) -> Any:
    async def of_our_code() -> Any:
        try:
            return await once()
        except DatabaseError as error:
            if _is_of_other_code(error):
                await database.require_current()
            raise

    return await retry(of_our_code, attempts=_ATTEMPTS)


def _is_of_other_code(error: DatabaseError) -> bool:
    return isinstance(error, MigrationError) or sqlstate_of(error) == UNDEFINED_FUNCTION
