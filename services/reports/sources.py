"""Sources: listed, and one in full."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from config.errors import NotFoundError
from config.source import Source
from database.handle import Database
from database.records import record, records
from services.sources import load_source, require_source
from services.verdicts import Pause, paused_sources


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """A source in a list: what is known of it, its listings, its last session and what waits."""

    name: str
    hosts: tuple[str, ...]
    currency: str | None
    country: str | None
    language: str
    created_at: datetime
    applied: bool
    """Whether anything of it ever went live."""
    tried: bool
    """Whether only dry runs knew it."""
    active: int
    inactive: int
    removed: int
    sessions: int
    pending: int
    held: int
    quarantined: int
    session_id: UUID | None
    session_kind: str | None
    session_status: str | None
    session_verdict: str | None
    session_reason: str | None
    session_at: datetime | None
    merged_into: str | None
    """The source that shows its listings now."""
    merge_set_id: int | None
    """The change set that a rollback undoes to take the merge back."""
    pause: Pause | None = None
    """Until when it is not scraped, and why."""


@dataclass(frozen=True, slots=True)
class ScopeSummary:
    """A part of a source that its sessions cover; `watermark` is when it was last covered completely."""

    name: str
    watermark: datetime | None
    sessions: int


@dataclass(frozen=True, slots=True)
class SourceDetails:
    """One source: its summary, every fact of it, and its scopes."""

    summary: SourceSummary
    facts: Source
    scopes: tuple[ScopeSummary, ...]


async def list_sources(database: Database) -> list[SourceSummary]:
    """All sources, by name."""
    paused = {pause.source: pause for pause in await paused_sources(database)}
    found = records(SourceSummary, await database.rows("list_sources", None))
    return [replace(source, pause=paused.get(source.name)) for source in found]


async def show_source(database: Database, name: str) -> SourceDetails:
    """One source. Raises NotFoundError."""
    await require_source(database, name)
    row, facts = await database.row("list_sources", name), await load_source(database, name)
    if row is None or facts is None:
        raise NotFoundError(f'there is no source "{name}"', next_step="see sources list")
    scopes = await source_scopes(database, name)
    pause = next(iter(await paused_sources(database, name)), None)
    return SourceDetails(replace(record(SourceSummary, row), pause=pause), facts, tuple(scopes))


async def source_scopes(database: Database, name: str) -> list[ScopeSummary]:
    """The scopes of a source, the one that was covered last first."""
    return records(ScopeSummary, await database.rows("source_scopes", name))
