"""Keeping the database small: sessions that ended long ago go, and old history is folded into images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from database.direct import Database

SESSIONS_PER_BATCH: Final = 20
CHANGES_PER_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleanup has removed so far."""

    sessions: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Compacted:
    """What compaction has folded so far: listings that became one image, and changes that went."""

    listings: int = 0
    changes: int = 0


async def clean(
    database: Database,
    before: datetime,
    *,
    dry_run: bool = False,
    batch_sessions: int = SESSIONS_PER_BATCH,
    on_progress: Callable[[Cleaned], None] = lambda done: None,
) -> Cleaned:
    """Remove sessions that ended before a moment, with their staged rows, a bounded batch a transaction."""
    done = Cleaned()
    while True:
        batch = await database.value("cleanup", before, batch_sessions, dry_run)
        done = Cleaned(done.sessions + batch["sessions"], done.rows + batch["rows"])
        on_progress(done)
        if not batch["more"]:
            return done


async def compact(
    database: Database,
    before: datetime,
    *,
    actor: str,
    dry_run: bool = False,
    batch_changes: int = CHANGES_PER_BATCH,
    on_progress: Callable[[Compacted], None] = lambda done: None,
) -> Compacted:
    """Fold every source's changes from before a moment, a bounded batch a transaction.

    Interrupted, it goes on where it was; run again, it finds nothing to do.
    """
    done = Compacted()
    for source in [row["name"] for row in await database.rows("source_names")]:
        more = True
        while more:
            if dry_run:
                row = await database.row("compactable", source, before)
                batch, more = dict(row or {}), False
            else:
                batch = await database.value("compact", source, before, actor, batch_changes)
                more = batch["more"]
            done = Compacted(done.listings + batch["listings"], done.changes + batch["changes"])
            on_progress(done)
    return done
