"""`doctor`: is everything as promised?"""

from __future__ import annotations

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.views.doctor import render_check_up


@click.command(epilog=example("doctor"))
@runs
async def doctor(run: Run) -> Result:
    """Check that everything is as promised.

    The installation and the catalogue; exit code 1 if anything is red. Changes nothing.
    """
    from services.reports.installation import check_up

    return render_check_up(await check_up(run.settings))
