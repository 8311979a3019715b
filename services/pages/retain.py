"""Retention: pages that are too old or too many go, and their bytes after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from database.handle import Database
from services.pages.bodies import body_name
from services.pages.stores import Stores

_BATCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Expired:
    """The kept pages that went, and the contents that no other page has, whose bytes were deleted."""

    pages: int = 0
    bodies: int = 0


async def expire_pages(
    database: Database, stores: Stores, *, dry_run: bool = False, batch: int = _BATCH
) -> Expired:
    """Remove pages that are older than their source keeps them, or beyond the room that there is.

    With `dry_run` they are counted. Raises StorageError for bytes that cannot be deleted; the next run
    deletes them.
    """
    pages, more = 0, True
    while more:
        done = await database.value("expire_pages", stores.most_bytes, batch, dry_run)
        pages, more = pages + done["pages"], done["more"]
    return Expired(pages, 0 if dry_run else await delete_doomed(database, stores, batch=batch))


async def delete_doomed(database: Database, stores: Stores, *, batch: int = _BATCH) -> int:
    """Delete the bytes that no page consists of any more; returns how many. Raises StorageError."""
    deleted, after = 0, 0
    while True:
        rows = await database.rows("doomed_bodies", stores.kinds, after, batch)
        if not rows:
            return deleted
        for kind in {row["store"] for row in rows}:
            store = stores.of(kind)
            if store is not None:
                await store.delete(
                    [body_name(row["hash"], row["body_id"]) for row in rows if row["store"] == kind]
                )
        await database.run("forget_bodies", [row["body_id"] for row in rows])
        deleted, after = deleted + len(rows), rows[-1]["body_id"]
