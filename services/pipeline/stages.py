"""The stages of a sync, each one call of one database function in a transaction of its own.

A stage that is repeated under the same (session, epoch) returns its stored result, so a call is simply
repeated when the connection is lost, even if the answer to its COMMIT was lost with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from config.errors import DatabaseError, MigrationError
from database.direct import Database
from database.retrying import retry
from services.pipeline.observers import NO_OBSERVER, Observer

STAGE_SECONDS: Final = 3600.0
"""How long a stage may take; the limits of a server or a role are for requests and shorter."""


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
        result = await call(self.database, name, self.session_id, self.epoch, *args, timeout=timeout)
        self.observer.ended(name)
        return result


async def call(database: Database, name: str, *args: Any, timeout: float = STAGE_SECONDS) -> Any:  # noqa: ASYNC109
    """Make one repeatable call, and repeat it after a transient error."""

    async def once() -> Any:
        try:
            async with database.transaction(timeout=timeout) as transaction:
                return await transaction.value(name, *args)
        except DatabaseError as error:
            if _is_of_other_code(error):
                await database.require_current()
            raise

    return await retry(once, attempts=6)


def _is_of_other_code(error: DatabaseError) -> bool:
    return isinstance(error, MigrationError) or isinstance(error.__cause__, asyncpg.UndefinedFunctionError)
