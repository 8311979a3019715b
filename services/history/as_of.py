"""The catalogue as it stood at a moment: all of it, or one listing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.errors import NotFoundError
from config.listing import FIELD
from database.handle import Database
from parsing.nearest import nearest
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class ListingsThen:
    """Listings as they stood, the first of them by source and id."""

    at: datetime
    source: str | None
    total: int
    listings: tuple[dict[str, Any], ...]
    history_begins: datetime | None
    """When the first change was committed, or since when history is kept; None: there is none."""


@dataclass(frozen=True, slots=True)
class ListingThen:
    """One listing as it stood; None where it was not known yet."""

    at: datetime
    source: str
    property_id: str
    listing: dict[str, Any] | None
    first_known: datetime


async def listings_at(
    database: Database, moment: datetime, *, source: str | None = None, limit: int = 50
) -> ListingsThen:
    """The listings as known at `moment`. Raises BeforeHistoryError where history is compacted.

    A moment that the database's clock has not reached is a UsageError.
    """
    await require_past(database, moment)
    await require_source(database, source)
    rows = [dict(row) for row in await database.rows("listings_at", moment, source, limit)]
    total = rows[0]["total"] if rows else 0
    listings = tuple({name: value for name, value in row.items() if name != "total"} for row in rows)
    return ListingsThen(moment, source, total, listings, await database.value("history_begins", source))


async def listing_at(database: Database, moment: datetime, source: str, property_id: str) -> ListingThen:
    """One listing at `moment`; reads only its own changes. Raises NotFoundError, BeforeHistoryError."""
    await require_past(database, moment)
    first_known = await known_since(database, source, property_id)
    listing = await database.value("listing_at", source, property_id, moment)
    return ListingThen(moment, source, property_id, listing and _audited(listing), first_known)


def _audited(listing: dict[str, Any]) -> dict[str, Any]:
    """The values that the audit keeps of a listing, in the fields' order."""
    ordered = dict.fromkeys(("id", "source", "property_id", "status", *FIELD, *listing))
    return {name: listing[name] for name in ordered if listing[name] is not None}


async def known_since(database: Database, source: str, property_id: str) -> datetime:
    """When the listing came to the catalogue. Raises NotFoundError for one that never did."""
    await require_source(database, source)
    first: datetime | None = await database.value("first_known", source, property_id)
    if first is not None:
        return first
    if await database.value("is_quarantined", source, property_id):
        raise NotFoundError(
            f'listing "{property_id}" of {source} never came into the catalogue: its rows are in quarantine',
            next_step=f"quarantine list --source {source}",
        )
    ids = [row["property_id"] for row in await database.rows("listing_ids_like", source, property_id)]
    near = nearest(property_id, ids)
    raise NotFoundError(
        f'source {source} has no listing "{property_id}"',
        next_step=f"did you mean {near}?" if near else f"see export --source {source}",
    )


async def require_past(database: Database, moment: datetime) -> None:
    """Raise UsageError for a moment that the database's clock has not reached."""
    await database.run("require_past", moment)
