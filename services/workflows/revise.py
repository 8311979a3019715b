"""What staff changes or undoes, with what follows the feed kept up to date behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from config.errors import UsageError
from config.listing import BIT, FIELDS
from database.direct import Database
from parsing.staged import StagedRow
from services.feed import follow_up
from services.history import edits
from services.history import rollback as history
from services.history.edits import Edited
from services.history.rollback import RollbackResult
from services.staging.suppression import Suppression


async def edit_listing(
    database: Database, source: str, property_id: str, patch: Mapping[str, Any], **options: Any
) -> Edited:
    """Set fields of a listing by hand and pin them (see `services.history.edits`).

    What was erased on request is refused: an edit would bring it back past the list that keeps it out.
    """
    await _refuse_erased(database, source, property_id, {**patch, "reason": options.get("reason")})
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


async def _refuse_erased(database: Database, source: str, property_id: str, given: Mapping[str, Any]) -> None:
    suppression = await Suppression.load(database, source)
    if suppression is None:
        return
    for name, value in given.items():
        text = value if isinstance(value, str) else None if value is None else json.dumps(value)
        # the reason is looked at as any text is
        field = name if name in BIT else "description"
        probe = StagedRow([text if one.name == field else None for one in FIELDS])
        probe.values[BIT["property_id"]] = property_id
        suppression.clean(probe)
        if text is not None and probe.values[BIT[field]] != text:
            raise UsageError(
                f"editing listing {property_id} of {source}: {name} holds what was erased on request",
                next_step="leave it out; see erase --list",
            )
