"""Saved plans: a list, one head, its rows page by page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.results import Metrics, Reason, SupersededRow, UnreadField
from services.sources import require_source

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """A saved plan: what its sync would do, and why it is held, if it is."""

    id: UUID
    status: Literal["ready", "held", "approved", "applied", "superseded", "discarded"]
    created_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    source: str
    session_id: UUID
    metrics: Metrics
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...]

    @property
    def undecided(self) -> bool:
        """Whether it can still be approved or discarded."""
        return self.status in ("ready", "held")


@dataclass(frozen=True, slots=True)
class PlanHead(Plan):
    """A saved plan with its session's verdict and the number of listings that it writes."""

    verdict: str | None
    row_count: int
    unread: tuple[UnreadField, ...]
    superseded: tuple[SupersededRow, ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """One field of a listing, before and after; null where it has no value."""

    field: str
    old: Any
    new: Any
    confidence: float
    parts: dict[str, Any]
    """What the confidence is made of."""
    significant: bool
    reason: str


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One listing a plan acts on, with its changes field by field."""

    property_id: str
    title: str | None
    action: Literal["create", "update", "reactivate", "deactivate", "remove"]
    row_no: int | None
    confidence: float
    significant: bool
    reason: str
    changes: tuple[PlanChange, ...]


async def plan_rows(
    database: Database, plan_id: UUID, *, after: str | None = None, limit: int | None = None
) -> AsyncIterator[PlanRow]:
    """What a plan acts on, most drastic first, read page by page, from after the listing `after` on."""
    rank, property_id, left = 0, "", limit
    if after is not None:
        rank, property_id = await _rank_of(database, plan_id, after), after
    while left is None or left > 0:
        page = await database.rows("plan_rows", plan_id, rank, property_id, min(_PAGE, left or _PAGE))
        for row in page:
            yield record(PlanRow, {name: value for name, value in row.items() if name != "rank"})
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


async def list_plans(database: Database, *, source: str | None = None, limit: int = 20) -> list[Plan]:
    """Saved plans, newest first."""
    await require_source(database, source)
    return records(Plan, await database.rows("plans", source, limit))


async def show_plan(database: Database, plan_id: UUID) -> PlanHead:
    """One plan's head: status, figures, why it is held."""
    row = await database.row("plan_head", plan_id)
    if row is None:
        raise NotFoundError(f"there is no plan {plan_id}", next_step="see plans list")
    return record(PlanHead, row)
