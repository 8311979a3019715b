"""`quarantine`: the rows that could not go live, why, and another try once the cause is fixed."""

from __future__ import annotations

import click

from cli.options import ID, only_source_option, rows_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.planned import render_sync
from cli.views.quarantine import render_quarantine, render_quarantined


@click.group(epilog=example("quarantine list --source acme", "quarantine show 12"))
def quarantine() -> None:
    """Look at rows set aside; try them again."""


@quarantine.command(
    name="list", epilog=example("quarantine list --source acme", "quarantine list --after 120")
)
@only_source_option
@click.option("--session-id", metavar="ID", help="Only this session, by the start of its id.")
@click.option(
    "--status",
    type=click.Choice(["open", "replaced", "reprocessed"]),
    default="open",
    show_default=True,
    help="What became of them.",
)
@click.option(
    "--after", type=click.IntRange(0, ID.max), default=0, metavar="ID", help="Continue after this row."
)
@rows_option
@runs
async def list_(
    run: Run, *, source: str | None, session_id: str | None, status: str, after: int, limit: int
) -> Result:
    """List rows that could not go live, with the rule and the reason."""
    from services.reports.find import find_session
    from services.reports.quarantine import list_quarantine

    async with run.database() as database:
        session = None if session_id is None else await find_session(database, session_id)
        found = await list_quarantine(
            database, source=source, session_id=session, status=status, after=after, limit=limit + 1
        )
    return render_quarantine(found[:limit], more=len(found) > limit)


@quarantine.command(epilog=example("quarantine show 12"))
@click.argument("row", type=ID)
@runs
async def show(run: Run, *, row: int) -> Result:
    """Show one row that was set aside: why, what was staged, and its raw content."""
    from services.reports.quarantine import show_quarantined

    async with run.database() as database:
        found = await show_quarantined(database, row)
    return render_quarantined(found)


@quarantine.command(
    epilog=example(
        "quarantine reprocess --source acme", "quarantine reprocess --source acme 12 --accept-prices"
    )
)
@click.option("--source", metavar="NAME", required=True, help="The source whose rows are tried again.")
@click.option(
    "--accept-prices",
    is_flag=True,
    help="The prices of these ROWS are right, however far from the source's others.",
)
@click.argument("rows", nargs=-1, type=ID)
@runs
async def reprocess(run: Run, *, source: str, rows: tuple[int, ...], accept_prices: bool) -> Result:
    """Parse a source's rows again from their raw content, after a rule or a parser was fixed.

    They become a session of their own, which is synced. Without ROWS: all that are open.
    """
    from config.errors import UsageError
    from services.workflows.reprocess import reprocess as read_again

    if accept_prices and not rows:
        raise UsageError(
            "--accept-prices is of single rows, and none is named",
            next_step="name the rows whose prices you have looked at: see quarantine list",
        )
    async with run.database() as database:
        return render_sync(
            await read_again(database, source, ids=list(rows) or None, accept_prices=accept_prices)
        )
