"""Miles and metres, points and boxes, on the ellipsoid that maps are drawn on (WGS 84)."""

from __future__ import annotations

import math
from typing import Final, NamedTuple

METRES_PER_MILE: Final = 1609.344
MOST_METRES: Final = 100_000.0
"""The largest radius that is searched: beyond it the formula for distances is off by more than a metre."""
_SHORTEST_DEGREE: Final = 110_574.0
"""Of latitude, in metres: the one at the equator."""
_EQUATORS_DEGREE: Final = 111_319.4


class Box(NamedTuple):
    """What lies between two parallels and two meridians, in degrees."""

    south: float
    west: float
    north: float
    east: float


def meters_to_miles(meters: float) -> float:
    """Metres in statute miles."""
    return meters / METRES_PER_MILE


def miles_to_meters(miles: float) -> float:
    """Statute miles in metres."""
    return miles * METRES_PER_MILE


def calculate_bounding_box(latitude: float, longitude: float, radius_meters: float) -> Box:
    """A box that holds the circle around a place, and not much more.

    Where the circle lies across the 180th meridian, `west` is greater than `east`. Raises ValueError for
    what is no place, or no radius.
    """
    require_place(latitude, longitude)
    if not 0 < radius_meters <= MOST_METRES:
        raise ValueError(
            f"a radius of {radius_meters:g} metres; give more than 0 and at most {MOST_METRES:,.0f}"
        )
    north = radius_meters / _SHORTEST_DEGREE
    east = radius_meters / (_EQUATORS_DEGREE * math.cos(math.radians(min(abs(latitude) + north, 89))))
    return Box(latitude - north, _wrapped(longitude - east), latitude + north, _wrapped(longitude + east))


def create_geography_point(latitude: float, longitude: float) -> str:
    """A place as PostGIS reads it, longitude first: SRID=4326;POINT(-81.3789 28.5384). Raises ValueError."""
    require_place(latitude, longitude)
    return f"SRID=4326;POINT({longitude!r} {latitude!r})"


def require_place(latitude: float, longitude: float) -> None:
    """Raise ValueError for degrees that are no place, or one where distances are not computed."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise ValueError(f"latitude {latitude:g} and longitude {longitude:g} are no place; latitude is first")
    if abs(latitude) > 85:
        raise ValueError("distances are not computed beyond 85 degrees north or south; latitude is first")


def _wrapped(longitude: float) -> float:
    return longitude if -180 <= longitude <= 180 else (longitude + 180) % 360 - 180
