"""What the catalogue knows of a feed from one pass to the next."""

from __future__ import annotations

from database.handle import Database
from importers.intake import KnownListings


async def known_listings(database: Database, source: str, scope: str, *, sweep: bool) -> KnownListings:
    """What is known of a feed; with `sweep` its keys are to be compared with live."""

    async def known_among(keys: list[str]) -> set[str]:
        return {row["property_id"] for row in await database.rows("held_listings", source, keys)}

    async def active() -> set[str]:
        return {row["property_id"] for row in await database.rows("scope_listings", source, scope)}

    since = await database.value("feed_watermark", source, scope)
    return KnownListings(since, known_among, active if sweep else None)
