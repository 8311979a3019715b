"""`rollback`: undo what a session did to live; undo that again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from cli.actor import actor
from cli.options import rows_option
from cli.render import Result, table
from cli.run import Run, example, runs
from cli.text import counted, red, short
from cli.views.sync import REFUSED
from config.text import format_time

if TYPE_CHECKING:
    from database.direct import Database
    from services.history.rollback import RollbackResult

_COLUMNS = ("listing", "field", "what", "why")
_NEXT = "see the reason of each row; unpin what is pinned, undo later changes first"


@click.command(
    epilog=example(
        "rollback --session-id 5c1f --dry-run", "rollback --session-id 5c1f", "rollback --change-set 42"
    )
)
@click.option("--session-id", metavar="ID", help="Undo this session's sync; the start of its id is enough.")
@click.option(
    "--change-set", type=click.IntRange(1), metavar="N", help="Undo this change set, a rollback too."
)
@click.option("--dry-run", is_flag=True, help="Show what would become of each change; change nothing.")
@rows_option
@runs
async def rollback(
    run: Run, *, session_id: str | None, change_set: int | None, dry_run: bool, limit: int
) -> Result:
    """Undo what a session did to live.

    Each change is reversed, kept because somebody has changed or pinned the field since, or failed with
    its reason. A listing that the session brought becomes removed. Nothing is deleted: a rollback is a
    change set of its own, and --change-set undoes it. Exit code 3: nothing could be reversed.
    """
    if (session_id is None) == (change_set is None):
        raise click.UsageError("name what to undo: --session-id ID or --change-set N")
    from services.history.rollback import rollback as undo

    async with run.database() as database:
        result = await undo(
            database,
            session_id=await _session(database, session_id),
            change_set=change_set,
            dry_run=dry_run,
            actor=actor(),
            limit=None if run.as_json else limit,
        )
    return Result(_document(result), list(_told(result)), REFUSED if result.status == "nothing" else 0)


async def _session(database: Database, text: str | None) -> UUID | None:
    from services.reports.find import find_session

    return None if text is None else await find_session(database, text, cleaned=True)


def _document(result: RollbackResult) -> dict[str, Any]:
    document = result.model_dump(mode="json") | {"success": result.status != "nothing"}
    if result.status == "nothing":
        document["error"] = {
            "code": "nothing_to_reverse",
            "message": f"nothing of {_name(result)} can be reversed",
            "next": _NEXT,
        }
    return document


def _name(result: RollbackResult) -> str:
    """What is undone: a session by its change set, or that alone."""
    if result.session_id is None:
        return f"change set {result.undoes}"
    way = "undoing change set" if result.brings_back else "change set"
    return f"session {short(result.session_id)} ({way} {result.undoes})"


def _verb(result: RollbackResult) -> tuple[str, str]:
    """What is done to it, and what has been done."""
    if result.session_id is None:
        return "undo", "undone"
    return ("bring back", "brought back") if result.brings_back else ("roll back", "rolled back")


def _told(result: RollbackResult) -> Iterator[object]:
    again = f"to undo that: rollback --change-set {result.change_set_id}"
    act, done = _verb(result)
    match result.status:
        case "already_undone":
            when = "" if result.undone_at is None else f" on {format_time(result.undone_at)}"
            yield f"{_name(result).capitalize()} is {done} already, by {result.undone_actor}{when}."
            yield again
            return
        case "nothing":
            yield red(f"Nothing of {_name(result)} can be reversed.")
        case "planned":
            yield f"Would {act} {_name(result)}, {_counts(result)}. Nothing was changed."
        case "rolled_back":
            yield f"{done.capitalize()} {_name(result)}, {_counts(result)}.    {again}"
    if result.rows:
        lines = [(row.property_id, row.field, row.verdict, row.reason) for row in result.rows]
        yield table(_COLUMNS, lines)
    left = result.reversed + result.kept + result.failed - len(result.rows)
    if left > 0:
        yield f"… {left:,} more: rollback --json, or a larger --limit"
    if result.status == "nothing":
        yield f"next: {_NEXT}"


def _counts(result: RollbackResult) -> str:
    counts = ((result.reversed, "reversed"), (result.kept, "kept"), (result.failed, "failed"))
    said = [f"{count:,} {what}" for count, what in counts if count]
    return ", ".join([f"{counted(sum(count for count, _ in counts), 'change')}: {said[0]}", *said[1:]])
