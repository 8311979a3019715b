"""Ids of listings: the rules that read them, and plans that change them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import click

from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.sync import decision_lines

if TYPE_CHECKING:
    from database.handle import Database
    from scrapers.ids import Rule
    from services.history.ids import IdCounts, IdMove, IdPlan, IdsChanged, SourceIds

LIMIT: Final = 20
"""How many listings a plan is shown with where nobody says how many."""
REFUSED: Final = 3
_COLUMNS: Final = ("id", "becomes", "because of", "title")
_TITLE: Final = 30


async def moves_of(database: Database, plan_id: UUID, *, limit: int) -> list[IdMove]:
    """The first listings that a plan of ids is about, those that cannot move before all others."""
    from services.history.ids import id_moves

    return [move async for move in id_moves(database, plan_id, limit=limit)]


def parsed_rule(text: str) -> Rule:
    """The rule that a person gave. Raises click's error of usage."""
    from scrapers.ids import Rule

    try:
        return Rule.parsed(text)
    except ValueError as error:
        raise click.UsageError(f"--rule {text}: {error}") from error


def id_figures(counts: IdCounts) -> str:
    """What a plan of ids does, in a few words."""
    parts = [f"{counts.moves:,} of {counted(counts.listings, 'listing')} get another id"]
    if counts.merges:
        parts.append(f"{counts.merges:,} would share one")
    if counts.splits:
        parts.append(f"{counts.splits:,} would have several")
    return ", ".join(parts)


def render_id_plan(plan: IdPlan, moves: Sequence[IdMove]) -> Result:
    """One plan of ids: its figures, the first listings old → new, how to decide."""
    return Result({**asdict(plan), "moves": moves}, list(_plan_lines(plan, moves)))


def render_ids_changed(changed: IdsChanged) -> Result:
    """A plan of ids that was applied, and what to do next."""
    lines = [
        f"{counted(changed.listings, 'listing')} of {changed.source} have other ids now.",
        f"to undo that: rollback --change-set {changed.change_set_id}",
    ]
    if changed.again:
        lines.append(f"What waited can be synced now.    next: sync --session-id {short(changed.again[0])}")
    return Result({**asdict(changed), "status": "applied", "success": True, "error": None}, lines)


def render_source_ids(found: SourceIds) -> Result:
    """The rule of a source, and what each other one would read of its pages."""
    rules = [
        {
            "rule": each.rule.text,
            "words": str(each.rule),
            "read": each.read,
            "clashing": each.clashing,
            "fit": each.fit,
            "example": each.example,
        }
        for each in found.rules
    ]
    document = {
        "source": found.source,
        "rule": None if found.rule is None else found.rule.text,
        "pages": found.pages,
        "rules": rules,
    }
    return Result(document, list(_source_lines(found)))


def render_planned_ids(
    source: str, rule: Rule, plan: IdPlan | None, moves: Sequence[IdMove] | None
) -> Result:
    """A plan that was saved; or that no id changes, so that the rule holds from now on."""
    if plan is None:
        line = f"No listing of {source} gets another id: the id is {rule}, from now on."
        return Result({"source": source, "rule": rule.text, "plan": None}, [line])
    document: dict[str, Any] = {**asdict(plan), "moves": moves}
    return Result(
        {"source": source, "rule": rule.text, "plan": document},
        list(_plan_lines(plan, moves or ())),
        REFUSED if plan.status == "refused" else 0,
    )


def _plan_lines(plan: IdPlan, moves: Sequence[IdMove]) -> Iterator[object]:
    decided = f" by {plan.decided_by}" if plan.decided_by else ""
    yield f"Plan {short(plan.id)} of the ids of {plan.source}: {plan.status}{decided}"
    if plan.rule is not None:
        before = "" if plan.rule_before is None else f", until now {plan.rule_before}"
        yield f"The id is {plan.rule}{before}."
    elif plan.session_id is not None:
        yield f"Session {short(plan.session_id)} shows these homes under other ids."
    yield f"{id_figures(plan.counts)}; {counted(plan.counts.stays, 'listing')} not concerned."
    if plan.counts.merges:
        yield red("  - two homes would become one: the plan cannot be applied")
    if plan.counts.splits:
        yield "note: a listing that would have several ids keeps its own"
    if moves:
        yield table(_COLUMNS, [_row(move) for move in moves])
    if plan.status == "ready":
        yield from decision_lines(short(plan.id))
    elif plan.status == "applied" and plan.change_set_id is not None:
        yield f"to undo it: rollback --change-set {plan.change_set_id}"


def _row(move: IdMove) -> tuple[object, ...]:
    why = {
        "moves": move.witness,
        "merges": f"refused: {move.taken_by} has it too",
        "splits": "kept: one of several ids",
    }[move.verdict]
    return move.old_id, move.new_id, why, (move.title or "")[:_TITLE] or None


def _source_lines(found: SourceIds) -> Iterator[object]:
    if found.rule is None:
        yield f"Source {found.source}: no scrape has learned where its pages have their ids."
    else:
        yield f"Source {found.source}: the id of a page is {found.rule} ({found.rule.text})."
    if not found.rules:
        yield "It has no listing with a page of its own. The id of a file is a column of its mapping."
        return
    yield table(
        ("rule", "ids", "on several homes", "fit", "such as"),
        [
            (each.rule.text, each.read, each.clashing, "yes" if each.fit else "no", each.example)
            for each in found.rules
        ],
        title=f"what each rule reads of {counted(found.pages, 'page')}",
    )
    yield f"to see what another rule changes: sources ids {found.source} --rule RULE"
