"""Sessions and plans found by the first characters of their id, as the lists print them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from rapidfuzz import process
from rapidfuzz.distance import OSA

from config.errors import NotFoundError, UsageError
from database.handle import Database

_LOOKED_AT: Final = 200
"""The newest sessions or plans among which a mistyped id is looked for."""
_SHORT: Final = 8
"""Characters of an id as the lists print it."""
_LETTERS_PER_SLIP: Final = 4


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
            next_step="what it did can still be explained, and undone: rollback --session-id ID",
        ) from None


async def _meant(database: Database, wanted: str, what: str) -> str | None:
    """What to do about an id that nothing has: it may be one of the other kind, or be mistyped."""
    if what == "session":
        if await database.rows("find_plans", wanted):
            return f"it is a plan: plans show {wanted}"
        kept = await database.rows("list_sessions", None, None, _LOOKED_AT)
    else:
        if await database.rows("find_sessions", wanted):
            return f"it is a session: session-details --session-id {wanted}"
        kept = await database.rows("plans", None, _LOOKED_AT)
    ids = [str(row["id"])[: max(len(wanted), _SHORT)] for row in kept]
    near = process.extractOne(
        wanted, ids, scorer=OSA.distance, score_cutoff=max(1, len(wanted) // _LETTERS_PER_SLIP)
    )
    return near and f"did you mean {near[0]}?"


async def _find(database: Database, query: str, text: str, what: str, where: str) -> UUID:
    wanted = text.strip().lower()
    if not wanted or not set(wanted) <= set("0123456789abcdef-"):
        raise UsageError(f'"{text}" is not a {what} id', next_step=f"take one from {where}")
    found: list[UUID] = [row["id"] for row in await database.rows(query, wanted)]
    if not found:
        raise NotFoundError(
            f"there is no {what} {text}", next_step=await _meant(database, wanted, what) or f"see {where}"
        )
    if len(found) > 1:
        raise UsageError(f"more than one {what} begins with {text}", next_step="give more of its id")
    return found[0]
