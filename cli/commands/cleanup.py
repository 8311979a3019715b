"""`cleanup`: remove what staging needs no longer."""

from __future__ import annotations

import click

from cli.render import Result
from cli.run import Run, example, runs
from cli.summary import counted


@click.command(epilog=example("cleanup --days 30 --dry-run"))
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="Keep what ended since."
)
@click.option("--dry-run", is_flag=True, help="Only count.")
@runs
async def cleanup(run: Run, *, days: int, dry_run: bool) -> Result:
    """Remove old sessions with their staged rows.

    Live and its audit are never touched; nor are sessions that wait or are held, and the last five
    complete ones of each scope, which the guard compares with.
    """
    from services.orchestration.orchestrator import PropertySyncOrchestrator

    async with run.database() as database:
        removed = await PropertySyncOrchestrator(database).cleanup_old_data(days, dry_run=dry_run)
    verb = "Would remove" if dry_run else "Removed"
    sessions, rows = counted(removed["sessions"], "session"), counted(removed["rows"], "staged row")
    said = f"{verb} {sessions} and {rows}, ended more than {counted(days, 'day')} ago."
    return Result({**removed, "days": days, "dry_run": dry_run}, [said])
