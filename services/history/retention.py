"""Retention: old sessions are removed, and old history is compacted into one image a listing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from database.handle import Database

SESSIONS_PER_BATCH: Final = 20
CHANGES_PER_BATCH: Final = 500


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The sessions and staged rows that cleanup has removed so far."""

    sessions: int = 0
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Compacted:
    """The listings that compaction has turned into one image so far, and the changes it removed."""

    listings: int = 0
    changes: int = 0


async def clean(
    database: Database,
    older_than: timedelta,
    *,
    dry_run: bool = False,
    batch_sessions: int = SESSIONS_PER_BATCH,
    on_progress: Callable[[Cleaned], None] = lambda done: None,
) -> Cleaned:
    """Remove sessions that ended so long ago, with their staged rows, one batch a transaction.

    The database counts by its own clock. Raises UsageError for an age below zero or above 36,500 days.
    """
    done = Cleaned()
    while True:
        batch = await database.value("cleanup", older_than, batch_sessions, dry_run)
        done = Cleaned(done.sessions + batch["sessions"], done.rows + batch["rows"])
        on_progress(done)
        if not batch["more"]:
            return done


async def compact(
    database: Database,
    older_than: timedelta,
    *,
    actor: str,
    dry_run: bool = False,
    batch_changes: int = CHANGES_PER_BATCH,
    on_progress: Callable[[Compacted], None] = lambda done: None,
) -> Compacted:
    """Compact every source's changes that are older, one batch a transaction.

    The database counts by its own clock. When it was interrupted, the next run continues; when it was not,
    the next run finds nothing to do.
    """
    done = Compacted()
    for source in [row["name"] for row in await database.rows("source_names")]:
        more = True
        while more:
            if dry_run:
                row = await database.row("compactable", source, older_than)
                batch, more = dict(row or {}), False
            else:
                batch = await database.value("compact", source, older_than, actor, batch_changes)
                more = batch["more"]
            done = Compacted(done.listings + batch["listings"], done.changes + batch["changes"])
            on_progress(done)
    return done
