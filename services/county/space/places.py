"""A place by what people call it: degrees, a parcel's id, or an address."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from config.errors import NotFoundError, UsageError
from database.handle import Database
from parsing.parcels.addresses import usps
from services.county.space.units import require_place


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is looked for; `parcel` is the one that is there, where it was asked for by one."""

    name: str
    latitude: float
    longitude: float
    parcel: UUID | None = None

    @property
    def asked(self) -> dict[str, Any]:
        """The place as the database takes it."""
        if self.parcel is not None:
            return {"place": self.name, "parcel": str(self.parcel)}
        return {"place": self.name, "latitude": self.latitude, "longitude": self.longitude}


async def find_place(database: Database, words: Sequence[str]) -> Place:
    """The place that words name: latitude and longitude, a parcel's id, or an address.

    Raises UsageError for degrees that are none and for a parcel without a place, NotFoundError for what no
    parcel is called, and names the parcels where several are.
    """
    text = " ".join(words).strip()
    degrees = _degrees(text)
    if degrees is not None:
        try:
            require_place(*degrees)
        except ValueError as error:
            raise UsageError(
                str(error), next_step="give latitude, then longitude: 28.5384 -81.3789"
            ) from None
        return Place(f"{degrees[0]:g} {degrees[1]:g}", *degrees)
    situs = usps(text)
    rows = await database.rows(
        "parcels_called", text, None if situs is None else situs.line, None if situs is None else situs.unit
    )
    return _only(text, rows)


def _degrees(text: str) -> tuple[float, float] | None:
    parts = text.replace(",", " ").split()
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        return None
    return latitude, longitude


def _only(text: str, rows: Sequence[Any]) -> Place:
    if not rows:
        raise NotFoundError(
            f'no parcel is called "{text}", by id or address',
            next_step="give latitude and longitude: 28.5384 -81.3789; or part of a street: county properties",
        )
    if len(rows) > 1:
        named = ", ".join(_named(row) for row in rows[:5])
        more = "" if len(rows) <= 5 else ", and more"
        raise UsageError(
            f'"{text}" is {len(rows)} parcels: {named}{more}', next_step="give the id of one of them"
        )
    (row,) = rows
    if row["latitude"] is None or row["longitude"] is None:
        raise UsageError(
            f"it is not known where parcel {row['parcel_id']} is: its source says no coordinates",
            next_step="give latitude and longitude: 28.5384 -81.3789",
        )
    return Place(_named(row), float(row["latitude"]), float(row["longitude"]), UUID(str(row["parcel"])))


def _named(row: Any) -> str:
    address = " ".join(part for part in (row["address"], row["unit"]) if part)
    return f"{row['parcel_id']} ({address})" if address else str(row["parcel_id"])
