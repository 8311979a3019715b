"""`session-details`: one session in full."""

from __future__ import annotations

import click

from cli.options import session_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.session import render_session


@click.command(name="session-details", epilog=example("session-details --session-id 5c1f"))
@session_option
@runs
async def session_details(run: Run, *, session_id: str) -> Result:
    """Show one session whole.

    What it covered, the pages that failed, its plans and its syncs.
    """
    from services.reports import sessions
    from services.reports.find import find_session

    async with run.database() as database:
        found = await sessions.session_details(database, await find_session(database, session_id))
    return render_session(found)
