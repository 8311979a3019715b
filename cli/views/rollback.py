"""A rollback: what became of each change, and how to undo it in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from cli.program import command, runnable
from cli.render import Result, table
from cli.text import counted, red, short
from cli.views.sync import REFUSED
from config.text import format_time

if TYPE_CHECKING:
    from services.history.rollback import RollbackResult

_COLUMNS: Final = ("id", "field", "what", "why")
_BLOCKED: Final = "unpin what is pinned, undo later changes first; each row has its reason"
_EMPTY: Final = "see list-sessions"


def render_rollback(result: RollbackResult) -> Result:
    """A rollback that was done, planned, done already, or refused: exit code 3."""
    return Result(_document(result), list(_lines(result)), REFUSED if result.status == "nothing" else 0)


def _document(result: RollbackResult) -> dict[str, Any]:
    document = asdict(result) | {"success": result.status != "nothing"}
    if result.status == "nothing":
        document["error"] = {
            "code": "nothing_to_reverse",
            "message": _why_nothing(result),
            "next": _next(result),
        }
    return document


def _why_nothing(result: RollbackResult) -> str:
    if result.kept + result.failed:
        return f"nothing of {_name(result)} can be reversed"
    return f"{_name(result)} changed no listing: there is nothing to undo"


def _next(result: RollbackResult) -> str:
    return _BLOCKED if result.kept + result.failed else runnable(_EMPTY)


def _name(result: RollbackResult) -> str:
    """What is undone: a session by its change set, or a change set alone."""
    if result.session_id is None:
        return f"change set {result.undoes}"
    way = "undoing change set" if result.brings_back else "change set"
    return f"session {short(result.session_id)} ({way} {result.undoes})"


def _verb(result: RollbackResult) -> tuple[str, str]:
    """What is done to it, and what has been done."""
    if result.session_id is None:
        return "undo", "undone"
    return ("bring back", "brought back") if result.brings_back else ("roll back", "rolled back")


def _lines(result: RollbackResult) -> Iterator[object]:
    again = f"to undo that: {command(f'rollback --change-set {result.change_set_id}')}"
    act, done = _verb(result)
    match result.status:
        case "already_undone":
            when = "" if result.undone_at is None else f" on {format_time(result.undone_at)}"
            yield f"{_name(result).capitalize()} is {done} already, by {result.undone_actor}{when}."
            yield again
            return
        case "nothing":
            yield red(f"{_why_nothing(result)[:1].upper()}{_why_nothing(result)[1:]}.")
        case "planned":
            yield f"Would {act} {_name(result)}, {_counts(result)}. Nothing was changed."
        case "rolled_back":
            yield f"{done.capitalize()} {_name(result)}, {_counts(result)}."
            yield again
    if result.rows:
        yield table(_COLUMNS, [(row.property_id, row.field, row.verdict, row.reason) for row in result.rows])
    left = result.reversed + result.kept + result.failed - len(result.rows)
    if left > 0:
        yield f"… {left:,} more: give a larger --limit, or --json"
    if result.status == "nothing":
        yield f"next: {_next(result)}"


def _counts(result: RollbackResult) -> str:
    counts = ((result.reversed, "reversed"), (result.kept, "kept"), (result.failed, "failed"))
    parts = [f"{count:,} {what}" for count, what in counts if count]
    return ", ".join([f"{counted(sum(count for count, _ in counts), 'change')}: {parts[0]}", *parts[1:]])
