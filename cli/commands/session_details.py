"""`session-details`: one session in full."""

from __future__ import annotations

import click

from cli.options import rows_option, session_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.session import render_session, render_superseded, render_unread


@click.command(
    name="session-details",
    epilog=example(
        "session-details --session-id 5c1f",
        "session-details --session-id 5c1f --superseded",
        "session-details --session-id 5c1f --unread --limit 200",
    ),
)
@session_option
@click.option(
    "--superseded",
    is_flag=True,
    help="Show the rows that lost to another row of their id, and how they differ.",
)
@click.option(
    "--unread",
    is_flag=True,
    help="Show every cell that could not be read or is doubtful, with its line or page and its text.",
)
@rows_option
@click.option("--after", type=click.IntRange(0), default=0, metavar="ROW", help="Continue after this row.")
@runs
async def session_details(
    run: Run, *, session_id: str, superseded: bool, unread: bool, limit: int, after: int
) -> Result:
    """Show one session whole.

    What it covered, the cells that could not be read, the pages that failed, its plans and its syncs.
    --limit and --after are for the rows that --superseded or --unread shows.
    """
    if superseded and unread:
        raise click.UsageError("--superseded and --unread are two lists: give one of them")
    from services.reports import sessions
    from services.reports.find import find_session

    async with run.database(reading=True) as database:
        found = await find_session(database, session_id)
        if superseded:
            rows = await sessions.superseded_rows(database, found, after=after, limit=limit + 1)
            return render_superseded(found, rows[:limit], more=len(rows) > limit)
        if unread:
            cells = await sessions.unread_cells(database, found, after=after, limit=limit + 1)
            return render_unread(found, cells, limit=limit)
        return render_session(await sessions.session_details(database, found))
