"""What lies around a place: parcels, leads, open code cases, listings; and what like it was sold for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar
from uuid import UUID

from database.handle import Database
from database.records import records
from services.county.space.places import Place

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NearParcel:
    """A parcel and how many metres it is from the place."""

    place: str
    metres: float
    parcel: UUID
    state: str
    county_fips: str
    parcel_id_normalized: str
    parcel_id: str | None
    address: str | None
    unit: str | None
    city: str | None
    postal_code: str | None
    latitude: Decimal
    longitude: Decimal
    location_kind: str | None


@dataclass(frozen=True, slots=True)
class NearLead:
    """A scored parcel and how many metres it is from the place; `open_cases` are its own."""

    place: str
    metres: float
    parcel: UUID
    tier: str
    total: Decimal
    confidence: Decimal
    parcel_id: str | None
    address: str | None
    unit: str | None
    city: str | None
    latitude: Decimal
    longitude: Decimal
    open_cases: int


@dataclass(frozen=True, slots=True)
class NearCase:
    """A code case and how many metres it is from the place, by its own coordinates or its parcel's."""

    place: str
    metres: float
    code_case: UUID
    case_number: str
    case_type: str | None
    status: str | None
    opened_on: date | None
    due_on: date | None
    parcel: UUID | None
    address: str | None
    city: str | None
    latitude: Decimal
    longitude: Decimal
    located_by: str


@dataclass(frozen=True, slots=True)
class NearListing:
    """A listing on the market and how many metres it is from the place."""

    place: str
    metres: float
    listing: UUID
    source: str
    property_id: str
    title: str | None
    property_type: str | None
    operation_type: str | None
    price: Decimal | None
    currency: str | None
    price_period: str | None
    bedrooms: int | None
    covered_area_m2: Decimal | None
    address: str | None
    city: str | None
    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Near(Generic[T]):
    """What was found around a place, nearest first; `more`: there is more within the radius."""

    found: tuple[T, ...]
    more: bool


async def parcels_near(
    database: Database, place: Place, *, metres: float, limit: int = 50
) -> Near[NearParcel]:
    """The parcels within a radius, without the one that the place is of. Raises UsageError."""
    return _part(NearParcel, await database.rows("parcels_near", [place.asked], metres, limit + 1), limit)


async def nearest_parcels(database: Database, place: Place, *, metres: float, count: int) -> list[NearParcel]:
    """The nearest parcels, none further than so many metres. Raises UsageError."""
    return records(NearParcel, await database.rows("nearest_parcels", [place.asked], count, metres))


async def leads_near(
    database: Database, place: Place, *, metres: float, tiers: Sequence[str] = (), limit: int = 50
) -> Near[NearLead]:
    """The leads within a radius, of all tiers or some: better tiers first, then nearer ones."""
    rows = await database.rows("leads_near", [place.asked], metres, list(tiers) or None, limit + 1)
    return _part(NearLead, rows, limit)


async def cases_near(
    database: Database, place: Place, *, metres: float, status: str | None = "open", limit: int = 50
) -> Near[NearCase]:
    """The code cases of a status, or all, within a radius."""
    return _part(NearCase, await database.rows("cases_near", [place.asked], metres, status, limit + 1), limit)


async def listings_near(
    database: Database, place: Place, *, metres: float, limit: int = 50
) -> Near[NearListing]:
    """The active listings within a radius."""
    return _part(NearListing, await database.rows("listings_near", [place.asked], metres, limit + 1), limit)


def _part(cls: type[T], rows: Sequence[Any], limit: int) -> Near[T]:
    return Near(tuple(records(cls, rows[:limit])), len(rows) > limit)
