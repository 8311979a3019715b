"""What staff changes or undoes, with what follows the feed kept up to date behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from database.handle import Database
from services.feed import follow_up
from services.history import edits
from services.history import rollback as history
from services.history.edits import Edited
from services.history.rollback import RollbackResult


async def edit_listing(
    database: Database, source: str, property_id: str, patch: Mapping[str, Any], **options: Any
) -> Edited:
    """Set fields of a listing by hand and pin them (see `services.history.edits`)."""
    edited = await edits.edit_listing(database, source, property_id, patch, **options)
    if edited.change_set_id is not None:
        await follow_up(database)
    return edited


async def rollback(database: Database, **options: Any) -> RollbackResult:
    """Undo a session or a change set (see `services.history.rollback`)."""
    result = await history.rollback(database, **options)
    if result.status == "rolled_back":
        await follow_up(database)
    return result
