"""One listing: as it is now, the moments at which it changed, and the home that it is of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import records


@dataclass(frozen=True, slots=True)
class Moment:
    """A change set that changed a listing: how many changes, and the first few fields of them."""

    change_set_id: int
    committed_at: datetime
    origin: str
    actor: str
    changes: int
    fields: tuple[str, ...] | None
    created: bool


@dataclass(frozen=True, slots=True)
class ListingDocument:
    """A listing with all its fields, and the home that it is of."""

    listing: dict[str, Any]
    home_id: UUID
    listings_of_home: int

    @property
    def key(self) -> tuple[str, str]:
        """Its source, and its id there."""
        return self.listing["source"], self.listing["property_id"]


async def listing_document(database: Database, listing: UUID) -> ListingDocument:
    """A listing by its id. Raises NotFoundError."""
    found = await database.value("listing_document", listing)
    if found is None:
        raise NotFoundError(
            f"the catalogue has no listing {listing}", next_step="look for it among the listings"
        )
    return ListingDocument(found["listing"], UUID(found["home_id"]), found["listings_of_home"])


async def listing_moments(database: Database, listing: UUID, *, limit: int = 100) -> list[Moment]:
    """When something of a listing changed, newest first."""
    return records(Moment, await database.rows("listing_moments", listing, limit))
