"""Listings found by place, price, type, status and text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from config.errors import UsageError
from database.handle import Database
from database.records import records
from services.sources import require_source


@dataclass(frozen=True, slots=True)
class Wanted:
    """The conditions that a listing has to meet; None is no condition. Areas are in m².

    `place` is part of a city, state, neighbourhood or address, or a whole postal code, whatever case and
    accents; `text` is searched for as on the web in title, description and place, in the source's language.
    """

    source: str | None = None
    status: str | None = None
    place: str | None = None
    type: str | None = None
    operation: str | None = None
    currency: str | None = None
    text: str | None = None
    price_min: Decimal | None = None
    price_max: Decimal | None = None
    bedrooms_min: int | None = None
    area_min: Decimal | None = None

    def document(self) -> dict[str, Any]:
        """The conditions as the database takes them."""
        return {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
            if value is not None
        }


@dataclass(frozen=True, slots=True)
class FoundListing:
    """A listing in a list of those found; prices in `currency`, areas in m²."""

    source: str
    property_id: str
    status: str
    title: str
    property_type: str | None
    operation_type: str | None
    city: str | None
    state: str | None
    price: Decimal | None
    currency: str | None
    price_period: str | None
    bedrooms: int | None
    bathrooms: int | None
    covered_area_m2: Decimal | None
    total_area_m2: Decimal | None
    source_url: str | None
    first_seen_at: datetime
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """How many listings meet the conditions, and a page of them by source and id."""

    total: int
    listings: tuple[FoundListing, ...]


async def search_listings(
    database: Database, wanted: Wanted, *, after: tuple[str, str] | None = None, limit: int = 50
) -> Found:
    """The listings that meet all conditions, after one (source, id) if it is given.

    Raises NotFoundError for an unknown source, UsageError where the least is more than the most.
    """
    await require_wanted(database, wanted)
    source, property_id = after or (None, None)
    rows = [
        dict(row)
        for row in await database.rows("search_listings", wanted.document(), source, property_id, limit)
    ]
    total = rows[0]["total"] if rows else 0
    for row in rows:
        del row["total"]
    return Found(total, tuple(records(FoundListing, rows)))


async def require_wanted(database: Database, wanted: Wanted) -> None:
    """Refuse conditions that nothing can meet by mistake."""
    await require_source(database, wanted.source)
    if wanted.price_min is not None and wanted.price_max is not None and wanted.price_min > wanted.price_max:
        raise UsageError("the lowest price is above the highest", next_step="exchange them")
