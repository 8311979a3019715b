"""Listings as a person looks for them: a page at a time, how many there are, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from config.errors import UsageError
from database.handle import Database
from database.records import record, records
from services.sources import require_source

COUNTED: Final = 1_000
"""Up to how many listings are counted one by one; of more it is said that they are more."""
SHOWN_ON_MAP: Final = 1_000
"""How many listings of a part of the map are looked at, where the market's counts do not answer."""
FINEST_LEVEL: Final = 24

Wanted = Mapping[str, Any]
"""Conditions by the names that api.page_of_listings() has for them: words, place, price_max, status …"""


@dataclass(frozen=True, slots=True)
class Card:
    """A listing in a list; prices in `currency`, areas in m². `cursor` continues after it."""

    id: UUID
    source: str
    property_id: str
    status: str
    title: str
    property_type: str | None
    operation_type: str | None
    address: str | None
    neighborhood: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    latitude: Decimal | None
    longitude: Decimal | None
    price: Decimal | None
    price_max: Decimal | None
    currency: str | None
    price_period: str | None
    price_note: str | None
    derived_price_per_m2: Decimal | None
    bedrooms: int | None
    bathrooms: int | None
    parking_spaces: int | None
    covered_area_m2: Decimal | None
    total_area_m2: Decimal | None
    main_image_url: str | None
    source_url: str
    first_seen_at: datetime
    last_seen_at: datetime | None
    last_updated_at: datetime
    cursor: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many listings meet conditions; `more`: these and more. `unplaced` are on no map, if known."""

    listings: int
    more: bool
    unplaced: int | None


@dataclass(frozen=True, slots=True)
class CardPage:
    """A page of listings; `after` is where the next one begins, None on the last."""

    listings: tuple[Card, ...]
    after: str | None
    counted: Counted


@dataclass(frozen=True, slots=True)
class Choices:
    """What a search is narrowed down to most often."""

    cities: tuple[str, ...]
    property_types: tuple[str, ...]
    currencies: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """Listings that are near each other on the map, or one listing: then it has an id and a title."""

    longitude: float
    latitude: float
    listings: int
    west: float
    south: float
    east: float
    north: float
    listing_id: UUID | None
    title: str | None
    price: Decimal | None
    currency: str | None
    price_period: str | None


@dataclass(frozen=True, slots=True)
class MapPart:
    """What a part of the map shows; `more`: only some of its listings are in this."""

    clusters: tuple[Cluster, ...]
    listings: int
    more: bool


async def search_choices(database: Database, *, limit: int = 200) -> Choices:
    """The most frequent cities, types and currencies of the market, and sources by name."""
    return record(Choices, await database.value("search_choices", limit))


async def page_of_listings(
    database: Database, wanted: Wanted, *, after: str | None = None, limit: int = 50
) -> CardPage:
    """The listings that meet every condition, in the order of `sort`, at most 99.

    Raises NotFoundError for an unknown source, UsageError for what cannot be asked.
    """
    await _require_wanted(database, wanted)
    rows = await database.rows("page_of_listings", dict(wanted), limit + 1, after)
    cards = records(Card, rows)
    counted = record(Counted, await database.row("count_listings", dict(wanted), COUNTED) or {})
    return CardPage(tuple(cards[:limit]), cards[limit - 1].cursor if len(cards) > limit else None, counted)


async def map_part(database: Database, wanted: Wanted, *, level: int) -> MapPart:
    """The part of the map that `wanted` has the sides of, in cells of which 2^level span the world."""
    await _require_wanted(database, wanted)
    level = min(max(level, 0), FINEST_LEVEL)
    rows = await database.rows("map_clusters", dict(wanted), level, SHOWN_ON_MAP)
    given = [{name: value for name, value in dict(row).items() if name != "more"} for row in rows]
    clusters = sorted(records(Cluster, given), key=lambda cluster: (-cluster.listings, cluster.west))
    more = any(row["more"] for row in rows)
    return MapPart(tuple(clusters), sum(cluster.listings for cluster in clusters), more)


async def _require_wanted(database: Database, wanted: Wanted) -> None:
    await require_source(database, wanted.get("source"))
    lowest, highest = wanted.get("price_min"), wanted.get("price_max")
    if lowest is not None and highest is not None and Decimal(lowest) > Decimal(highest):
        raise UsageError("the lowest price is above the highest", next_step="exchange them")
