"""`crawl auto` and `crawl verify`: what is due of every source, and proof before a removal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cli.options import only_source_option
from cli.progress import scanned
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.scan import render_tier_runs

if TYPE_CHECKING:
    from database.handle import Database
    from services.workflows.scan import OnScan
    from services.workflows.tiers import Tiered

allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Permit sites on a private network."
)


@click.command(
    epilog=example(
        "crawl auto", "crawl auto --source acme --json", 'schedule install --cron "7 * * * *" crawl auto'
    )
)
@only_source_option
@allow_private_option
@runs
async def auto(run: Run, *, source: str | None, allow_private: bool) -> Result:
    """Look at what is due of every source that names its start pages.

    Of the tiers that are due (newest, front, whole) the widest is scanned: index pages only. What is new or
    has another price is queued for crawl run. Listings that complete scans have missed are asked by their own
    pages, and removed when these have said twice that they are gone. Run it every hour: what is not due costs
    nothing. Exit code 3 where a scan is suspect or a removal was held, 4 where a source gave nothing.
    """
    async with run.database() as database:
        with scanned(run) as on_scan:
            return render_tier_runs(
                await tiered(run, database, allow_private=allow_private, on_scan=on_scan).run_due(source)
            )


@click.command(epilog=example("crawl verify --source acme"))
@click.option("--source", metavar="NAME", required=True, help="The source whose candidates are asked.")
@allow_private_option
@runs
async def verify(run: Run, *, source: str, allow_private: bool) -> Result:
    """Ask the pages of listings that scans and scrapes have missed whether they are gone.

    Queues those whose time has come, for any worker, and asks what of them waits; pages of listings known to
    be there are asked before and after. A listing is removed when its page has said twice, hours apart, that
    it is gone: by 404 or 410, or as the site answers for ids that were made up. A refusal, an error, a
    challenge or an empty page proves nothing.
    """
    async with run.database() as database:
        runner = tiered(run, database, allow_private=allow_private, on_scan=lambda report: None)
        return render_tier_runs([await runner.run_verification(source)])


async def run_tier(run: Run, database: Database, source: str, tier: str, *, allow_private: bool) -> Result:
    """The scan of one tier, for crawl run."""
    with scanned(run) as on_scan:
        runner = tiered(run, database, allow_private=allow_private, on_scan=on_scan)
        return render_tier_runs([await runner.run_tier(source, tier)])


def tiered(run: Run, database: Database, *, allow_private: bool, on_scan: OnScan) -> Tiered:
    """How tiers are run by a command."""
    from services.workflows.access import Access
    from services.workflows.tiers import Tiered

    return Tiered(
        database,
        Access(run.settings.contact, allow_private=allow_private, home=run.settings.home),
        home=run.settings.home,
        on_scan=on_scan,
    )
