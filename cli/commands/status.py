"""`status`: the state of the sources, what waits, and how current the views are."""

from __future__ import annotations

import click

from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.status import render_status


@click.command(epilog=example("status", "status --source acme --json"))
@only_source_option
@runs
async def status(run: Run, *, source: str | None) -> Result:
    """Show sources, last syncs and what waits.

    Also the plans that were refused, and how current the views are.
    """
    from services.reports.status import dashboard

    async with run.database(reading=True) as database:
        found = await dashboard(database, source=source)
        address, mode = database.place, database.mode
    return render_status(found, address=address, mode=mode)
