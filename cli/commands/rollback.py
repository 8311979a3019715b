"""`rollback`: undo what a session did to live; undo that again."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from cli.actor import actor
from cli.options import ID, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.rollback import render_rollback

if TYPE_CHECKING:
    from database.handle import Database


@click.command(
    epilog=example(
        "rollback --session-id 5c1f --dry-run", "rollback --session-id 5c1f", "rollback --change-set 42"
    )
)
@click.option("--session-id", metavar="ID", help="Undo this session's sync; the start of its id is enough.")
@click.option("--change-set", type=ID, metavar="N", help="Undo this change set, a rollback too.")
@click.option("--dry-run", is_flag=True, help="Show what would become of each change; change nothing.")
@rows_option
@runs
async def rollback(
    run: Run, *, session_id: str | None, change_set: int | None, dry_run: bool, limit: int
) -> Result:
    """Undo what a session did to live.

    Each change is reversed, kept because the field was changed or pinned since, or failed with
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
    return render_rollback(result)


async def _session(database: Database, text: str | None) -> UUID | None:
    from services.reports.find import find_session

    return None if text is None else await find_session(database, text, cleaned=True)
