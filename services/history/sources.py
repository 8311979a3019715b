"""A source renamed, merged into another or removed: its catalogue and its history go with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from pydantic import ValidationError

from config.errors import UsageError
from config.source import Source
from database.handle import Database
from database.records import record
from database.retrying import WAIT_SECONDS, when_free
from services.feed import follow_up
from services.sources import require_source

LONGEST_SECONDS: Final = 3600.0
"""How long a statement of it may take: it writes every row of the source in live and in the audit."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A source under its new name. Its change set tells the feed; there is none where nothing was live."""

    old: str
    new: str
    listings: int
    changes: int
    change_set_id: int | None
    position: int | None


@dataclass(frozen=True, slots=True)
class SharedHome:
    """A home that two sources have, side by side; `witness` is null where the ids are equal and it is two."""

    from_id: str
    into_id: str
    witness: Literal["url", "id", "address"] | None
    title: str
    from_price: float | None
    into_title: str
    into_price: float | None
    currency: str | None
    taken: bool
    """Whether the merged source saw it later, so that its values are taken."""


@dataclass(frozen=True, slots=True)
class Merged:
    """A source that was merged into another, or what would become of it."""

    source: str
    into: str
    dry_run: bool
    listings: int
    """Those that the source shows: `moved` + `doubles`."""
    moved: int
    """Homes that only it has: they become listings of the other source."""
    doubles: int
    """Homes that both have, by what says so: `by_url` + `by_id` + `by_address`."""
    by_url: int
    by_id: int
    by_address: int
    taken: int
    """Doubles that take over values of the source, as it saw them later."""
    clashes: int
    """Ids that both have for different homes: such sources are not merged."""
    quarantined: int
    """Rows of the source in quarantine; they stay with it."""
    homes: tuple[SharedHome, ...]
    """Some homes that both have: clashes first, then those whose values are taken, then those that differ."""
    change_set_id: int | None
    """The change set that a rollback undoes."""
    position: int | None
    again: tuple[UUID, ...]
    """Sessions of the other source that waited; they are planned anew."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A source that was deleted, or whose listings were marked as removed, with what there was of it."""

    source: str
    status: Literal["deleted", "retired"]
    dry_run: bool
    sessions: int
    rows: int
    """Staged rows."""
    quarantined: int
    listings: int
    """All that were ever live."""
    shown: int
    """Those that were not removed before."""
    change_set_id: int | None
    """The change set that a rollback undoes."""
    position: int | None


async def rename_source(
    database: Database, old: str, new: str, *, actor: str, wait_seconds: float = WAIT_SECONDS
) -> Renamed:
    """Give a source another name, in live, in its whole history and in what waits, in one transaction.

    Raises NotFoundError; UsageError for a name that is taken or cannot be one; BusyError while a session of
    the source is written or synced.
    """
    await require_source(database, old)
    _require_name(new)
    renamed = record(Renamed, await _change(database, wait_seconds, "rename_source", old, new, actor))
    if renamed.change_set_id is not None:
        await follow_up(database)
    return renamed


async def merge_sources(
    database: Database,
    source: str,
    into: str,
    *,
    same_ids: bool = False,
    dry_run: bool = False,
    limit: int = 20,
    actor: str,
    wait_seconds: float = WAIT_SECONDS,
) -> Merged:
    """Let one source show the listings of another, each home once, in one transaction.

    With `same_ids`, listings of equal ids are one home whatever they say. At most `limit` homes are shown
    side by side. Raises NotFoundError; UsageError for sources that are not one (another currency or country,
    ids of different homes) or of which a session waits; BusyError while a session of either is written or
    synced.
    """
    await require_source(database, source)
    await require_source(database, into)
    done = await _change(
        database, wait_seconds, "merge_sources", source, into, same_ids, dry_run, limit, actor
    )
    merged = record(Merged, {name: value for name, value in done.items() if name != "clash"})
    if merged.change_set_id is not None:
        await follow_up(database)
    return merged


async def remove_source(
    database: Database,
    name: str,
    *,
    listings: bool = False,
    dry_run: bool = False,
    actor: str,
    wait_seconds: float = WAIT_SECONDS,
) -> Removed:
    """Delete a source of which nothing ever went live, with its sessions, staged rows and quarantine.

    Of another, `listings` marks its listings as removed, by a change set that can be rolled back; without it,
    such a source raises UsageError. Raises NotFoundError, and BusyError while a session of it is written.
    """
    await require_source(database, name)
    arguments = (name, listings, dry_run, actor)
    removed = record(Removed, await _change(database, wait_seconds, "remove_source", *arguments))
    if removed.change_set_id is not None:
        await follow_up(database)
    return removed


async def _change(database: Database, wait_seconds: float, query: str, *arguments: Any) -> Any:
    async def change() -> Any:
        return await database.value(query, *arguments, timeout=LONGEST_SECONDS)

    return await when_free(change, wait_seconds)


def _require_name(name: str) -> None:
    """Raise UsageError for what cannot be the name of a source."""
    try:
        Source(name=name)
    except ValidationError as error:
        raise UsageError(
            f"{name!r} cannot be the name of a source",
            next_step="give 1 to 100 characters, no slash, no space at the start",
        ) from error
