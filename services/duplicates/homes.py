"""Homes of several listings: what people decide of them, and how that is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.errors import UsageError
from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class HomeEvent:
    """What became of homes at one time: `listings` moved; `probability` where comparisons decided it."""

    id: int
    kind: str
    listings: int
    probability: float | None
    reason: str | None
    actor: str
    created_at: datetime
    undoes: int | None
    undone_by: int | None


@dataclass(frozen=True, slots=True)
class OtherValue:
    """What another listing of the home says of a field."""

    value: Any
    source: str
    property_id: str
    trust: float
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class HomeField:
    """A field of a home: its value, the listing that it comes from, and why that one counts.

    `why` is only (no other has one), agreed (all others say the same), priced (the other names no price),
    pinned, shown (the other is off the market), trusted (`trust`, 0 … 100, is larger), newer (it was seen
    later) or first (nothing tells them apart). An offer is a field of its own for each operation.
    """

    field_name: str
    value: Any
    source: str
    property_id: str
    listing_id: UUID
    trust: float
    seen_at: datetime | None
    why: str
    others: tuple[OtherValue, ...]


async def merge_listings(
    database: Database, listings: Sequence[UUID], *, actor: str, reason: str | None = None
) -> int | None:
    """Say that listings are of one home. Gives the event; None where that was said before.

    Raises UsageError for fewer than two listings, and where others of these homes were kept apart.
    """
    if len(set(listings)) < 2:
        raise UsageError("a home is merged of two listings or more")
    event: int | None = await database.value("merge_listings", sorted(set(listings)), actor, reason)
    return event


async def keep_apart(
    database: Database,
    listing: UUID,
    others: Sequence[UUID] | None = None,
    *,
    actor: str,
    reason: str | None = None,
) -> int | None:
    """Say that a listing is no home with `others`, or with any of its home where that is None.

    It leaves the home that they share. Gives the event; None where nothing was to be said.
    """
    given = None if others is None else sorted(set(others))
    if given is not None and listing in given:
        raise UsageError("a listing is not kept apart from itself")
    event: int | None = await database.value("keep_apart", listing, given, actor, reason)
    return event


async def undo(database: Database, event: int, *, actor: str) -> int:
    """Take back an event; what a merge brought together is kept apart from then on. Gives the new event.

    Raises NotFoundError, and UsageError for an event that is undone already or that a later one builds on.
    """
    done: int = await database.value("undo_home_event", event, actor)
    return done


async def list_events(database: Database, *, before: int | None = None, limit: int = 50) -> list[HomeEvent]:
    """What became of homes, the newest first."""
    return records(HomeEvent, await database.rows("home_events", before, limit))


async def show_home(database: Database, listing: UUID) -> tuple[UUID, list[dict[str, Any]]]:
    """The home that a listing is of, and its listings, the first seen first."""
    found = await database.rows("home_of_listing", listing)
    return found[0]["home_id"], [row["side"] for row in found]


async def home_fields(database: Database, listing: UUID) -> list[HomeField]:
    """The home that a listing is of, field by field; what its other listings say comes next first."""
    return records(HomeField, await database.rows("home_fields", listing))
