"""`cleanup`: remove what staging needs no longer, and fold old history."""

from __future__ import annotations

import click

from cli import progress
from cli.actor import actor
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import counted


@click.command(epilog=example("cleanup --days 30 --dry-run", "cleanup --days 30 --compact-days 365"))
@click.option(
    "--days", type=click.IntRange(1, 36_500), default=30, show_default=True, help="Keep what ended since."
)
@click.option(
    "--compact-days",
    type=click.IntRange(1, 36_500),
    metavar="N",
    help="Fold what is older into one image a listing; by default all history is kept.",
)
@click.option("--dry-run", is_flag=True, help="Only count.")
@runs
async def cleanup(run: Run, *, days: int, compact_days: int | None, dry_run: bool) -> Result:
    """Remove old sessions with their staged rows and old pages, and fold old history.

    Sessions that wait or are held are never touched, nor the last five complete ones of each scope,
    which the guard compares with. Kept pages go after the keep_pages days of their source, and the oldest
    of what is more than PROPERTY_MANAGER_PAGES_MB. Live stays as it is. Folded history can no longer be
    asked or rolled back; as-of and rollback say so by name. No sync waits for any of it.
    """
    from services.pages import stores_of
    from services.workflows.daily import PropertySyncOrchestrator

    async with run.database() as database, stores_of(run.settings) as stores:
        with progress.cleaning(run) as on_progress:
            done = await PropertySyncOrchestrator(database, stores=stores).cleanup_old_data(
                days, compact_days=compact_days, dry_run=dry_run, actor=actor(), on_progress=on_progress
            )
    sessions, rows = counted(done.sessions, "session"), counted(done.rows, "staged row")
    verb = "Would remove" if dry_run else "Removed"
    lines = [f"{verb} {sessions} and {rows}, ended more than {counted(days, 'day')} ago."]
    document = {"sessions": done.sessions, "rows": done.rows, "pages": done.pages}
    if done.pages:
        lines.append(f"{verb} {counted(done.pages, 'kept page')}.")
    if done.folded_listings is not None and done.folded_changes is not None:
        verb = "Would fold" if dry_run else "Folded"
        folded = f"{counted(done.folded_changes, 'change')} of {counted(done.folded_listings, 'listing')}"
        lines.append(f"{verb} {folded}, older than {counted(compact_days or 0, 'day')}.")
        document |= {"folded_listings": done.folded_listings, "folded_changes": done.folded_changes}
    return Result({**document, "days": days, "compact_days": compact_days, "dry_run": dry_run}, lines)
