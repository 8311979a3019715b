"""`list-sessions`: the runs there were, newest first."""

from __future__ import annotations

import click

from cli.options import limit_option, only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.session import render_sessions

STATUSES = (
    *("running", "interrupted", "completed", "failed"),
    *("pending", "held", "planned", "stale", "discarded", "rolled_back"),
)


@click.command(name="list-sessions", epilog=example("list-sessions --status pending --limit 5"))
@click.option("--status", type=click.Choice(STATUSES), help="Only these; the last six are of their sync.")
@limit_option
@only_source_option
@runs
async def list_sessions(run: Run, *, status: str | None, limit: int, source: str | None) -> Result:
    """List sessions, newest first."""
    from services.reports import sessions

    async with run.database(reading=True) as database:
        found = await sessions.list_sessions(database, source=source, status=status, limit=limit)
    return render_sessions(found)
