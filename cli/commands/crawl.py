"""`crawl`: whole portals, and kept pages read again."""

from __future__ import annotations

import click

from cli.commands.crawl_queue import enqueue, run, status
from cli.commands.crawl_tiers import auto, verify
from cli.options import show_option
from cli.progress import reread
from cli.render import Result
from cli.run import Run, example, runs
from cli.times import TIME_FORMAT, parse_time
from cli.views.preview import preview_of
from cli.views.reparse import render_reparse


@click.group(
    epilog=example("crawl enqueue https://example.com/homes/A-17", "crawl run --for 30", "crawl auto")
)
def crawl() -> None:
    """Crawl whole portals, and read kept pages again.

    Pages of listings wait in the database, the most urgent first. Any number of workers on any hosts fetch
    them; together they keep the pace of each site. A worker that is killed loses nothing.
    """


crawl.add_command(run)
crawl.add_command(status)
crawl.add_command(enqueue)
crawl.add_command(auto)
crawl.add_command(verify)


@crawl.command(
    epilog=example(
        "crawl reparse --source acme",
        "crawl reparse --source acme --since 2026-11-01 --dry-run",
    )
)
@click.option("--source", metavar="NAME|FILE", required=True, help="Source whose kept pages are read.")
@click.option("--since", metavar="TIME", help=f"Only pages fetched since then: {TIME_FORMAT}.")
@click.option("--dry-run", is_flag=True, help="Stage and save the plan of the sync; apply nothing.")
@show_option
@runs
async def reparse(run: Run, *, source: str, since: str | None, dry_run: bool, show: int) -> Result:
    """Read kept pages again, after a recipe or a parser was fixed. Nothing is fetched.

    Of each address the newest page is read, by the source's description as it is now. The rows become a
    session of their own, which is synced; each keeps the time of its fetch, so what was staged later stays,
    and a listing that was removed stays so. Where most listings change, the plan is held for you to see.
    """
    from services.pages import stores_of
    from services.pipeline import SyncOptions
    from services.workflows.reparse import reparse as read_again

    then = None if since is None else parse_time(since)
    async with run.database() as database, stores_of(run.settings) as stores:
        with reread(run) as (read, observer):
            done = await read_again(
                database,
                stores,
                source,
                since=then,
                home=run.settings.home,
                options=SyncOptions(dry_run=dry_run),
                observer=observer,
                on_progress=read,
            )
        preview = await preview_of(database, done.sync, listings=show if dry_run else 0)
    return render_reparse(done, preview)
