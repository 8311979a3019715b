"""Polygons: what only PostGIS answers, where a database has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from database.handle import Database
from database.records import record, records


@dataclass(frozen=True, slots=True)
class PostGIS:
    """What a database has of PostGIS; `is_on`: parcels are indexed by it.

    `available` is the version that the server could install. `shapes` are outlines that it reads,
    `unreadable` those that are no area; both are None where it is not on.
    """

    version: str | None
    schema: str | None
    available: str | None
    is_on: bool
    shapes: int | None
    unreadable: int | None


@dataclass(frozen=True, slots=True)
class PlacedParcel:
    """A parcel and where it is."""

    parcel: UUID
    state: str
    county_fips: str
    parcel_id_normalized: str
    parcel_id: str | None
    address: str | None
    unit: str | None
    city: str | None
    postal_code: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    location_kind: str | None


async def postgis(database: Database) -> PostGIS:
    """What the database has of PostGIS."""
    return record(PostGIS, await database.row("postgis") or {})


async def set_postgis(database: Database, *, on: bool) -> bool:
    """Index parcels by PostGIS, or drop that; whether anything changed. Raises UsageError."""
    return bool(await database.value("set_postgis", on))


async def parcels_at(database: Database, latitude: float, longitude: float) -> list[PlacedParcel]:
    """The parcels whose outline holds a place. Raises UsageError without PostGIS."""
    return records(PlacedParcel, await database.rows("parcels_at", latitude, longitude))


async def parcels_within(
    database: Database, polygon: Mapping[str, Any], *, after: UUID | None = None, limit: int = 50
) -> list[PlacedParcel]:
    """The parcels whose place lies within a polygon, by their ids. Raises UsageError without PostGIS."""
    return records(PlacedParcel, await database.rows("parcels_within", dict(polygon), after, limit))
