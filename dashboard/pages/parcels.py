"""The map of parcels: leads by tier, open code cases and auctions to come."""

from __future__ import annotations

from typing import Final

from config.errors import UsageError
from dashboard.access.door import require_staff
from dashboard.page import Asked, Data, Page
from dashboard.pages._filters import sides
from services.county.space.maps import KINDS, TIERS, parcel_map
from services.county.space.units import calculate_bounding_box

_WORLD: Final = {"south": -85.0, "west": -180.0, "north": 85.0, "east": 180.0}
_CELL: Final = 3
"""By how many levels a cell of 64 pixels is finer than the world at zoom 0, which is 512 pixels wide."""
_AROUND: Final = 800.0
"""Metres around a place that is asked for."""
SHOWN: Final = {
    "all": KINDS,
    "leads": TIERS,
    "tier-a": ("A",),
    "tier-b": ("A", "B"),
    "cases": ("case",),
    "auctions": ("auction",),
}
"""What can be shown, by the word of the address."""


async def parcels(asked: Asked) -> Data:
    """What a part of the map shows; `zoom` is that of MapLibre, `around` a latitude and a longitude.

    For staff: county records are not for readers of the catalogue.
    """
    require_staff(asked.user)
    show = asked.one_of("show", tuple(SHOWN)) or "all"
    zoom = asked.number("zoom", 2, most=24)
    around = _around(asked)
    part = await parcel_map(
        asked.database, sides(asked) or around or _WORLD, kinds=SHOWN[show], level=zoom + _CELL
    )
    return {"part": part, "zoom": zoom, "show": show, "shown": tuple(SHOWN), "around": around}


def _around(asked: Asked) -> dict[str, float] | None:
    """The part of the map around a place. Raises UsageError."""
    text = asked.text("around")
    if text is None:
        return None
    try:
        latitude, longitude = (float(each) for each in text.split(","))
        return calculate_bounding_box(latitude, longitude, _AROUND)._asdict()
    except ValueError:
        raise UsageError(f'"{text}" is no place', next_step="write it as 28.5384,-81.3789") from None


PAGES = (Page("/parcels", "parcels.html", parcels, title="Parcels", menu="Parcels", topics=("feed",)),)
