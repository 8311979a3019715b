"""Saved plans: listed, shown, read page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from config.errors import NotFoundError
from database.direct import Database

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
