"""Whether this process can do its work: the database answers, and is of the program's version."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from config.errors import PropertyManagerError
from database.handle import Database
from database.migrate import require_current

SECONDS: Final = 5.0
"""How long the database may take: whoever asks gives up soon after."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be answered now; if not, why and what to do."""

    ready: bool
    why: str | None = None
    next_step: str | None = None


async def readiness(database: Database, *, seconds: float = SECONDS) -> Readiness:
    """Ask the database what it runs. It is not ready while a migration is under way, or before it is run."""
    try:
        async with asyncio.timeout(seconds):
            require_current((await database.deployed()).compared)
    except TimeoutError:
        return Readiness(False, f"the database did not answer within {seconds:g} s")
    except PropertyManagerError as error:
        return Readiness(False, error.message, error.next_step)
    return Readiness(True)
