"""`refresh-views`: let the materialized views catch up with the change feed."""

from __future__ import annotations

import click

from cli.program import next_line
from cli.render import Result
from cli.run import Run, example, runs
from cli.text import red


@click.command(name="refresh-views", epilog=example("refresh-views"))
@runs
async def refresh_views(run: Run) -> Result:
    """Let the views catch up with the change feed.

    Each sync does that by itself; this is for syncs that pg_cron made, and for after a failure. Readers are
    not held up. Exit code 1: a view cannot catch up.
    """
    from services.feed import follow_up

    async with run.database() as database:
        failures = await follow_up(database)
    lines: list[str] = [*map(red, failures)] if failures else ["Views are current."]
    if failures:
        lines.append(next_line("doctor"))
    error = {"code": "failed", "message": "; ".join(failures), "next": None} if failures else None
    return Result({"success": not failures, "error": error}, lines, 1 if failures else 0)
