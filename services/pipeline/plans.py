"""Saved plans: found by the start of their id, listed, read page by page, discarded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from config.errors import NotFoundError, UsageError
from database.handle import Database

_PAGE: Final = 500


class PlanRow(BaseModel):
    """One listing a plan acts on, with its changes field by field."""

    model_config = ConfigDict(frozen=True)

    property_id: str
    title: str | None = None
    action: str
    row_no: int | None
    confidence: float
    significant: bool
    reason: str
    changes: tuple[dict[str, Any], ...] = ()


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
        raise UsageError(f'"{text}" is no {what} id', next_step=f"take one from {where}")
    found: list[UUID] = [row["id"] for row in await database.rows(query, wanted)]
    if not found:
        raise NotFoundError(f"there is no {what} {text}", next_step=f"see {where}")
    if len(found) > 1:
        raise UsageError(f"more than one {what} begins with {text}", next_step="give more of its id")
    return found[0]


async def plan_rows(
    database: Database, plan_id: UUID, *, after: str | None = None, limit: int | None = None
) -> AsyncIterator[PlanRow]:
    """What a plan acts on, most drastic first, read page by page; go on behind the listing `after`."""
    rank, property_id, left = 0, "", limit
    if after is not None:
        rank, property_id = await _rank_of(database, plan_id, after), after
    while left is None or left > 0:
        page = await database.rows("plan_rows", plan_id, rank, property_id, min(_PAGE, left or _PAGE))
        for row in page:
            yield PlanRow.model_validate(dict(row))
        if len(page) < _PAGE:
            return
        rank, property_id = page[-1]["rank"], page[-1]["property_id"]
        left = None if left is None else left - len(page)


async def _rank_of(database: Database, plan_id: UUID, property_id: str) -> int:
    rank: int | None = await database.value("plan_row_rank", plan_id, property_id)
    if rank is None:
        raise NotFoundError(
            f"plan {plan_id} has no listing {property_id}", next_step=f"see plans show {plan_id}"
        )
    return rank


async def list_plans(
    database: Database, *, source: str | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """Saved plans, newest first."""
    return [dict(row) for row in await database.rows("plans", source, limit)]


async def show_plan(database: Database, plan_id: UUID) -> dict[str, Any]:
    """One plan's head: status, figures, why it is held."""
    row = await database.row("plan_head", plan_id)
    if row is None:
        raise NotFoundError(f"there is no plan {plan_id}", next_step="see plans list")
    return dict(row)


async def discard_plan(database: Database, plan_id: UUID, *, actor: str) -> None:
    """Decide against a plan: its session no longer waits."""
    await database.run("discard_plan", plan_id, actor)
