"""What changed: of one listing, change by change, or of a source between two moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from config.errors import UsageError
from database.handle import Database
from database.records import records
from services.history.as_of import known_since
from services.history.fields import ASKABLE, require_field
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class ListingChange:
    """One change of a listing; the one that created it has no field, and its image as the new value."""

    change_id: int
    change_set_id: int
    changed_at: datetime
    change_type: str
    field_name: str | None
    old_value: Any
    new_value: Any
    change_reason: str
    significant: bool
    origin: str
    actor: str
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field that is not as it was, and by how many changes it became so."""

    field: str
    old: Any
    new: Any
    changes: int


@dataclass(frozen=True, slots=True)
class ListingDifference:
    """A listing that came, went, came back or changed; one that came has no fields."""

    property_id: str
    title: str
    what: Literal["new", "removed", "back", "changed"]
    fields: tuple[FieldDifference, ...]


@dataclass(frozen=True, slots=True)
class SourceDifference:
    """What a source differs in between two moments: how many listings in all, and a page of them by id."""

    source: str
    begin: datetime
    end: datetime
    new: int
    removed: int
    back: int
    changed: int
    listings: tuple[ListingDifference, ...]


async def listing_changes(
    database: Database,
    source: str,
    property_id: str,
    *,
    field: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ListingChange]:
    """The changes of a listing, newest first, those before a change's id if one is given.

    Raises NotFoundError for a listing that the catalogue never had, UsageError for an unknown field.
    """
    if field is not None:
        require_field(field, ASKABLE)
    await known_since(database, source, property_id)
    return await changes_of(database, source, property_id, field=field, before=before, limit=limit)


async def changes_of(
    database: Database,
    source: str,
    property_id: str,
    *,
    field: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[ListingChange]:
    """The same of a listing that is known to be there, of a field that is."""
    rows = await database.rows("listing_changes", source, property_id, field, before, limit)
    return records(ListingChange, rows)


async def session_moment(database: Database, session_id: UUID) -> tuple[str, datetime]:
    """The source of a session and when its sync was committed. Raises NotFoundError where it was not."""
    row = await database.row("session_moment", session_id)
    if row is None:
        raise LookupError(f"api.session_moment of {session_id} has no row")
    return row["source"], row["moment"]


async def source_difference(
    database: Database,
    source: str,
    begin: datetime,
    end: datetime,
    *,
    after: str | None = None,
    limit: int = 50,
) -> SourceDifference:
    """What became of a source's listings from `begin` to `end`; a change that was taken back is none.

    Raises UsageError where `end` is not after `begin`, BeforeHistoryError where history is folded.
    """
    if end < begin:
        raise UsageError("the first moment lies after the second", next_step="exchange them")
    await require_source(database, source)
    rows = [dict(row) for row in await database.rows("listings_diff", source, begin, end, after, limit)]
    counts = {kind: rows[0][name] if rows else 0 for kind, name in _COUNTS.items()}
    told = [{name: row[name] for name in ("property_id", "title", "what", "fields")} for row in rows]
    return SourceDifference(source, begin, end, listings=tuple(records(ListingDifference, told)), **counts)


_COUNTS = {"new": "came", "removed": "removed", "back": "back", "changed": "changed"}
