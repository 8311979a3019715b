"""Listings: searched, page by page, and on the map."""

from __future__ import annotations

from typing import Any, Final

from dashboard.page import Asked, Data, Page
from dashboard.pages._filters import SIDES, SORTS, STATUSES, wanted_listings
from services.reports.find_listings import map_part, page_of_listings, search_choices

PAGE_ROWS: Final = 50
WORLD: Final = {"south": -85.0, "west": -180.0, "north": 85.0, "east": 180.0}
_CELL: Final = 3
"""By how many levels a cell of 64 pixels is finer than the world at zoom 0, which is 512 pixels wide."""


async def listings(asked: Asked) -> Data:
    """A page of the listings that meet the conditions of the address."""
    wanted = await _with_currency(asked, wanted_listings(asked))
    found = await page_of_listings(asked.database, wanted, after=asked.text("after"), limit=PAGE_ROWS)
    return {"found": found, **await _common(asked, wanted)}


async def on_map(asked: Asked) -> Data:
    """What a part of the map shows; `zoom` is that of MapLibre."""
    wanted = {**WORLD, **await _with_currency(asked, wanted_listings(asked))}
    zoom = asked.number("zoom", 2, most=24)
    part = await map_part(asked.database, wanted, level=zoom + _CELL)
    return {"part": part, "zoom": zoom, **await _common(asked, wanted)}


async def _common(asked: Asked, wanted: dict[str, Any]) -> dict[str, Any]:
    return {
        "wanted": wanted,
        "choices": await search_choices(asked.database),
        "statuses": STATUSES,
        "sorts": SORTS,
        "narrowed": sum(name not in ("status", "sort", *SIDES) for name in wanted),
    }


async def _with_currency(asked: Asked, wanted: dict[str, Any]) -> dict[str, Any]:
    """The conditions, with the only currency of the market where prices are asked for without one."""
    by_price = wanted["sort"] != "newest" or {"price_min", "price_max"} & wanted.keys()
    if not by_price or "currency" in wanted:
        return wanted
    currencies = (await search_choices(asked.database, limit=2)).currencies
    return {**wanted, "currency": currencies[0]} if len(currencies) == 1 else wanted


PAGES = (
    Page("/listings", "listings.html", listings, title="Listings", menu="Listings", topics=("feed",)),
    Page("/map", "map.html", on_map, title="Map", menu="Map", topics=("feed",)),
)
