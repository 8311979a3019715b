"""What a plan acts on, a page at a time: old → new in words, and how sure each change is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from cli.render import table
from cli.views.sync import short

if TYPE_CHECKING:
    from database.direct import Database
    from services.reports.plans import PlanRow

_COLUMNS: Final = ("listing", "title", "action", "change", "confidence")
_TITLE: Final = 40


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
        """The rows in full, and the place behind them."""
        return {"rows": [row.model_dump(mode="json") for row in self.rows], "after": self.after}

    @property
    def shown(self) -> list[object]:
        """A line a change; nothing at all for a plan that does nothing."""
        if not self.rows:
            return []
        more = f"… more: plans show {short(self.plan_id)} --after {self.after}"
        return [table(_COLUMNS, _lines(self.rows)), *([more] if self.more else [])]


async def page_of(database: Database, plan_id: UUID, *, limit: int, after: str | None = None) -> PlanPage:
    """The next rows of a plan, most drastic first."""
    from services.reports.plans import plan_rows

    rows = [row async for row in plan_rows(database, plan_id, after=after, limit=limit + 1)]
    return PlanPage(plan_id, tuple(rows[:limit]), len(rows) > limit)


def _lines(rows: tuple[PlanRow, ...]) -> Iterator[tuple[object, ...]]:
    for row in rows:
        title = (row.title or "")[:_TITLE] or None
        if not row.changes:
            yield row.property_id, title, row.action, row.reason, f"{row.confidence:.2f}"
        for change in row.changes:
            sure = f"{change['confidence']:.2f}{_because(change['parts'] or {})}"
            yield row.property_id, title, row.action, _in_words(change), sure


def _in_words(change: dict[str, Any]) -> str:
    """Old → new; a status says only why it moves, the rest has both in its reason."""
    if change["field"] == "status" and "→" not in change["reason"]:
        return f"{change['old']} → {change['new']}: {change['reason']}"
    return str(change["reason"])


def _because(parts: dict[str, Any]) -> str:
    """What a confidence is made of, where it is not simply the field's own."""
    if "factor" in parts:
        return f" = {parts['field']} × {parts['factor']}: the texts are {parts['alike']:.0%} alike"
    return f": {parts['because']}" if "because" in parts else ""
