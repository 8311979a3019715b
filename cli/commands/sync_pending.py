"""`sync-pending`: bring every session that waits to live, in order."""

from __future__ import annotations

import click

from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.batch import render_batch


@click.command(
    name="sync-pending", epilog=example("sync-pending", "sync-pending --source acme --max-sessions 3")
)
@click.option(
    "--max-sessions",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    help="How many to take at most.",
)
@click.option("--dry-run", is_flag=True, help="Save their plans; apply nothing.")
@only_source_option
@runs
async def sync_pending(run: Run, *, max_sessions: int, dry_run: bool, source: str | None) -> Result:
    """Sync the sessions that wait.

    At most three at a time, each source's in the order they completed. A session that is refused or fails
    leaves other sources going on, and one that another worker is syncing is left to that worker. Exit
    code 3: some were refused; 4: some failed; 1: all failed.
    """
    from services.workflows.daily import PropertySyncOrchestrator

    async with run.database() as database:
        orchestrator = PropertySyncOrchestrator(database)
        batch = await orchestrator.batch_sync_workflow(max_sessions, source=source, dry_run=dry_run)
    return render_batch(batch)
