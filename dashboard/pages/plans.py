"""Plans: what a sync would do, why the guard holds it, and the decision on it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from config.errors import NotFoundError, UsageError
from dashboard.page import Action, Asked, Data, Done, Form, Page
from dashboard.pages._contacts import card_for_readers, change_for_readers, preview_for_readers
from dashboard.pages._deciding import applying, decider, failure, in_time, name_of, words_of
from services.history.ids import find_id_plan, list_id_plans
from services.reports.plans import PlanChange, PlanRow
from services.reports.previews import preview_plan
from services.reports.waiting import PLAN_ACTIONS, PlanCard, plan_actions, plan_card, plans_page
from services.results import Metrics
from services.workflows import decide

_PLANS: Final = 30
_ROWS: Final = 50
_LISTINGS: Final = 6
_MOST_LISTINGS: Final = 50
_UNSURE: Final = 0.8
"""Below this confidence a change is doubtful, and stands before the others of its listing."""
_FEWER: Final = 20
"""How many plans of ids are shown."""

WORDS: Final = {
    "remove": ("removed", "bad"),
    "deactivate": ("no longer shown", "warn"),
    "reactivate": ("back", "info"),
    "update": ("changed", "info"),
    "create": ("new", "good"),
}
"""Action → how a listing is called by it, and its tone."""


async def plans(asked: Asked) -> Data:
    """The plans that wait, or all of them."""
    source, waiting = asked.text("source"), asked.text("all") is None
    found = await plans_page(
        asked.database, source=source, waiting=waiting, after=asked.uuid("after"), limit=_PLANS + 1
    )
    ids = await list_id_plans(asked.database, source=source, limit=_FEWER)
    return {
        "plans": found[:_PLANS],
        "counts": {str(plan.id): counts_of(plan.metrics) for plan in found[:_PLANS]},
        "after": found[_PLANS - 1].id if len(found) > _PLANS else None,
        "waiting": waiting,
        "source": source,
        "id_plans": [plan for plan in ids if plan.undecided or not waiting],
        "applying": {str(plan.id): applying(plan.id) for plan in found if applying(plan.id)},
    }


async def plan(asked: Asked) -> Data:
    """One plan: its figures, why it is held, and a page of what it does."""
    card = await _card(asked)
    action = asked.one_of("action", PLAN_ACTIONS)
    rows = await plan_actions(
        asked.database, card.id, action=action, after=asked.text("after"), limit=_ROWS + 1
    )
    shown = rows[:_ROWS] if asked.user.is_staff else [change_for_readers(row) for row in rows[:_ROWS]]
    return {
        **_head(card),
        "action": action,
        "rows": [{"row": row, "changes": _doubts_first(row)} for row in shown],
        "after": rows[_ROWS - 1].property_id if len(rows) > _ROWS else None,
    }


async def read(asked: Asked) -> Data:
    """What the session of a plan holds, as it would be live, doubtful values first."""
    card = await _card(asked)
    number = asked.number("listings", _LISTINGS, least=1, most=_MOST_LISTINGS)
    preview = await preview_plan(asked.database, card.id, listings=number)
    return {
        **_head(card),
        "preview": preview if asked.user.is_staff else preview_for_readers(preview),
        "most": None if number == _MOST_LISTINGS else _MOST_LISTINGS,
    }


async def approve(asked: Asked, form: Form) -> Done:
    """Apply exactly that plan; one that takes long goes on by itself."""
    plan_id: UUID = asked.path["plan"]
    user = decider(asked)
    card = await plan_card(asked.database, plan_id)
    if card.status == "applied" and card.decided_by == user.actor:
        return Done(f"/plans/{plan_id}", "You have applied this plan before; nothing else was done.")
    decided = await in_time(
        plan_id, user.actor, decide.approve_plan(asked.database, user, plan_id, wait_seconds=5)
    )
    if decided is None:
        return Done(f"/plans/{plan_id}", "The plan is being applied. This page says when it is done.")
    if not decided.first:
        return Done(f"/plans/{plan_id}", f"{name_of(decided.decided_by)} applied this plan before you did.")
    return Done(f"/plans/{plan_id}", f"Applied: {counts_of(decided.metrics)}.")


async def discard(asked: Asked, form: Form) -> Done:
    """Decide against a plan."""
    plan_id: UUID = asked.path["plan"]
    reason = words_of(form, "reason")
    if reason is None:
        raise UsageError("say why the plan is discarded", next_step="go back, and write a few words")
    decided = await decide.discard_plan(asked.database, decider(asked), plan_id, reason)
    if not decided.first:
        return Done(f"/plans/{plan_id}", f"{name_of(decided.decided_by)} discarded this plan before you did.")
    return Done(f"/plans/{plan_id}", "Discarded: the catalogue stays as it is.")


def counts_of(metrics: Metrics) -> str:
    """What a plan writes, in words: "12 new, 300 changed, 4 no longer shown, 2 removed"."""
    counted = (
        (metrics.new_properties, "new"),
        (metrics.updated_properties, "changed"),
        (metrics.reactivated_properties, "back"),
        (metrics.missing_properties, "no longer shown"),
        (metrics.removed_properties, "removed"),
    )
    return ", ".join(f"{count:,} {word}" for count, word in counted if count) or "nothing changes"


async def _card(asked: Asked) -> PlanCard:
    plan_id: UUID = asked.path["plan"]
    try:
        card = await plan_card(asked.database, plan_id)
        return card if asked.user.is_staff else card_for_readers(card)
    except NotFoundError:
        if await find_id_plan(asked.database, plan_id) is None:
            raise
        raise UsageError(
            "this plan gives listings other ids, and is decided by the command line",
            next_step=f"plans show {str(plan_id)[:8]}",
        ) from None


def _head(card: PlanCard) -> dict[str, Any]:
    """What every page of one plan shows."""
    metrics = card.metrics
    return {
        "plan": card,
        "counts": counts_of(metrics),
        "writes": metrics.new_properties
        + metrics.updated_properties
        + metrics.reactivated_properties
        + metrics.missing_properties
        + metrics.removed_properties,
        "words": WORDS,
        "applying": applying(card.id) or (card.decided_by if card.applying else None),
        "failure": failure(card.id),
        "unsure": _UNSURE,
    }


def _doubts_first(row: PlanRow) -> list[PlanChange]:
    """The changes of a listing: the doubtful ones, then what matters, then the rest."""
    return sorted(row.changes, key=lambda each: (each.confidence >= _UNSURE, not each.significant))


PAGES = (
    Page("/plans", "plans.html", plans, title="Plans", menu="Plans", topics=("plans",)),
    Page("/plans/{plan:uuid}", "plan.html", plan, title="Plan", within="Plans", topics=("plans",)),
    Page(
        "/plans/{plan:uuid}/read",
        "plan_read.html",
        read,
        title="What a plan's session holds",
        within="Plans",
        topics=("plans",),
    ),
)
ACTIONS = (
    Action("/plans/{plan:uuid}/approve", approve),
    Action("/plans/{plan:uuid}/discard", discard),
)
