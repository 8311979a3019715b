"""Quarantined rows that nobody will make usable, discarded with who decided it and why."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from services.sources import require_source


async def discard_rows(
    database: Database,
    *,
    actor: str,
    reason: str,
    ids: Sequence[int] | None = None,
    source: str | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
) -> int:
    """Discard open rows, and return how many: those named, or all of a source, a session and a rule.

    They are kept with their text and counted, and never taken again; it is a line of the admin audit. Raises
    NotFoundError where there is none, and UsageError for a row that is not open.
    """
    await require_source(database, source)
    found: int = await database.value(
        "quarantine_discard", None if ids is None else list(ids), source, session_id, rule, reason, actor
    )
    if not found:
        raise NotFoundError("there is no open row to discard", next_step="see quarantine list")
    return found
