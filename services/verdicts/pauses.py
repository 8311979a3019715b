"""Sources that are left alone for a while: why, until when, and since which session."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.errors import SourcePausedError
from config.text import format_time
from database.handle import Database
from database.records import record, records


@dataclass(frozen=True, slots=True)
class Pause:
    """A source that is not scraped; `until` is None where a person has to resume it."""

    source: str
    session_id: UUID | None
    nth: int
    """How many pauses came one after the other."""
    since: datetime
    until: datetime | None
    reason: str
    page: str | None
    """The file that keeps the page which shows the problem."""
    paused_by: str | None

    @property
    def sentence(self) -> str:
        """Until when, and why."""
        end = "until it is resumed" if self.until is None else f"until {format_time(self.until)}"
        by = f" by {self.paused_by}" if self.paused_by else ""
        return f"source {self.source} is paused{by} {end}: {self.reason}"


async def paused_sources(database: Database, source: str | None = None) -> list[Pause]:
    """The sources that are paused now, or whether one is."""
    return records(Pause, await database.rows("paused_sources", source))


async def require_not_paused(database: Database, source: str) -> None:
    """Raise SourcePausedError for a source that is paused."""
    for pause in await paused_sources(database, source):
        raise SourcePausedError(pause.sentence, next_step=f"sources resume {shlex.quote(source)}")


async def pause_source(
    database: Database,
    source: str,
    reason: str,
    *,
    session_id: UUID | None = None,
    page: str | None = None,
    least_seconds: float = 0.0,
    actor: str | None = None,
    hours: float | None = None,
) -> Pause | None:
    """Pause a source; longer each time that it follows a suspect session. None for one that is not known.

    A person (`actor`) pauses it for `hours`, or until they resume it.
    """
    values = (source, session_id, reason, page, least_seconds, actor, hours)
    if await database.value("pause_source", *values) is None:
        return None
    return record(Pause, *await database.rows("paused_sources", source))


async def resume_source(database: Database, source: str, *, actor: str) -> dict[str, Any] | None:
    """End the pause of a source; None where there was none."""
    ended: dict[str, Any] | None = await database.value("resume_source", source, actor)
    return ended
