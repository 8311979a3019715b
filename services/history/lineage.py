"""A value's lineage in one line: 4,400,000 ← "$4.4M" ← mine.csv line 19."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from config.text import format_day, format_minute, format_value, shorten
from parsing.staged import Issue
from services.history.explanation import Change, Raw, Session

LONGEST: Final = 60
"""How much of a text a chain holds, in characters."""


def format_lineage(
    field: str,
    value: Any,
    change: Change,
    session: Session | None,
    raw: Raw | None,
    *,
    absent: bool,
    begins: datetime | None,
) -> str:
    """The value and each of its sources, nearest first."""
    links = [format_value(value, longest=LONGEST)]
    if change.origin == "sync":
        links += _from_session(field, value, change, session, raw, absent=absent)
    elif change.origin == "compact":
        links.append(f"folded into the baseline of {format_day(begins or change.at)}")
    else:
        links.append(_decided(change))
    return " ← ".join(links)


def _decided(change: Change) -> str:
    """A change made by a person, a rollback or an erasure, not by a source."""
    who = f"by {change.actor} on {format_day(change.at)}"
    if change.origin == "rollback" and change.undoes is not None:
        undone = change.undoes
        what = f"session {str(undone.session_id)[:8]}" if undone.session_id else f"that {undone.origin}"
        done = "a rollback undone" if undone.origin == "rollback" else "rolled back"
        return f"{done} {who} (change set {undone.change_set_id}, {what})"
    if change.origin == "merge":
        return f"merged {who}"
    if change.origin == "migrate":
        return f"pulled_properties, taken over {who}"
    return f"{'erased' if change.origin == 'erase' else 'edited'} {who}"


def _from_session(
    field: str, value: Any, change: Change, session: Session | None, raw: Raw | None, *, absent: bool
) -> list[str]:
    if absent:
        return [change.reason, _run(session, change)]
    if raw is not None and raw.erased_at is not None:
        return [f"raw row erased on {format_day(raw.erased_at)}", _run(session, change)]
    never_given = f"never given, absent since {format_day(change.at)}"
    if raw is None:
        gone = format_day(session.cleaned_at) if session and session.cleaned_at else "an unknown day"
        absent_since = [never_given] if value is None and not change.old else []
        return [*absent_since, f"raw row cleaned on {gone}", _run(session, change)]
    cells = [format_cell(cell) for cell in raw.cells.values()]
    notes = "; ".join(format_issue(issue) for issue in raw.issues)
    if not cells and field == "status":
        cells = [change.reason]
    elif value is None and not cells and change.old is None:
        cells = [never_given]
    elif not cells:
        cells = ["not in the row: a default, or it follows from the source"] if not notes else []
    return [
        *([", ".join(cells) + (f" ({notes})" if notes else "")] if cells else [notes]),
        _place(session, raw),
    ]


def format_issue(issue: Issue) -> str:
    """An issue that parsing noted about a cell."""
    kind = issue["kind"].replace("_", " ")
    readings = f" ({' or '.join(issue['readings'])})" if issue.get("readings") else ""
    return kind if issue["why"] in (None, kind) else f"{kind}: {issue['why']}{readings}"


def _place(session: Session | None, raw: Raw) -> str:
    """The file and line, or the page and when it was fetched."""
    if raw.line is not None:
        return f"{(session and session.base_url) or 'import'} line {raw.line}"
    fetched = "" if raw.fetched_at is None else f" fetched {format_minute(raw.fetched_at)}"
    return f"{raw.url or f'row {raw.row_no}'}{fetched}"


def _run(session: Session | None, change: Change) -> str:
    if session is None:
        return f"session {str(change.session_id)[:8]}"
    name = session.session_name or session.base_url or session.scope
    return f"{session.kind} {name}, ended {format_minute(session.completed_at or session.started_at)}"


def format_cell(cell: Any) -> str:
    """A raw cell as it came: text in quotes, so that a blank is visible."""
    text = shorten(cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False), LONGEST)
    return f'"{text}"' if isinstance(cell, str) else text
