"""What waits for somebody's decision, a page at a time, however much there is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from config.errors import NotFoundError
from database.handle import Database
from database.records import record, records
from services.reports.plans import Plan, PlanRow
from services.reports.quarantine import QuarantinedRow
from services.sources import require_source

GROUPED: Final = 10_000
"""How many of the newest open rows of the quarantine are counted."""
PLAN_ACTIONS: Final = ("remove", "deactivate", "reactivate", "update", "create")
"""What a plan does with a listing, the most drastic first."""


@dataclass(frozen=True, slots=True)
class PlanCard(Plan):
    """A saved plan without its rows, and the session that it is of.

    `applying` says whether somebody has approved it and it is being applied, `decision` why it was discarded
    in the words of whoever did, `change_set_id` what applied it.
    """

    verdict: str | None
    kind: str
    session_name: str | None
    completed_at: datetime | None
    sync_status: str | None
    applying: bool
    decision: str | None
    change_set_id: int | None

    @property
    def waits(self) -> bool:
        """Whether somebody can decide on it: an approval that did not come to its end can be repeated."""
        return self.undecided or (self.status == "approved" and not self.applying)


@dataclass(frozen=True, slots=True)
class QuarantineGroup:
    """Open rows of one source among the newest ones: how many, by rule and by session."""

    source: str
    rows: int
    rules: tuple[Mapping[str, Any], ...]
    """{rule, rows}, the most rows first."""
    sessions: tuple[Mapping[str, Any], ...]
    """{session_id, rows}, the most rows first."""


@dataclass(frozen=True, slots=True)
class WaitingPair:
    """Two listings that may be one home; `vetoed` says why a person must decide, null where it is doubt."""

    left_id: UUID
    right_id: UUID
    probability: float
    vetoed: str | None
    left_side: dict[str, Any]
    right_side: dict[str, Any]

    @property
    def place(self) -> list[Any]:
        """Where the next page begins after it."""
        return [self.probability, str(self.left_id), str(self.right_id)]


@dataclass(frozen=True, slots=True)
class PairDecision:
    """What somebody said last of two listings: whether they are the same home."""

    id: int
    same: bool
    actor: str
    created_at: datetime
    reason: str | None


@dataclass(frozen=True, slots=True)
class HomeDecision:
    """What became of homes: `named` are the first of the `listings` that it is about."""

    id: int
    kind: Literal["merge", "apart", "undo"]
    probability: float | None
    reason: str | None
    actor: str
    created_at: datetime
    undoes: int | None
    undone_by: int | None
    listings: int
    named: tuple[Mapping[str, Any], ...]


async def plans_page(
    database: Database,
    *,
    source: str | None = None,
    waiting: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Plan]:
    """Saved plans, the newest first, from after one; `waiting`: only those that nobody has decided on."""
    await require_source(database, source)
    return records(Plan, await database.rows("plans_page", source, waiting, after, limit))


async def plan_card(database: Database, plan_id: UUID) -> PlanCard:
    """One plan without its rows. Raises NotFoundError."""
    row = await database.row("plan_card", plan_id)
    if row is None:
        raise NotFoundError(f"there is no plan {plan_id}", next_step="see plans list")
    return record(PlanCard, row)


async def plan_actions(
    database: Database, plan_id: UUID, *, action: str | None = None, after: str | None = None, limit: int = 50
) -> list[PlanRow]:
    """What a plan acts on, the most drastic first, or by one action alone; from after a listing `after`.

    Raises NotFoundError for a listing that the plan has not.
    """
    rank, place = 0 if action is None else PLAN_ACTIONS.index(action) + 1, ""
    if after is not None:
        found = await database.value("plan_row_rank", plan_id, after)
        if found is None:
            raise NotFoundError(f"the plan has no listing {after}", next_step=f"see plans show {plan_id}")
        rank, place = found, after
    rows = await database.rows("plan_rows", plan_id, rank, place, limit)
    return [_row(row) for row in rows if action is None or row["action"] == action]


def _row(row: Mapping[str, Any]) -> PlanRow:
    return record(PlanRow, {name: value for name, value in row.items() if name != "rank"})


async def quarantine_page(
    database: Database,
    *,
    source: str | None = None,
    session_id: UUID | None = None,
    rule: str | None = None,
    status: str | None = "open",
    before: int | None = None,
    limit: int = 50,
) -> list[QuarantinedRow]:
    """Rows set aside, the newest first, before the one with that number; `status` None: whatever they are."""
    await require_source(database, source)
    rows = await database.rows("quarantine_page", source, session_id, rule, status, before, limit)
    return records(QuarantinedRow, rows)


async def quarantine_groups(database: Database, *, source: str | None = None) -> list[QuarantineGroup]:
    """The newest open rows, `GROUPED` at most, counted by source, rule and session."""
    await require_source(database, source)
    found: Iterable[Any] = await database.value("quarantine_groups", source, GROUPED) or ()
    return records(QuarantineGroup, found)


async def pairs_page(
    database: Database, *, source: str | None = None, after: list[Any] | None = None, limit: int = 25
) -> list[WaitingPair]:
    """Pairs that wait, as the last search found them, the likeliest first; `after` is a place."""
    await require_source(database, source)
    return records(WaitingPair, await database.rows("pairs_page", source, after, limit))


async def pair_decision(database: Database, left: UUID, right: UUID) -> PairDecision | None:
    """What somebody said last of two listings."""
    row = await database.row("pair_decision", left, right)
    return None if row is None else record(PairDecision, row)


async def decisions_page(
    database: Database, *, before: int | None = None, limit: int = 25
) -> list[HomeDecision]:
    """What became of homes, the newest first, before a decision."""
    return records(HomeDecision, await database.rows("decisions_page", before, limit))
