"""Parts of the map of parcels: leads by tier, open code cases and auctions to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from database.handle import Database
from database.records import records

TIERS: Final = ("A", "B", "C", "D")
KINDS: Final = (*TIERS, "none", "case", "auction")
"""What the map shows, the most urgent tier first; `none` are parcels without a score."""
SHOWN_ONE_BY_ONE: Final = 1_000
FINEST_LEVEL: Final = 26


@dataclass(frozen=True, slots=True)
class MapCluster:
    """What is near each other on the map, `counts` by kind; or one thing: then it has an id and a title."""

    longitude: float
    latitude: float
    things: int
    counts: Mapping[str, int]
    west: float
    south: float
    east: float
    north: float
    what: str | None
    id: UUID | None
    parcel: UUID | None
    title: str | None
    note: str | None


@dataclass(frozen=True, slots=True)
class ParcelMapPart:
    """What a part of the map shows; `more`: only some of it. `counted_at`: when clusters were counted."""

    clusters: tuple[MapCluster, ...]
    counts: Mapping[str, int]
    more: bool
    counted_at: datetime | None


async def parcel_map(
    database: Database, sides: Mapping[str, float], *, kinds: Sequence[str] = KINDS, level: int
) -> ParcelMapPart:
    """The part between four sides, in cells of which 2^level span the world."""
    level = min(max(level, 0), FINEST_LEVEL)
    asked: dict[str, Any] = {**sides, "kinds": list(kinds)}
    rows = await database.rows("county_map", asked, level, SHOWN_ONE_BY_ONE)
    about = ("more", "counted_at")
    given = [{name: value for name, value in dict(row).items() if name not in about} for row in rows]
    clusters = sorted(records(MapCluster, given), key=lambda cluster: (-cluster.things, cluster.west))
    counts = {kind: sum(cluster.counts.get(kind, 0) for cluster in clusters) for kind in KINDS}
    times = [datetime.fromisoformat(str(row["counted_at"])) for row in rows if row["counted_at"]]
    return ParcelMapPart(
        tuple(clusters),
        {kind: count for kind, count in counts.items() if count},
        any(row["more"] for row in rows),
        times[0] if times else None,
    )
