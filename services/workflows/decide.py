"""Decisions in the name of a user: the database allows or refuses each, and its admin audit keeps it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from config.errors import NotAllowedError, NotFoundError, PropertyManagerError, RefusedError
from database.errors import sqlstate_of
from database.handle import Database
from database.records import record
from database.retrying import WAIT_SECONDS, when_free
from services.feed import follow_up
from services.pipeline import SyncOptions, SyncResult
from services.pipeline.options import DEFAULT_OPTIONS
from services.pipeline.stages import STAGE_SECONDS
from services.results import Metrics
from services.workflows.reprocess import reprocess

_DENIED: Final = "42501"
_TOO_MANY: Final = "PT429"


@dataclass(frozen=True, slots=True)
class User:
    """Who decides: the claims of a token that was verified, or those of who needs none."""

    claims: Mapping[str, Any]

    @property
    def actor(self) -> str:
        """The name that the audits keep with what they decide."""
        return f"user:{self.claims.get('sub', '')}"


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a plan: who decided it, and when; `first` says whether it was this user who did."""

    plan_id: UUID
    status: str
    decided_by: str | None
    decided_at: datetime | None
    first: bool
    metrics: Metrics


async def approve_plan(
    database: Database, user: User, plan_id: UUID, *, wait_seconds: float = WAIT_SECONDS
) -> Decided:
    """Apply exactly that plan, whole. Where somebody applied it before, it says who.

    Raises NotAllowedError for a user who is not staff, NotFoundError, PlanOutdatedError because live
    has changed or somebody decided otherwise, and BusyError while a sync holds the source for too long.
    """

    async def approve() -> Any:
        return await _as_user(database, user, "staff_approve", {"p_plan": str(plan_id)})

    found = await when_free(approve, wait_seconds)
    await follow_up(database)
    return record(
        Decided,
        {
            "plan_id": plan_id,
            "status": found["state"],
            "decided_by": found.get("decided_by"),
            "decided_at": found.get("decided_at"),
            "first": found.get("decided_by") == user.actor,
            "metrics": found.get("metrics") or {},
        },
    )


async def discard_plan(database: Database, user: User, plan_id: UUID, reason: str) -> Decided:
    """Decide against a plan. Where somebody discarded it before, it says who; raises as `approve_plan`."""
    found = await _as_user(database, user, "staff_discard", {"p_plan": str(plan_id), "p_reason": reason})
    first = found["decided_by"] == user.actor
    return record(
        Decided, {"plan_id": plan_id, "status": "discarded", "first": first, "metrics": {}, **found}
    )


async def merge_pair(
    database: Database, user: User, pair: tuple[UUID, UUID], *, seen: int | None, reason: str | None = None
) -> int | None:
    """Say that two listings are of one home. Gives the decision; None where the same was said before.

    `seen` is the decision on these two that the user saw, None where there was none: raises
    PlanOutdatedError where somebody has said something else since. Raises UsageError where others of the
    two homes were kept apart, and NotAllowedError for a user who is not staff.
    """
    return await _decide_pair(database, user, "staff_merge", _said(pair, seen, reason))


async def part_pair(
    database: Database, user: User, pair: tuple[UUID, UUID], *, seen: int | None, reason: str | None = None
) -> int | None:
    """Say that two listings are of two homes; as `merge_pair`."""
    return await _decide_pair(database, user, "staff_keep_apart", _said(pair, seen, reason))


async def undo_decision(database: Database, user: User, decision: int) -> int:
    """Take back a decision on homes, and return the one that undoes it; PlanOutdatedError if somebody did."""
    undone: int = await _as_user(database, user, "staff_undo", {"p_decision": decision})
    return undone


async def reprocess_rows(
    database: Database,
    user: User,
    source: str,
    *,
    ids: Sequence[int] | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
    accept_prices: bool = False,
    options: SyncOptions = DEFAULT_OPTIONS,
) -> SyncResult:
    """`reprocess` in the name of a user; PlanOutdatedError where somebody decided on a row of `ids`."""
    chosen = None if ids is None else list(ids)
    actor = await _as_user(database, user, "staff_reprocess", {"p_ids": chosen})
    return await reprocess(
        database,
        source,
        options,
        ids=chosen,
        session_id=session_id,
        rule=rule,
        accept_prices=accept_prices,
        actor=actor,
    )


async def discard_rows(
    database: Database,
    user: User,
    reason: str,
    *,
    ids: Sequence[int] | None = None,
    source: str | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
) -> int:
    """Discard quarantined rows in the name of a user, and return how many. Raises NotFoundError for none."""
    given = {
        "p_reason": reason,
        "p_ids": None if ids is None else list(ids),
        "p_source": source,
        "p_session": None if session_id is None else str(session_id),
        "p_rule": rule,
    }
    found: int = await _as_user(database, user, "staff_discard_rows", given)
    if not found:
        raise NotFoundError("there is no open row to discard", next_step="see quarantine list")
    return found


def _said(pair: tuple[UUID, UUID], seen: int | None, reason: str | None) -> dict[str, Any]:
    left, right = map(str, pair)
    return {"p_left": left, "p_right": right, "p_seen": seen, "p_reason": reason}


async def _decide_pair(database: Database, user: User, call: str, said: dict[str, Any]) -> int | None:
    event: int | None = await _as_user(database, user, call, said)
    return event


async def _as_user(database: Database, user: User, call: str, given: dict[str, Any]) -> Any:
    """Call a function of staff as the user; the database decides whether they may."""
    try:
        return await database.value("as_user", dict(user.claims), call, given, timeout=STAGE_SECONDS)
    except PropertyManagerError as error:
        if sqlstate_of(error) == _DENIED:
            raise NotAllowedError(
                f"{user.actor} is not staff, and only staff decide",
                next_step="see docs/security.md: how a user becomes staff",
            ) from error
        if sqlstate_of(error) == _TOO_MANY:
            raise RefusedError(error.message, next_step=error.next_step) from error
        raise
