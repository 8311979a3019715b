"""Sessions and plans found by the first characters of their id, as the lists print them."""

from __future__ import annotations

from uuid import UUID

from config.errors import NotFoundError, UsageError
from database.direct import Database


async def find_plan(database: Database, text: str) -> UUID:
    """The plan whose id begins with `text`, as `plans list` prints it."""
    return await _find(database, "find_plans", text, "plan", "plans list")


async def find_session(database: Database, text: str, *, cleaned: bool = False) -> UUID:
    """The session whose id begins with `text`; one that cleanup has removed only if `cleaned`."""
    try:
        query = "find_sessions_ever" if cleaned else "find_sessions"
        return await _find(database, query, text, "session", "list-sessions")
    except NotFoundError:
        await _find(database, "find_sessions_ever", text, "session", "list-sessions")
        raise NotFoundError(
            f"session {text} was removed by cleanup",
            next_step="what it did can still be explained, and undone: rollback --session-id",
        ) from None


async def _find(database: Database, query: str, text: str, what: str, where: str) -> UUID:
    wanted = text.strip().lower()
    if not wanted or not set(wanted) <= set("0123456789abcdef-"):
        raise UsageError(f'"{text}" is not a {what} id', next_step=f"take one from {where}")
    found: list[UUID] = [row["id"] for row in await database.rows(query, wanted)]
    if not found:
        raise NotFoundError(f"there is no {what} {text}", next_step=f"see {where}")
    if len(found) > 1:
        raise UsageError(f"more than one {what} begins with {text}", next_step="give more of its id")
    return found[0]
