"""`sync-pending`: bring every session that waits to live, in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from cli.options import only_source_option
from cli.render import Result
from cli.run import Run, example, runs
from cli.views.sync import PARTLY_DONE, REFUSED, document, red, short, told

if TYPE_CHECKING:
    from services.workflows.daily import BatchResult, SessionFailure


@click.command(
    name="sync-pending", epilog=example("sync-pending", "sync-pending --source acme --max-sessions 3")
)
@click.option(
    "--max-sessions", type=click.IntRange(1), default=10, show_default=True, help="How many to take at most."
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
    from services.staging.sources import require_source
    from services.workflows.daily import PropertySyncOrchestrator

    async with run.database() as database:
        await require_source(database, source)
        orchestrator = PropertySyncOrchestrator(database, crash_at=run.settings.crash_at)
        batch = await orchestrator.batch_sync_workflow(max_sessions, source=source, dry_run=dry_run)
    return Result(_document(batch), list(_told(batch)), _exit_code(batch))


def _document(batch: BatchResult) -> dict[str, Any]:
    return {
        "success": _exit_code(batch) == 0,
        "sessions": [document(result) for result in batch.synced],
        "failed": [{"session_id": failure.session_id, "error": _error(failure)} for failure in batch.failed],
        "left_to_others": list(batch.left),
        "follow_up_failures": list(batch.follow_up_failures),
    }


def _error(failure: SessionFailure) -> dict[str, str | None]:
    return {"code": failure.code, "message": failure.message, "next": failure.next_step}


def _told(batch: BatchResult) -> Iterator[str]:
    if not batch.synced and not batch.failed and not batch.left:
        yield "No session waits for its sync."
    for result in batch.synced:
        first, *others = told(result)
        yield f"{result.source} {short(result.session_id)}: {first}"
        yield from others
    for failure in batch.failed:
        yield red(f"session {short(failure.session_id)}: {failure.message}")
        if failure.next_step:
            yield f"next: {failure.next_step}"
    for session_id in batch.left:
        yield f"session {short(session_id)}: another worker is syncing its source; it is left to that worker"
    yield from (f"note: {failure}" for failure in batch.follow_up_failures)


def _exit_code(batch: BatchResult) -> int:
    if batch.failed:
        return PARTLY_DONE if batch.synced else 1
    return REFUSED if batch.held else 0
