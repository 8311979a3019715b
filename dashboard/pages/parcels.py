"""The map of parcels: leads by tier, open code cases and auctions to come."""

from __future__ import annotations

from typing import Final

from dashboard.page import Asked, Data, Page
from dashboard.pages._filters import sides
from services.county.space.maps import KINDS, TIERS, parcel_map
from services.county.space.places import find_place
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
    """What a part of the map shows; `zoom` is that of MapLibre, `around` a place.

    For staff: county records are not for readers of the catalogue.
    """
    if not asked.user.is_staff:
        return {"allowed": False, "part": None}
    show = asked.one_of("show", tuple(SHOWN)) or "all"
    zoom = asked.number("zoom", 2, most=24)
    around = await _around(asked)
    part = await parcel_map(
        asked.database, sides(asked) or around or _WORLD, kinds=SHOWN[show], level=zoom + _CELL
    )
    return {
        "allowed": True,
        "part": part,
        "zoom": zoom,
        "show": show,
        "shown": tuple(SHOWN),
        "around": around,
    }


async def _around(asked: Asked) -> dict[str, float] | None:
    """The part of the map around a place: degrees, a parcel or an address. Raises UsageError."""
    text = asked.text("around")
    if text is None:
        return None
    place = await find_place(asked.database, [text])
    return calculate_bounding_box(place.latitude, place.longitude, _AROUND)._asdict()


PAGES = (Page("/parcels", "parcels.html", parcels, title="Parcels", menu="Parcels", topics=("feed",)),)
