"""Plans: a list of them, one with its reasons, and what it acts on, a page at a time."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cli.program import command
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.ids import id_figures
from cli.views.preview import preview_document, preview_lines
from cli.views.sync import decision_lines, figures, quality

if TYPE_CHECKING:
    from database.handle import Database
    from services.history.ids import IdPlan
    from services.reports.plans import Plan, PlanChange, PlanHead, PlanRow
    from services.reports.previews import Preview

_COLUMNS: Final = ("id", "title", "action", "change", "confidence")
_TITLE: Final = 40
_DECISIONS: Final = frozenset(("approved", "applied", "discarded"))


@dataclass(frozen=True)
class PlanPage:
    """Some of a plan's rows, and where to go on."""

    plan_id: UUID
    rows: tuple[PlanRow, ...]
    more: bool

    @property
    def after(self) -> str | None:
        """What `plans show --after` takes to go on."""
        return self.rows[-1].property_id if self.more else None

    @property
    def document(self) -> dict[str, Any]:
        """The rows in full, and where the next page begins."""
        return {"rows": self.rows, "after": self.after}

    @property
    def text(self) -> list[object]:
        """A line for each change; nothing for a plan that does nothing."""
        if not self.rows:
            return []
        rest = shlex.join(["plans", "show", short(self.plan_id), "--after", str(self.after)])
        more = f"… more: {command(rest)}"
        return [table(_COLUMNS, _lines(self.rows)), *([more] if self.more else [])]


async def page_of(database: Database, plan_id: UUID, *, limit: int, after: str | None = None) -> PlanPage:
    """The next rows of a plan, most drastic first."""
    from services.reports.plans import plan_rows

    rows = [row async for row in plan_rows(database, plan_id, after=after, limit=limit + 1)]
    return PlanPage(plan_id, tuple(rows[:limit]), len(rows) > limit)


def render_plans(found: Sequence[Plan], ids: Sequence[IdPlan] = ()) -> Result:
    """Plans, those of ids among them, a line each, the newest first."""
    rows: list[tuple[Any, ...]] = [
        (short(plan.id), plan.created_at, plan.source, plan.status, figures(plan.metrics)) for plan in found
    ]
    rows += [
        (short(plan.id), plan.created_at, plan.source, plan.status, id_figures(plan.counts)) for plan in ids
    ]
    rows.sort(key=lambda row: row[1], reverse=True)
    drawn = table(["plan", "made", "source", "status", "what it does"], rows) if rows else "No plans yet."
    return Result({"plans": found, "id_plans": ids}, [drawn])


def render_plan(head: PlanHead, page: PlanPage, preview: Preview | None = None) -> Result:
    """One plan: its figures, why it is held, what was read, a page of what it acts on, how to decide."""
    text = [
        *_head(head),
        *(() if preview is None else preview_lines(preview, head.unread)),
        *page.text,
        *_decide(head),
    ]
    return Result(asdict(head) | page.document | preview_document(preview), text)


def _head(head: PlanHead) -> Iterator[str]:
    decided = f" by {head.decided_by}" if head.decided_by and head.status in _DECISIONS else ""
    session = f"session {short(head.session_id)}, {head.source}"
    yield f"Plan {short(head.id)} of {session}: {head.status}{decided}"
    yield f"{figures(head.metrics)}; {counted(head.row_count, 'row')} to write{quality(head.metrics)}"
    yield from (red(f"  - {reason.sentence}") for reason in head.reasons)
    yield from (f"note: {warning}" for warning in head.warnings)


def _decide(head: PlanHead) -> Iterator[str]:
    if head.undecided:
        yield from decision_lines(short(head.id))


def _lines(rows: Sequence[PlanRow]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        title = (row.title or "")[:_TITLE] or None
        if not row.changes:
            yield row.property_id, title, row.action, row.reason, f"{row.confidence:.2f}"
        for change in row.changes:
            sure = f"{change.confidence:.2f}{_because(change.parts)}"
            yield row.property_id, title, row.action, _change(change), sure


def _change(change: PlanChange) -> str:
    """Old → new; a status says only why it moves, the rest has both in its reason."""
    if change.field == "status" and "→" not in change.reason:
        return f"{change.old} → {change.new}: {change.reason}"
    return change.reason


def _because(parts: dict[str, Any]) -> str:
    """What a confidence is made of, where it is not simply the field's own."""
    if "factor" in parts:
        return f" = {parts['field']} × {parts['factor']}: the texts are {parts['alike']:.0%} alike"
    return f": {parts['because']}" if "because" in parts else ""
