"""Rows set aside: listed page by page, shown with what was staged."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from config.errors import NotFoundError
from database.direct import Database


async def list_quarantine(
    database: Database,
    *,
    source: str | None = None,
    session_id: UUID | None = None,
    status: str = "open",
    after: int = 0,
    limit: int = 50,
) -> list[dict[str, Any]]:
    """Rows that cannot go live, with rule, version, value and reason; go on behind the last `id`."""
    rows = await database.rows("quarantine_list", source, session_id, status, after, limit)
    return [dict(row) for row in rows]


async def show_quarantined(database: Database, quarantine_id: int) -> dict[str, Any]:
    """One row set aside, with its staged columns and raw content."""
    row = await database.row("quarantine_row", quarantine_id)
    if row is None:
        raise NotFoundError(f"there is no quarantined row {quarantine_id}", next_step="see quarantine list")
    return dict(row)
