"""A value's way in one line: 4,400,000 ← "$4.4M" ← mine.csv line 19."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from services.history.explain import Change, Raw, Session

_LONGEST: Final = 60


def chain_in_words(
    field: str,
    value: Any,
    change: Change,
    session: Session | None,
    raw: Raw | None,
    *,
    absent: bool,
    begins: datetime | None,
) -> str:
    """The value and each link behind it, nearest first."""
    links = [shown(value)]
    if change.origin == "sync":
        links += _from_session(field, value, change, session, raw, absent=absent)
    elif change.origin == "compact":
        links.append(f"folded into the baseline of {day(begins or change.at)}")
    else:
        links.append(_decided(change))
    return " ← ".join(links)


def _decided(change: Change) -> str:
    """A change that somebody made, not a source."""
    who = f"by {change.actor} on {day(change.at)}"
    if change.origin == "rollback" and change.undoes is not None:
        undone = change.undoes
        what = (
            f"session {str(undone['session_id'])[:8]}" if undone["session_id"] else f"that {undone['origin']}"
        )
        done = "a rollback undone" if undone["origin"] == "rollback" else "rolled back"
        return f"{done} {who} (change set {undone['change_set_id']}, {what})"
    if change.origin == "migrate":
        return f"pulled_properties, taken over {who}"
    return f"{'erased' if change.origin == 'erase' else 'edited'} {who}"


def _from_session(
    field: str, value: Any, change: Change, session: Session | None, raw: Raw | None, *, absent: bool
) -> list[str]:
    if absent:
        return [change.reason, _run(session, change)]
    if raw is not None and raw.erased_at is not None:
        return [f"raw row erased on {day(raw.erased_at)}", _run(session, change)]
    if raw is None:
        gone = day(session.cleaned_at) if session and session.cleaned_at else "an unknown day"
        silent = [f"never given, silent since {day(change.at)}"] if value is None and not change.old else []
        return [*silent, f"raw row cleaned on {gone}", _run(session, change)]
    said = [quoted(cell) for cell in raw.cells.values()]
    notes = "; ".join(noted(issue) for issue in raw.issues)
    if not said and field == "status":
        said = [change.reason]
    elif value is None and not said and change.old is None:
        said = [f"never given, silent since {day(change.at)}"]
    elif not said:
        said = ["not in the row: a default, or it follows from the source"] if not notes else []
    return [
        *([", ".join(said) + (f" ({notes})" if notes else "")] if said else [notes]),
        _place(session, raw),
    ]


def noted(issue: dict[str, Any]) -> str:
    """What parsing noted of a cell."""
    kind = issue["kind"].replace("_", " ")
    return kind if issue["why"] in (None, kind) else f"{kind}: {issue['why']}"


def _place(session: Session | None, raw: Raw) -> str:
    """The file and line, or the page and when it was fetched."""
    if raw.line is not None:
        return f"{(session and session.base_url) or 'import'} line {raw.line}"
    fetched = "" if raw.fetched_at is None else f" fetched {minute(raw.fetched_at)}"
    return f"{raw.url or f'row {raw.row_no}'}{fetched}"


def _run(session: Session | None, change: Change) -> str:
    if session is None:
        return f"session {str(change.session_id)[:8]}"
    name = session.session_name or session.base_url or session.scope
    return f"{session.kind} {name}, ended {minute(session.completed_at or session.started_at)}"


def shown(value: Any) -> str:
    """A value as a person reads it."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer():
            return shown(int(value))
        case int() | float():
            return f"{value:,}" if abs(value) >= 10_000 else str(value)  # 4,400,000, but a year is 1998
        case str():
            return _short(value)
        case _:
            return _short(json.dumps(value, ensure_ascii=False))


def quoted(cell: Any) -> str:
    """A raw cell as it stood: text in quotes, so that a blank can be seen."""
    return f'"{_short(cell)}"' if isinstance(cell, str) else _short(json.dumps(cell, ensure_ascii=False))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def day(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d}"


def minute(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
